"""Names to reconcile against: the shipped knowledge base, and three reference persons."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import pytest

from give_ld.kb.base import open_kb
from give_ld.kb.names import norm
from give_ld.model.person import Ground, Photo, ReferencePerson
from give_ld.reconcile.service import NameIndex
from tests.conftest import EVALUATION

Errors = Callable[[str, object], list[str]]


def a_person(name: str, wikidata: str | None = None) -> ReferencePerson:
    given, family = name.split(" ", 1)
    return ReferencePerson(
        id=norm(name).replace(" ", "-"),
        name=name,
        given_name=given,
        family_name=family,
        wikidata=wikidata,
        photos=(Photo(sha256="0" * 64, licence="CC0-1.0", source="made"),),
        ground=Ground.PUBLIC_FIGURE,
        ground_note="made",
    )


@pytest.fixture(scope="session")
def index() -> NameIndex:
    curie, collins = a_person("Marie Skłodowska-Curie", "Q7186"), a_person("Eileen Collins")
    made = "https://made.example.org/id/refset-person/"
    namesake = a_person("Tan Dun")
    return NameIndex(open_kb(), [(made + "1", curie), (made + "2", collins), (made + "3", namesake)])


@pytest.fixture(scope="session")
def schema_errors() -> Errors:
    """The published schemas of the Reconciliation API 0.2."""
    pytest.importorskip("jsonschema")
    checker = EVALUATION / "conformance" / "reconciliation-0.2" / "check_schemas.py"
    spec = importlib.util.spec_from_file_location("check_schemas", checker)
    if not checker.is_file() or spec is None or spec.loader is None:
        pytest.skip(f"no evaluation material: {checker} is missing; set GIVE_LD_EVAL")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    errors: Errors = module.errors
    return errors

import json
import re
from functools import cache

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from give_ld.model.annotation import EntityType
from give_ld.model.calibration import ScoreKind
from give_ld.model.decision import DecisionReason, Role
from give_ld.model.person import Ground
from give_ld.model.run import Stage
from give_ld.model.status import Status
from give_ld.rdf import mapping
from give_ld.rdf.namespaces import RDFS, SKOS
from give_ld.resources import AUTHORED_BASE, read_turtle, resource_directory
from tests.factories import (
    BASE,
    MINT,
    a_mention,
    a_person,
    a_run,
    a_validation,
    an_admission,
    known,
)
from tests.rdf.made import everything, published

GLD = f"{BASE}/ns#"


@cache
def ontology() -> list[pyoxigraph.Quad]:
    text = read_turtle("ontology", BASE)["give.ttl"]
    return list(pyoxigraph.parse(text.encode(), format=RdfFormat.TURTLE))


def terms(text: str) -> set[str]:
    """The terms of ours in N-Quads or Turtle."""
    return set(re.findall(re.escape(GLD) + r"(\w+)", text))


def defined() -> set[str]:
    return {
        quad.subject.value.removeprefix(GLD)
        for quad in ontology()
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(GLD)
    }


def mapped() -> set[str]:
    """The terms that any model becomes."""
    every = [
        *everything().values(),
        *published().values(),
        *(mapping.run_quads(MINT, a_run(stage=stage)) for stage in Stage),
        *(mapping.validation_quads(MINT, a_validation(role=role)) for role in Role),
        *(mapping.person_quads(MINT, an_admission(person=a_person(ground=ground))) for ground in Ground),
    ]
    return terms("\n".join(line for lines in every for line in lines))


def shaped() -> set[str]:
    """The terms that the shapes name."""
    found = [
        str(quad)
        for text in read_turtle("shapes", BASE).values()
        for quad in pyoxigraph.parse(text.encode(), format=RdfFormat.TURTLE)
    ]
    return terms("\n".join(found))


def values(subject: str, predicate: str) -> dict[str, str]:
    """The texts of a property by language."""
    return {
        str(quad.object.language): quad.object.value
        for quad in ontology()
        if quad.subject == NamedNode(subject) and quad.predicate.value == predicate and isinstance(quad.object, Literal)
    }


def test_every_term_that_is_used_is_defined() -> None:
    assert (mapped() | shaped()) - defined() == set()


def test_every_term_that_is_defined_is_used() -> None:
    assert defined() - mapped() == set()


def test_every_term_has_a_label_and_a_definition() -> None:
    for term in defined():
        assert {"en", "nl"} <= set(values(f"{GLD}{term}", f"{RDFS}label")), term
        assert {"en", "nl"} <= set(values(f"{GLD}{term}", f"{SKOS}definition")), term


def test_every_value_of_the_model_has_a_concept() -> None:
    lines = mapping.vocabulary_quads(MINT)
    concepts = {line.split(" ")[0][1:-1] for line in lines if f"<{SKOS}Concept>" in line}
    wanted = {
        *(f"{BASE}/id/status/{status}" for status in Status),
        *(f"{BASE}/id/score-kind/{kind}" for kind in ScoreKind),
        *(f"{BASE}/id/decision-reason/{reason}" for reason in DecisionReason),
        MINT.calibrator(None),
        MINT.human_calibrator,
    }
    assert wanted <= concepts
    used = {line for guess in everything().values() for line in guess if "annotationType>" in line}
    used |= {
        line
        for kind in EntityType
        for line in mapping.annotation_quads(MINT, known(a_mention(entity_type=kind)))
        if "annotationType>" in line
    }
    assert {line.split(" ")[2][1:-1] for line in used} <= concepts


def test_no_node_of_the_vocabulary_is_blank() -> None:
    assert not any("_:" in line for line in mapping.vocabulary_quads(MINT))


def test_the_json_ld_context_names_defined_terms_only() -> None:
    text = (resource_directory("ontology") / "context.jsonld").read_text(encoding="utf-8")
    context = json.loads(text)["@context"]
    assert context["gld"] == f"{AUTHORED_BASE}/ns#"
    named = {str(entry["@id"]) for entry in context.values() if isinstance(entry, dict)}
    assert {name.removeprefix("gld:") for name in named if name.startswith("gld:")} <= defined()
    prefixes = {name.partition(":")[0] for name in named}
    assert prefixes <= set(context)

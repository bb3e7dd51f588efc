"""The worked example is made from the mapping, shows all of the model, and obeys the shapes."""

from functools import cache
from typing import get_args

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from give_ld.model.annotation import Annotation
from give_ld.model.status import Status
from give_ld.rdf.ontology import CLASS, PRIVATE_GRAPHS, PROPERTY, Ontology, read_example
from give_ld.rdf.shacl import Gate
from give_ld.rdf.terms import Lines
from give_ld.resources import AUTHORED_BASE
from tests.factories import BASE
from tests.rdf.example import example, guesses
from tests.rdf.made import everything, everywhere, published

SHARED = ("agent", "refset")


@cache
def graphs() -> dict[str, Lines]:
    """The example as N-Quads, by concern."""
    found: dict[str, set[str]] = {}
    for quad in pyoxigraph.parse(read_example(AUTHORED_BASE), RdfFormat.TRIG):
        concern = str(quad.graph_name).removeprefix(f"<{AUTHORED_BASE}/graph/").rstrip(">").partition("/")[0]
        found.setdefault(concern, set()).add(f"{quad} .")
    return {concern: frozenset(lines) for concern, lines in found.items()}


def test_the_file_is_what_the_mapping_makes() -> None:
    assert read_example(AUTHORED_BASE) == example(), "run: make example"


def test_the_example_has_a_guess_of_every_kind() -> None:
    kinds = {kind.model_fields["kind"].default for kind in get_args(get_args(Annotation)[0])}
    assert {known.annotation.kind for known in guesses()} == kinds
    assert {Status.PROPOSED, Status.APPROVED, Status.REJECTED} <= {known.status for known in guesses()}


def test_the_private_graphs_obey_the_shapes() -> None:
    private = frozenset().union(*(lines for concern, lines in graphs().items() if concern != "public"))
    assert {*PRIVATE_GRAPHS, *SHARED, "public"} == set(graphs())
    assert not [found for found in Gate(AUTHORED_BASE).check(private) if found.refuses]


def test_the_public_graphs_obey_the_stricter_shapes() -> None:
    public = frozenset().union(*(graphs()[concern] for concern in ("public", *SHARED)))
    assert not [found for found in Gate(AUTHORED_BASE).check_approved(public) if found.refuses]


def test_a_proposal_of_the_example_could_not_be_public() -> None:
    violations = Gate(AUTHORED_BASE).check_approved(graphs()["annotation"], graphs()["agent"] | graphs()["run"])
    assert any(violation.shape.endswith("#PublicStatus") for violation in violations)


@pytest.mark.parametrize("kind", [CLASS, PROPERTY], ids=["classes", "properties"])
def test_the_example_shows_every_term_in_every_graph_that_it_may_stand_in(kind: str) -> None:
    ontology = Ontology(BASE)
    made = [*everywhere(), *(line for each in (everything(), published()) for lines in each.values() for line in lines)]
    for iri in ontology.a(kind):
        mapped = {
            line.rpartition("/graph/")[2].partition("/")[0].removesuffix("> .")
            for line in made
            if f" <{iri}> " in line.rpartition(" <")[0] + " "
        }
        assert mapped <= set(ontology.graphs(iri)), iri
        assert ontology.graphs(iri), iri

"""Which quads a model becomes in the private store: every mapping by name, and the vocabulary of the instance."""

from __future__ import annotations

import pyoxigraph

from give_ld.rdf.iris import Mint
from give_ld.rdf.items import item_quads, part_lines, partner_quads
from give_ld.rdf.origin import Origin, origin_of
from give_ld.rdf.people import admission_quads, person_quads, refset_version_quads
from give_ld.rdf.proposals import annotation_lines, annotation_quads, validation_quads
from give_ld.rdf.runs import agent_owners, agent_quads, run_quads
from give_ld.rdf.terms import Lines, iri, quad
from give_ld.resources import read_turtle

__all__ = [
    "Origin",
    "admission_quads",
    "agent_owners",
    "agent_quads",
    "annotation_lines",
    "annotation_quads",
    "item_quads",
    "origin_of",
    "part_lines",
    "partner_quads",
    "person_quads",
    "refset_version_quads",
    "run_quads",
    "validation_quads",
    "vocabulary_quads",
]


def vocabulary_quads(mint: Mint) -> Lines:
    """Return the ontology and the concept schemes under the instance's own base, in `vocabulary`."""
    graph = iri(mint.names.graph("vocabulary"))
    return frozenset(
        quad(str(found.subject), str(found.predicate), str(found.object), graph)
        for text in read_turtle("ontology", mint.base).values()
        for found in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    )

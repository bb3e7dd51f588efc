"""Which statements answer a question: those of one dataset, read by queries that see nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Triple

from give_ld.errors import TooLarge
from give_ld.rdf.namespaces import EBUCORE, RDF, Namespaces
from give_ld.review.why.question import Question
from give_ld.store.protocol import Store
from give_ld.store.queries import query

Source = Callable[[str], Iterable[Triple]]
"""What answers the text of a CONSTRUCT query from one dataset: a public snapshot, or the graphs of a role."""

MOST_ANNOTATIONS = 1_000
_PLACE = re.compile("<asked:(?P<name>[a-z]+)>")
_TYPE, _ANNOTATION = NamedNode(f"{RDF}type"), NamedNode(f"{EBUCORE}Annotation")


def store_source(store: Store) -> Source:
    """Return what answers from all named graphs of a store."""
    return lambda text: store.construct_graphs(text, store.graph_names())


def asked_about(source: Source, question: Question, base: str) -> list[NamedNode]:
    """Return the annotation asked about, or every public annotation that the fact asked about rests on.

    Raises:
        TooLarge: these are too many for one answer.
    """
    if question.annotation is not None:
        return [question.annotation]
    if question.fact is None:
        return []
    terms = (question.fact.subject, question.fact.predicate, question.fact.object)
    names = ("subject", "predicate", "object")
    text = _text("why-supporters", base, dict(zip(names, map(str, terms), strict=True)))
    found = sorted(annotations_in(source(text)), key=lambda node: node.value)
    if len(found) > MOST_ANNOTATIONS:
        raise TooLarge(
            f"this rests on {len(found)} annotations, more than {MOST_ANNOTATIONS}; ask about one, or SPARQL"
        )
    return found


def evidence(source: Source, annotations: Sequence[NamedNode], base: str) -> set[Triple]:
    """Return what a dataset says of the chain behind these annotations; of one that it does not hold, nothing."""
    # One by one: of several at once the engine would make a search through all annotations.
    return {
        triple
        for annotation in annotations
        for triple in source(_text("why-evidence", base, {"annotation": str(annotation)}))
    }


def annotations_in(triples: Iterable[Triple]) -> Iterator[NamedNode]:
    """Yield the annotations that these statements describe."""
    for triple in triples:
        if (triple.predicate, triple.object) == (_TYPE, _ANNOTATION) and isinstance(triple.subject, NamedNode):
            yield triple.subject


def _text(name: str, base: str, terms: dict[str, str]) -> str:
    """Return a query with terms, as RDF writes them, in the place of those that stand for them."""
    filled = {**terms, "ontology": str(NamedNode(Namespaces(base).gld))}
    # In one pass, so that nothing in a term is taken for a place.
    return _PLACE.sub(lambda place: filled[place["name"]], query(name))

"""Which statements answer a question: those of one dataset, read by queries that see nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Triple

from give_ld.rdf.namespaces import EBUCORE, RDF, Namespaces
from give_ld.review.why.question import Question
from give_ld.store.protocol import Store
from give_ld.store.queries import query

Source = Callable[[str], Iterable[Triple]]
"""What answers the text of a CONSTRUCT query from one dataset: a public snapshot, or the graphs of a role."""

_PLACE = re.compile("<asked:(?P<name>[a-z]+)>")
_TYPE, _ANNOTATION = NamedNode(f"{RDF}type"), NamedNode(f"{EBUCORE}Annotation")
# A statement that rests on thousands of annotations is asked about in parts: each query has limits.
_AT_ONCE = 50


def store_source(store: Store) -> Source:
    """Return what answers from all named graphs of a store."""
    return lambda text: store.construct_graphs(text, store.graph_names())


def asked_about(source: Source, question: Question, base: str) -> list[NamedNode]:
    """Return the annotation asked about, or every public annotation that the fact asked about rests on."""
    if question.annotation is not None:
        return [question.annotation]
    if question.fact is None:
        return []
    terms = (question.fact.subject, question.fact.predicate, question.fact.object)
    names = ("subject", "predicate", "object")
    text = _text("why-supporters", base, dict(zip(names, map(str, terms), strict=True)))
    return sorted(annotations_in(source(text)), key=lambda node: node.value)


def evidence(source: Source, annotations: Sequence[NamedNode], base: str) -> set[Triple]:
    """Return what a dataset says of the chain behind these annotations; of one that it does not hold, nothing."""
    found: set[Triple] = set()
    for start in range(0, len(annotations), _AT_ONCE):
        terms = " ".join(map(str, annotations[start : start + _AT_ONCE]))
        found.update(source(_text("why-evidence", base, {"annotation": terms})))
    return found


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

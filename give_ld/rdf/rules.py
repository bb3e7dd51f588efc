"""Which compiled rules a store breaks: a batch in memory as a whole, or a large store rule by rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, QuerySolution, QuerySolutions, Store
from rdflib import Graph
from rdflib.namespace import RDF, RDFS

from give_ld.rdf.compile import Query, compile_shapes
from give_ld.rdf.violation import Violation

_TYPE, _SUBCLASS = NamedNode(str(RDF.type)), NamedNode(str(RDFS.subClassOf))


class Rules:
    """Shapes as queries, compiled once. They change nothing in what they are asked about: threads may share them."""

    def __init__(self, shapes: Graph) -> None:
        self.queries = compile_shapes(shapes)

    def are_kept(self, store: Store) -> bool:
        """Return whether the graphs of a store, taken together, break no rule that refuses.

        Of data that say which class is below which it says no: the queries do not look at that.
        """
        if _any(store, _SUBCLASS):
            return False
        asked = (query.ask for query in self._present(store) if query.refuses)
        return not any(store.query(ask, use_default_graph_as_union=True) for ask in asked)

    def warnings(self, store: Store) -> list[Violation]:
        """Return what breaks the rules that only warn in the graphs of a store, taken together."""
        asked = [query for query in self._present(store) if not query.refuses]
        return [each for query in asked for each in found(query, _rows(store, query))]

    def _present(self, store: Store) -> Iterator[Query]:
        have = {name: _occurs(store, name) for query in self.queries for name in query.targets}
        return (query for query in self.queries if not query.targets or any(have[name] for name in query.targets))


def found(query: Query, rows: Iterable[QuerySolution]) -> Iterator[Violation]:
    """Yield the violations that the rows of a query's SELECT tell."""
    for row in rows:
        focus, value = row["focus"], row["value"]
        yield Violation(
            focus=focus.value,
            shape=str(query.shape),
            path=query.path,
            value=None if value is None else value.value,
            messages=query.messages,
            severity=query.severity,
        )


def _rows(store: Store, query: Query) -> QuerySolutions:
    rows = store.query(query.select, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - a SELECT
    return rows


def _occurs(store: Store, name: str) -> bool:
    node = NamedNode(name)
    return _any(store, _TYPE, node) or _any(store, node)


def _any(store: Store, predicate: NamedNode, obj: NamedNode | None = None) -> bool:
    return next(iter(store.quads_for_pattern(None, predicate, obj)), None) is not None

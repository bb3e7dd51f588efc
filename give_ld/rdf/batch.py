"""How pyshacl sees the statements of a batch and the shapes: indexed once, since it asks hundreds of times a guess."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, cast

import pyoxigraph
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.graph_abstraction import OxigraphDataGraph, to_rdf
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib.graph import Graph
from rdflib.namespace import SH
from rdflib.term import Literal, Node, URIRef

# By what of a node itself a shape means it, and what looks elsewhere.
_BY_NAME, _OTHERWISE = (SH.targetClass, SH.targetSubjectsOf), (SH.targetNode, SH.targetObjectsOf, SH.target)
_Index = dict[Node, dict[Node, list[Node]]]


class Batch(OxigraphDataGraph):
    """The graphs of a store taken together, as they were when this was made.

    What it answers itself are questions for the values of one predicate; all others go to the store.
    """

    def __init__(self, store: pyoxigraph.Store) -> None:
        super().__init__(store)
        self._terms: dict[Any, Node] = {}
        self._objects: _Index = {}
        self._subjects: _Index = {}
        for subject, predicate, obj, _ in store:
            values = self._objects.setdefault(self._term(predicate), {})
            values.setdefault(self._term(subject), []).append(self._term(obj))

    def __bool__(self) -> bool:
        # pyshacl asks a graph whether it is true for each result; the inherited answer counts every statement.
        return True

    def _term(self, term: Any) -> Node:  # noqa: ANN401
        if term not in self._terms:
            self._terms[term] = _as_stored(term)
        return self._terms[term]

    def objects(self, subject: Any, predicate: Any, unique: bool = False) -> Iterator[Any]:  # type: ignore[override]  # noqa: ANN401
        """Yield the values of a predicate of a node."""
        if subject is None or predicate is None or isinstance(subject, list | tuple):
            return super().objects(subject, predicate, unique)
        return iter(self._objects.get(predicate, {}).get(subject, ()))

    def predicate_objects(self, subject: Any, unique: bool = False) -> Iterator[tuple[Any, Any]]:  # type: ignore[override]  # noqa: ANN401
        """Yield what is said of a node, each predicate with each value."""
        if subject is None:
            return super().predicate_objects(subject, unique)
        said = ((predicate, values.get(subject, ())) for predicate, values in self._objects.items())
        return ((predicate, value) for predicate, values in said for value in values)

    def subjects(self, predicate: Any, object_: Any, unique: bool = False) -> Iterator[Any]:  # type: ignore[override]  # noqa: ANN401
        """Yield the nodes that have a value of a predicate."""
        if predicate is None or object_ is None or isinstance(object_, list | tuple):
            return super().subjects(predicate, object_, unique)
        if predicate not in self._subjects:
            self._subjects[predicate] = _turned(self._objects.get(predicate, {}))
        return iter(self._subjects[predicate].get(object_, ()))


def _as_stored(term: Any) -> Node:  # noqa: ANN401
    if isinstance(term, pyoxigraph.Literal) and not term.language:
        # rdflib would write some of them in another way, and a violation would name a value that nobody has.
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    return cast("Node", to_rdf(term))


def _turned(values: dict[Node, list[Node]]) -> dict[Node, list[Node]]:
    nodes: dict[Node, list[Node]] = {}
    for subject, objects in values.items():
        for each in objects:
            nodes.setdefault(each, []).append(subject)
    return nodes


class _Read(Graph):
    """A graph that does not change any more, so that no question needs to be answered twice."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.store, graph.identifier, graph.namespace_manager)
        self._answers: dict[object, list[Any]] = {}

    def triples(self, triple: Any) -> Iterator[Any]:  # type: ignore[override]  # noqa: ANN401
        """Yield the statements of a pattern."""
        if triple not in self._answers:
            self._answers[triple] = list(super().triples(triple))
        return iter(self._answers[triple])


class Shapes(ShapesGraph):
    """Shapes that many batches are held against; what pyshacl has read of them once it need not read again."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.graph = _Read(graph)
        self._constraints: dict[Node, list[tuple[Node, Node]]] = {}
        self._targets: dict[Node, frozenset[str]] = {}
        self._asked_about: frozenset[str] | None = None

    @contextmanager
    def about(self, names: frozenset[str]) -> Iterator[Shapes]:
        """Yield these shapes, for now without those that mean by class or predicate none of these names."""
        self._asked_about = names
        try:
            yield self
        finally:
            self._asked_about = None

    @property
    def shapes(self) -> Collection[Shape]:
        """Return the shapes that a batch is held against."""
        shapes: Collection[Shape] = super().shapes
        names = self._asked_about
        return shapes if names is None else [each for each in shapes if self._may_mean(each, names)]

    def _may_mean(self, shape: Shape, names: frozenset[str]) -> bool:
        if shape.node not in self._targets:
            by_name = chain.from_iterable(self.graph.objects(shape.node, each) for each in _BY_NAME)
            otherwise = any(self.graph.value(shape.node, each) is not None for each in _OTHERWISE)
            self._targets[shape.node] = frozenset() if otherwise else frozenset(map(str, by_name))
        targets = self._targets[shape.node]
        return not targets or not targets.isdisjoint(names)

    def predicate_objects(self, s: Node) -> Iterator[tuple[Node, Node]]:
        """Yield the constraints of a shape: pyshacl asks for all it says and leaves out the rest, slowly."""
        if s not in self._constraints:
            said = self.graph.predicate_objects(s)
            self._constraints[s] = [pair for pair in said if pair[0] in CONSTRAINT_PARAMETERS_MAP]
        return iter(self._constraints[s])

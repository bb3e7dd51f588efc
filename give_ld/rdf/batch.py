"""How pyshacl sees the statements of a batch and the shapes: indexed once, since it asks hundreds of times a guess."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import chain
from typing import Any, cast

import pyoxigraph
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.graph_abstraction import OxigraphDataGraph, to_rdf
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib.graph import Graph
from rdflib.namespace import RDF, RDFS, SH
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
        self.default_union = True  # type: ignore[misc]
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

    def by_name(self, nodes: frozenset[URIRef]) -> dict[Node, list[URIRef]]:
        """Return nodes by what a shape may mean them: their classes, and the predicates of what they say."""
        named: dict[Node, list[URIRef]] = {}
        for predicate, values in self._objects.items():
            found = [cast("URIRef", node) for node in values if node in nodes]
            named.setdefault(predicate, []).extend(found)
            for node in found if predicate == RDF.type else ():
                for name in values[node]:
                    named.setdefault(name, []).append(node)
        return named

    def uses(self, predicate: Node) -> bool:
        """Return whether anything has a value of a predicate."""
        return predicate in self._objects

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
        self._members: dict[Node, list[Node]] = {}

    def triples(self, triple: Any) -> Iterator[Any]:  # type: ignore[override]  # noqa: ANN401
        """Yield the statements of a pattern."""
        if triple not in self._answers:
            self._answers[triple] = list(super().triples(triple))
        return iter(self._answers[triple])

    def items(self, list: Node) -> Generator[Node]:
        """Yield the members of a list."""
        if list not in self._members:
            self._members[list] = [*super().items(list)]
        yield from self._members[list]


class Shapes(ShapesGraph):
    """Shapes that many batches are held against; what pyshacl has read of them once it need not read again."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.graph = _Read(graph)
        self._constraints: dict[Node, list[tuple[Node, Node]]] = {}
        self._targets: dict[Node, frozenset[Node] | None] = {}

    def about(self, batch: Batch, nodes: frozenset[URIRef]) -> Iterator[tuple[Shape, list[URIRef]]]:
        """Yield the shapes that mean one of these nodes of a batch, with those that they mean."""
        named, by_name_alone = batch.by_name(nodes), not batch.uses(RDFS.subClassOf)
        for shape in self.shapes:
            targets = self._targets_of(shape) if by_name_alone else None
            if targets is None:
                meant = [node for node in shape.focus_nodes(batch) if node in nodes]
            else:
                meant = list(dict.fromkeys(chain.from_iterable(named.get(name, ()) for name in targets)))
            if meant:
                yield shape, meant

    def _targets_of(self, shape: Shape) -> frozenset[Node] | None:
        """Return the classes and predicates by which a shape means nodes, or None if that does not tell."""
        if shape.node not in self._targets:
            by_name = frozenset(chain.from_iterable(self.graph.objects(shape.node, each) for each in _BY_NAME))
            otherwise = any(self.graph.value(shape.node, each) is not None for each in _OTHERWISE)
            otherwise = otherwise or shape.implicit_class_targets()  # type: ignore[no-untyped-call]
            self._targets[shape.node] = None if otherwise else by_name
        return self._targets[shape.node]

    def predicate_objects(self, s: Node) -> Iterator[tuple[Node, Node]]:
        """Yield the constraints of a shape: pyshacl asks for all it says and leaves out the rest, slowly."""
        if s not in self._constraints:
            said = self.graph.predicate_objects(s)
            self._constraints[s] = [pair for pair in said if pair[0] in CONSTRAINT_PARAMETERS_MAP]
        return iter(self._constraints[s])

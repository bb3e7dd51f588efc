"""Whether statements obey the shapes: the gate before every graph, with violations that name node and rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph
from pyshacl import Validator
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SH, XSD
from rdflib.term import Node

from give_ld.rdf.batch import Batch, Shapes
from give_ld.rdf.namespaces import Namespaces
from give_ld.resources import read_turtle

APPROVED = "approved.ttl"
"""The file of shapes for what goes to the public store."""


@dataclass(frozen=True)
class Violation:
    """One broken rule: the node, the shape and the path by IRI, the value where there is one, a message a language.

    `path` is empty where the shape walks more than one property.
    """

    focus: str
    shape: str
    path: str
    value: str | None
    messages: Mapping[str, str]

    def __str__(self) -> str:
        # Without the value: it may be personal.
        return f"{self.focus}: {self.messages.get('en', self.shape)}"


class Gate:
    """The shapes of one instance, read once. The rules are SHACL Core."""

    def __init__(self, base: str) -> None:
        shapes = read_turtle("shapes", base)
        self._private = Shapes(read_shapes(text for name, text in shapes.items() if name != APPROVED))
        self._public = Shapes(read_shapes(shapes.values()))
        names = Namespaces(base)
        absences = (
            *(names.id("calibrator", name) for name in ("uncalibrated", "human")),
            names.id("score-kind", "unstated"),
        )
        self._absences = [found for absence in absences for found in _statements_about(base, absence)]

    def check(self, lines: Iterable[str], context: Iterable[str] = ()) -> list[Violation]:
        """Return what is wrong with N-Quads that are to enter the private graphs.

        `context` describes nodes that the lines refer to; it is not judged itself.

        Raises:
            SyntaxError: a line is no N-Quads.
        """
        return self._check(self._private, lines, context)

    def check_approved(self, lines: Iterable[str], context: Iterable[str] = ()) -> list[Violation]:
        """Return what is wrong with N-Quads that are to enter the public store: the same rules, and stricter ones.

        Raises:
            SyntaxError: a line is no N-Quads.
        """
        return self._check(self._public, lines, context)

    def _check(self, shapes: Shapes, lines: Iterable[str], context: Iterable[str]) -> list[Violation]:
        judged = "\n".join(lines).encode()
        store = pyoxigraph.Store()
        store.load(input=judged, format=pyoxigraph.RdfFormat.N_QUADS)
        store.load(input="\n".join(context).encode(), format=pyoxigraph.RdfFormat.N_QUADS)
        store.extend(self._absences)
        found = _validate(store, shapes)
        subjects = _subjects(judged) if found else frozenset()
        return [violation for violation in found if violation.focus in subjects]


def validate(store: pyoxigraph.Store, shapes: Graph) -> list[Violation]:
    """Return every violation in the graphs of a store, taken together, sorted by node and shape."""
    return _validate(store, Shapes(shapes))


def _validate(store: pyoxigraph.Store, shapes: Shapes) -> list[Violation]:
    validator = Validator(Batch(store), shacl_graph=shapes.graph, options={"inference": "none"})
    validator.shacl_graph = shapes  # with what it has read of the shapes before
    conforms, report, _ = validator.run()  # type: ignore[no-untyped-call]
    if conforms:
        return []
    found = [_violation(report, shapes.graph, result) for result in report.subjects(RDF.type, SH.ValidationResult)]
    return sorted(found, key=lambda violation: (violation.focus, violation.shape, violation.value or ""))


def read_shapes(texts: Iterable[str]) -> Graph:
    """Return one graph of all shapes. Plain strings are typed xsd:string, as the store returns those of the data."""
    parsed, shapes = Graph(), Graph()
    for text in texts:
        parsed.parse(data=text, format="turtle")
    for subject, predicate, obj in parsed:
        shapes.add((subject, predicate, _retyped(obj)))
    return shapes


def _retyped(term: Node) -> Node:
    plain = isinstance(term, Literal) and term.language is None and term.datatype is None
    return Literal(str(term), datatype=XSD.string) if plain else term


def _subjects(lines: bytes) -> frozenset[str]:
    quads = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS)
    return frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, pyoxigraph.NamedNode))


def _statements_about(base: str, subject: str) -> list[pyoxigraph.Quad]:
    node = pyoxigraph.NamedNode(subject)
    return [
        quad
        for text in read_turtle("ontology", base).values()
        for quad in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
        if quad.subject == node
    ]


def _violation(report: Graph, shapes: Graph, result: Node) -> Violation:
    path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
    shape = report.value(result, SH.sourceShape)
    messages = {
        str(text.language): str(text) for text in shapes.objects(shape, SH.message) if isinstance(text, Literal)
    }
    return Violation(
        focus=str(report.value(result, SH.focusNode)),
        shape=str(shape),
        path=str(path) if isinstance(path, URIRef) else "",
        value=None if value is None else str(value),
        messages=messages,
    )

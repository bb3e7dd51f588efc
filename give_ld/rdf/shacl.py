"""Whether statements obey the shapes: the gate before every graph, with violations that name node and rule."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pyoxigraph
from pyshacl import Validator
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from give_ld.rdf.batch import Batch, Shapes
from give_ld.rdf.namespaces import Namespaces
from give_ld.rdf.rules import Rules
from give_ld.rdf.violation import APPROVED, Violation, messages_of, ordered, read_shapes
from give_ld.resources import read_turtle

_FEW = 200
"""Statements: up to so many, reading the queries takes longer than pySHACL does."""


class Gate:
    """The shapes of one instance, read once. The rules are SHACL Core.

    Of a batch all rules are first asked as compiled queries; only what they do not let pass goes to pySHACL, which
    says what is wrong. A few statements go there at once. Threads may share a gate: the queries run side by side, and
    pySHACL, which keeps notes, in turn. Without `queries_first` pySHACL alone decides; the answer is the same.
    """

    def __init__(self, base: str, *, queries_first: bool = True) -> None:
        shapes = read_turtle("shapes", base)
        self._private = _Both(read_shapes(text for name, text in shapes.items() if name != APPROVED), queries_first)
        self._public = _Both(read_shapes(shapes.values()), queries_first)
        names = Namespaces(base)
        absences = (
            *(names.id("calibrator", name) for name in ("uncalibrated", "human")),
            names.id("score-kind", "unstated"),
        )
        self._absences = [found for absence in absences for found in _statements_about(base, absence)]

    def check(self, lines: Iterable[str], context: Iterable[str] = ()) -> list[Violation]:
        """Return what is wrong with N-Quads that are to enter the private graphs, what refuses them first.

        The lines are in canonical form, as the mapping writes them. `context` describes nodes that they refer to; it
        is not judged itself.

        Raises:
            SyntaxError: a line is no N-Quads.
        """
        return self.check_text("\n".join(lines).encode(), "\n".join(context).encode())

    def check_text(self, judged: bytes, context: bytes) -> list[Violation]:
        """Return the same of lines in one text in UTF-8."""
        return self._check(self._private, judged, context)

    def check_approved(self, lines: Iterable[str], context: Iterable[str] = ()) -> list[Violation]:
        """Return what is wrong with N-Quads that are to enter the public store: the same rules, and stricter ones.

        Raises:
            SyntaxError: a line is no N-Quads.
        """
        return self._check(self._public, "\n".join(lines).encode(), "\n".join(context).encode())

    def _check(self, shapes: _Both, judged: bytes, context: bytes) -> list[Violation]:
        store = pyoxigraph.Store()
        store.load(input=judged, format=pyoxigraph.RdfFormat.N_QUADS)
        store.load(input=context, format=pyoxigraph.RdfFormat.N_QUADS)
        store.extend(self._absences)
        return shapes.find(store, judged)


class _Both:
    """The same shapes for both engines."""

    def __init__(self, shapes: Graph, queries_first: bool) -> None:
        self._rules = Rules(shapes) if queries_first else None
        self._shapes = Shapes(shapes)
        self._lock = threading.Lock()

    def find(self, store: pyoxigraph.Store, judged: bytes) -> list[Violation]:
        """Return what is wrong with the subjects of the judged lines, which are in the store with their context."""
        if self._rules and len(store) > _FEW and self._rules.are_kept(store):
            return [each for each in ordered(self._rules.warnings(store)) if _is_about(judged, each.focus)]
        subjects = _subjects(judged)
        with self._lock:
            batch = Batch(store)
            found = _violations(self._shapes, batch, self._shapes.about(batch, frozenset(map(URIRef, subjects))))
        return [violation for violation in found if violation.focus in subjects]


def validate(store: pyoxigraph.Store, shapes: Graph) -> list[Violation]:
    """Return what pySHACL finds in the graphs of a store, taken together."""
    read = Shapes(shapes)
    return _violations(read, Batch(store), ((shape, None) for shape in read.shapes))


def _violations(shapes: Shapes, batch: Batch, asked: Iterable[tuple[Shape, list[URIRef] | None]]) -> list[Violation]:
    """Return how nodes of a batch break shapes; without nodes, those that the shape itself means."""
    executor = SHACLExecutor()
    results = [result for shape, nodes in asked for result in shape.validate(executor, batch, nodes)[1]]
    if not results:
        return []
    report, _ = Validator.create_validation_report(shapes, conforms=False, results=results)
    return ordered(_violation(report, shapes.graph, each) for each in report.subjects(RDF.type, SH.ValidationResult))


def _is_about(lines: bytes, subject: str) -> bool:
    # To parse a batch again, for the few nodes that a rule warns of, would take as long as to load it.
    begin = f"<{subject}> ".encode()
    return lines.startswith(begin) or b"\n" + begin in lines


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
    assert shape is not None  # noqa: S101 - every result of a report has one
    return Violation(
        focus=str(report.value(result, SH.focusNode)),
        shape=str(shape),
        path=str(path) if isinstance(path, URIRef) else "",
        value=None if value is None else str(value),
        messages=messages_of(shapes, shape),
        severity=str(report.value(result, SH.resultSeverity)),
    )

"""What a broken rule is, whichever engine found it, and how shapes are read for both engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal
from rdflib.namespace import SH, XSD
from rdflib.term import Node

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
    severity: str = str(SH.Violation)

    @property
    def refuses(self) -> bool:
        """Return whether what breaks the rule is kept out; a warning is only told."""
        return self.severity == str(SH.Violation)

    def message(self, language: str = "en") -> str:
        """Return what is wrong in a language, or in English."""
        return self.messages.get(language) or self.messages.get("en") or self.shape

    def __str__(self) -> str:
        # Without the value: it may be personal.
        return f"{self.focus}: {self.message()}"


def messages_of(shapes: Graph, shape: Node) -> dict[str, str]:
    """Return the messages of a shape by language."""
    return {str(text.language): str(text) for text in shapes.objects(shape, SH.message) if isinstance(text, Literal)}


def ordered(found: Iterable[Violation]) -> list[Violation]:
    """Return violations with what refuses first, then by node, shape and value."""
    return sorted(found, key=lambda each: (not each.refuses, each.focus, each.shape, each.value or ""))


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

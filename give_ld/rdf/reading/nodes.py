"""What quads say of a node: its values by property, each at most once unless asked for all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from give_ld.errors import BadInput
from give_ld.model.base import Model
from give_ld.model.record import describe
from give_ld.rdf.namespaces import RDF, Namespaces

K = TypeVar("K")
M = TypeVar("M", bound=Model)
_Term = NamedNode | Literal | BlankNode | Triple
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,3}))?")
_DURATION = re.compile(r"PT(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]{1,3}))?S)?")


class Graph:
    """Quads of any graphs taken together, under the namespaces of an instance."""

    def __init__(self, quads: Iterable[Quad], names: Namespaces) -> None:
        self.names = names
        self._said: dict[str, dict[str, list[_Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, obj, _ in quads:
            if isinstance(subject, NamedNode) and obj not in self._said[subject.value][predicate.value]:
                self._said[subject.value][predicate.value].append(obj)

    def node(self, iri: str) -> Node:
        """Return a node, of which something may be said or not."""
        return Node(self, iri)

    def said(self, iri: str, predicate: str) -> list[_Term]:
        """Return every value of a property of a node."""
        return self._said[iri][predicate] if iri in self._said else []

    def local(self, kind: str, iri: str) -> str:
        """Return the local part of an IRI of this instance: "pid" of `{base}/id/item/pid` for the kind `item`.

        Raises:
            BadInput: it is of another kind.
        """
        start = self.names.id(kind, "")
        if not iri.startswith(start):
            raise BadInput(f"{iri} is no {kind} of this instance", rule="reading")
        return iri.removeprefix(start)

    def is_a(self, kind: str, iri: str) -> bool:
        """Return whether an IRI is one of this instance, of this kind."""
        return iri.startswith(self.names.id(kind, ""))


@dataclass(frozen=True)
class Node:
    """A node of a graph. Where a property has no value the answer is None; two values are an error."""

    graph: Graph
    iri: str

    def all(self, predicate: str) -> list[_Term]:
        """Return every value of a property."""
        return self.graph.said(self.iri, predicate)

    def one(self, predicate: str) -> _Term | None:
        """Return the value of a property, or None.

        Raises:
            BadInput: it has two values.
        """
        found = self.all(predicate)
        if len(found) > 1:
            raise BadInput(f"{self.iri} has {len(found)} values of {predicate}, and may have one", rule="reading")
        return found[0] if found else None

    def text(self, predicate: str) -> str | None:
        """Return the text of a literal, or None."""
        found = self.one(predicate)
        return found.value if isinstance(found, Literal) else None

    def language(self, predicate: str) -> str | None:
        """Return the language of a literal, or None."""
        found = self.one(predicate)
        return found.language if isinstance(found, Literal) else None

    def ref(self, predicate: str) -> Node:
        """Return the node that a property names.

        Raises:
            BadInput: it names none.
        """
        found = self.one(predicate)
        if not isinstance(found, NamedNode):
            raise BadInput(f"{self.iri} has no node as {predicate}", rule="reading")
        return Node(self.graph, found.value)

    def refs(self, predicate: str) -> list[Node]:
        """Return every node that a property names, by IRI."""
        return sorted(
            (Node(self.graph, each.value) for each in self.all(predicate) if isinstance(each, NamedNode)),
            key=lambda node: node.iri,
        )

    def texts(self, predicate: str) -> list[str]:
        """Return the text of every literal of a property, sorted."""
        return sorted(each.value for each in self.all(predicate) if isinstance(each, Literal))

    def classes(self) -> frozenset[str]:
        """Return the IRIs of the classes of a node."""
        return frozenset(each.iri for each in self.refs(f"{RDF}type"))

    def clock(self, predicate: str) -> int | None:
        """Return an xsd:time in milliseconds since midnight, or None."""
        return _milliseconds(_CLOCK.fullmatch(self.text(predicate) or ""))

    def duration(self, predicate: str) -> int | None:
        """Return an xsd:duration of hours, minutes and seconds in milliseconds, or None."""
        return _milliseconds(_DURATION.fullmatch(self.text(predicate) or ""))


def _milliseconds(found: re.Match[str] | None) -> int | None:
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((found.group(4) or "").ljust(3, "0"))


def meaning(terms: Mapping[K, str], classes: Iterable[str], node: Node) -> K:
    """Return what one of some IRIs or names stands for, as the mapping wrote it.

    Raises:
        BadInput: none of them stands for anything, or two do.
    """
    said = set(classes)
    found = [value for value, term in terms.items() if term in said]
    if len(found) != 1:
        raise BadInput(f"{node.iri} is {len(found)} of: {', '.join(sorted(terms.values()))}", rule="reading")
    return found[0]


def made(model: type[M], node: Node, fields: dict[str, object]) -> M:
    """Return a model of fields as the graph says them; those that are None are left out.

    Raises:
        BadInput: the graph says too little, or what breaks a rule of the model.
    """
    try:
        return model.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        message = f"{node.iri} does not say all that a {model.__name__} says: {describe(error)}"
        raise BadInput(message, rule="reading") from error

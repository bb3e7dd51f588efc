"""How statements become one JSON document that programs read by plain keys, and that is JSON-LD of the same triples."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from give_ld.rdf.namespaces import PROV, RDF, XSD, Namespaces
from give_ld.review.why.terms import Shape, Term, context_of, prefixes_of, terms_of

Document = dict[str, object]
_TYPE = f"{RDF}type"


class Frame:
    """Triples as a tree: from each node its properties, in the order of the keys; a node above is named only."""

    def __init__(self, triples: Iterable[Triple], names: Namespaces) -> None:
        self._terms, self._prefixes = terms_of(names), prefixes_of(names)
        self._of: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
        for triple in sorted(triples, key=str):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                self._of[triple.subject.value][triple.predicate.value].append(triple.object)
        self._reached: set[str] = set()
        self._used: set[Term] = set()

    def node(self, iri: str, above: tuple[str, ...] = ()) -> Document:
        """Return a node and, inside it, those that it leads to."""
        found: Document = {"id": iri}
        if iri in above or iri not in self._of:
            return found
        self._reached.add(iri)
        left = {name: list(values) for name, values in self._of[iri].items()}
        if types := left.pop(_TYPE, []):
            found["type"] = [self.short(each.value) for each in types]
        for term in self._terms:
            if values := [value for value in left.get(term.property, []) if term.takes(value)]:
                left[term.property] = [value for value in left[term.property] if value not in values]
                self._put(found, term, values, (*above, iri))
        for name, values in sorted(left.items()):
            if values:
                found[self.short(name)] = _one_or_all([_expanded(value) for value in values])
        return found

    def _put(self, node: Document, term: Term, values: list[NamedNode | Literal], above: tuple[str, ...]) -> None:
        self._used.add(term)
        if term.shape is Shape.TEXT:
            node[term.key] = _by_language(values)
            return
        plain = [self._plain(term, value, above) for value in values]
        node[term.key] = plain if term.many else _one_or_all(plain)
        if term.shape is Shape.NUMBER:
            node[self.short(term.property)] = _one_or_all([_expanded(value) for value in values])

    def _plain(self, term: Term, value: NamedNode | Literal, above: tuple[str, ...]) -> object:
        if term.shape is Shape.NODE:
            return self.node(value.value, above)
        if term.shape is Shape.INTEGER:
            return int(value.value)
        return float(value.value) if term.shape is Shape.NUMBER else value.value

    def rest(self) -> list[Document]:
        """Return the nodes that no other led to so far."""
        return [self.node(iri) for iri in sorted(self._of) if iri not in self._reached]

    def short(self, iri: str) -> str:
        """Return an IRI with a prefix for its start, or as it is."""
        for prefix, start in self._prefixes.items():
            if iri.startswith(start) and len(iri) > len(start):
                return f"{prefix}:{iri.removeprefix(start)}"
        return iri

    def context(self, document: Document) -> Document:
        """Return the context for a document of these nodes: only what it uses."""
        text = json.dumps(document)
        prefixes = {name: start for name, start in self._prefixes.items() if f'"{name}:' in text}
        return context_of((term for term in self._terms if term in self._used), prefixes)


def document(iri: str, asked: dict[str, str], triples: Iterable[Triple], names: Namespaces) -> Document:
    """Return the answer `iri` to what was asked, with all these triples; among them those that lead from `iri`."""
    frame = Frame([*triples, Triple(NamedNode(iri), NamedNode(_TYPE), NamedNode(f"{PROV}Bundle"))], names)
    body = frame.node(iri)
    body = {"id": body.pop("id"), "type": body.pop("type"), "asked": asked, **body}
    if rest := frame.rest():
        body["also"] = rest
    return {"@context": frame.context(body), **body}


def triples_of(document: Document) -> list[Triple]:
    """Return what a document says, as any reader of JSON-LD finds it."""
    quads = pyoxigraph.parse(json.dumps(document), RdfFormat.JSON_LD)
    return sorted({quad.triple for quad in quads}, key=str)


def turtle(document: Document, names: Namespaces) -> bytes:
    """Return the same triples as Turtle."""
    triples = triples_of(document)
    text = "\n".join(map(str, triples))
    prefixes = {name: start for name, start in prefixes_of(names).items() if f"<{start}" in text}
    return pyoxigraph.serialize(triples, None, RdfFormat.TURTLE, prefixes=prefixes) or b""


def _by_language(values: list[NamedNode | Literal]) -> dict[str, object]:
    found: dict[str, list[object]] = defaultdict(list)
    for value in values:
        if isinstance(value, Literal):
            found[value.language or "und"].append(value.value)
    return {language: _one_or_all(texts) for language, texts in found.items()}


def _one_or_all(values: list[object]) -> object:
    return values[0] if len(values) == 1 else values


def _expanded(value: NamedNode | Literal) -> Document:
    if isinstance(value, NamedNode):
        return {"id": value.value}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    typed = {"@type": value.datatype.value} if value.datatype.value != f"{XSD}string" else {}
    return {"@value": value.value, **typed}

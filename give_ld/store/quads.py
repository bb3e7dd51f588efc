"""How lines of N-Quads become quads, and quads the data of an update."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from give_ld.errors import BadInput
from give_ld.rdf.namespaces import XSD

# Tells a named graph and the absence of blank nodes, nothing else: a parser says whether a line is N-Quads.
_IRI = "<[^>]*>"
_LITERAL = rf'"[^"\\]*(?:\\.[^"\\]*)*"(?:@[A-Za-z0-9-]+|\^\^{_IRI})?'
# Triples of one step of an update; a parser with a stack of fixed size gives up at some thousands.
_STEP = 1_000
_NAMED = re.compile(rf"{_IRI} {_IRI} (?:{_IRI}|{_LITERAL}) {_IRI} \.")


def are_named(lines: Iterable[str]) -> bool:
    """Return whether each line has a graph and no blank node, if it is N-Quads at all, and is written as terms are."""
    return all(map(_NAMED.fullmatch, lines))


def parse_lines(lines: Iterable[str]) -> list[Quad]:
    """Return the quads of N-Quads lines.

    Raises:
        BadInput: a line is no quad, has no graph, or has a blank node; the message holds its number, counted from 1.
    """
    text = "\n".join(line.rstrip("\r\n") for line in lines)
    try:
        quads = list(parse(text, RdfFormat.N_QUADS))
    except (SyntaxError, ValueError) as error:
        raise BadInput(f"not N-Quads: {error}", rule="n-quads") from error
    for number, quad in enumerate(quads, 1):
        subject, _, obj, graph = quad
        if type(subject) is not NamedNode or type(graph) is not NamedNode or type(obj) not in (NamedNode, Literal):
            raise _fault(quad, number)
    return quads


def _fault(quad: Quad, number: int) -> BadInput:
    if isinstance(quad.graph_name, DefaultGraph):
        return BadInput(f"quad {number} has no graph; every triple here stands in a named graph", rule="named-graph")
    return BadInput(f"quad {number} has a blank node or a triple term; give the node an IRI", rule="no-blank-nodes")


def named_node(iri: str) -> NamedNode:
    """Return the node of an IRI.

    Raises:
        BadInput: it is no absolute IRI.
    """
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise BadInput(f"{iri!r} is no absolute IRI: {error}", rule="iri") from error


T = TypeVar("T")


def stored_form(term: T) -> T:
    """Return a term as Oxigraph writes it once it is stored: a value has one form, whichever it came in."""
    if isinstance(term, Literal) and _may_differ(term):
        return cast(T, _stored_literal(term))
    return term


def _may_differ(literal: Literal) -> bool:
    return literal.datatype.value.startswith(XSD) and literal.datatype.value != f"{XSD}string"


@lru_cache(maxsize=10_000)
def _stored_literal(literal: Literal) -> Literal:
    store, anything = Store(), NamedNode(XSD)
    store.add(Quad(anything, anything, literal))
    (stored,) = store
    assert isinstance(stored.object, Literal)  # noqa: S101 - that is what went in
    return stored.object


def triple_text(quad: Quad) -> str:
    """Return the triple of a quad as SPARQL writes it."""
    return f"{quad.subject} {quad.predicate} {quad.object}"


def data_steps(form: str, quads: Iterable[Quad]) -> list[str]:
    """Return the steps of an update that insert or delete quads: each of one graph, and of no great length.

    That is the same to Oxigraph, and what some engines need: see docs/engines.md.
    """
    graphs: dict[str, list[str]] = {}
    for quad in quads:
        graphs.setdefault(str(quad.graph_name), []).append(triple_text(quad))
    return [
        f"{form} DATA {{ GRAPH {graph} {{ {' . '.join(triples[start : start + _STEP])} }} }}"
        for graph, triples in graphs.items()
        for start in range(0, len(triples), _STEP)
    ]

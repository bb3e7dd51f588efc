"""How lines of N-Quads become quads, and quads the data of an update."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from give_ld.errors import BadInput

# Tells a named graph and the absence of blank nodes, nothing else: a parser says whether a line is N-Quads.
_IRI = "<[^>]*>"
_LITERAL = rf'"[^"\\]*(?:\\.[^"\\]*)*"(?:@[A-Za-z0-9-]+|\^\^{_IRI})?'
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


def triple_text(quad: Quad) -> str:
    """Return the triple of a quad as SPARQL writes it."""
    return f"{quad.subject} {quad.predicate} {quad.object}"


def data_block(quads: Iterable[Quad]) -> str:
    """Return quads as the data of INSERT DATA or DELETE DATA."""
    return " ".join(f"GRAPH {quad.graph_name} {{ {triple_text(quad)} }}" for quad in quads)

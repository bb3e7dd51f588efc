"""Which graphs a query says by FROM and FROM NAMED that it is about (SPARQL 1.1 Query, 13.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, RdfFormat, parse

from give_ld.errors import BadQuery
from give_ld.store.refusals import TOKEN

_SUBJECT, _DEFAULT, _NAMED = "urn:x-give-ld:query", "urn:x-give-ld:from", "urn:x-give-ld:from-named"


@dataclass(frozen=True)
class Dataset:
    """The graphs whose union is the default graph, and the named graphs, as IRIs."""

    default: tuple[str, ...]
    named: tuple[str, ...]


def has_dataset(text: str) -> bool:
    """Return whether a query says by FROM what it is about."""
    return "FROM" in text.upper() and any(kind == "word" and "FROM" in word.upper() for kind, word in _tokens(text))


def refuse_dataset(text: str) -> None:
    """Do nothing for a query of our own that leaves it to the caller which graphs it is about.

    Raises:
        BadQuery: it says so itself; engines do not agree on which of the two counts.
    """
    if has_dataset(text):
        raise BadQuery("a query over given graphs has no FROM of its own", rule="dataset")


def dataset_of(text: str, base: str | None) -> Dataset | None:
    """Return what a query says by FROM, with prefixes and `base` applied; None where that cannot be read for sure."""
    tokens = list(_tokens(text))
    prologue, clauses = _prologue(tokens), _clauses(tokens)
    if prologue is None or clauses is None:
        return None
    lines = [*prologue, *(f"<{_SUBJECT}> <{predicate}> {graph} ." for predicate, graph in clauses)]
    try:
        found = [quad.triple for quad in parse("\n".join(lines), RdfFormat.TURTLE, base_iri=base)]
    except (SyntaxError, ValueError):
        return None
    graphs = [(each.predicate.value, each.object.value) for each in found if isinstance(each.object, NamedNode)]
    return Dataset(
        tuple(iri for predicate, iri in graphs if predicate == _DEFAULT),
        tuple(iri for predicate, iri in graphs if predicate == _NAMED),
    )


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words, the prefixed names and the IRIs of a query, each with which of the three it is."""
    for token in TOKEN.finditer(text):
        if token["iri"]:
            yield "iri", token[0]
        elif token["part"] and not token["local"]:
            yield "word", token[0]
        elif token["local"] or token[0].startswith(":"):
            yield "name", token[0]


def _prologue(tokens: list[tuple[str, str]]) -> list[str] | None:
    """Return the declarations with which a query begins, as Turtle has them too."""
    lines, place = [], 0
    while place < len(tokens):
        word = tokens[place][1].upper()
        kinds = [kind for kind, _ in tokens[place : place + 3]]
        if word == "BASE" and kinds[:2] == ["word", "iri"]:
            lines.append(f"BASE {tokens[place + 1][1]}")
            place += 2
        elif word == "PREFIX" and kinds == ["word", "name", "iri"]:
            lines.append(f"PREFIX {tokens[place + 1][1]} {tokens[place + 2][1]}")
            place += 3
        else:
            return None if word in ("BASE", "PREFIX") else lines
    return lines


def _clauses(tokens: list[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """Return each FROM as its kind and its graph as it is written."""
    clauses = []
    for place, (kind, word) in enumerate(tokens):
        if kind != "word" or not re.search("FROM", word, re.IGNORECASE):
            continue
        rest = [*tokens[place + 1 : place + 3], ("end", ""), ("end", "")]
        is_named = rest[0] == ("word", rest[0][1]) and rest[0][1].upper() == "NAMED"
        target = rest[1] if is_named else rest[0]
        if word.upper() != "FROM" or target[0] not in ("iri", "name"):
            return None
        clauses.append((_NAMED if is_named else _DEFAULT, target[1]))
    return clauses

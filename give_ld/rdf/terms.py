"""How a value is written as an N-Quads term: in the form in which Oxigraph stores it, and safely for any string."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

import pyoxigraph

from give_ld.errors import BadInput
from give_ld.model.base import check_iri
from give_ld.rdf.namespaces import XSD

Lines = frozenset[str]
"""N-Quads, a statement each, without the newline."""
Pair = tuple[str, str]
"""A predicate and an object, as N-Quads terms."""

# Oxigraph keeps 18 decimal places; what is smaller than that it would not compare as a number.
_DECIMAL_PLACES = 18
# N-Quads in the canonical form that Oxigraph writes. Half a character (a lone surrogate) has no form at all.
_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f\ud800-\udfff\ufffe\uffff]')


# Guesses name the same few persons and entities again and again; a refusal is not kept.
@lru_cache(maxsize=4096)
def iri(value: str) -> str:
    """Return `<value>`.

    Raises:
        BadInput: not an absolute IRI (RFC 3987) of at most 2,048 characters.
    """
    try:
        return str(pyoxigraph.NamedNode(check_iri(value)))
    except ValueError as error:
        raise BadInput(f"{value!r} cannot stand in the graph as an IRI: {error}", rule="iri") from error


def minted(value: str) -> str:
    """Return `<value>` for an IRI that is made of checked parts: the base of the instance, slugs, digests, numbers."""
    return f"<{value}>"


def literal(text: str, language: str | None = None) -> str:
    """Return a plain string, or a string in a language; the tag (BCP 47) in lower case, as stores keep it.

    Raises:
        BadInput: the text holds half a character (a lone surrogate), or the language is no BCP 47 tag.
    """
    tag = _tag(language) if language else ""
    if not _TO_ESCAPE.search(text):
        return f'"{text}"{tag}'
    return f"{_escaped(text)}{tag}"


@lru_cache(maxsize=256)
def _tag(language: str) -> str:
    try:
        return str(pyoxigraph.Literal("", language=language)).removeprefix('""')
    except ValueError as error:
        raise BadInput(f"text in language {language!r} cannot stand in the graph: {error}", rule="literal") from error


def _escaped(text: str) -> str:
    try:
        return str(pyoxigraph.Literal(text))
    except ValueError as error:
        raise BadInput(f"text cannot stand in the graph: {error}", rule="literal") from error


def typed(text: str, datatype: str) -> str:
    """Return a literal of a datatype; the text must already have its canonical form.

    Raises:
        BadInput: the text holds a lone surrogate, or the datatype is no IRI.
    """
    try:
        return str(pyoxigraph.Literal(text, datatype=pyoxigraph.NamedNode(datatype)))
    except ValueError as error:
        raise BadInput(f"a value of {datatype} cannot stand in the graph: {error}", rule="literal") from error


def decimal(value: float) -> str:
    """Return an xsd:decimal in fixed notation, at most 18 places, without trailing zeros: "0.94", "1".

    A `Number` of the models has no more places, so that what is read back is equal.

    Raises:
        BadInput: not a finite number.
    """
    if not math.isfinite(value):
        raise BadInput(f"{value} is no number that xsd:decimal can hold", rule="decimal")
    text = repr(value)
    if "e" in text or len(text) > _DECIMAL_PLACES:
        text = f"{Decimal(text):.{_DECIMAL_PLACES}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f'"{"0" if text == "-0" else text}"^^<{XSD}decimal>'


def integer(value: int) -> str:
    """Return an xsd:integer."""
    return f'"{value}"^^<{XSD}integer>'


def boolean(value: bool) -> str:
    """Return an xsd:boolean."""
    return f'"{str(value).lower()}"^^<{XSD}boolean>'


def instant(value: datetime) -> str:
    """Return an xsd:dateTime in UTC, `2026-03-01T10:03:10Z`, with the fraction that it has. `value` is in UTC."""
    return f'"{_fraction(value.replace(tzinfo=None).isoformat())}Z"^^<{XSD}dateTime>'


def clock(milliseconds: int) -> str:
    """Return an xsd:time for a position in a file that is shorter than 24 hours: "00:00:12.48"."""
    seconds, rest = divmod(milliseconds, 1000)
    fraction = f".{rest:03}".rstrip("0") if rest else ""
    return f'"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"^^<{XSD}time>'


def duration(milliseconds: int) -> str:
    """Return an xsd:duration: "PT1M35.2S"."""
    seconds, rest = divmod(milliseconds, 1000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    fraction = f".{rest:03}".rstrip("0") if rest else ""
    last = f"{seconds}{fraction}S" if seconds or rest or not (hours or minutes) else ""
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + last
    return f'"PT{text}"^^<{XSD}duration>'


def day(value: date) -> str:
    """Return an xsd:date."""
    return f'"{value.isoformat()}"^^<{XSD}date>'


def quad(subject: str, predicate: str, obj: str, graph: str) -> str:
    """Return one statement; all four are N-Quads terms."""
    return f"{subject} {predicate} {obj} {graph} ."


def about(subject: str, graph: str, pairs: Iterable[Pair]) -> list[str]:
    """Return a statement for each pair of predicate and object; all are N-Quads terms."""
    return [f"{subject} {predicate} {obj} {graph} ." for predicate, obj in pairs]


def _fraction(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text

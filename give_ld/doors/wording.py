"""What a refusal is called in the language of whoever brought the piece, and what to do about it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph

from give_ld.journal.quarantine import Refused
from give_ld.rdf.namespaces import SH
from give_ld.resources import read_turtle

LANGUAGES = ("en", "nl", "fr")
# Of pydantic: which family an error is of, by what its type ends in; the first that fits counts.
_FAMILIES = (
    ("missing", "missing"),
    ("extra_forbidden", "extra"),
    ("enum", "choice"),
    ("literal_error", "choice"),
    ("union_tag_invalid", "choice"),
    ("union_tag_not_found", "missing"),
    ("value_error", "together"),
    ("assertion_error", "together"),
    ("mismatch", "form"),
    ("too_long", "size"),
    ("too_short", "size"),
    ("too_large", "size"),
    ("than", "size"),
    ("than_equal", "size"),
    ("_size", "size"),
    ("finite_number", "size"),
    ("_parsing", "form"),
    ("_type", "kind"),
    ("json_invalid", "form"),
    ("timezone_aware", "form"),
)


@dataclass(frozen=True)
class Told:
    """A refusal in words: which rule was broken by its name in words, by what, and what to do."""

    source: str
    line: int
    item: str
    rule: str
    name: str
    message: str
    value: str
    advice: str


@cache
def catalogue() -> Mapping[str, Any]:
    """Return the words of all rules, of families of errors, and of reports, each by language."""
    return tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))


@cache
def _shapes(base: str) -> Mapping[str, Mapping[str, str]]:
    """Return the messages of the shapes, by shape and language."""
    found: dict[str, dict[str, str]] = {}
    for text in read_turtle("shapes", base).values():
        for quad in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE):
            if quad.predicate.value == f"{SH}message" and isinstance(quad.object, pyoxigraph.Literal):
                found.setdefault(str(quad.subject).strip("<>"), {})[quad.object.language or "en"] = quad.object.value
    return found


def tell(refused: Iterable[Refused], base: str, language: str) -> list[Told]:
    """Return refusals in a language of `LANGUAGES`; the name of a rule of the shapes is the message of its shape."""
    return [_told(each, base, language) for each in refused]


def warned(warnings: Mapping[str, int], base: str, language: str) -> dict[str, int]:
    """Return warnings, which the gate says in English, in a language of `LANGUAGES`, with how often each was due."""
    said = {each["en"]: each.get(language, each["en"]) for each in _shapes(base).values() if "en" in each}
    return {said.get(message, message): times for message, times in warnings.items()}


def _told(refused: Refused, base: str, language: str) -> Told:
    # Where one value broke a rule of the model, the value itself has a wrong form.
    rule = f"{refused.rule}_mismatch" if refused.value and refused.rule.endswith(".value_error") else refused.rule
    name, advice = rule_words(rule, base, language)
    message = refused.message if language == "en" else name
    said = {key: value for key, value in vars(refused).items() if key != "message"}
    return Told(**said, name=name, message=message, advice=advice)


def rule_words(rule: str, base: str, language: str) -> tuple[str, str]:
    """Return what a rule is called, and what to do where it is broken."""
    known = catalogue()["rule"].get(rule)
    if known:
        return known[language][0], known[language][1]
    if shape := _shapes(base).get(rule):
        return shape.get(language, shape["en"]), catalogue()["family"]["shape"][language][1]
    where, _, kind = rule.rpartition(".")
    name, advice = catalogue()["family"][family_of(kind)][language]
    return f"{where}: {name}" if where else name, advice


def family_of(kind: str) -> str:
    """Return which family of the catalogue an error of pydantic is of, by its type."""
    return next((family for ending, family in _FAMILIES if kind.endswith(ending)), "other")

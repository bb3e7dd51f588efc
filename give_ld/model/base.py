"""Which rules every model obeys, and which strings count as identifiers."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

# RFC 3987 leaves these out of every IRI; a serialiser that let one through would write another triple.
_FORBIDDEN_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f\ud800-\udfff]")
_GOOD = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|\\^`\x7f\ud800-\udfff]+")
_LONGEST_KEY = 500
_ABSOLUTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$")


class Model(BaseModel):
    """A frozen value: unknown fields are an error, never ignored; no number may be NaN or infinite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


def check_iri(value: str) -> str:
    """Return `value` if it is an absolute IRI (RFC 3987) of at most 2,048 characters.

    Raises:
        ValueError: it is relative, too long, or holds a character that no IRI may hold.
    """
    if len(value) > 2048:
        raise ValueError("an IRI has at most 2048 characters")
    if _GOOD.fullmatch(value):
        return value
    if bad := _FORBIDDEN_IN_IRI.search(value):
        raise ValueError(f"an IRI cannot hold {bad.group()!r}")
    if not _ABSOLUTE.match(value):
        raise ValueError("not an absolute IRI")
    return value


def each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return strings whose order says nothing, sorted and each once, as a graph would give them back."""
    return tuple(sorted(set(values)))


def as_key(text: str) -> str:
    """Return a text that an index can hold: itself, or the SHA-256 of one that is long."""
    return text if len(text) <= _LONGEST_KEY else hashlib.sha256(text.encode()).hexdigest()


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the year is out of range") from error


Iri = Annotated[str, AfterValidator(check_iri)]
WikidataId = Annotated[str, StringConstraints(pattern=r"^Q[1-9][0-9]{0,11}$")]
PartnerId = Annotated[str, StringConstraints(pattern=r"^OR-[a-z0-9]{7}$")]
# No dot: the page of an item may be asked for with an ending such as .ttl.
Pid = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# Language, script and region of BCP 47: what RDF parsers agree on. Case says nothing there; stores keep lower case.
LanguageTag = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?$"),
    AfterValidator(str.lower),
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1_000_000)]
# Of software, which is public as soon as anything that it guessed is: no room for anything but a label.
Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]
# The range in which stores compare decimals as numbers, with the 18 decimal places that they keep: what is finer would
# come back from a graph as another number.
Number = Annotated[float, Field(ge=-1e20, le=1e20), AfterValidator(partial(round, ndigits=18))]
Count = Annotated[int, Field(gt=0, le=10**15)]
Instant = Annotated[AwareDatetime, AfterValidator(_utc)]

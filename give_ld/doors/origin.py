"""What the operator states of a source that does not say it: of which item and file it speaks, and what made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from pydantic import Field, ValidationError

from give_ld.errors import BadInput, NotUsable
from give_ld.model.base import Instant, LanguageTag, Model, PartnerId, Pid, Slug
from give_ld.model.record import Piece, describe, read_piece
from give_ld.model.run import SCHEMA, Agent, MediaFile, Outcome, Run, Stage

# Of the ids of imported runs: the same content from the same origin is the same run.
_RUNS = UUID("5b1c1f0e-6a3c-5d0a-9d0b-6c1a3a1f7e42")
_FILE = {"media_sha256": "sha256", "media_name": "name", "media_type": "mime_type"}
_WANTED = "partner, item, software [media-sha256, media-name, media-type, software-version, language, made]"
_NAMES = {"software_version": "version"}
UNDETERMINED = "und"
"""The language of which a source says nothing (ISO 639-2)."""


class Origin(Model):
    """Whose item a source is about, which file, and what made it and when, as far as the operator knows."""

    partner: PartnerId
    item: Pid
    file: MediaFile
    software: Slug | None = None
    version: Slug | None = None
    language: LanguageTag | None = None
    made: Instant | None = None
    parameters: dict[Slug, str | int | float] = Field(default_factory=dict)


class Statement(Model):
    """What the operator states; what is left out is unstated. `owners` are partners by the names that a source uses."""

    partner: PartnerId | None = None
    item: Pid | None = None
    file: dict[str, str] = Field(default_factory=dict)
    software: Slug | None = None
    version: Slug | None = None
    language: LanguageTag | None = None
    made: Instant | None = None
    owners: dict[str, PartnerId] = Field(default_factory=dict)

    def origin(self, **said: object) -> Origin:
        """Return whose item a source is about; `said` is what the source says itself, and counts first.

        A file without a digest is known by what the archive's own system calls it: `archive_id`, or else the item.

        Raises:
            NotUsable: partner or item are nowhere said, or something has a wrong form.
        """
        fields = self.model_dump(exclude={"file", "owners"}) | {name: each for name, each in said.items() if each}
        known_as = fields.pop("archive_id", None) or fields["item"]
        file = self.file if "sha256" in self.file else {**self.file, "archive_id": known_as}
        try:
            return Origin.model_validate({**fields, "file": file})
        except ValidationError as error:
            message = f"state where this comes from ({_WANTED}): {describe(error)}"
            raise NotUsable(message, rule="origin") from error


Door = Callable[[bytes, Statement], Iterator[Piece]]
"""From the content of a source and what is stated of it to records and refusals."""


def read_statement(stated: Mapping[str, str], owners: Iterable[str] = ()) -> Statement:
    """Return what options state by name; an empty one states nothing. An owner is `NAME=OR-…`.

    Raises:
        NotUsable: an option has a wrong form.
    """
    said = {name: value for name, value in stated.items() if value}
    file = {name: said.pop(option) for option, name in _FILE.items() if option in said}
    named = {_NAMES.get(option, option): value for option, value in said.items()}
    by_name = dict(each.rpartition("=")[::2] for each in owners)
    try:
        if file:
            MediaFile.model_validate({"archive_id": "checked-later", **file})
        return Statement.model_validate({**named, "file": file, "owners": by_name})
    except ValidationError as error:
        raise NotUsable(f"an option has a wrong form: {describe(error)}", rule="origin") from error


class Reading:
    """One source that comes through one door: which run it is, and how its guesses name that run."""

    def __init__(self, form: str, content: bytes, origin: Origin) -> None:
        self.origin = origin
        self.content = content
        self._form = form

    def run(self, stage: Stage, **said: object) -> Run:
        """Return the run; its id follows from all that it says and from the content.

        `said` replaces what the operator states, where the source says it itself.

        Raises:
            NotUsable: neither the source nor the operator says which software made it.
            BadInput: what the source says of it breaks a rule.
        """
        fields: dict[str, object] = {
            "schema": SCHEMA,
            "stage": stage,
            "partner": self.origin.partner,
            "item": self.origin.item,
            "file": self.origin.file,
            "agent": said.get("agent") or self._agent(),
            "parameters": self.parameters(inferred=self.origin.made is not None),
            "started": self.origin.made,
            "ended": self.origin.made,
            "outcome": Outcome.SUCCESS,
            **said,
        }
        try:
            unnamed = Run.model_validate({**fields, "id": _RUNS})
        except ValidationError as error:
            raise BadInput(describe(error), rule="run") from error
        return unnamed.model_copy(update={"id": uuid5(_RUNS, unnamed.model_dump_json(by_alias=True))})

    def _agent(self) -> Agent:
        if self.origin.software is None:
            raise NotUsable(f"a {self._form} does not say which software made it: state software", rule="origin")
        return Agent(name=self.origin.software, version=self.origin.version, models=())

    def parameters(self, *, inferred: bool) -> dict[str, str | int | float]:
        """Return where a run comes from, and whether its two times are one instant that is known."""
        where = {"source_format": self._form, "source_sha256": hashlib.sha256(self.content).hexdigest()}
        times = {"times": "inferred from one instant"} if inferred else {}
        return where | times | self.origin.parameters

    def run_piece(self, run: Run) -> Piece:
        """Return a run as the record that stands before its guesses."""
        return Piece(1, run.model_dump_json(by_alias=True, exclude_none=True).encode(), run, self.origin.item)

    def guess(self, line: int, run: Run, fields: Mapping[str, Any]) -> Piece:
        """Return the guess that stands at a line, checked as every record is. A score that is absent is unstated."""
        record = {"schema": SCHEMA, "type": "annotation", "run": str(run.id), "score_kind": "unstated", **fields}
        return read_piece(line, json.dumps(record).encode(), self.origin.item)

    def refusal(self, error: BadInput, line: int = 1, raw: bytes | None = None) -> Piece:
        """Return what is wrong at a line, or, without `raw`, with the whole reading."""
        return Piece(line, self.content if raw is None else raw, error, self.origin.item)


def decoded(content: bytes) -> str:
    """Return the text of a source in UTF-8, with or without a byte order mark.

    Raises:
        BadInput: it is in another encoding.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8", rule="utf-8") from error

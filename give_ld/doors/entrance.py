"""How a source comes in through its door, whichever that is, and how what waits in quarantine is tried again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from give_ld.doors.formats import DOORS
from give_ld.doors.items_rdf import rdf_format
from give_ld.doors.meemoo import read_candidates
from give_ld.doors.origin import Statement
from give_ld.errors import BadInput, BadRecord, NotUsable
from give_ld.home import Home
from give_ld.ingest import Ingest, Report, Source
from give_ld.items import ItemReport, ingest_items, ingest_rdf_items
from give_ld.journal.quarantine import Entry, Refused, settle
from give_ld.model.record import Piece, parse_record, read_piece
from give_ld.model.user import User

ITEMS = "items"
ITEMS_RDF = "items-rdf"
GIVE = "give"
FORMATS = (GIVE, ITEMS, ITEMS_RDF, *DOORS)
"""Every format that comes in."""


@dataclass(frozen=True)
class Brought:
    """What somebody brings: what reports call it, its format, its content, and what is stated of it."""

    name: str
    form: str
    content: bytes
    statement: Statement = field(default_factory=Statement)
    media_type: str = ""


@dataclass
class Retried:
    """How many pieces were taken in after all, and why the others still wait."""

    taken: int = 0
    refused: list[Refused] = field(default_factory=list)


def take_in(home: Home, brought: Brought, user: User) -> Report | ItemReport:
    """Take items or guesses of another system in and return what became of them.

    Raises:
        NotUsable: nobody says whose it is, or in which syntax.
        NotAllowed: the user may not bring this partner's items.
        BadInput: a CSV of items cannot be read at all.
    """
    if brought.form in (ITEMS, ITEMS_RDF):
        return _items(home, brought, user)
    source = Source(brought.name, Path(), user, form=brought.form)
    report = Ingest(home, source).take(DOORS[brought.form](brought.content, brought.statement))
    if brought.form == "meemoo":
        rows = read_candidates(brought.content)
        report.candidates = [
            {"id": str(row.id), "name": row.label, "wikidata": row.entity or "", "description": row.description or ""}
            for row in rows
        ]
    return report


def _items(home: Home, brought: Brought, user: User) -> ItemReport:
    partner = brought.statement.partner
    if partner is None:
        raise NotUsable("say whose items these are: partner OR-…")
    syntax = rdf_format(brought.name, brought.media_type)
    if brought.form == ITEMS_RDF or syntax is not None:
        return ingest_rdf_items(home, brought.content, syntax, (brought.name, partner), user)
    try:
        lines = io.StringIO(brought.content.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        raise BadInput(f"{brought.name} is not UTF-8 ({error.reason}); save it as UTF-8", rule="utf-8") from error
    return ingest_items(home, lines, brought.name, partner, user)


def retry(home: Home, waiting: Sequence[Entry], user: User, sidecars: Path) -> Retried:
    """Take in again what waits in quarantine; what is taken in now waits no more.

    What was no record at all is mended where it comes from and brought again, so it goes on waiting. Fingerprints are
    looked for in the directory `sidecars`.
    """
    result = Retried()
    for (name, form, partner), group in groupby(sorted(waiting, key=_source), _source):
        entries = {entry.id: entry for entry in group}
        pieces = [piece for entry in entries.values() if (piece := _piece(entry)) is not None]
        result.refused += [entries[each].kept.refused for each in entries.keys() - {piece.line for piece in pieces}]
        # A piece goes by its number in quarantine, by which it is known again.
        report = Ingest(home, Source(name, sidecars, user, form=form, partner=partner)).take(pieces)
        again = {each.line: each for each in report.refused}
        result.refused += [replace(each, line=entries[number].kept.refused.line) for number, each in again.items()]
        taken = {piece.line for piece in pieces} - again.keys()
        settle(home.journal, taken, user.id)
        result.taken += len(taken)
    return result


def _source(entry: Entry) -> tuple[str, str, str]:
    return entry.kept.refused.source, entry.kept.form, entry.partner


def _piece(entry: Entry) -> Piece | None:
    """Return what an entry is as a record, under its number; None where it is none and only its source can mend it."""
    kept = entry.kept
    if kept.record is None:
        return read_piece(entry.id, kept.raw, kept.refused.item) if kept.form == GIVE else None
    try:
        return Piece(entry.id, kept.raw, parse_record(kept.record), kept.refused.item)
    except BadRecord as error:
        return Piece(entry.id, kept.raw, error, kept.refused.item)

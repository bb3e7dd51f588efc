"""What was refused, kept as it came, so that nothing is lost and a partner can mend it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update

from give_ld.journal import tables as t
from give_ld.journal.dialects import upsert
from give_ld.journal.journal import Journal

_COLUMNS = ("source", "line", "item", "rule", "message", "value")
_VALUE = 200  # characters that a report shows of what broke a rule


@dataclass(frozen=True)
class Refused:
    """Which line of which source was refused, about which item, by which rule, and what to do.

    `value` is what broke the rule, where one value did; it is for whoever brought it, and cut where it is long.
    """

    source: str
    line: int
    item: str
    rule: str
    message: str
    value: str = ""

    def __post_init__(self) -> None:
        if len(self.value) > _VALUE:
            object.__setattr__(self, "value", self.value[:_VALUE] + " …")


@dataclass(frozen=True)
class Kept:
    """A refusal with what was refused, as it came in its format; `record` is what a door read in it, as JSON."""

    refused: Refused
    raw: bytes
    form: str = "give"
    record: bytes | None = None


@dataclass(frozen=True)
class Entry:
    """A piece in quarantine: its number, whose it is, since when, and what is kept of it."""

    id: int
    partner: str
    received: str
    kept: Kept


def keep(journal: Journal, partner: str, pieces: Iterable[Kept]) -> None:
    """Put pieces of a partner in quarantine; the same piece again is kept once, with what is wrong with it now."""
    rows = [
        {
            "digest": hashlib.sha256(partner.encode() + b"\0" + each.raw).hexdigest(),
            "received": journal.clock().isoformat(),
            "partner": partner,
            "raw": each.raw,
            "form": each.form,
            "record": each.record,
            **vars(each.refused),
        }
        for each in pieces
    ]
    if rows:
        with journal.writing() as writing:
            new = upsert(writing.db.dialect.name, t.quarantine)
            again = {name: new.excluded[name] for name in ("rule", "message", "value", "form", "record")}
            anew = {**again, "settled": "", "settled_by": ""}
            writing.db.execute(new.on_conflict_do_update(index_elements=["digest"], set_=anew), rows)


def entries(journal: Journal, partner: str | None = None, ids: Collection[int] = ()) -> list[Entry]:
    """Return what is in quarantine, of one partner or of all, oldest first; `ids` says which, or all that is there."""
    where: list[ColumnElement[bool]] = [t.quarantine.c.settled == ""]
    if partner is not None:
        where.append(t.quarantine.c.partner == partner)
    if ids:
        where.append(t.quarantine.c.id.in_(ids))
    with journal.reading() as db:
        found = db.execute(select(t.quarantine).where(*where).order_by(t.quarantine.c.id)).mappings().all()
    return [
        Entry(
            row["id"],
            row["partner"],
            row["received"],
            Kept(Refused(**{name: row[name] for name in _COLUMNS}), row["raw"], row["form"], row["record"]),
        )
        for row in found
    ]


def quarantined(journal: Journal, partner: str | None = None) -> list[Refused]:
    """Return why what is in quarantine is there, of one partner or of all, oldest first."""
    return [entry.kept.refused for entry in entries(journal, partner)]


def settle(journal: Journal, ids: Collection[int], user: str) -> None:
    """Mark pieces as taken in after all, by a user (opaque id); they stay as they are, and are no longer listed."""
    values = {"settled": journal.clock().isoformat(), "settled_by": user}
    open_ones = t.quarantine.c.settled == ""
    with journal.writing() as writing:
        writing.db.execute(update(t.quarantine).where(t.quarantine.c.id.in_(ids), open_ones).values(**values))


def settle_items(journal: Journal, partner: str, pids: Collection[str], user: str) -> None:
    """Mark what was wrong with items of a partner as mended: the archive said them again, and well."""
    of_items = t.quarantine.c.form.in_(("items", "items-rdf")) & (t.quarantine.c.partner == partner)
    query = select(t.quarantine).where(of_items, t.quarantine.c.settled == "")
    with journal.reading() as db:
        waiting = db.execute(query).all()
    mended = set(pids)
    if ids := [row.id for row in waiting if row.item in mended]:
        settle(journal, ids, user)

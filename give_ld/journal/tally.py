"""How many guesses there are, by partner, kind and status: kept with each change, since counting takes too long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, insert, select

from give_ld.journal import tables as t
from give_ld.journal.dialects import upsert

Class = tuple[str, str, str]
"""Partner, kind and status."""


def add(db: Connection, more: Mapping[Class, int]) -> None:
    """Change the numbers by so many, fewer where it is negative."""
    for (partner, kind, status), number in sorted(more.items()):
        row = upsert(db, t.tally).values(partner=partner, kind=kind, status=status, number=number)
        keys = ["partner", "kind", "status"]
        db.execute(row.on_conflict_do_update(index_elements=keys, set_={"number": t.tally.c.number + number}))


def move(db: Connection, iri: str, status: str) -> None:
    """Count a guess, which stands in the read model as it was, under a new status."""
    was = db.execute(
        select(*t.annotation.c["partner", "kind", "status"]).where(t.annotation.c.iri == iri)
    ).one_or_none()
    if was and was.status != status:
        add(db, Counter({(was.partner, was.kind, status): 1, (was.partner, was.kind, was.status): -1}))


def recount(db: Connection) -> None:
    """Count all guesses again."""
    columns = t.annotation.c["partner", "kind", "status"]
    db.execute(delete(t.tally))
    counted = select(*columns, func.count()).group_by(*columns)
    db.execute(insert(t.tally).from_select(["partner", "kind", "status", "number"], counted))

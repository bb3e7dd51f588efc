"""What the archivists of a partner decided today: how many each, and which were the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from give_ld.journal import tables as t
from give_ld.model.decision import Validation

_LAST = 6


@dataclass(frozen=True)
class Deed:
    """One decision of today: by whom, about which guess, what, and when."""

    by: str
    annotation: str
    kind: str
    label: str
    verdict: str
    at: datetime


@dataclass(frozen=True)
class Day:
    """What was decided today (UTC): how many by the user, how many by each colleague by name, and the last ones."""

    mine: int
    colleagues: dict[str, int]
    last: list[Deed]


def today(db: Connection, partner: str, user: str, now: datetime) -> Day:
    """Return the day of a partner so far, as one of its archivists sees it; what was taken back does not count."""
    start = _first_since(db, now.date().isoformat())
    mine = t.validation.c.seq == t.event.c.seq, t.validation.c.annotation == t.annotation.c.iri
    since = (*mine, t.validation.c.seq >= start, t.event.c.partner == partner)
    # The other half of a correction is no decision of its own.
    undone = t.validation.c.body.contains('"verdict":"undo"')
    number = func.sum(case((undone, -1), else_=1))
    by_user = select(t.event.c.actor, number).where(*since, t.annotation.c.corrects.is_(None)).group_by(t.event.c.actor)
    numbers = {row[0]: max(0, int(row[1])) for row in db.execute(by_user)}
    last = select(t.validation.c.body, *t.annotation.c["kind", "label"]).where(*since)
    rows = db.execute(last.order_by(t.validation.c.seq.desc()).limit(_LAST)).all()
    said = [(Validation.model_validate_json(row.body), row) for row in rows]
    called = _names(db, {*numbers, *(each.user for each, _ in said)})
    deeds = [
        Deed(called[each.user], each.annotation, row.kind, row.label, each.verdict, each.ended) for each, row in said
    ]
    colleagues = {called[who]: count for who, count in sorted(numbers.items()) if who != user}
    return Day(numbers.get(user, 0), colleagues, deeds)


def _first_since(db: Connection, day: str) -> int:
    """Return the first entry of the journal on a day or after it; times only grow, so half of the rest each time."""
    low, high = 1, (db.scalar(select(func.max(t.event.c.seq))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        if (db.scalar(select(t.event.c.time).where(t.event.c.seq == middle)) or "") < day:
            low = middle + 1
        else:
            high = middle
    return low


def _names(db: Connection, users: set[str]) -> dict[str, str]:
    found = {row.id: row.name for row in db.execute(select(t.user.c.id, t.user.c.name).where(t.user.c.id.in_(users)))}
    return {who: found.get(who, who) for who in users}

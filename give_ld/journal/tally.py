"""How many guesses there are of each kind and topic in each status, and how much it helps to decide about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, delete, select

from give_ld.journal import tables as t
from give_ld.journal.dialects import upsert
from give_ld.model.parts import in_parts
from give_ld.model.visibility import PUBLISHABLE

COUNTED = ("iri", "partner", "status", "kind", "topic", "confidence")
_KEY = ("partner", "status", "kind", "topic")
_COUNTED = select(*t.annotation.c[COUNTED]).where(t.annotation.c.iri.in_(bindparam("iris", expanding=True)))
_EMPTY = delete(t.tally).where(t.tally.c.count == 0, *(t.tally.c[name] == bindparam(f"_{name}") for name in _KEY))
# One look at a group settles all of it; a guess that can become a public fact, and one whose model is unsure, is
# worth more of the archivist's time. Sums of these order groups.
_FACT, _NO_FACT = 10, 1
_UNSURE, _SURE = 2, 1
_SURE_BELOW, _SURE_ABOVE = 0.1, 0.9


def counted(db: Connection, iris: Iterable[str]) -> list[dict[str, Any]]:
    """Return what is counted of these guesses as they stand now."""
    return [dict(row) for some in in_parts(iris) for row in db.execute(_COUNTED, {"iris": some}).mappings()]


def usefulness(kind: str, confidence: float | None) -> int:
    """Return how much it helps to decide about one guess."""
    unsure = confidence is None or _SURE_BELOW < confidence < _SURE_ABOVE
    return (_FACT if kind in PUBLISHABLE else _NO_FACT) * (_UNSURE if unsure else _SURE)


def count_all(db: Connection, changes: Iterable[tuple[Mapping[str, Any], int]]) -> None:
    """Count guesses that came under a status (1) or left one (-1)."""
    sums: dict[tuple[str, ...], tuple[int, int]] = {}
    for row, step in changes:
        key = tuple(row[name] for name in _KEY)
        count, weight = sums.get(key, (0, 0))
        sums[key] = (count + step, weight + step * usefulness(row["kind"], row["confidence"]))
    rows: list[dict[str, Any]] = [
        {**dict(zip(_KEY, key, strict=True)), "count": count, "weight": weight}
        for key, (count, weight) in sorted(sums.items())
        if count or weight
    ]
    if rows:
        db.execute(_adding(db.dialect.name), rows)
        if left := [{f"_{name}": row[name] for name in _KEY} for row in rows if row["count"] < 0]:
            db.execute(_EMPTY, left)


@cache
def _adding(dialect: str) -> Insert:
    statement = upsert(dialect, t.tally)
    new = statement.excluded
    add = {"count": t.tally.c.count + new.count, "weight": t.tally.c.weight + new.weight}
    return statement.on_conflict_do_update(index_elements=list(_KEY), set_=add)

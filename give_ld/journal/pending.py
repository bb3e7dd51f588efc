"""Which guesses an archivist sees next: filtered, in an order that helps, page by page while others decide too."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, not_, select, tuple_

from give_ld.errors import NotUsable
from give_ld.journal import tables as t
from give_ld.model.event import MEANT, excerpt
from give_ld.model.status import Status

_COLUMNS = (
    *("iri", "pid", "kind", "topic", "label", "start_ms", "end_ms", "score", "confidence", "version", "disputed"),
    *("corrects", "person", "said_by", "rejected_before", "replaced_by"),
)
_SHOWN = tuple(name for name in _COLUMNS if name != "topic")
_EXAMPLES = 3
_GUESSES = select(*t.annotation.c[(*_COLUMNS, "body", "rank", "seq")])
_BY = (t.tally.c.kind, t.tally.c.status)
_COUNTS = select(*_BY, func.sum(t.tally.c.count)).group_by(*_BY).order_by(*_BY)
_COUNTS_OF = _COUNTS.where(t.tally.c.partner == bindparam("partner"))


class Order(StrEnum):
    """In which order guesses are shown; what no calibrator covers is not doubtful, and stands in no such list."""

    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    USEFUL = "useful"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Wanted:
    """Which guesses of a partner are wanted; what is None does not matter.

    `topic` is the subject, or the cluster of unknown faces; `low` and `high` bound the calibrated confidence; `text`
    stands somewhere in the label. `floors` says by kind below which confidence nothing is shown. `free_for` is the
    user for whom guesses that others claimed are left out, `now` the instant in which the claims are looked at.
    `without` are IRIs that are left out.
    """

    partner: str
    status: Status = Status.PROPOSED
    order: Order = Order.LIKELY
    kind: str | None = None
    topic: str | None = None
    item: str | None = None
    run: str | None = None
    model: str | None = None
    low: float | None = None
    high: float | None = None
    uncalibrated: bool | None = None
    rejected_before: bool | None = None
    text: str | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
    free_for: str | None = None
    now: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Rows of a queue, and where the next page begins; None where there is none."""

    rows: list[dict[str, Any]]
    next: str | None


def queue(db: Connection, wanted: Wanted, limit: int = 100, after: str | None = None, offset: int = 0) -> Page:
    """Return a page of guesses; `after` is the `next` of the page before and stays good while others decide.

    Raises:
        NotUsable: `after` is no such place, or one of another order.
    """
    found = db.execute(query(wanted, after).limit(limit + 1).offset(offset)).mappings().all()
    rows = [_row(row) for row in found[:limit]]
    more = len(found) > limit
    return Page(rows, _place(wanted.order, found[limit - 1]) if more else None)


def query(wanted: Wanted, after: str | None = None) -> Select[Any]:
    """Return the query for a page; every order is that of an index, and goes on where it was left.

    Raises:
        NotUsable: `after` is no place in this order.
    """
    keys, descending = _keys(wanted.order)
    asked = _GUESSES.where(*conditions(wanted))
    if wanted.order is Order.USEFUL:
        same = (t.tally.c[name] == t.annotation.c[name] for name in ("partner", "status", "kind", "topic"))
        of_status = (t.tally.c.partner == wanted.partner, t.tally.c.status == str(wanted.status))
        asked = asked.add_columns(t.tally.c.weight).where(*same, *of_status)
    if wanted.order is Order.DOUBTFUL:
        asked = asked.where(t.annotation.c.rank >= 0)
    if after is not None:
        asked = asked.where(*_beyond(wanted.order, keys, descending, _values(wanted.order, after, len(keys))))
    return asked.order_by(*(key.desc() if descending else key.asc() for key in keys))


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what must hold of a guess that is wanted."""
    columns = t.annotation.c
    equal: dict[str, str | bool | None] = {
        "kind": wanted.kind,
        "topic": wanted.topic,
        "pid": wanted.item,
        "said_by": wanted.run,
    }
    equal |= {"rejected_before": wanted.rejected_before}
    found = [columns.partner == wanted.partner, columns.status == str(wanted.status)]
    found += [columns[name] == value for name, value in equal.items() if value is not None]
    if wanted.low is not None or wanted.high is not None:
        found += [columns.rank >= (wanted.low or 0.0), columns.rank <= (1.0 if wanted.high is None else wanted.high)]
    if wanted.uncalibrated is not None:
        found.append(columns.rank < 0 if wanted.uncalibrated else columns.rank >= 0)
    if wanted.model is not None:
        runs = select(t.run.c.id).where(t.run.c.partner == wanted.partner, t.run.c.model == wanted.model)
        found.append(columns.said_by.in_(runs))
    if wanted.text:
        found.append(func.lower(columns.label).contains(wanted.text.lower(), autoescape=True))
    for kind, floor in sorted(wanted.floors.items()):
        found.append(not_(and_(columns.kind == kind, columns.rank >= 0, columns.rank < floor)))
    if wanted.free_for is not None:
        found.append(columns.iri.not_in(_held(wanted)))
    if wanted.without:
        found.append(columns.iri.not_in(wanted.without))
    return found


def _held(wanted: Wanted) -> Select[Any]:
    """Return what asks which guesses of the partner others hold."""
    others = t.claim.c.partner == wanted.partner, t.claim.c.user != wanted.free_for
    return select(t.claim.c.annotation).where(*others, t.claim.c.expires > wanted.now)


def _keys(order: Order) -> tuple[list[ColumnElement[Any]], bool]:
    """Return by which columns an order goes, and whether downwards."""
    columns = t.annotation.c
    if order in (Order.NEWEST, Order.OLDEST):
        return [columns.seq], order is Order.NEWEST
    if order is Order.USEFUL:
        return [t.tally.c.weight, t.tally.c.kind, t.tally.c.topic, columns.rank, columns.seq], True
    return [columns.rank, columns.seq], order is Order.LIKELY


def _beyond(
    order: Order, keys: Sequence[ColumnElement[Any]], descending: bool, values: list[Any]
) -> list[ColumnElement[bool]]:
    if len(keys) == 1:
        return [keys[0] < values[0] if descending else keys[0] > values[0]]
    here, there = tuple_(*keys), tuple_(*values)
    found = [here < there if descending else here > there]
    if order is Order.USEFUL:
        found.append(tuple_(*keys[:3]) <= tuple_(*values[:3]))  # so that the index is entered at the group
    return found


def _place(order: Order, row: Mapping[Any, Any]) -> str:
    keys, _ = _keys(order)
    values = [order, *(row[str(key.key)] for key in keys)]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _values(order: Order, after: str, count: int) -> list[Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        values: list[Any] = found[1:]
        good = (
            len(values) == count and found[0] == order and all(isinstance(each, str | int | float) for each in values)
        )
    except (ValueError, TypeError, KeyError) as error:
        raise NotUsable("'after' is no place in a queue; take the 'next' of a page", rule="after") from error
    if not good:
        raise NotUsable("'after' is a place in another queue; begin anew", rule="after")
    return values


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    # The journal checked it when it came in: to check each row of a page again would take most of the time of the page.
    said = from_json(row["body"])
    guess = said["annotation"]
    return {
        **{name: row[name] for name in _SHOWN},
        "subject": row["topic"],
        "words": excerpt(guess.get("text", "")),
        "meant": said.get("person") or guess.get(MEANT.get(row["kind"], "")),
        "has_crop": guess.get("fingerprint") is not None,
    }


def groups(db: Connection, wanted: Wanted, limit: int, after: str | None = None) -> Page:
    """Return groups of guesses of one kind about one topic, the most useful first, each with its best examples.

    Only partner, status, kind, topic, text and floors of what is wanted count.

    Raises:
        NotUsable: `after` is no place among groups.
    """
    keys = [t.tally.c.weight, t.tally.c.kind, t.tally.c.topic]
    asked = select(t.tally).where(t.tally.c.partner == wanted.partner, t.tally.c.status == str(wanted.status))
    asked = asked.where(*(t.tally.c[k] == v for k, v in (("kind", wanted.kind), ("topic", wanted.topic)) if v))
    if wanted.text:
        labels = select(t.annotation.c.kind, t.annotation.c.topic).where(*conditions(wanted))
        asked = asked.where(tuple_(t.tally.c.kind, t.tally.c.topic).in_(labels))
    if after is not None:
        asked = asked.where(tuple_(*keys) < tuple_(*_values(Order.USEFUL, after, len(keys))))
    found = db.execute(asked.order_by(*(key.desc() for key in keys)).limit(limit + 1)).all()
    rows = [_group(db, wanted, row) for row in found[:limit]]
    if len(found) <= limit:
        return Page(rows, None)
    last = found[limit - 1]
    place = json.dumps([Order.USEFUL, last.weight, last.kind, last.topic])
    return Page(rows, base64.urlsafe_b64encode(place.encode()).decode().rstrip("="))


def _group(db: Connection, wanted: Wanted, row: Row[Any]) -> dict[str, Any]:
    of_it = Wanted(wanted.partner, wanted.status, kind=row.kind, topic=row.topic, floors=wanted.floors)
    examples = queue(db, of_it, _EXAMPLES).rows
    label = next((each["label"] or each["words"] for each in examples), "")
    named = {"kind": row.kind, "subject": row.topic, "label": label, "count": row.count, "weight": row.weight}
    return {**named, "examples": examples}


def counts(db: Connection, partner: str | None = None) -> dict[str, dict[str, int]]:
    """Return how many guesses there are, by kind and status, of one partner or of all."""
    table: dict[str, dict[str, int]] = {}
    for kind, status, count in db.execute(_COUNTS_OF, {"partner": partner}) if partner else db.execute(_COUNTS):
        table.setdefault(kind, {})[status] = count
    return table


def waiting(db: Connection, wanted: Wanted) -> int:
    """Return how many guesses are wanted: what was counted beforehand, less what is hidden, where no item is named.

    Besides, only partner, status, kind, topic, floors and claims of what is wanted count.
    """
    if wanted.item:
        return _number(db, conditions(wanted))
    named = (("kind", wanted.kind), ("topic", wanted.topic))
    where = [t.tally.c.partner == wanted.partner, t.tally.c.status == str(wanted.status)]
    where += [t.tally.c[name] == value for name, value in named if value is not None]
    total = db.scalar(select(func.sum(t.tally.c.count)).where(*where)) or 0
    everything = replace(wanted, floors={}, free_for=None, without=())
    for kind, floor in wanted.floors.items():
        below = t.annotation.c.kind == kind, t.annotation.c.rank >= 0, t.annotation.c.rank < floor
        total -= _number(db, [*conditions(everything), *below])
    if wanted.free_for is not None:
        shown = replace(wanted, free_for=None, without=())
        total -= _number(db, [*conditions(shown), t.annotation.c.iri.in_(_held(wanted))])
    return int(total)


def _number(db: Connection, where: Sequence[ColumnElement[bool]]) -> int:
    return db.scalar(select(func.count()).select_from(t.annotation).where(*where)) or 0


def counts_of(db: Connection, wanted: Wanted) -> dict[str, int]:
    """Return how many guesses of a group there are, by status; only kind and topic of what is wanted count."""
    named = (("kind", wanted.kind), ("topic", wanted.topic))
    where = [t.tally.c.partner == wanted.partner, *(t.tally.c[key] == v for key, v in named if v is not None)]
    asked = select(t.tally.c.status, func.sum(t.tally.c.count)).where(*where)
    return {status: count for status, count in db.execute(asked.group_by(t.tally.c.status))}

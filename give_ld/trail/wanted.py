"""Which entries of the journal somebody wants to see, and which of them they may: as a query on the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from give_ld.errors import BadInput, NotAllowed
from give_ld.journal import tables as t
from give_ld.journal.chain import Action
from give_ld.journal.trace import MAIN
from give_ld.model.decision import Role
from give_ld.model.user import User
from give_ld.review.decide import may_see

COUNTED = 10_000
"""How far matches are counted: more of them say nothing to a person, and cost a reader of a busy journal dearly."""

_DAY = len("2026-03-01")


@dataclass(frozen=True)
class Sight:
    """How much of the journal a user sees: the entries of one partner or of all, and where names and words."""

    user: User

    @property
    def partner(self) -> str | None:
        """Return the only partner whose entries are seen; None where all are."""
        return self.user.partner

    def told(self, partner: str) -> bool:
        """Return whether names of people and their words are shown in entries about a partner.

        An administrator runs the service and has no part in what people decide: the organisation is enough.
        """
        return may_see(self.user, partner)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the entries have in common; what is empty does not matter. Of a span of time the end is outside."""

    person: str = ""
    partner: str = ""
    since: datetime | None = None
    until: datetime | None = None
    agent: str = ""
    action: Action | None = None
    annotation: str = ""
    item: str = ""


def sight_of(user: User) -> Sight:
    """Return how much of the journal a user sees.

    Raises:
        NotAllowed: nothing of it.
    """
    if not {Role.AUDITOR, Role.ADMIN, Role.ARCHIVIST} & set(user.roles):
        raise NotAllowed(f"this needs the role {Role.AUDITOR} or {Role.ADMIN}, or {Role.ARCHIVIST} of a partner")
    return Sight(user)


def read_wanted(said: Mapping[str, str]) -> Wanted:
    """Return the entries that somebody asks for in words, by the names of `Wanted`, but `from` for `since`.

    Raises:
        BadInput: an action is unknown, or a time has no form that is known.
    """
    given = {name: text.strip() for name, text in said.items()}
    action = given.get("action", "")
    if action and action not in list(Action):
        raise BadInput(f"there is no such action; the actions are {', '.join(Action)}", rule="action")
    return Wanted(
        person=given.get("person", ""),
        partner=given.get("partner", ""),
        since=moment(given.get("from", ""), "from"),
        until=moment(given.get("until", ""), "until", is_end=True),
        agent=given.get("agent", ""),
        action=Action(action) if action else None,
        annotation=given.get("annotation", ""),
        item=given.get("item", ""),
    )


def moment(text: str, name: str, *, is_end: bool = False) -> datetime | None:
    """Return the instant in UTC that a text of ISO 8601 names; a day alone as a whole, to its end where `is_end`.

    Raises:
        BadInput: it is neither a day nor an instant with its offset from UTC.
    """
    if not text:
        return None
    try:
        if len(text) == _DAY:
            day = date.fromisoformat(text) + timedelta(days=1 if is_end else 0)
            return datetime.combine(day, time(), UTC)
        found: datetime = TypeAdapter(datetime).validate_python(text)
        if found.tzinfo is None:
            raise ValueError("no offset")
        return found.astimezone(UTC)
    except (ValueError, ValidationError, OverflowError) as error:
        message = f"'{name}' is no day (2026-03-01) and no instant (2026-03-01T10:00:00Z)"
        raise BadInput(message, rule="time") from error


def matching(db: Connection, sight: Sight, wanted: Wanted) -> Select[int]:
    """Return the query for the numbers of the entries that are wanted and seen; its only column is their order.

    Raises:
        NotAllowed: the entries of a partner are asked for that the asker does not see.
    """
    if sight.partner and wanted.partner not in ("", sight.partner):
        raise NotAllowed(f"you may not read the entries of {wanted.partner}; an archivist of it or an auditor may")
    traced, said = _traced(wanted), [*_plain(db, sight, wanted), *_span(wanted, t.event.c.time)]
    query: Select[Any] = select(t.trace.c.seq if traced else t.event.c.seq)
    if traced and said:
        query = query.join(t.event, t.event.c.seq == t.trace.c.seq)
    return query.where(*traced, *said)


def within(query: Select[int], wanted: Wanted) -> Select[int]:
    """Return a query of `matching`, for reading in order: it looks no further than a span of time can reach.

    Clocks are set back now and then, so that the numbers between which a span lies have to be looked up.
    """
    seq, inner = number_of(query), t.event.alias()
    span = _span(wanted, inner.c.time)
    if wanted.since:
        some = select(inner.c.seq).where(*span).order_by(inner.c.time).limit(COUNTED + 1).subquery()
        # Where more match than that a page is full before it comes to the first of them.
        first = case((func.count() > COUNTED, 0), else_=func.min(some.c.seq))
        query = query.where(seq >= select(first).select_from(some).scalar_subquery())
    if wanted.until:
        query = query.where(seq <= select(func.max(inner.c.seq)).where(*span).scalar_subquery())
    return query


def number_of(query: Select[int]) -> ColumnElement[int]:
    """Return the column of a query of `matching` by which it is ordered and read on."""
    column: ColumnElement[int] = query.selected_columns["seq"]
    return column


def count(db: Connection, query: Select[int]) -> int:
    """Return how many entries match, counted no further than one more than `COUNTED`."""
    some = query.limit(COUNTED + 1).subquery()
    return db.scalar(select(func.count()).select_from(some)) or 0


def _traced(wanted: Wanted) -> list[ColumnElement[bool]]:
    column, found = t.trace.c, list[ColumnElement[bool]]()
    if wanted.annotation:
        found.append(column.annotation == wanted.annotation)
    if wanted.item:
        found.append(column.pid == _pid(wanted.item)[1])
    if wanted.agent:
        found.append(column.agent == wanted.agent)
    # A correction is about two annotations of one item, and is one entry.
    return found if wanted.annotation or not found else [*found, column.place == MAIN]


def _plain(db: Connection, sight: Sight, wanted: Wanted) -> list[ColumnElement[bool]]:
    column, found = t.event.c, list[ColumnElement[bool]]()
    for partner in sorted({sight.partner or "", wanted.partner, _pid(wanted.item)[0]} - {""}):
        found.append(column.partner == partner)
    if wanted.action:
        found.append(column.action == str(wanted.action))
    if wanted.person:
        found.append(column.actor == _actor(db, sight, wanted.person))
    return found


def _actor(db: Connection, sight: Sight, person: str) -> str:
    """Return the opaque id of who is meant: by the name only to those to whom names are shown."""
    if not sight.told(sight.partner or ""):
        return person
    return db.scalar(select(t.user.c.id).where(t.user.c.name == person)) or person


def _pid(item: str) -> tuple[str, str]:
    """Return partner and local id of an item: an IRI names both, a local id does not say whose it is."""
    if "/id/item/" not in item:
        return "", item
    partner, _, pid = item.partition("/id/item/")[2].partition("/")
    return partner, pid


def _span(wanted: Wanted, time: ColumnElement[str]) -> list[ColumnElement[bool]]:
    found = [time >= wanted.since.isoformat()] if wanted.since else []
    return [*found, time < wanted.until.isoformat()] if wanted.until else found

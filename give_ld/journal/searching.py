"""Which guesses of a partner are meant: those of an item, a run or a subject, or those whose label has some words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from give_ld.journal import tables as t
from give_ld.model.annotation import Transcript
from give_ld.model.decision import Known
from give_ld.model.event import Proposal
from give_ld.model.item import Item
from give_ld.model.status import Status

_COLUMNS = (
    *("iri", "pid", "file", "kind", "label", "start_ms", "end_ms", "score", "confidence", "run"),
    *("status", "version", "disputed", "corrects"),
)
_MOST_ITEMS = 20


@dataclass(frozen=True)
class Sought:
    """Which guesses of a partner are sought; what is None does not matter.

    `topics` are subjects, or clusters of unknown faces; `text` stands somewhere in the label.
    """

    partner: str
    status: Status | None = None
    kind: str | None = None
    topics: tuple[str, ...] = ()
    pid: str | None = None
    run: str | None = None
    text: str | None = None


def find(db: Connection, sought: Sought, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Return guesses as rows: of one status the most certain first, as the queue has them; else as they follow."""
    columns = t.annotation.c
    query = select(*columns[_COLUMNS]).where(*_conditions(sought)).limit(limit).offset(offset)
    if sought.status is None:
        query = query.order_by(columns.pid, columns.start_ms, columns.iri)
    else:
        query = query.order_by(columns.confidence.is_(None), columns.confidence.desc(), columns.iri)
    return [dict(row._mapping) for row in db.execute(query)]


def statuses(db: Connection, sought: Sought) -> dict[str, int]:
    """Return how many guesses are sought, by status."""
    status = t.annotation.c.status
    query = select(status, func.count()).where(*_conditions(sought)).group_by(status).order_by(status)
    return {row[0]: row[1] for row in db.execute(query)}


def kinds(db: Connection, sought: Sought) -> dict[str, dict[str, int]]:
    """Return how many guesses are sought, by kind and status."""
    by = t.annotation.c.kind, t.annotation.c.status
    table: dict[str, dict[str, int]] = {}
    for kind, status, count in db.execute(
        select(*by, func.count()).where(*_conditions(sought)).group_by(*by).order_by(*by)
    ):
        table.setdefault(kind, {})[status] = count
    return table


def alike(known: Known) -> Sought:
    """Return what seeks all guesses of the same kind about the same subject: one face, name, text or tag."""
    return Sought(known.run.partner, kind=known.annotation.kind, topics=(topic_of(known),))


def topic_of(known: Known) -> str:
    """Return by what a guess is grouped: its subject, or the cluster of an unknown face."""
    return Proposal(iri=known.iri, annotation=known.annotation, person=known.person).topic


def find_items(db: Connection, partner: str, text: str) -> list[Item]:
    """Return the first items of a partner in whose title, identifier or own numbers some words stand."""
    # As the text stands in JSON.
    body = _contains(t.item.c.body, json.dumps(text, ensure_ascii=False)[1:-1])
    query = select(t.item.c.body).where(t.item.c.partner == partner, body).order_by(t.item.c.pid).limit(500)
    items = (Item.model_validate_json(each) for each in db.scalars(query))
    wanted = text.casefold()
    named = [each for each in items if any(wanted in one.casefold() for one in (each.title, each.pid, *each.local_ids))]
    return named[:_MOST_ITEMS]


def transcript_text(db: Connection, partner: str, file: str, digest: str) -> str | None:
    """Return the transcript of a file with this digest, or None."""
    columns = t.annotation.c
    where = (columns.partner == partner, columns.file == file, columns.kind == "transcript", columns.subject == digest)
    body = db.scalar(select(columns.body).where(*where).limit(1))
    guess = Proposal.model_validate_json(body).annotation if body else None
    return guess.text if isinstance(guess, Transcript) else None


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    columns = t.annotation.c
    equal = {name: getattr(sought, name) for name in ("status", "kind", "pid", "run")}
    found = [columns.partner == sought.partner]
    found += [columns[name] == str(value) for name, value in equal.items() if value is not None]
    if sought.topics:
        found.append(columns.topic.in_(sought.topics))
    if sought.text is not None:
        found.append(_contains(columns.label, sought.text))
    return found


def _contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return whether a text stands in a column; SQLite knows the case of the letters A to Z only."""
    written = {text, text.lower(), text.upper(), text.title()}
    return or_(*(column.icontains(each, autoescape=True) for each in sorted(written)))

"""How payloads are taken out of the journal, and what is kept beside the chain about a person with them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, update

from give_ld.journal import tables as t
from give_ld.journal.chain import commitment
from give_ld.journal.events import ACTION
from give_ld.model.erasure import Erasure, Redaction
from give_ld.model.event import Payload

_AT_ONCE = 10_000


def erase_payloads(db: Connection, seqs: Iterable[int]) -> None:
    """Take payloads out with their keys; their entries stay in the chain."""
    remaining = iter(seqs)
    while some := list(islice(remaining, _AT_ONCE)):
        db.execute(delete(t.payload).where(t.payload.c.seq.in_(some)))


def redact_payload(db: Connection, seq: int, left: Payload) -> Redaction:
    """Put what is left of a payload in its place, under a new key, and return what the journal has to say of that."""
    key, body = secrets.token_bytes(32), left.model_dump_json(by_alias=True, exclude_none=True)
    values = {"key": key, "body": body, "form": str(ACTION[type(left)])}
    db.execute(update(t.payload).where(t.payload.c.seq == seq).values(**values))
    return Redaction(seq=seq, commitment=commitment(key, body))


def quarantined(db: Connection, is_sought: Callable[[str], bool]) -> list[int]:
    """Return what in quarantine holds a text that is sought, by id."""
    return [row.id for row in db.execute(select(t.quarantine)) if any(map(is_sought, _texts(row._tuple())))]


def erase_quarantined(db: Connection, is_sought: Callable[[str], bool]) -> int:
    """Take out of quarantine what holds a text that is sought; return how many pieces that were."""
    ids = quarantined(db, is_sought)
    for each in ids:
        db.execute(delete(t.quarantine).where(t.quarantine.c.id == each))
    return len(ids)


def _texts(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
        yield text
        try:  # in JSON a letter may stand as an escape
            yield json.dumps(json.loads(text), ensure_ascii=False)
        except (ValueError, RecursionError):
            continue


def erase_tokens(db: Connection, users: Collection[str]) -> int:
    """Take out by what users (opaque ids) come in, and what they had claimed; return how many tokens there were."""
    for table in (t.password, t.invitation, t.session, t.claim):
        db.execute(delete(table).where(table.c.user.in_(users)))
    return db.execute(delete(t.token).where(t.token.c.user.in_(users))).rowcount


def all_erasures(db: Connection) -> list[Erasure]:
    """Return every erasure that the journal has on record, oldest first."""
    bodies = db.scalars(select(t.erasure.c.body).order_by(t.erasure.c.seq))
    return [Erasure.model_validate_json(body) for body in bodies]


def last_erasure(db: Connection) -> int:
    """Return the entry of the last erasure, or 0."""
    return db.scalar(select(func.max(t.erasure.c.seq))) or 0


def find_erasure(db: Connection, erasure: UUID) -> Erasure | None:
    """Return the erasure with this id, or None."""
    body = db.scalar(select(t.erasure.c.body).where(t.erasure.c.id == str(erasure)))
    return Erasure.model_validate_json(body) if body else None

"""How events get into the journal and out of it: one transaction holds an event and all that follows from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from give_ld.errors import Damaged
from give_ld.journal import tables as t
from give_ld.journal.chain import Action, Entry, Fault, Gaps, Head, Sealed, Stored, first_fault, seal
from give_ld.journal.state import apply_all
from give_ld.model.decision import Validation
from give_ld.model.erasure import Erasure
from give_ld.model.event import (
    Admission,
    Correction,
    Exemption,
    Payload,
    Proposal,
    RefsetVersion,
    Supersession,
    TokenIssued,
)
from give_ld.model.item import Item, Partner
from give_ld.model.processing import Processing
from give_ld.model.run import Run
from give_ld.model.user import User

Clock = Callable[[], datetime]
_ACTION: dict[type[Payload], Action] = {
    Partner: Action.PARTNER_ADDED,
    Item: Action.ITEM_RECORDED,
    Run: Action.RUN_RECORDED,
    Proposal: Action.ANNOTATION_PROPOSED,
    Validation: Action.ANNOTATION_DECIDED,
    Correction: Action.ANNOTATION_CORRECTED,
    Supersession: Action.ANNOTATION_SUPERSEDED,
    Admission: Action.PERSON_ADMITTED,
    RefsetVersion: Action.REFSET_VERSIONED,
    User: Action.USER_ADDED,
    TokenIssued: Action.TOKEN_ISSUED,
    Erasure: Action.PERSON_ERASED,
    Processing: Action.PROCESSING_SET,
    Exemption: Action.PERSON_EXEMPTED,
}
_MODEL: dict[str, type[Payload]] = {str(action): model for model, action in _ACTION.items()}


def utc_now() -> datetime:
    """Return the present instant in UTC, to the millisecond: what xsd:dateTime carries without noise."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Writing:
    """An open transaction of the journal: append events, read your own writes."""

    def __init__(self, db: Connection, clock: Clock) -> None:
        self.db = db
        self.appended: list[tuple[int, Payload]] = []
        self._clock = clock
        self._head = _head(db)
        self._events: list[dict[str, object]] = []
        self._payloads: list[dict[str, object]] = []

    def append(self, payload: Payload, actor: str, partner: str = "") -> None:
        """Add one event by the actor (opaque id) and apply it to the read model."""
        self.append_all([(payload, partner)], actor)

    def append_all(self, payloads: Iterable[tuple[Payload, str]], actor: str) -> None:
        """Add events by one actor, each with the partner whom it concerns, and apply them to the read model."""
        head, added, sealed = self._head, list[tuple[int, Payload]](), list[tuple[Sealed, Head]]()
        for payload, partner in payloads:
            body = payload.model_dump_json(by_alias=True, exclude_none=True)
            link = seal(head, _ACTION[type(payload)], body, (actor, partner), self._clock())
            head = Head(link.entry.seq, link.entry.hash)
            sealed.append((link, head))
            added.append((head.seq, payload))
        apply_all(self.db, added)
        self._events += [{**vars(link.entry), "hash": at.hash} for link, at in sealed]
        self._payloads += [{"seq": link.entry.seq, "key": link.key, "body": link.body} for link, _ in sealed]
        self._head = head
        self.appended += added

    def write(self) -> None:
        """Write the events that were appended, in one go; the journal does this before it commits."""
        if self._events:
            self.db.execute(insert(t.event), self._events)
            self.db.execute(insert(t.payload), self._payloads)
        self._events, self._payloads = [], []


class Journal:
    """The system of record on SQLite (or another engine by URL)."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self.engine = engine
        self.clock = clock
        try:
            t.metadata.create_all(engine)
        except (DatabaseError, sqlite3.DatabaseError) as error:
            raise Damaged(f"the journal cannot be opened ({error}); restore it from a backup") from error

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Yield an exclusive transaction; it commits on leaving, and on an error nothing of it remains."""
        with self.engine.execution_options(immediate=True).begin() as db:
            writing = Writing(db, self.clock)
            yield writing
            writing.write()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one consistent state."""
        with self.engine.connect() as db:
            yield db

    def head(self, at: int | None = None) -> Head:
        """Return where the chain ends, or where it ended when entry `at` was its last."""
        with self.reading() as db:
            return _head(db, at)

    def events(self, after: int = 0) -> Iterator[tuple[int, Payload]]:
        """Yield sequence number and payload of every event after `after`; erased payloads are left out."""
        query = (
            select(t.event.c.seq, t.event.c.action, t.payload.c.body, t.payload.c.form)
            .join(t.payload, t.payload.c.seq == t.event.c.seq)
            .where(t.event.c.seq > after)
            .order_by(t.event.c.seq)
        )
        with self.reading() as db:
            for row in db.execute(query):
                yield row.seq, _MODEL[row.form or row.action].model_validate_json(row.body)

    def entries(self) -> Iterator[Stored]:
        """Yield every link of the chain, oldest first."""
        query = select(t.event, t.payload.c.key, t.payload.c.body).outerjoin(
            t.payload, t.payload.c.seq == t.event.c.seq
        )
        with self.reading() as db:
            for row in db.execute(query.order_by(t.event.c.seq)):
                entry = Entry(row.seq, row.time, row.action, row.actor, row.partner, row.commitment, row.previous)
                yield Stored(entry, row.hash, row.key, row.body)

    def holds(self, head: Head) -> bool:
        """Return whether the chain has, or once had, this head and still holds its entry."""
        with self.reading() as db:
            found = db.scalar(select(t.event.c.hash).where(t.event.c.seq == head.seq))
        return head.seq == 0 or found == head.hash

    def verify(self, reached: Head) -> Fault | None:
        """Return the first fault of the chain, or None; what erasures put on record is none."""
        return first_fault(self.entries(), reached, self._gaps())

    def _gaps(self) -> Gaps:
        query = select(t.payload.c.body).join(t.event, t.payload.c.seq == t.event.c.seq).order_by(t.event.c.seq)
        gaps: dict[int, str | None] = {}
        with self.reading() as db:
            for body in db.scalars(query.where(t.event.c.action == str(Action.PERSON_ERASED))):
                erasure = Erasure.model_validate_json(body)
                gaps |= {each.seq: each.commitment for each in erasure.redacted} | dict.fromkeys(erasure.erased)
        return gaps

    def compact(self) -> None:
        """Write the journal anew without free pages, and empty its log: nothing that was deleted is left in them."""
        if self.engine.dialect.name != "sqlite":
            with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as db:
                db.exec_driver_sql("VACUUM FULL")
            return
        with closing(self.engine.raw_connection()) as raw:  # a transaction of the engine would forbid it
            raw.cursor().execute("VACUUM").execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def action_of(payload: Payload) -> Action:
    """Return as what a payload is journalled."""
    return _ACTION[type(payload)]


def _head(db: Connection, at: int | None = None) -> Head:
    query = select(*t.event.c["seq", "hash"]).order_by(t.event.c.seq.desc()).limit(1)
    row = db.execute(query if at is None else query.where(t.event.c.seq <= at)).one_or_none()
    return Head(row.seq, row.hash) if row else Head()


def open_journal(path: Path, clock: Clock = utc_now) -> Journal:
    """Return the journal in an SQLite file, made where it is missing: WAL, every commit synced to disk.

    Raises:
        Damaged: the file is no SQLite database.
    """
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401
        connection.isolation_level = None  # the driver's own transactions begin too late for BEGIN IMMEDIATE
        cursor = connection.cursor()
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                cursor.execute(f"PRAGMA {pragma}")
        finally:
            cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return Journal(engine, clock)


def open_memory_journal(clock: Clock = utc_now) -> Journal:
    """Return an empty journal in memory, as a rebuild needs it."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    return Journal(engine, clock)

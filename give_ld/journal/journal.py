"""How events get into the journal and out of it: one transaction holds an event and all that follows from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, create_engine, insert, select, update
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.pool import StaticPool

from give_ld.errors import Conflict, Damaged, NotUsable, Unreachable, naming_full_disk
from give_ld.journal import tables as t
from give_ld.journal.chain import Action, Entry, Fault, Gaps, Head, Sealed, Stored, first_fault, seal
from give_ld.journal.dialects import Engines, postgresql_engines, sqlite_engines
from give_ld.journal.events import ACTION, FETCHED, read_events
from give_ld.journal.schema import check_version, prepare
from give_ld.journal.state import apply_all
from give_ld.model.erasure import Erasure
from give_ld.model.event import Payload

Clock = Callable[[], datetime]
_HEAD = select(*t.event.c["seq", "hash"]).order_by(t.event.c.seq.desc()).limit(1)
_HEAD_AT = _HEAD.where(t.event.c.seq <= bindparam("at"))
_HASH = select(t.event.c.hash).where(t.event.c.seq == bindparam("seq"))
_EVENTS, _PAYLOADS = insert(t.event), insert(t.payload)


def utc_now() -> datetime:
    """Return the present instant in UTC, to the millisecond: what xsd:dateTime carries without noise."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Writing:
    """An open transaction of the journal: append events, read your own writes. `head` is where the chain ends now."""

    def __init__(self, db: Connection, clock: Clock) -> None:
        self.db = db
        self.appended: list[tuple[int, Payload]] = []
        self._clock = clock
        self.head = _head(db)
        self._events: list[dict[str, object]] = []
        self._payloads: list[dict[str, object]] = []

    def append(self, payload: Payload, actor: str, partner: str = "") -> None:
        """Add one event by the actor (opaque id) and apply it to the read model."""
        self.append_all([(payload, partner)], actor)

    def append_all(self, payloads: Iterable[tuple[Payload, str]], actor: str) -> None:
        """Add events by one actor, each with the partner whom it concerns, and apply them to the read model."""
        head, added, sealed = self.head, list[tuple[int, Payload]](), list[tuple[Sealed, Head]]()
        for payload, partner in payloads:
            body = payload.model_dump_json(by_alias=True, exclude_none=True)
            link = seal(head, ACTION[type(payload)], body, (actor, partner), self._clock())
            head = Head(link.entry.seq, link.entry.hash)
            sealed.append((link, head))
            added.append((head.seq, payload))
        apply_all(self.db, added)
        self._events += [{**vars(link.entry), "hash": at.hash} for link, at in sealed]
        self._payloads += [{"seq": link.entry.seq, "key": link.key, "body": link.body} for link, _ in sealed]
        self.head = head
        self.appended += added

    def write(self) -> None:
        """Write the events that were appended, in one go; the journal does this before it commits."""
        if self._events:
            self.db.execute(_EVENTS, self._events)
            self.db.execute(_PAYLOADS, self._payloads)
        self._events, self._payloads = [], []


class Journal:
    """The system of record, in SQLite or in PostgreSQL."""

    def __init__(self, engines: Engines, clock: Clock = utc_now) -> None:
        self.engine = engines.reading
        self.clock = clock
        self._engines = engines

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Writing]:
        """Yield an exclusive transaction; it commits on leaving, and on an error nothing of it remains.

        It is on disk then, unless it need not be `durable`: what follows from events is made again after a loss.

        Raises:
            NoSpace: the disk is full.
        """
        engine = self._engines.writing if durable else self._engines.lightly
        full = naming_full_disk("the journal", OperationalError)
        with answering(), _naming_damage(), full, engine.begin() as db:
            writing = Writing(db, self.clock)
            yield writing
            writing.write()

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """Yield a transaction for what lies beside the chain and follows from no event: secrets and sessions."""
        with answering(), self._engines.lightly.begin() as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one consistent state."""
        with answering(), _naming_damage(), self.engine.connect() as db:
            yield db

    def sync(self) -> None:
        """Make what was written without being durable outlive a loss of power."""
        with self.writing() as writing:
            # A commit that changes nothing is not synced; one that does takes all before it along.
            writing.db.execute(update(t.owner).values(key=t.owner.c.key))

    def check(self) -> None:
        """Check that every page of the file can be read.

        Raises:
            Damaged: one cannot.
        """
        if self.engine.dialect.name != "sqlite":
            return  # PostgreSQL says so itself
        with self.reading() as db:
            found = db.exec_driver_sql("PRAGMA quick_check(1)").scalars().all()
        if found != ["ok"]:
            raise Damaged(f"the journal is damaged ({found[0]}); restore it from a backup", rule="journal-damaged")

    def belong_to(self, key: str) -> None:
        """Say that the journal is of the instance with this public key, if nobody said so of another.

        Raises:
            Conflict: it is of another instance.
        """
        with self.reading() as db:
            owner = db.scalar(select(t.owner.c.key))
        if owner is None:
            with self.writing() as writing:
                writing.db.execute(insert(t.owner).values(key=key))
        elif owner != key:
            message = "the journal is of another instance; name a database of its own, or restore a backup into it"
            raise Conflict(message, rule="journal-owner")

    def head(self, at: int | None = None) -> Head:
        """Return where the chain ends, or where it ended when entry `at` was its last."""
        with self.reading() as db:
            return _head(db, at)

    def events(self, after: int = 0) -> Iterator[tuple[int, Payload]]:
        """Yield sequence number and payload of every event after `after`; erased payloads are left out."""
        with self.reading() as db:
            yield from read_events(db, after)

    def entries(self) -> Iterator[Stored]:
        """Yield every link of the chain, oldest first."""
        query = select(t.event, *t.payload.c["key", "body", "form"]).outerjoin(
            t.payload, t.payload.c.seq == t.event.c.seq
        )
        with self.reading() as db:
            for row in db.execute(query.order_by(t.event.c.seq).execution_options(yield_per=FETCHED)):
                entry = Entry(row.seq, row.time, row.action, row.actor, row.partner, row.commitment, row.previous)
                yield Stored(entry, row.hash, row.key, row.body, row.form)

    def holds(self, head: Head) -> bool:
        """Return whether the chain has, or once had, this head and still holds its entry."""
        with self.reading() as db:
            found = db.scalar(_HASH, {"seq": head.seq})
        return head.seq == 0 or found == head.hash

    def verify(self, reached: Head, seen: Callable[[Stored], None] | None = None) -> Fault | None:
        """Return the first fault of the chain, or None; what erasures put on record is none.

        `seen` is told of each link on the way.
        """
        return first_fault(_telling(self.entries(), seen) if seen else self.entries(), reached, self._gaps())

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
        self._engines.dispose()


def _telling(links: Iterable[Stored], seen: Callable[[Stored], None]) -> Iterator[Stored]:
    for link in links:
        seen(link)
        yield link


@contextmanager
def _naming_damage() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if "malformed" not in str(error.orig):
            raise
        message = f"the journal is damaged ({error.orig}); restore it from a backup"
        raise Damaged(message, rule="journal-damaged") from error


def _head(db: Connection, at: int | None = None) -> Head:
    row = (db.execute(_HEAD) if at is None else db.execute(_HEAD_AT, {"at": at})).one_or_none()
    return Head(row.seq, row.hash) if row else Head()


def read_journal(where: Path | str) -> Journal:
    """Return the journal of an instance that a server has open: to read it, and not to write.

    Raises:
        Conflict: it is of another version than this give-ld.
        Unreachable: PostgreSQL does not answer.
    """
    journal = Journal(sqlite_engines(where) if isinstance(where, Path) else postgresql_engines(where))
    try:
        with journal.reading() as db:
            check_version(db)
    except BaseException:
        journal.close()
        raise
    return journal


def open_journal(where: Path | str, clock: Clock = utc_now, owner: str = "") -> Journal:
    """Return the journal in an SQLite file, or in PostgreSQL at an address; made where it is missing.

    Tables of an earlier version are brought to this one. Every commit is synced to disk. `owner` is the public key of
    the instance that it must belong to, see `Journal.belong_to`.

    Raises:
        Damaged: the file is no SQLite database.
        NotUsable: the address is none, or leads to a database that cannot hold a journal.
        Unreachable: PostgreSQL does not answer.
        Conflict: another process writes to the database, or it is of a later version, or of another instance.
    """
    engines = sqlite_engines(where) if isinstance(where, Path) else postgresql_engines(where)
    try:
        with answering():
            prepare(engines.writing)
    except (DatabaseError, sqlite3.DatabaseError) as error:
        engines.dispose()
        if isinstance(where, str):
            raise NotUsable(f"PostgreSQL cannot hold the journal: {_said(error)}") from error
        raise Damaged(f"the journal cannot be opened ({error}); restore it from a backup") from error
    except BaseException:
        engines.dispose()
        raise
    journal = Journal(engines, clock)
    try:
        if owner:
            journal.belong_to(owner)
    except BaseException:
        journal.close()
        raise
    return journal


def open_memory_journal(clock: Clock = utc_now) -> Journal:
    """Return an empty journal in memory, as a rebuild needs it."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    t.metadata.create_all(engine)
    return Journal(Engines(engine, engine), clock)


@contextmanager
def answering() -> Iterator[None]:
    """Say in the words of this project, where PostgreSQL does not answer, that it does not.

    Raises:
        Unreachable: it does not, or cannot.
    """
    try:
        yield
    except OperationalError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise
        raise Unreachable(f"PostgreSQL, which keeps the journal, fails: {_said(error)}") from error


def _said(error: Exception) -> str:
    # Its first line only: what follows may quote a value.
    orig = error.orig if isinstance(error, DBAPIError) else error
    return str(orig).partition("\n")[0]

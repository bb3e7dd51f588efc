"""What differs between SQLite and PostgreSQL, and nothing else does: text, upserts, transactions, the one writer."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, String, Table, Text, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.types import TypeDecorator, TypeEngine

from give_ld.errors import Conflict, NotUsable

# The first half of an advisory lock of PostgreSQL, the second is of the schema: 'give' in ASCII.
_LOCK = 0x67697665
_POSTGRESQL = "postgresql"
_WAIT = 30  # seconds that a thread waits for its turn to write
_NAME = 63  # characters that PostgreSQL keeps of the name of an application


class Word(TypeDecorator[str]):
    """A short text that sorts by code point on either database, as Python and Oxigraph sort."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column: on PostgreSQL the order must not follow the language of the server."""
        return postgresql.TEXT(collation="C") if _is_postgresql(dialect) else self.impl_instance

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the value as the database can keep it: PostgreSQL knows no NUL, and a source may hold one."""
        return value.replace("\0", "\ufffd") if value and _is_postgresql(dialect) else value


class Words(Word):
    """A long text, otherwise as `Word`."""

    impl = Text
    cache_ok = True


@dataclass(frozen=True)
class Engines:
    """How a database is reached: for reading, and for writing, where one transaction waits for the other.

    What is written `lightly` is on disk with the next commit that is not, or a little later: what follows from events.
    """

    reading: Engine
    writing: Engine

    @property
    def lightly(self) -> Engine:
        """Return the engine for what may be lost with the power, because it can be made again."""
        return self.writing.execution_options(lightly=True)

    def dispose(self) -> None:
        """Close every connection, and let go of the lock."""
        self.writing.dispose()
        self.reading.dispose()


def upsert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert in the dialect of this name that may say what happens where the row is there already."""
    return postgresql.insert(table) if dialect == _POSTGRESQL else sqlite.insert(table)


def continue_numbers(db: Connection, table: Table) -> None:
    """Let the numbers that the database gives go on after the highest in a table that was copied as it stood."""
    if _is_postgresql(db.dialect):
        highest = f"SELECT max(id) FROM {table.name}"  # noqa: S608 - a table of ours
        db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), ({highest}))"))


def sqlite_engines(path: Path) -> Engines:
    """Return the engines of an SQLite file: WAL, every commit synced to disk, what is deleted overwritten."""
    # The connection that was used last has most of the pages at hand that are asked for next.
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _WAIT}, pool_use_lifo=True)

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
        options = connection.get_execution_options()
        if options.get("immediate", False):
            # Before the transaction: inside it the setting stays as it is.
            connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if options.get('lightly') else 'FULL'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("immediate", False) else "BEGIN")

    return Engines(engine, engine.execution_options(immediate=True))


def postgresql_engines(address: str) -> Engines:
    """Return the engines of a schema of PostgreSQL. One session writes, and holds the lock of the one writer.

    Raises:
        NotUsable: the address is none of PostgreSQL, or the driver is missing.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise NotUsable("GIVE_LD_JOURNAL_URL is no address; say postgresql://USER:PASSWORD@HOST/DATABASE") from error
    if url.drivername not in ("postgresql", "postgresql+psycopg"):
        raise NotUsable(f"GIVE_LD_JOURNAL_URL names {url.drivername}; the journal lies in SQLite or postgresql://")
    url = url.set(drivername="postgresql+psycopg")
    known_as = {"application_name": f"give-ld process {os.getpid()} on {socket.gethostname()}"[:_NAME]}
    try:
        reading = create_engine(url, connect_args=known_as, isolation_level="REPEATABLE READ", pool_pre_ping=True)
        # The session that holds the lock is the one that writes: who loses the one cannot go on with the other.
        writing = create_engine(
            url, connect_args=known_as, pool_size=1, max_overflow=0, pool_timeout=_WAIT, pool_pre_ping=True
        )
    except ModuleNotFoundError as error:
        raise NotUsable("the driver of PostgreSQL is missing; install give-ld[postgresql]") from error
    event.listen(writing, "connect", _become_the_writer)
    event.listen(writing, "begin", _begin_lightly)
    return Engines(reading, writing)


def _begin_lightly(connection: Connection) -> None:
    if connection.get_execution_options().get("lightly"):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _become_the_writer(connection: Any, _record: object) -> None:  # noqa: ANN401 - a connection of the driver
    try:
        with connection.cursor() as cursor:
            _check_database(cursor)
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(current_schema()))", (_LOCK,))
            if not cursor.fetchone()[0]:
                raise Conflict(f"the journal in PostgreSQL is in use by {_holder(cursor)}; stop it", rule="one-writer")
        connection.commit()
    except BaseException:
        connection.close()
        raise


def _check_database(cursor: Any) -> None:  # noqa: ANN401 - a cursor of the driver
    cursor.execute("SELECT current_schema(), current_setting('server_encoding')")
    schema, encoding = cursor.fetchone()
    if schema is None:
        raise NotUsable("the database of the journal has no schema on its search_path; make one, or name it")
    if encoding != "UTF8":
        raise NotUsable(f"the database of the journal is in {encoding}; make one with ENCODING 'UTF8'")
    # A decision that was acknowledged is on disk, however lightly the server takes that otherwise.
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )


def _holder(cursor: Any) -> str:  # noqa: ANN401 - a cursor of the driver
    cursor.execute(
        "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE locktype = 'advisory' "
        "AND classid = %s AND objid::bigint = hashtext(current_schema())::bigint & 4294967295 AND granted",
        (_LOCK,),
    )
    row = cursor.fetchone()
    return str(row[0]) if row and row[0] else "another process"


def _is_postgresql(dialect: Dialect) -> bool:
    return dialect.name == _POSTGRESQL

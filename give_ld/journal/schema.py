"""Whether a database has the tables of this version, how it gets them, and how all of it goes into another."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, inspect, select

from give_ld.errors import Conflict
from give_ld.journal import tables as t
from give_ld.journal.dialects import continue_numbers
from give_ld.journal.events import FETCHED, read_events
from give_ld.journal.state import apply_all

MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(engine: Engine) -> None:
    """Bring a database to the tables of this version, all at once or not at all; an empty one gets them.

    Raises:
        Conflict: the database is of a later version.
    """
    with engine.begin() as db:
        found = version_of(db)
        if found == t.VERSION:
            return
        if found is None:
            t.metadata.create_all(db)
            _write_version(db, t.VERSION)
        elif found < t.VERSION:
            migrate(db)
            _make_read_model(db)
        else:
            message = (
                f"the journal has tables of version {found}, this give-ld knows up to {t.VERSION}; install a newer"
            )
            raise Conflict(f"{message} give-ld, or restore a backup of before", rule="journal-version")


def version_of(db: Connection) -> str | None:
    """Return of which version the tables in a database are, or None where there are none."""
    names = inspect(db).get_table_names()
    if t.version.name in names:
        return db.scalar(select(t.version.c.version_num))
    if t.event.name not in names:
        return None
    # From before versions were written down.
    columns = {column["name"] for column in inspect(db).get_columns(t.quarantine.name)}
    return "0002" if "settled" in columns else "0001"


def migrate(db: Connection, to: str = "head") -> None:
    """Change the tables step by step up to a version, in the transaction that is open."""
    from alembic import command  # most of a second, and seldom needed
    from alembic.config import Config

    found = version_of(db)
    if found and not inspect(db).has_table(t.version.name):
        _write_version(db, found)
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, to)


def check_version(db: Connection) -> None:
    """Check that a database has the tables of this version.

    Raises:
        Conflict: it has others.
    """
    if version_of(db) != t.VERSION:
        raise Conflict(
            "the journal has tables of another version; open it once with this give-ld", rule="journal-version"
        )


def copy_all(source: Connection, target: Connection) -> None:
    """Copy every row of a journal into an empty one.

    Raises:
        Conflict: the other one is not empty, or the source is of another version.
    """
    check_version(source)
    if target.scalar(select(func.count()).select_from(t.event)):
        raise Conflict("the database holds a journal already; a backup is restored into an empty one")
    for table in t.metadata.sorted_tables:
        rows = source.execute(select(table).execution_options(yield_per=FETCHED)).mappings()
        for some in rows.partitions():
            target.execute(insert(table), [dict(row) for row in some])
    continue_numbers(target, t.quarantine)


def _write_version(db: Connection, version: str) -> None:
    t.version.create(db)
    db.execute(insert(t.version).values(version_num=version))


def _make_read_model(db: Connection) -> None:
    """Make the read model from the events where a migration left it empty."""
    if any(db.scalar(select(func.count()).select_from(table)) for table in t.READ_MODEL):
        return
    events = read_events(db)
    while some := list(islice(events, FETCHED)):
        apply_all(db, some)

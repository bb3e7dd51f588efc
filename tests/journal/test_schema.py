"""The tables of the journal: made at once or step by step they are the same, and yesterday's file opens."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, insert, inspect, select, text, update

from give_ld.config import Settings
from give_ld.errors import Conflict
from give_ld.home import open_home
from give_ld.journal import schema
from give_ld.journal import tables as t
from give_ld.journal.chain import Head
from give_ld.journal.dialects import Engines, postgresql_engines, sqlite_engines
from give_ld.journal.journal import open_journal
from give_ld.journal.lookups import find_known, find_user
from give_ld.journal.quarantine import quarantined
from give_ld.journal.schema import MIGRATIONS, migrate, prepare, version_of
from give_ld.model.status import Verdict
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from tests.conftest import Ticking
from tests.databases import over_both
from tests.factories import BASE

YESTERDAY = Path(__file__).parent / "yesterday"
LAST = Head(23, "9fccb15fc8d6675aa1e0aff30a8b34a74520ca406b4af3a0ac874a5913d664cd")


@pytest.fixture
def engines(tmp_path: Path, journal_url: str | None) -> Iterator[Engines]:
    made = postgresql_engines(journal_url) if journal_url else sqlite_engines(tmp_path / "journal.sqlite")
    yield made
    made.dispose()


@pytest.fixture
def yesterday(tmp_path: Path) -> Path:
    """A home as an earlier version left it: its journal, and the secret that keys its IRIs."""
    home = tmp_path / "yesterday"
    home.mkdir()
    shutil.copy(YESTERDAY / "instance.json", home)
    with closing(sqlite3.connect(home / "journal.sqlite")) as db:
        db.executescript((YESTERDAY / "journal.sql").read_text())
    return home


def drift(db: Connection) -> list[object]:
    """Return how the tables in a database differ from those that the code knows."""
    return list(compare_metadata(MigrationContext.configure(db), t.metadata))


def assert_order_is_that_of_code_points(db: Connection) -> None:
    if db.dialect.name == "postgresql":
        columns = [column for name in t.metadata.tables for column in inspect(db).get_columns(name)]
        texts = [column["type"] for column in columns if isinstance(column["type"].python_type(), str)]
        assert texts
        assert {kind.collation for kind in texts} == {"C"}


def test_the_last_migration_is_the_version_of_the_tables() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == t.VERSION


@over_both
def test_all_migrations_make_the_tables_that_the_code_knows(engines: Engines) -> None:
    with engines.writing.begin() as db:
        migrate(db)
        assert version_of(db) == t.VERSION
        assert drift(db) == []
        assert_order_is_that_of_code_points(db)


@over_both
def test_an_empty_database_gets_the_same_tables_at_once(engines: Engines) -> None:
    prepare(engines.writing)
    with engines.reading.begin() as db:
        assert version_of(db) == t.VERSION
        assert drift(db) == []
        assert_order_is_that_of_code_points(db)


@over_both
def test_a_table_that_drifted_is_seen(engines: Engines) -> None:
    prepare(engines.writing)
    with engines.writing.begin() as db:
        db.execute(text("DROP INDEX annotation_corrects"))
        assert len(drift(db)) == 1


def bring(yesterday: Path, engines: Engines) -> None:
    """Put yesterday's journal into PostgreSQL as the version of then would have kept it there."""
    file, then = create_engine(f"sqlite:///{yesterday / 'journal.sqlite'}"), MetaData()
    with file.begin() as source, engines.writing.begin() as target:
        migrate(target, "0001")
        target.execute(text("DROP TABLE alembic_version"))
        then.reflect(source)
        for table in then.sorted_tables:
            columns = t.metadata.tables[table.name]
            rows = [dict(row) for row in source.execute(select(table)).mappings()]
            if rows:
                target.execute(insert(columns), rows)
    file.dispose()
    (yesterday / "journal.sqlite").unlink()


@over_both
def test_yesterdays_journal_opens_whole_and_goes_on(yesterday: Path, journal_url: str | None) -> None:
    if journal_url:
        then = postgresql_engines(journal_url)
        bring(yesterday, then)
        then.dispose()
    home = open_home(Settings(home=yesterday, base=BASE, journal_url=journal_url), Ticking())
    try:
        assert home.journal.head() == LAST
        assert home.journal.verify(LAST) is None
        assert all(difference.is_none for difference in check(home).values())
        assert [each.rule for each in quarantined(home.journal)] == ["schema-version"]
        with home.journal.reading() as db:
            assert drift(db) == []
            found = dict(
                db.execute(select(*t.annotation.c["kind", "iri"]).where(t.annotation.c.status == "approved")).all()
            )
            ann = find_user(db, "Ann")
        assert list(found) == ["face-match"]
        assert ann is not None
        home.decide(ann, Decision(found["face-match"], Verdict.WITHDRAW, "a day later"))
        assert all(difference.is_none for difference in check(home).values())
    finally:
        home.close()


def test_the_read_model_is_made_again_from_the_events(yesterday: Path) -> None:
    with closing(sqlite3.connect(yesterday / "journal.sqlite")) as db:
        then = dict(db.execute("SELECT iri, status FROM annotation").fetchall())
    journal = open_journal(yesterday / "journal.sqlite")
    with journal.reading() as now:
        assert dict(now.execute(select(*t.annotation.c["iri", "status"])).all()) == then
        decided = set(now.scalars(select(t.annotation.c.iri).where(t.annotation.c.decided)))
        assert {iri for iri, status in then.items() if status != "proposed"} == decided
        assert {row.stage for row in now.execute(select(t.run))} == {"faces", "entities"}
        withdrawn = now.scalar(select(t.annotation.c.iri).where(t.annotation.c.status == "withdrawn"))
        known = find_known(now, withdrawn or "")
    assert known is not None
    assert [each.verdict for each in known.validations] == [Verdict.APPROVE, Verdict.WITHDRAW]
    journal.close()


def test_a_file_from_before_versions_were_written_down_is_known_by_its_columns(tmp_path: Path) -> None:
    engines = sqlite_engines(tmp_path / "journal.sqlite")
    with engines.writing.begin() as db:
        migrate(db, "0002")
        db.execute(text("DROP TABLE alembic_version"))
        db.execute(text("CREATE INDEX annotation_corrects ON annotation (corrects) WHERE corrects IS NOT NULL"))
        assert version_of(db) == "0002"
    prepare(engines.writing)
    with engines.reading.begin() as db:
        assert version_of(db) == t.VERSION
        assert drift(db) == []
    engines.dispose()


@over_both
def test_a_journal_of_a_later_version_is_refused_by_name_and_left_alone(engines: Engines) -> None:
    prepare(engines.writing)
    with engines.writing.begin() as db:
        db.execute(update(t.version).values(version_num="9999"))
    with pytest.raises(Conflict, match=f"version 9999, this give-ld knows up to {t.VERSION}"):
        prepare(engines.writing)
    with engines.reading.begin() as db:
        assert version_of(db) == "9999"


def test_a_migration_that_fails_leaves_the_file_as_it_was(yesterday: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    file = yesterday / "journal.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "apply_all", fail)
        with pytest.raises(OSError, match="no space"):
            open_journal(file)
    with closing(sqlite3.connect(file)) as db:
        assert "\n".join(db.iterdump()) + "\n" == (YESTERDAY / "journal.sql").read_text()
    open_journal(file).close()

"""The journal in PostgreSQL: one writer, sessions that are lost, databases that will not do, and text as it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, insert, select, text

from give_ld.backup import backup, restore
from give_ld.config import Settings
from give_ld.errors import Conflict, NotUsable, Unreachable
from give_ld.home import Home, open_home
from give_ld.journal import tables as t
from give_ld.journal.journal import Journal, open_journal
from give_ld.journal.quarantine import Kept, Refused, keep, quarantined
from give_ld.model.item import Partner
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People
from tests.databases import POSTGRESQL, over_both
from tests.factories import BASE, PARTNER, a_face_match, a_mention_without_entity

PARTNERS = [Partner(id=f"OR-abc000{number}", name="Archief") for number in range(3)]
in_postgresql = pytest.mark.parametrize("journal_url", [POSTGRESQL], indirect=True)


@pytest.fixture
def journal(postgresql_url: str) -> Iterator[Journal]:
    opened = open_journal(postgresql_url)
    yield opened
    opened.close()


def add(journal: Journal, partner: Partner) -> None:
    with journal.writing() as writing:
        writing.append(partner, "someone", partner.id)


def end_sessions(journal: Journal) -> None:
    """End every session of the journal but the one that does it, as a server does that is started again."""
    other = create_engine(journal.engine.url)
    with other.begin() as db:
        db.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'give-ld%'")
        )
    other.dispose()


def test_a_second_writer_is_told_who_the_first_is(journal: Journal, postgresql_url: str) -> None:
    with pytest.raises(Conflict, match=r"in use by give-ld process \d+ on .+; stop it") as caught:
        open_journal(postgresql_url)
    assert caught.value.rule == "one-writer"
    journal.close()
    open_journal(postgresql_url).close()


def test_writers_of_two_schemas_do_not_meet(journal: Journal, postgresql: str) -> None:
    engine = create_engine(postgresql.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as db:
        db.execute(text("CREATE SCHEMA beside"))
    beside = open_journal(f"{postgresql}&options=-csearch_path%3Dbeside")
    add(beside, PARTNERS[0])
    beside.close()
    assert journal.head().seq == 0
    with engine.begin() as db:
        db.execute(text("DROP SCHEMA beside CASCADE"))
    engine.dispose()


def test_after_the_server_was_started_again_the_writer_goes_on_and_is_still_the_one(
    journal: Journal, postgresql_url: str
) -> None:
    add(journal, PARTNERS[0])
    end_sessions(journal)
    add(journal, PARTNERS[1])
    with pytest.raises(Conflict):
        open_journal(postgresql_url)
    assert journal.head().seq == 2
    assert journal.verify(journal.head()) is None


def test_who_lost_the_lock_to_another_writes_no_more(journal: Journal, postgresql_url: str) -> None:
    add(journal, PARTNERS[0])
    end_sessions(journal)
    other = open_journal(postgresql_url)
    add(other, PARTNERS[1])
    with pytest.raises(Conflict, match="in use by"):
        add(journal, PARTNERS[2])
    other.close()
    add(journal, PARTNERS[2])
    assert journal.verify(journal.head()) is None


def test_a_session_that_is_lost_in_a_transaction_leaves_nothing_of_it(journal: Journal) -> None:
    def lose() -> None:
        with journal.writing() as writing:
            writing.append(PARTNERS[0], "someone", PARTNERS[0].id)
            end_sessions(journal)

    with pytest.raises(Unreachable, match="PostgreSQL, which keeps the journal, fails"):
        lose()
    assert journal.head().seq == 0
    add(journal, PARTNERS[1])
    assert journal.head().seq == 1


def test_a_commit_is_on_disk_however_lightly_the_server_takes_it(journal: Journal, postgresql_url: str) -> None:
    journal.close()
    lightly = open_journal(f"{postgresql_url}%20-csynchronous_commit%3Doff")
    with lightly.writing() as writing:
        assert writing.db.scalar(text("SHOW synchronous_commit")) == "on"
    lightly.close()


@pytest.mark.parametrize("address", ["nonsense", "sqlite:///journal.sqlite", "mysql://me:secret@there/journal"])
def test_an_address_of_no_postgresql_is_wrong_use(address: str) -> None:
    with pytest.raises(NotUsable, match="GIVE_LD_JOURNAL_URL") as caught:
        open_journal(address)
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer_is_named_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="fails: ") as caught:
        open_journal(f"postgresql://me:secret@/journal?host={tmp_path}")
    assert "secret" not in str(caught.value)


def test_a_database_in_another_encoding_is_refused(postgresql: str) -> None:
    engine = create_engine(postgresql.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"))
    try:
        with pytest.raises(NotUsable, match="in LATIN1"):
            open_journal(postgresql.replace("/postgres?", "/latin?"))
    finally:
        with engine.connect() as db:
            db.execute(text("DROP DATABASE latin"))
        engine.dispose()


def test_a_schema_that_is_not_there_is_named(journal: Journal, postgresql_url: str) -> None:
    journal.close()
    with pytest.raises(NotUsable, match="no schema"):
        open_journal(re.sub(r"search_path.*", "search_path%3Dnowhere", postgresql_url))


@over_both
def test_the_journal_of_one_home_is_not_written_to_by_another(home: Home, tmp_path: Path) -> None:
    home.close()
    if isinstance(home.settings.journal, Path):
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "journal.sqlite").write_bytes(home.settings.journal.read_bytes())
    other = home.settings.model_copy(update={"home": tmp_path / "other"})
    with pytest.raises(Conflict, match="of another instance"):
        open_home(other)
    open_home(home.settings).close()


@over_both
def test_what_was_refused_is_kept_with_whatever_character_it_holds(home: Home) -> None:
    keep(home.journal, PARTNER, [Kept(Refused("a.jsonl", 1, "it\0em", "rule", "no \0 here", "\0"), b"\0raw")])
    assert [each.line for each in quarantined(home.journal, PARTNER)] == [1]


@over_both
def test_a_guess_in_long_words_comes_in_and_its_rejection_is_remembered(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    # Random letters: what can be compressed would fit into an index after all.
    words = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(9000))
    of_no_text = {"begin": None, "end": None, "transcript": None}
    guess = a_mention_without_entity(text=words, confidence=None, calibrator=None, **of_no_text)
    assert bring(run, guess).refused == []
    home.decide(people.ann, Decision(home.mint.annotation(run, guess), Verdict.REJECT, "no name"))
    again = run.model_copy(update={"id": UUID(int=7)})
    report = bring(again, guess.model_copy(update={"run": again.id}))
    assert (report.refused, report.proposed) == ([], {})


@over_both
def test_text_sorts_by_code_point(home: Home) -> None:
    names = ["b", "B", "a", "é", "Z", "~", "_", "aa", "a a"]
    with home.journal.writing() as writing:
        writing.db.execute(insert(t.partner), [{"id": name, "body": "{}"} for name in names])
        assert list(writing.db.scalars(select(t.partner.c.id).order_by(t.partner.c.id))) == sorted(names)
        writing.db.execute(t.partner.delete())


@in_postgresql
def test_a_backup_of_postgresql_comes_back_on_either(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, tmp_path: Path
) -> None:
    bring(run, a_face_match(), '{"type": "nonsense"}')
    home.decide(people.ann, Decision(home.mint.annotation(run, a_face_match()), Verdict.APPROVE))
    then = {"head": home.journal.head(), "public": set(home.public.lines())}
    backup(home.settings, tmp_path / "copy", home.journal.clock())  # while it is open
    home.close()

    in_a_file = restore(tmp_path / "copy", Settings(home=tmp_path / "file", base=BASE))
    assert {"head": in_a_file.journal.head(), "public": set(in_a_file.public.lines())} == then
    assert all(difference.is_none for difference in check(in_a_file).values())
    in_a_file.close()

    with pytest.raises(Conflict, match="holds a journal already"):
        restore(tmp_path / "copy", home.settings.model_copy(update={"home": tmp_path / "again"}))
    assert not (tmp_path / "again").exists()
    engine = create_engine(home.journal.engine.url)
    with engine.begin() as db:
        for table in (*t.metadata.sorted_tables, t.version):
            db.execute(text(f'DROP TABLE "{table.name}"'))
    engine.dispose()
    again = restore(tmp_path / "copy", home.settings.model_copy(update={"home": tmp_path / "again"}))
    assert {"head": again.journal.head(), "public": set(again.public.lines())} == then
    assert not (tmp_path / "again" / "journal.sqlite").exists()
    bringing = Bringing(again, bring.directory, people.pipeline)
    assert bringing('{"type": "other nonsense"}').refused  # its number follows on those that came back
    assert len(quarantined(again.journal)) == 2
    assert all(difference.is_none for difference in check(again).values())
    again.close()

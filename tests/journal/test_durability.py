"""What is on disk when: a decision before anybody hears of it, what follows from it a little later."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import Connection, delete, event, select, text

from give_ld.home import Home, open_home
from give_ld.journal import tables as t
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.rebuild import check
from give_ld.review import projection
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People
from tests.databases import over_both
from tests.factories import a_face_match

MENTIONS = "<https://schema.org/mentions>"
# As SQLite and PostgreSQL say it.
SYNCED, UNSYNCED = {"2", "on"}, {"1", "off"}


def level(db: Connection) -> str:
    asked = "SHOW synchronous_commit" if db.dialect.name == "postgresql" else "PRAGMA synchronous"
    return str(db.scalar(text(asked)))


@over_both
def test_events_are_synced_and_what_follows_from_them_is_not(home: Home) -> None:
    for _ in range(2):
        with home.journal.writing() as writing:
            assert level(writing.db) in SYNCED
        with home.journal.writing(durable=False) as writing:
            assert level(writing.db) in UNSYNCED


def test_the_mark_says_that_something_is_safe_when_it_is(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(run, a_face_match())
    log = home.settings.home / "journal.sqlite-wal"
    unsynced: list[bool] = []

    @event.listens_for(home.journal.engine.pool, "checkin")
    def _remember(connection: sqlite3.Connection, _: object) -> None:
        if (written := log.read_bytes()) != seen[-1]:
            seen.append(written)
            unsynced.append(connection.execute("PRAGMA synchronous").fetchone()[0] == 1)

    seen = [log.read_bytes()]
    iri = home.mint.annotation(run, a_face_match())
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    assert unsynced == [False, True], "the event, and what follows from it"
    home.projection.flush()
    assert unsynced[2:] == [False]
    monkeypatch.setattr(projection, "FLUSH_EVERY", 1)
    home.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "it is somebody else"))
    assert unsynced[3:] == [False, False], "the mark follows at once"
    event.remove(home.journal.engine.pool, "checkin", _remember)


@over_both
def test_what_the_power_took_of_what_follows_is_made_again(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    bring(run, a_face_match())
    iri = home.mint.annotation(run, a_face_match())
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    with home.journal.writing() as writing:
        for table in (t.support, t.tombstone):
            assert writing.db.execute(delete(table)).rowcount > 0
    home.let_go()
    again = open_home(home.settings, home.journal.clock)
    with again.journal.reading() as db:
        assert set(db.scalars(select(t.support.c.annotation))) == {iri}
        assert list(db.scalars(select(t.tombstone.c.live))) == [True]
    again.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "after the loss"))
    assert not any(iri in line or MENTIONS in line for line in again.public.lines() if "/graph/public/" in line)
    assert all(difference.is_none for difference in check(again).values())
    again.close()

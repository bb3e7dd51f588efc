"""Making again: what follows from the events is compared with them, and mended or made anew from them alone."""

from __future__ import annotations

import shutil
from contextlib import closing

import pytest
from sqlalchemy import delete, text

from give_ld.home import Home, open_home
from give_ld.journal import tables as t
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.rebuild import check, rebuild
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People
from tests.factories import UNCALIBRATED, a_face_match, a_mention

PLANTED = "<https://made.example.org/a> <https://made.example.org/b> <https://made.example.org/c> <https://g.example> ."


@pytest.fixture
def decided(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> Home:
    """A guess that was public and is so no more, and one that is."""
    mention = a_mention(**UNCALIBRATED)
    assert bring(run, a_face_match(), mention).refused == []
    withdrawn, approved = home.mint.annotation(run, a_face_match()), home.mint.annotation(run, mention)
    for iri in (withdrawn, approved):
        home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    home.decide(people.ann, Decision(withdrawn, Verdict.WITHDRAW, "somebody else"))
    return home


def test_what_is_live_follows_from_the_events(decided: Home) -> None:
    assert set(check(decided)) == {"tables", "private", "public"}
    assert all(difference.is_none for difference in check(decided).values())


@pytest.mark.parametrize("name", ["private", "public"])
def test_a_planted_and_a_missing_quad_are_found_and_mended(decided: Home, name: str) -> None:
    store = getattr(decided, name)
    lost = min(line for line in store.lines() if "/id/annotation/" in line)
    store.apply([lost], [PLANTED])
    found = check(decided)[name]
    assert (found.missing, found.planted, set(found.examples)) == (1, 1, {lost, PLANTED})
    assert rebuild(decided)[name] == found
    assert all(difference.is_none for difference in check(decided).values())


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("annotation", "UPDATE annotation SET status = 'approved' WHERE status = 'withdrawn'"),
        ("validation", "DELETE FROM validation"),
        ("support", "DELETE FROM support"),
        ("tombstone", "DELETE FROM tombstone"),
    ],
)
def test_a_row_that_no_event_made_so_is_found_by_its_key_and_mended(decided: Home, table: str, change: str) -> None:
    with decided.journal.engine.begin() as db:
        assert db.execute(text(change)).rowcount > 0
    found = check(decided)["tables"]
    assert not found.is_none
    assert all(example.startswith(f"{table} ") for example in found.examples)
    assert not any("somebody else" in example for example in found.examples)
    rebuild(decided)
    assert all(difference.is_none for difference in check(decided).values())


def test_graphs_that_are_gone_are_made_again_on_opening_with_what_they_once_held(decided: Home) -> None:
    before = {name: set(getattr(decided, name).lines()) for name in ("private", "public")}
    with decided.journal.reading() as db:
        tombstones = set(db.execute(t.tombstone.select()).all())
    assert tombstones
    decided.close()
    for name in ("private", "public"):
        shutil.rmtree(decided.settings.home / name)
    (decided.settings.home / "projected.json").unlink()
    with closing(open_home(decided.settings)) as again:
        assert {name: set(getattr(again, name).lines()) for name in before} == before
        with again.journal.reading() as db:
            assert set(db.execute(t.tombstone.select()).all()) == tombstones
        assert all(difference.is_none for difference in check(again).values())


def test_a_table_that_was_emptied_does_not_change_what_is_made_from_the_events(decided: Home) -> None:
    public = set(decided.public.lines())
    with decided.journal.engine.begin() as db:
        db.execute(delete(t.annotation))
    assert rebuild(decided)["public"].is_none
    assert set(decided.public.lines()) == public

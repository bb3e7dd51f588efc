"""The clock of a server may be set back at any time: order is that of the chain, never that of the times in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from give_ld.config import Settings
from give_ld.harvest.dump import write_dump
from give_ld.home import Home, open_home
from give_ld.journal.lookups import find_known
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.rebuild import check, rebuild
from give_ld.review.decide import Decision
from tests.conftest import Bearer, Bringing, People
from tests.databases import over_both
from tests.factories import a_face_match

SAID = [
    (Verdict.APPROVE, "it is her"),
    (Verdict.WITHDRAW, "played by another"),
    (Verdict.UNDO, "no, it is"),
    (Verdict.WITHDRAW, "an actress"),
    (Verdict.APPROVE, "seen at last"),
]


class SetBack:
    """A clock that is set back by hours whenever it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now -= timedelta(hours=5)
        return self.now


@pytest.fixture
def home(settings: Settings) -> Iterator[Home]:
    opened = open_home(settings, SetBack())
    yield opened
    opened.close()


def is_whole(home: Home) -> bool:
    differences = (*check(home).values(), *rebuild(home).values())
    return home.journal.verify(home.projection.reached()) is None and all(each.is_none for each in differences)


@over_both
def test_decisions_stand_in_the_order_in_which_they_were_taken(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, tmp_path: Path
) -> None:
    assert bring(run, a_face_match()).refused == []
    iri = home.mint.annotation(run, a_face_match())
    for verdict, reason in SAID:
        home.decide(people.ann, Decision(iri, verdict, reason))
    with home.journal.reading() as db:
        known = find_known(db, iri)
    assert known is not None
    times = [each.ended for each in known.validations]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == len(SAID)
    assert [(each.verdict, each.reason) for each in known.validations] == SAID
    assert str(known.status) == "approved"
    assert is_whole(home)

    home.close()
    again = open_home(home.settings, SetBack())
    assert is_whole(again)
    again.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "after a start with the clock set back further"))
    assert is_whole(again)
    again.close()


def test_the_trail_and_the_dumps_follow_the_chain(
    service: TestClient,
    home: Home,
    people: People,
    bring: Bringing,
    bearer: Bearer,
    run: Run,
    open_item: str,
    tmp_path: Path,
) -> None:
    assert bring(run, a_face_match()).refused == []
    iri = home.mint.annotation(run, a_face_match())
    for verdict, reason in SAID:
        home.decide(people.ann, Decision(iri, verdict, reason))
    headers = {"Accept": "text/html", **bearer(people.rita)}
    page = service.get("/why", params={"annotation": iri}, headers=headers).text
    places = [page.index(reason) for _, reason in SAID]
    assert places == sorted(places)

    approved = write_dump(home.snapshots.current(), tmp_path / "approved", home.journal.clock().date())
    home.decide(people.ann, Decision(iri, Verdict.WITHDRAW, "gone"))
    withdrawn = write_dump(home.snapshots.current(), tmp_path / "withdrawn", home.journal.clock().date())
    assert withdrawn.nquads.data != approved.nquads.data
    assert withdrawn.quads < approved.quads

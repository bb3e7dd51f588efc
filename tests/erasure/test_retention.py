"""What has been kept long enough goes, by the days of the settings; what was rejected still does not come back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from give_ld.erasure.retention import retain
from give_ld.errors import NotAllowed
from give_ld.home import Home, open_home
from give_ld.ingest import Ingest, Source
from give_ld.journal import tables as t
from give_ld.journal.lookups import find_known
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.people import issue_token
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People, Ticking
from tests.factories import PARTNER, a_face_match, a_mention, an_unknown_face

NOTHING = {"unknown_faces": 0, "rejected": 0, "quarantined": 0, "tokens": 0}


@pytest.fixture
def records(home: Home, people: People, bring: Bringing, run: Run) -> Path:
    mention = a_mention(confidence=None, calibrator=None)
    path = bring.write([run, a_face_match(), an_unknown_face(), mention, '{"bad": 1}'])
    with path.open("rb") as lines:
        assert len(Ingest(home, Source(path.name, path.parent, people.pipeline)).read(lines).refused) == 1
    home.decide(people.ann, Decision(home.mint.annotation(run, mention), Verdict.REJECT, "not the city"))
    issue_token(home, "Ann", days=1)
    home.close()
    return path


def after(days: int) -> Ticking:
    clock = Ticking()
    clock.now += timedelta(days=days)
    return clock


def test_each_kind_goes_when_its_days_are_over(home: Home, records: Path) -> None:
    def run(days: int) -> dict[str, int]:
        return retain(home.settings, "admin", dry_run=False, clock=after(days))

    assert run(0) == NOTHING
    assert run(2) == NOTHING | {"tokens": 1}
    assert run(89) == NOTHING
    assert run(91) == NOTHING | {"unknown_faces": 1}
    assert run(366) == NOTHING | {"quarantined": 1}
    assert run(731) == NOTHING | {"rejected": 1}
    assert run(7300) == NOTHING


def test_what_goes_is_gone_everywhere_on_record_and_does_not_come_back(
    home: Home, people: People, run: Run, records: Path
) -> None:
    before = retain(home.settings, "admin", dry_run=True, clock=after(800))
    assert before == dict.fromkeys(NOTHING, 1)
    assert retain(home.settings, "admin", dry_run=False, clock=after(800)) == before
    again = open_home(home.settings, after(801))
    face, match = an_unknown_face(), a_face_match()
    assert again.vault.crop(str(face.fingerprint), PARTNER) is None
    assert again.vault.crop(str(match.fingerprint), PARTNER)
    assert not [line for line in again.private.lines() if again.mint.annotation(run, face) in line]
    with again.journal.reading() as db:
        assert find_known(db, again.mint.annotation(run, match)) is not None
        assert [db.scalar(select(func.count()).select_from(each)) for each in (t.token, t.quarantine)] == [0, 0]
        assert db.scalar(select(t.event.c.actor).where(t.event.c.action == "person.erased")) == people.admin.id
    assert again.journal.verify(again.projection.reached()) is None
    assert all(found.is_none for found in check(again).values())
    with records.open("rb") as lines:
        report = Ingest(again, Source(records.name, records.parent, people.pipeline)).read(lines)
    assert (report.erased, report.proposed) == (1, {"face-unknown": 1})
    again.close()


def test_only_an_administrator_lets_go(home: Home, records: Path) -> None:
    with pytest.raises(NotAllowed):
        retain(home.settings, "Ann", dry_run=True)

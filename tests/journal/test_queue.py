"""The queue of an archivist: in which order guesses stand, and how many there are, whatever happens to them."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from sqlalchemy import Connection, select

from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.lookups import counts, queue
from give_ld.journal.tally import recount
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People
from tests.factories import PARTNER, UNCALIBRATED, a_face_match, a_mention, a_tag, a_transcript


@pytest.fixture
def several(bring: Bringing, run: Run, open_item: str) -> None:
    """Face matches with a confidence, and guesses of other kinds without."""
    chance = random.Random(7)
    faces = [
        a_face_match(fragment={"start_ms": 1000 * place, "end_ms": 1000 * place + 900}, score=chance.random())
        for place in range(9)
    ]
    calibrated = [
        face.model_copy(update={"confidence": run.calibrators[0].probability(face.score or 0.0)}) for face in faces
    ]
    others = [make(**UNCALIBRATED) for make in (a_mention, a_tag, a_transcript)]
    report = bring(run, *calibrated, *others)
    assert not report.refused


def counted(db: Connection) -> dict[str, dict[str, int]]:
    """How many there are, each looked at."""
    found: dict[str, dict[str, int]] = {}
    rows = Counter((row.kind, row.status) for row in db.execute(select(*t.annotation.c["kind", "status"])))
    for (kind, status), number in rows.items():
        found.setdefault(kind, {})[status] = number
    return found


@pytest.mark.usefixtures("several")
def test_the_most_certain_stand_first_and_the_uncalibrated_last(home: Home) -> None:
    with home.journal.reading() as db:
        rows = queue(db, PARTNER, Status.PROPOSED)
    confident = [row["confidence"] for row in rows[:9]]
    assert confident == sorted(confident, reverse=True)
    assert [row["confidence"] for row in rows[9:]] == [None] * (len(rows) - 9)
    assert [row["iri"] for row in rows[9:]] == sorted(row["iri"] for row in rows[9:])


@pytest.mark.usefixtures("several")
def test_pages_together_are_the_whole_queue(home: Home) -> None:
    with home.journal.reading() as db:
        whole = queue(db, PARTNER, Status.PROPOSED)
        pages = [queue(db, PARTNER, Status.PROPOSED, limit=5, offset=offset) for offset in (0, 5, 10)]
    assert [row for page in pages for row in page] == whole


@pytest.mark.usefixtures("several")
def test_a_page_is_read_in_its_order_and_not_sorted(home: Home) -> None:
    with home.journal.reading() as db:
        iri, confidence = t.annotation.c.iri, t.annotation.c.confidence
        shown = (
            select(iri)
            .where(t.annotation.c.partner == PARTNER, t.annotation.c.status == "proposed")
            .order_by(confidence.is_(None), confidence.desc(), iri)
        )
        text = str(shown.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = " ".join(str(row) for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
    assert "COVERING INDEX annotation_queue" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.usefixtures("several")
def test_numbers_follow_every_decision_and_a_recount_finds_the_same(home: Home, people: People) -> None:
    with home.journal.reading() as db:
        guesses = [row["iri"] for row in queue(db, PARTNER, Status.PROPOSED)]
    for guess, verdict in zip(guesses, (Verdict.APPROVE, Verdict.REJECT, Verdict.UNSUITABLE), strict=False):
        home.decide(people.ann, Decision(guess, verdict, "so it seems"))
    home.decide(people.ann, Decision(guesses[0], Verdict.UNDO))
    with home.journal.reading() as db:
        assert counts(db, PARTNER) == counts(db) == counted(db)
        assert counts(db)["face-match"] == {"proposed": 7, "rejected": 1, "unsuitable": 1}
        assert counts(db, "OR-zzz9999") == {}
    with home.journal.writing() as writing:
        recount(writing.db)
        assert counts(writing.db) == counted(writing.db)

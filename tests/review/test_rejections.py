"""Rejections stick: what a person said is wrong of a place is not asked about again, whichever run says it."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID, uuid4

import pytest

from give_ld.home import Home
from give_ld.journal.lookups import find_all_known
from give_ld.journal.pending import Wanted, queue
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from give_ld.review.rejections import rejection_of
from tests.conftest import Bringing, People
from tests.factories import PARTNER, TEXT_SHA256, a_face_match, a_mention, a_run

UNCALIBRATED = {"confidence": None, "calibrator": None}
HERE = {"box": Box(x=100, y=100, width=60, height=60)}
FRAGMENTS = (
    Fragment(start_ms=10_000, end_ms=14_000, **HERE),
    Fragment(start_ms=10_400, end_ms=14_100, box=Box(x=105, y=98, width=62, height=61)),
    Fragment(start_ms=12_000, end_ms=15_000, box=Box(x=95, y=104, width=58, height=66)),
)


def run_with(bring: Bringing, run: Run, fragment: Fragment) -> str:
    """Bring a new run that says the same of about the same place; return the IRI of its guess."""
    again = a_run(id=uuid4(), reference_set=run.reference_set)
    guess = a_face_match(run=again.id, fragment=fragment, fingerprint=uuid4())
    assert bring(again, guess).refused == []
    return bring.home.mint.annotation(again, guess)


def statuses(home: Home, *iris: str) -> list[Status]:
    with home.journal.reading() as db:
        known = find_all_known(db, iris)
    return [known[iri].status for iri in iris]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("when", [1, 2, 3])
def test_in_whatever_order_runs_come_a_rejected_face_does_not_wait_again(
    home: Home, people: People, bring: Bringing, run: Run, order: tuple[int, ...], when: int
) -> None:
    iris: list[str] = []
    for turn, place in enumerate(order, 1):
        iris.append(run_with(bring, run, FRAGMENTS[place]))
        if turn == when:
            home.decide(people.ann, Decision(iris[0], Verdict.REJECT, "somebody else"))
    assert statuses(home, *iris) == [Status.REJECTED, Status.SUPERSEDED, Status.SUPERSEDED]
    with home.journal.reading() as db:
        assert queue(db, Wanted(PARTNER)).rows == []
    assert all(found.is_none for found in check(home).values())


def test_what_says_a_rejected_guess_again_is_kept_and_says_which_rejection_holds_it(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    first = run_with(bring, run, FRAGMENTS[0])
    home.decide(people.ann, Decision(first, Verdict.REJECT, "somebody else"))
    again = run_with(bring, run, FRAGMENTS[1])
    with home.journal.reading() as db:
        (row,) = queue(db, Wanted(PARTNER, Status.SUPERSEDED, rejected_before=True)).rows
        told = rejection_of(db, find_all_known(db, [again])[again], named=True)
        unnamed = rejection_of(db, find_all_known(db, [again])[again], named=False)
        assert rejection_of(db, find_all_known(db, [first])[first], named=True) is None
    assert told is not None
    assert unnamed is not None
    assert (told["annotation"], told["by"], told["reason"]) == (first, "Ann", "somebody else")
    assert unnamed.keys() == {"annotation", "at", "organisation"}
    assert (row["iri"], row["replaced_by"]) == (again, first)
    assert any(f"<{again}> <http://purl.org/dc/terms/isReplacedBy> <{first}>" in line for line in home.private.lines())


def test_another_person_or_another_place_is_another_guess(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    home.decide(people.ann, Decision(run_with(bring, run, FRAGMENTS[0]), Verdict.REJECT, "no"))
    later = run_with(bring, run, Fragment(start_ms=40_000, end_ms=44_000, **HERE))
    beside = run_with(bring, run, Fragment(start_ms=10_000, end_ms=14_000, box=Box(x=500, y=9, width=60, height=60)))
    assert statuses(home, later, beside) == [Status.PROPOSED] * 2


def test_taking_the_rejection_back_brings_back_what_it_held(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    first = run_with(bring, run, FRAGMENTS[0])
    home.decide(people.ann, Decision(first, Verdict.REJECT, "no"))
    again = run_with(bring, run, FRAGMENTS[1])
    home.decide(people.ann, Decision(first, Verdict.UNDO))
    assert statuses(home, first, again) == [Status.PROPOSED] * 2
    home.decide(people.ann, Decision(first, Verdict.REJECT, "no, indeed"))
    assert statuses(home, again) == [Status.SUPERSEDED]
    assert all(found.is_none for found in check(home).values())


@pytest.mark.usefixtures("closed_item")
def test_what_two_rejections_hold_waits_only_when_both_are_taken_back(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    first, second = (run_with(bring, run, fragment) for fragment in FRAGMENTS[:2])
    for iri in (first, second):
        home.decide(people.ann, Decision(iri, Verdict.REJECT, "no"))
    third = run_with(bring, run, FRAGMENTS[2])
    home.decide(people.ann, Decision(first, Verdict.APPROVE, "new evidence"))
    assert statuses(home, third) == [Status.SUPERSEDED]
    home.decide(people.ann, Decision(second, Verdict.APPROVE, "new evidence"))
    assert statuses(home, third) == [Status.PROPOSED]


@pytest.mark.usefixtures("closed_item")
def test_a_person_may_decide_otherwise_about_what_was_set_aside(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    home.decide(people.ann, Decision(run_with(bring, run, FRAGMENTS[0]), Verdict.REJECT, "no"))
    again = run_with(bring, run, FRAGMENTS[1])
    home.decide(people.ann, Decision(again, Verdict.APPROVE, "it is her after all"))
    assert statuses(home, again, run_with(bring, run, FRAGMENTS[1])) == [Status.APPROVED] * 2


def test_a_rejected_mention_does_not_wait_again_where_only_its_time_differs(
    home: Home, people: People, bring: Bringing
) -> None:
    first = a_run(id=uuid4(), stage="entities", reference_set=None, calibrators=())
    words = {"transcript": TEXT_SHA256, "begin": 16, "end": 20}
    mention = a_mention(run=first.id, **words, **UNCALIBRATED)
    bring(first, mention)
    home.decide(people.ann, Decision(home.mint.annotation(first, mention), Verdict.REJECT, "another town"))
    second = first.model_copy(update={"id": UUID(int=9)})
    later = a_mention(run=second.id, fragment=Fragment(start_ms=5_000, end_ms=5_400), **words, **UNCALIBRATED)
    assert bring(second, later).rejected_before == 1
    assert statuses(home, home.mint.annotation(second, later)) == [Status.SUPERSEDED]

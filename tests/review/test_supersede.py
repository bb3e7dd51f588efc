"""When a newer run overtakes what an older one said, and what it can never touch."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from give_ld.home import Home
from give_ld.ingest import Report
from give_ld.journal.lookups import find_known
from give_ld.model.annotation import Annotation
from give_ld.model.decision import Known
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import MediaFile, Run, Stage
from give_ld.model.status import Status, Verdict
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from tests.conftest import OTHER, Bringing, People
from tests.factories import a_face_match, a_mention, a_mention_without_entity, a_run, a_transcript, an_unknown_face

UNCALIBRATED = {"confidence": None, "calibrator": None}


def again(run: Run, number: int, **changes: object) -> Run:
    """The same stage on the same file, `number` hours later (earlier, if negative)."""
    later = timedelta(hours=number)
    times = {} if run.ended is None or run.started is None else {"ended": run.ended + later}
    if times and number < 0:
        times |= {"started": run.started + later} if run.started else {}
    return run.model_copy(update={"id": UUID(int=100 + number), **times, **changes})


def say(bring: Bringing, run: Run, *guesses: Annotation) -> Report:
    report = bring(run, *(guess.model_copy(update={"run": run.id}) for guess in guesses))
    assert report.refused == []
    return report


def known(home: Home, run: Run, guess: Annotation) -> Known:
    with home.journal.reading() as db:
        found = find_known(db, home.mint.annotation(run, guess))
    assert found is not None
    return found


NIL = a_mention_without_entity(**UNCALIBRATED)
GHENT = a_mention(**UNCALIBRATED)
CHICAGO = a_mention(entity="Q1297", label="Chicago", **UNCALIBRATED)
WORDS, OTHER_WORDS = a_transcript(**UNCALIBRATED), a_transcript(text="Andere woorden.", **UNCALIBRATED)
NOBODY = an_unknown_face(fragment=a_face_match().fragment)
CURIE = a_face_match(**UNCALIBRATED)


@pytest.mark.parametrize(
    ("old", "new"),
    [(NIL, GHENT), (GHENT, CHICAGO), (GHENT, NIL), (WORDS, OTHER_WORDS), (NOBODY, CURIE), (CURIE, NOBODY)],
)
def test_a_newer_run_that_says_otherwise_supersedes(
    home: Home, bring: Bringing, run: Run, old: Annotation, new: Annotation
) -> None:
    say(bring, run, old)
    assert say(bring, again(run, 1), new).superseded == 1
    before, after = known(home, run, old), known(home, run, new)
    assert (before.status, before.replaced_by, after.status) == (Status.SUPERSEDED, after.iri, Status.PROPOSED)
    held = "\n".join(home.private.lines())
    assert f"<{before.iri}> <http://purl.org/dc/terms/isReplacedBy> <{after.iri}>" in held
    assert f"<{before.iri}> <{home.mint.names.gld}status> <{home.mint.names.id('status', 'superseded')}>" in held
    assert f"<{before.iri}> <{home.mint.names.gld}status> <{home.mint.names.id('status', 'proposed')}>" not in held
    assert all(difference.is_none for difference in check(home).values())


def test_it_is_an_event_of_its_own_by_the_system(home: Home, bring: Bringing, run: Run) -> None:
    say(bring, run, NIL)
    say(bring, again(run, 1), GHENT)
    last = list(home.journal.entries())[-1].entry
    assert (last.action, last.actor, last.partner) == ("annotation.superseded", "system", run.partner)


ELSEWHERE = Fragment(start_ms=60_000, end_ms=61_000)
BESIDE = a_face_match().fragment.model_copy(update={"box": Box(x=400, y=120, width=96, height=128)})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([GHENT], [CHICAGO.model_copy(update={"fragment": ELSEWHERE})]),
        ([CURIE], [NOBODY.model_copy(update={"fragment": BESIDE})]),
        ([GHENT], [WORDS]),
        ([GHENT], [GHENT]),
        ([GHENT], [CHICAGO, GHENT]),
        ([GHENT], [GHENT.model_copy(update={"fragment": Fragment(start_ms=2_200, end_ms=2_500)}), CHICAGO]),
        ([NOBODY], [NOBODY.model_copy(update={"fragment": Fragment(start_ms=12_000, end_ms=15_000)})]),
    ],
    ids=["elsewhere", "beside", "another kind", "the same", "the same and more", "nearly the same", "both unknown"],
)
def test_a_newer_run_that_does_not_say_otherwise_leaves_all_as_it_is(
    home: Home, bring: Bringing, run: Run, old: list[Annotation], new: list[Annotation]
) -> None:
    say(bring, run, *old)
    assert say(bring, again(run, 1), *new).superseded == 0
    assert all(known(home, run, guess).status is Status.PROPOSED for guess in old)


@pytest.mark.parametrize(
    "changes",
    [{"file": MediaFile(sha256="e" * 64, name="other.mp4", mime_type="video/mp4")}, {"stage": Stage.SPEECH}],
    ids=["file", "stage"],
)
def test_another_file_or_stage_supersedes_nothing(
    home: Home, bring: Bringing, run: Run, changes: dict[str, object]
) -> None:
    say(bring, run, NIL)
    assert say(bring, again(run, 1, **changes), GHENT).superseded == 0


def test_another_partner_supersedes_nothing(home: Home, people: People, bring: Bringing, run: Run) -> None:
    say(bring, run, NIL)
    theirs = Bringing(home, bring.directory, people.other_pipeline)
    assert say(theirs, again(run, 1, partner=OTHER), GHENT).superseded == 0


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT, Verdict.UNSUITABLE])
def test_a_run_never_touches_what_a_person_decided(
    home: Home, people: People, bring: Bringing, run: Run, verdict: Verdict
) -> None:
    say(bring, run, NIL)
    home.decide(people.ann, Decision(home.mint.annotation(run, NIL), verdict))
    before = known(home, run, NIL)
    assert say(bring, again(run, 1), GHENT).superseded == 0
    assert known(home, run, NIL) == before


def test_what_a_person_took_back_is_not_touched_either(home: Home, people: People, bring: Bringing, run: Run) -> None:
    say(bring, run, NIL)
    for verdict in (Verdict.APPROVE, Verdict.UNDO):
        home.decide(people.ann, Decision(home.mint.annotation(run, NIL), verdict))
    assert say(bring, again(run, 1), GHENT).superseded == 0
    assert known(home, run, NIL).status is Status.PROPOSED


def test_what_a_person_rejected_supersedes_nothing(home: Home, people: People, bring: Bringing, run: Run) -> None:
    say(bring, run, GHENT)
    home.decide(people.ann, Decision(home.mint.annotation(run, GHENT), Verdict.REJECT, "another town"))
    say(bring, again(run, 1), CHICAGO)
    report = say(bring, again(run, 2), GHENT)
    assert (report.rejected_before, report.superseded) == (1, 0)
    assert known(home, run, CHICAGO).status is Status.PROPOSED


def test_a_person_may_still_approve_what_was_superseded(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    say(bring, run, GHENT)
    say(bring, again(run, 1), NIL)
    iri = home.mint.annotation(run, GHENT)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    assert known(home, run, GHENT).status is Status.APPROVED
    assert any(f"<{iri}>" in line for line in home.public.lines())
    assert not any("isReplacedBy" in line for line in home.private.lines())
    home.decide(people.ann, Decision(iri, Verdict.UNDO))
    assert known(home, run, GHENT).status is Status.SUPERSEDED
    assert any("isReplacedBy" in line for line in home.private.lines())
    assert all(difference.is_none for difference in check(home).values())


def test_an_older_run_that_comes_in_late_is_superseded_itself(home: Home, bring: Bringing, run: Run) -> None:
    say(bring, run, GHENT)
    assert say(bring, again(run, -1), CHICAGO).superseded == 1
    assert known(home, run, GHENT).status is Status.PROPOSED
    assert known(home, run, CHICAGO).status is Status.SUPERSEDED


def test_where_no_time_is_stated_what_comes_in_later_is_newer(home: Home, bring: Bringing, run: Run) -> None:
    untimed = run.model_copy(update={"started": None, "ended": None})
    say(bring, untimed, GHENT)
    assert say(bring, again(untimed, 1), CHICAGO).superseded == 1
    assert known(home, run, GHENT).status is Status.SUPERSEDED


def test_what_a_run_says_again_is_proposed_again(home: Home, bring: Bringing, run: Run) -> None:
    say(bring, run, GHENT)
    say(bring, again(run, 1), CHICAGO)
    assert say(bring, again(run, 2), GHENT).superseded == 1
    assert known(home, run, GHENT).status is Status.PROPOSED
    assert known(home, run, CHICAGO).replaced_by == home.mint.annotation(run, GHENT)
    assert all(difference.is_none for difference in check(home).values())


def test_the_same_file_twice_changes_nothing(home: Home, bring: Bringing, run: Run) -> None:
    older, newer = (run, GHENT), (again(run, 1), CHICAGO)
    for each in (older, newer):
        say(bring, *each)
    head = home.journal.head()
    for each in (older, newer, older):
        say(bring, *each)
    assert home.journal.head() == head


def test_two_runs_in_one_file_are_compared_too(home: Home, bring: Bringing, run: Run) -> None:
    second = again(run, 1)
    report = bring(run, GHENT, second, CHICAGO.model_copy(update={"run": second.id}))
    assert (report.refused, report.superseded) == ([], 1)


def test_a_run_that_was_refused_supersedes_nothing(home: Home, bring: Bringing, run: Run) -> None:
    say(bring, run, NIL)
    refused = again(run, 1, reference_set="unheard-of")
    report = bring(refused, GHENT.model_copy(update={"run": refused.id}))
    assert (len(report.refused), report.superseded) == (2, 0)
    assert known(home, a_run(), NIL).status is Status.PROPOSED

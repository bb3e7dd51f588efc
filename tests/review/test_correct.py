"""Corrections: what a person says in the place of a guess, how it stands in both graphs, and how it is taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from give_ld.errors import BadInput, Conflict
from give_ld.home import Home
from give_ld.journal.lookups import find_known
from give_ld.journal.pending import Wanted, queue
from give_ld.model.annotation import Annotation
from give_ld.model.correction import Right
from give_ld.model.decision import Known, Role
from give_ld.model.fragment import Fragment
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.people import add_user
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from give_ld.review.why.answer import explain_inside
from give_ld.review.why.inside import PrivateGraphs
from give_ld.review.why.question import question
from tests.conftest import Bringing, People
from tests.factories import (
    PARTNER,
    PERSON,
    TEXT,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_transcript,
    an_unknown_face,
)

UNCALIBRATED = {"confidence": None, "calibrator": None}
NIL, CHICAGO = a_mention_without_entity(**UNCALIBRATED), a_mention(entity="Q1297", label="Chicago", **UNCALIBRATED)
WORDS = a_transcript(**UNCALIBRATED)
HERE = Fragment(start_ms=2_000, end_ms=2_600)
CASES = {
    "no entity to an entity": (NIL, Right(entity="Q1296", label="Gent"), "wd"),
    "an entity to another": (CHICAGO, Right(entity="Q1296", label="Gent"), "wd"),
    "an entity to a person": (CHICAGO, Right(person=PERSON, entity_type="person"), "person"),
    "an entity to that of a person": (CHICAGO, Right(entity="Q7186", label="Curie", entity_type="person"), "person"),
    "an entity to none": (CHICAGO, Right(no_entity=True), ""),
    "another type": (CHICAGO, Right(entity_type="organisation"), "wd"),
    "another time of a mention": (CHICAGO, Right(fragment=HERE), "wd"),
    "an unknown face to a person": (an_unknown_face(), Right(person=PERSON), "person"),
    "another time of a face": (a_face_match(), Right(fragment=HERE), "person"),
    "other words": (WORDS, Right(text="In Gent opende een tentoonstelling."), "text"),
}


def look(home: Home, iri: str) -> Known:
    with home.journal.reading() as db:
        known = find_known(db, iri)
    assert known is not None
    return known


def correct(home: Home, people: People, iri: str, right: Right) -> Known:
    ruling = home.decide(people.ann, Decision(iri, Verdict.CORRECT, "it is otherwise", right=right))
    assert ruling.made is not None
    return look(home, ruling.made)


def about(home: Home, iri: str, *, public: bool) -> str:
    store = home.public if public else home.private
    return "\n".join(line for line in store.lines() if line.startswith(f"<{iri}> "))


@pytest.mark.parametrize("name", CASES)
def test_what_a_person_says_stands_approved_in_the_place_of_the_guess(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, name: str
) -> None:
    guess, right, fact = CASES[name]
    bring(run, guess)
    iri = home.mint.annotation(run, guess)
    made = correct(home, people, iri, right)
    assert (made.status, made.score, made.score_kind, made.confidence) == (Status.APPROVED, 1.0, "human", 1.0)
    assert (made.corrects, look(home, iri).status) == (iri, Status.REJECTED)
    public, private = about(home, made.iri, public=True), about(home, made.iri, public=False)
    decision = home.mint.validation(made.validations[0].id)
    for said in (f"prov#wasGeneratedBy> <{decision}>", f"prov#wasDerivedFrom> <{iri}>"):
        assert said in private
        assert said not in public
    for said in (f"<{home.mint.organisation(PARTNER)}>", "calibrator/human>", "score-kind/human>", "HumanAnnotation>"):
        assert said in private
        assert said in public
    mentioned = [line for line in home.public.lines() if "<https://schema.org/mentions>" in line]
    assert len(mentioned) == (1 if fact in ("wd", "person") else 0)
    assert all((PERSON if fact == "person" else "wikidata") in line for line in mentioned)
    assert any("tentoonstelling" in line for line in home.public.lines()) is (fact == "text")
    assert iri not in "\n".join(home.public.lines())
    assert all(difference.is_none for difference in check(home).values())


def test_an_approved_guess_that_is_corrected_is_withdrawn(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    bring(run, CHICAGO)
    iri = home.mint.annotation(run, CHICAGO)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    correct(home, people, iri, Right(entity="Q1296", label="Gent"))
    held = "\n".join(home.public.lines())
    assert look(home, iri).status is Status.WITHDRAWN
    assert "Q1296" in held
    assert "Q1297" not in held


def test_a_guess_that_was_corrected_does_not_come_back_from_another_run(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    assert bring(run, CHICAGO).refused == []
    iri = home.mint.annotation(run, CHICAGO)
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))
    correct(home, people, iri, Right(entity="Q1296", label="Gent"))
    assert look(home, iri).status is Status.WITHDRAWN
    again = run.model_copy(update={"id": UUID(int=77), "sidecar": None})
    moved = CHICAGO.fragment.model_copy(update={"end_ms": (CHICAGO.fragment.end_ms or 0) + 20})
    report = bring(again, CHICAGO.model_copy(update={"run": again.id, "fragment": moved}))
    assert (report.rejected_before, report.proposed) == (1, {})


def test_it_is_one_event_of_its_own_kind(home: Home, people: People, bring: Bringing, run: Run) -> None:
    bring(run, NIL)
    before = home.journal.head().seq
    correct(home, people, home.mint.annotation(run, NIL), Right(entity="Q1296", label="Gent"))
    added = [each.entry for each in home.journal.entries() if each.entry.seq > before]
    assert [(entry.action, entry.actor) for entry in added] == [("annotation.corrected", people.ann.id)]


def test_the_queue_shows_it_as_said_by_a_person(home: Home, people: People, bring: Bringing, run: Run) -> None:
    bring(run, NIL)
    iri = home.mint.annotation(run, NIL)
    correct(home, people, iri, Right(entity="Q1296", label="Gent"))
    with home.journal.reading() as db:
        (row,) = queue(db, Wanted(PARTNER, Status.APPROVED)).rows
    assert (row["label"], row["confidence"], row["corrects"]) == ("Gent", 1.0, iri)


def test_why_names_the_guess_to_its_archivist_and_no_software(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    bring(run, NIL)
    iri = home.mint.annotation(run, NIL)
    made = correct(home, people, iri, Right(entity="Q1296", label="Gent"))
    with home.journal.reading() as db:
        inside = PrivateGraphs(home.private, db, home.mint, people.ann)
        (why,) = explain_inside(inside, question({"annotation": made.iri}), home.mint.base)["annotations"]  # type: ignore[misc]
    assert (why["corrects"], why["decisions"][0]["verdict"]) == (iri, Verdict.CORRECT)
    assert "software" not in why["made"]


@pytest.mark.parametrize(
    ("guess", "right", "says"),
    [
        (NIL, Right(text="other"), "one cannot say: text"),
        (WORDS, Right(person=PERSON), "one cannot say: person"),
        (NIL, Right(label="Gent"), "say what is right instead"),
        (NIL, Right(entity="Q1296"), "not whole"),
        (NIL, Right(entity="Q1296", label="Gent", no_entity=True), "say one of"),
        (NIL, Right(no_entity=True), "says what the guess says"),
        (WORDS, Right(text=TEXT), "says what the guess says"),
        (a_face_match(), Right(person=PERSON), "says what the guess says"),
        (an_unknown_face(), Right(fragment=HERE), "whose face"),
        (an_unknown_face(), Right(person="https://evil.example/x"), "no active reference person"),
    ],
)
def test_a_correction_that_is_none_is_refused(
    home: Home, people: People, bring: Bringing, run: Run, guess: Annotation, right: Right, says: str
) -> None:
    bring(run, guess)
    head = home.journal.head()
    with pytest.raises(BadInput, match=says):
        correct(home, people, home.mint.annotation(run, guess), right)
    assert home.journal.head() == head


@pytest.mark.parametrize("half", ["guess", "correction"])
def test_an_undo_takes_back_both_halves(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str, half: str
) -> None:
    before = sorted(home.public.lines())
    bring(run, NIL)
    iri = home.mint.annotation(run, NIL)
    made = correct(home, people, iri, Right(entity="Q1296", label="Gent")).iri
    home.decide(people.ann, Decision(iri if half == "guess" else made, Verdict.UNDO))
    assert (look(home, iri).status, look(home, made).status) == (Status.PROPOSED, Status.WITHDRAWN)
    assert sorted(home.public.lines()) == before
    assert all(difference.is_none for difference in check(home).values())


def test_half_a_correction_that_was_decided_since_is_not_undone(
    home: Home, people: People, bring: Bringing, run: Run
) -> None:
    bring(run, NIL)
    iri = home.mint.annotation(run, NIL)
    made = correct(home, people, iri, Right(entity="Q1296", label="Gent")).iri
    home.decide(people.ann, Decision(made, Verdict.WITHDRAW, "neither"))
    with pytest.raises(Conflict, match="decided since"):
        home.decide(people.ann, Decision(iri, Verdict.UNDO))


def test_what_a_person_said_can_be_corrected_again(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    bring(run, NIL)
    first = correct(home, people, home.mint.annotation(run, NIL), Right(entity="Q1297", label="Chicago"))
    second = correct(home, people, first.iri, Right(entity="Q1296", label="Gent"))
    assert (look(home, first.iri).status, second.corrects) == (Status.WITHDRAWN, first.iri)
    assert all(difference.is_none for difference in check(home).values())


def test_only_who_decided_may_undo_and_only_soon(home: Home, people: People, bring: Bringing, run: Run) -> None:
    eve = add_user(home, "Eve", [Role.ARCHIVIST], PARTNER)
    bring(run, NIL)
    iri = home.mint.annotation(run, NIL)
    home.decide(people.ann, Decision(iri, Verdict.REJECT))
    with pytest.raises(Conflict, match="another person's"):
        home.decide(eve, Decision(iri, Verdict.UNDO))
    home.journal.clock.now += timedelta(seconds=home.settings.undo_seconds + 1)  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match="more than 3600 s old"):
        home.decide(people.ann, Decision(iri, Verdict.UNDO))
    assert look(home, iri).status is Status.REJECTED


def test_undo_goes_back_a_decision_at_a_time(
    home: Home, people: People, bring: Bringing, run: Run, open_item: str
) -> None:
    bring(run, CHICAGO)
    iri = home.mint.annotation(run, CHICAGO)
    for verdict in (Verdict.APPROVE, Verdict.WITHDRAW):
        home.decide(people.ann, Decision(iri, verdict, "so it seems"))
    for status in (Status.APPROVED, Status.PROPOSED):
        home.decide(people.ann, Decision(iri, Verdict.UNDO))
        assert look(home, iri).status is status
        assert any("Q1297" in line for line in home.public.lines()) is (status is Status.APPROVED)
    with pytest.raises(Conflict):
        home.decide(people.ann, Decision(iri, Verdict.UNDO))

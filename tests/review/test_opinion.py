"""Second opinions: whose they are, when a decision is disputed, and what settles it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from give_ld.errors import Conflict
from give_ld.home import Home
from give_ld.journal.lookups import find_known
from give_ld.journal.pending import Wanted, queue
from give_ld.model.decision import Known, Role, is_disputed
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict
from give_ld.model.user import User
from give_ld.people import add_user
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People
from tests.factories import PARTNER, a_face_match, a_validation

Say = Callable[[User, Verdict], Known]
A, D = Verdict.AGREE, Verdict.DISAGREE


@pytest.fixture
def colleagues(home: Home, people: People) -> tuple[User, User]:
    eve, leo = (add_user(home, name, [Role.ARCHIVIST], PARTNER) for name in ("Eve", "Leo"))
    return eve, leo


@pytest.fixture
def say(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> Say:
    """Say something of one approved guess and return what is known of it then."""
    bring(run, a_face_match())
    iri = home.mint.annotation(run, a_face_match())
    home.decide(people.ann, Decision(iri, Verdict.APPROVE))

    def said(user: User, verdict: Verdict) -> Known:
        home.decide(user, Decision(iri, verdict, "so it seems"))
        with home.journal.reading() as db:
            known = find_known(db, iri)
            assert known is not None
            (row,) = queue(db, Wanted(PARTNER, known.status)).rows
        flagged = any('/ns#disputed> "true"' in line for line in home.private.lines())
        assert (row["disputed"], flagged) == (known.disputed, known.disputed)
        return known

    return said


def test_agreement_changes_nothing_that_is_public(home: Home, say: Say, colleagues: tuple[User, User]) -> None:
    before = sorted(home.public.lines())
    known = say(colleagues[0], Verdict.AGREE)
    assert (known.status, known.disputed) == (Status.APPROVED, False)
    assert sorted(home.public.lines()) == before


def test_a_disagreement_disputes_what_stays_approved(home: Home, say: Say, colleagues: tuple[User, User]) -> None:
    before = sorted(home.public.lines())
    known = say(colleagues[0], Verdict.DISAGREE)
    assert (known.status, known.disputed) == (Status.APPROVED, True)
    assert sorted(home.public.lines()) == before


def test_a_third_who_agrees_settles_it(say: Say, colleagues: tuple[User, User]) -> None:
    assert say(colleagues[0], Verdict.DISAGREE).disputed
    assert not say(colleagues[1], Verdict.AGREE).disputed


def test_a_third_who_disagrees_leaves_it_for_a_new_decision(
    people: People, say: Say, colleagues: tuple[User, User]
) -> None:
    say(colleagues[0], Verdict.DISAGREE)
    assert say(colleagues[1], Verdict.DISAGREE).disputed
    known = say(colleagues[1], Verdict.WITHDRAW)
    assert (known.status, known.disputed) == (Status.WITHDRAWN, False)


def test_who_decided_has_no_second_opinion(people: People, say: Say) -> None:
    for verdict in (Verdict.AGREE, Verdict.DISAGREE):
        with pytest.raises(Conflict) as caught:
            say(people.ann, verdict)
        assert caught.value.rule == "second-opinion"


def test_an_opinion_counts_once_and_may_change(say: Say, colleagues: tuple[User, User]) -> None:
    assert say(colleagues[0], Verdict.DISAGREE).disputed
    with pytest.raises(Conflict, match="already"):
        say(colleagues[0], Verdict.DISAGREE)
    assert not say(colleagues[0], Verdict.AGREE).disputed


def test_an_opinion_may_be_taken_back(say: Say, colleagues: tuple[User, User]) -> None:
    assert say(colleagues[0], Verdict.DISAGREE).disputed
    known = say(colleagues[0], Verdict.UNDO)
    assert (known.status, known.disputed) == (Status.APPROVED, False)


@pytest.mark.parametrize(
    ("opinions", "disputed"),
    [
        ([], False),
        ([A], False),
        ([D], True),
        ([D, A], False),
        ([D, D], True),
        ([A, D], False),
        ([D, A, D], True),
        ([D, D, A], True),
        ([D, D, A, A], False),
    ],
)
def test_it_is_disputed_while_as_many_are_against_as_for(opinions: list[Verdict], disputed: bool) -> None:
    said = [
        a_validation(user=f"archivist-{number}", verdict=each, before="approved")
        for number, each in enumerate(opinions, 2)
    ]
    assert is_disputed([a_validation(), *said]) is disputed

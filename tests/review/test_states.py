"""The life of an annotation, cell by cell: status, what is said, and who says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from give_ld.errors import BadInput, Conflict, GiveLdError, NotFound
from give_ld.home import Home
from give_ld.journal.lookups import find_known, version_of
from give_ld.model.correction import Right
from give_ld.model.decision import DecisionReason, Known, Role
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict, allowed_verdicts
from give_ld.model.user import User
from give_ld.people import add_user
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from tests.conftest import Bringing, People
from tests.databases import over_both
from tests.factories import PARTNER, a_mention, a_mention_without_entity

UNCALIBRATED = {"confidence": None, "calibrator": None}
GUESS = a_mention(entity="Q1297", label="Chicago", **UNCALIBRATED)
RIGHT = Right(entity="Q1296", label="Gent")
# The table as the design has it: from, what is said, to. What is not here is forbidden.
P, A, R, U, S, W = (
    Status(name) for name in ("proposed", "approved", "rejected", "unsuitable", "superseded", "withdrawn")
)
TABLE = {
    **{(each, Verdict.APPROVE): A for each in (P, S, R, U, W)},
    **{(each, Verdict.REJECT): R for each in (P, S, U, W)},
    **{(each, Verdict.UNSUITABLE): U for each in (P, S, R, W)},
    (A, Verdict.WITHDRAW): W,
    **{(each, Verdict.CORRECT): R for each in (P, S)},
    (A, Verdict.CORRECT): W,
    **{(each, Verdict.CORRECT): each for each in (R, U, W)},
    **{(each, said): each for each in (A, R, U, W) for said in (Verdict.AGREE, Verdict.DISAGREE)},
    (A, Verdict.UNDO): P,
    (R, Verdict.UNDO): P,
    (U, Verdict.UNDO): P,
    (W, Verdict.UNDO): A,
}
WAYS = {P: [], S: [], A: [Verdict.APPROVE], R: [Verdict.REJECT], U: [Verdict.UNSUITABLE]}
WAYS[W] = [Verdict.APPROVE, Verdict.WITHDRAW]
OPINIONS = (Verdict.AGREE, Verdict.DISAGREE)


@dataclass(frozen=True)
class Desk:
    """One guess that two archivists of the owner look at."""

    home: Home
    people: People
    bring: Bringing
    run: Run
    eve: User

    @property
    def iri(self) -> str:
        return self.home.mint.annotation(self.run, GUESS)

    def to(self, status: Status) -> None:
        self.bring(self.run, GUESS)
        if status is Status.SUPERSEDED:
            newer = self.run.model_copy(update={"id": UUID(int=77)})
            self.bring(newer, a_mention_without_entity(run=newer.id, **UNCALIBRATED))
        for verdict in WAYS[status]:
            self.say(self.people.ann, verdict)

    def say(self, user: User, verdict: Verdict, reason: str = "on the way") -> None:
        right = RIGHT if verdict is Verdict.CORRECT else None
        self.home.decide(user, Decision(self.iri, verdict, reason, right=right))

    def known(self) -> Known:
        with self.home.journal.reading() as db:
            found = find_known(db, self.iri)
        assert found is not None
        return found


@pytest.fixture
def desk(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> Iterator[Desk]:
    made = Desk(home, people, bring, run, add_user(home, "Eve", [Role.ARCHIVIST], PARTNER))
    yield made
    with home.journal.reading() as db:
        row = home.journal.verify(home.projection.reached())
        assert row is None
        known = find_known(db, made.iri)
    if known is not None:
        public = any(f"<{made.iri}> " in line for line in home.public.lines())
        assert public is (known.status is Status.APPROVED)


@pytest.mark.parametrize("state", Status)
def test_every_state_takes_what_the_table_allows_and_nothing_else(desk: Desk, state: Status) -> None:
    assert allowed_verdicts(state) == {said for status, said in TABLE if status is state}
    desk.to(state)
    assert desk.known().status is state
    for verdict in Verdict:
        if (state, verdict) not in TABLE:
            with pytest.raises(Conflict) as caught:
                desk.say(desk.eve, verdict)
            assert caught.value.rule == "state"
            assert desk.known().status is state


@over_both
@pytest.mark.parametrize(("state", "verdict"), TABLE)
def test_a_cell_leads_where_the_table_says(desk: Desk, state: Status, verdict: Verdict) -> None:
    desk.to(state)
    desk.say(desk.eve if verdict in OPINIONS else desk.people.ann, verdict)
    known = desk.known()
    assert (known.status, known.validations[-1].before) == (TABLE[state, verdict], state)
    assert all(difference.is_none for difference in check(desk.home).values())


@pytest.mark.parametrize("verdict", Verdict)
def test_nobody_but_an_archivist_of_the_owner_says_anything(desk: Desk, verdict: Verdict) -> None:
    desk.to(Status.APPROVED)
    head = desk.home.journal.head()
    people = desk.people
    for user in (people.bob, people.rita, people.pipeline, people.other_pipeline, people.admin):
        with pytest.raises(NotFound):
            desk.say(user, verdict)
    assert desk.home.journal.head() == head


@pytest.mark.parametrize(("state", "verdict"), TABLE)
def test_who_speaks_against_what_was_decided_says_why(desk: Desk, state: Status, verdict: Verdict) -> None:
    desk.to(state)
    user = desk.eve if verdict in OPINIONS else desk.people.ann
    if state in (P, S) or verdict in (Verdict.AGREE, Verdict.UNDO):
        desk.say(user, verdict, "")
    else:
        with pytest.raises(Conflict, match="say why"):
            desk.say(user, verdict, "  ")
        desk.home.decide(user, Decision(desk.iri, verdict, ground=DecisionReason.UNCLEAR, right=RIGHT))


def test_the_ground_other_needs_words(desk: Desk) -> None:
    desk.to(Status.PROPOSED)
    with pytest.raises(Conflict, match="in words"):
        desk.home.decide(desk.people.ann, Decision(desk.iri, Verdict.REJECT, ground=DecisionReason.OTHER))


def test_a_ground_stands_with_the_decision_in_the_private_graph_only(desk: Desk) -> None:
    desk.to(Status.PROPOSED)
    desk.home.decide(desk.people.ann, Decision(desk.iri, Verdict.APPROVE, ground=DecisionReason.NEW_EVIDENCE))
    used = f"decisionReason> <{desk.home.mint.names.id('decision-reason', 'new-evidence')}>"
    assert [line for line in desk.home.private.lines() if used in line and "/graph/validation/" in line]
    assert not any(used in line for line in desk.home.public.lines())


def test_every_decision_and_opinion_makes_a_new_version(desk: Desk) -> None:
    desk.to(Status.APPROVED)
    with desk.home.journal.reading() as db:
        before = version_of(db, desk.iri)
    desk.say(desk.eve, Verdict.DISAGREE)
    desk.say(desk.eve, Verdict.UNDO)
    with desk.home.journal.reading() as db:
        assert version_of(db, desk.iri) == before + 2


def test_a_correction_that_says_nothing_is_refused_in_every_state(desk: Desk) -> None:
    desk.to(Status.PROPOSED)
    head = desk.home.journal.head()
    with pytest.raises(BadInput, match="say what is right") as caught:
        desk.home.decide(desk.people.ann, Decision(desk.iri, Verdict.CORRECT, "wrong"))
    assert isinstance(caught.value, GiveLdError)
    assert desk.home.journal.head() == head

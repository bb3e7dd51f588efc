"""Decisions about many guesses: what they do, what they leave out and why, and how they are taken back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from give_ld.errors import Conflict, NotAllowed, NotFound, NotUsable, Stale
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.lookups import find_all_known
from give_ld.model.annotation import Annotation
from give_ld.model.bulk import Band, Cluster, Group, Picked, Selection
from give_ld.model.correction import Right
from give_ld.model.decision import Role
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.people import add_user
from give_ld.rebuild import check
from give_ld.review.decide import Decision
from give_ld.review.many import Many, ManyAsk, weigh
from give_ld.review.outcome import outcome
from tests.conftest import Bringing, People
from tests.factories import PARTNER, PERSON, a_face_match, a_mention, an_unknown_face

UNCALIBRATED = {"confidence": None, "calibrator": None}
BOX = Box(x=1, y=2, width=30, height=40)


def place(number: int) -> Fragment:
    return Fragment(start_ms=10_000 * number, end_ms=10_000 * number + 900, box=BOX)


def faces(count: int) -> list[Annotation]:
    return [a_face_match(fragment=place(number), fingerprint=uuid4()) for number in range(count)]


@dataclass(frozen=True)
class Desk:
    """Four calibrated faces of one person, two uncalibrated mentions of a place, and three unknown faces."""

    home: Home
    people: People
    faces: tuple[str, ...]
    mentions: tuple[str, ...]
    unknown: tuple[str, ...]

    def weigh(self, ask: ManyAsk) -> Many:
        bench = self.home.bench
        with self.home.journal.reading() as db:
            return weigh(db, bench, self.people.ann, ask, self.home.journal.clock())

    def statuses(self, iris: tuple[str, ...]) -> list[str]:
        with self.home.journal.reading() as db:
            known = find_all_known(db, iris)
        return [known[iri].status for iri in iris]

    def events(self) -> int:
        return self.home.journal.head().seq


@pytest.fixture
def desk(home: Home, people: People, bring: Bringing, run: Run, open_item: str) -> Desk:
    matches = faces(4)
    mentions = [a_mention(fragment=Fragment(start_ms=n, end_ms=n + 9), **UNCALIBRATED) for n in (1_000, 2_000)]
    unknown = [an_unknown_face(fragment=place(number), fingerprint=uuid4()) for number in (20, 30, 40)]
    assert bring(run, *matches, *mentions, *unknown).refused == []
    iris = [tuple(home.mint.annotation(run, each) for each in some) for some in (matches, mentions, unknown)]
    return Desk(home, people, *iris)


def group(**changes: object) -> Selection:
    return Group.model_validate({"kind": "face-match", "subject": PERSON} | changes)


def test_a_group_is_approved_at_once_and_each_guess_is_an_event_of_its_own(desk: Desk) -> None:
    before = desk.events()
    many = desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.APPROVE, group()))
    assert desk.statuses(desk.faces) == ["approved"] * 4
    assert desk.events() == before + 1 + 4
    assert {event.bulk for events in many.events.values() for event in events} == {many.ask.id}  # type: ignore[union-attr]
    assert len([line for line in desk.home.public.lines() if "schema.org/mentions>" in line]) == 1
    assert all(found.is_none for found in check(desk.home).values())


def test_one_undo_takes_back_the_lot(desk: Desk) -> None:
    many = desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.APPROVE, group()))
    undone = desk.home.undo_many(desk.people.ann, many.ask.id)
    assert len(undone.events) == 4
    assert desk.statuses(desk.faces) == ["proposed"] * 4
    assert not any("/graph/public/" in line for line in desk.home.public.lines())
    with pytest.raises(Conflict, match="nothing of this decision stands"):
        desk.home.undo_many(desk.people.ann, many.ask.id)
    assert all(found.is_none for found in check(desk.home).values())


def test_an_undo_leaves_what_was_decided_since(desk: Desk) -> None:
    many = desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.APPROVE, group()))
    desk.home.decide(desk.people.ann, Decision(desk.faces[0], Verdict.WITHDRAW, "an actress"))
    undone = desk.home.undo_many(desk.people.ann, many.ask.id)
    assert list(undone.refused) == [desk.faces[0]]
    assert desk.statuses(desk.faces) == ["withdrawn", "proposed", "proposed", "proposed"]


def test_only_who_decided_about_many_takes_it_back(desk: Desk) -> None:
    many = desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.REJECT, group()))
    eve = add_user(desk.home, "Eve", [Role.ARCHIVIST], PARTNER)
    with pytest.raises(Conflict, match="another person's"):
        desk.home.undo_many(eve, many.ask.id)
    with pytest.raises(NotFound):
        desk.home.undo_many(desk.people.bob, many.ask.id)


def test_a_dry_run_says_what_would_happen_and_changes_nothing(desk: Desk) -> None:
    desk.home.decide(desk.people.ann, Decision(desk.faces[0], Verdict.REJECT, "no"))
    before = desk.events()
    picked = Picked(annotations=(*desk.faces, *desk.mentions, "https://made.example.org/id/annotation/none"))
    many = desk.weigh(ManyAsk(Verdict.APPROVE, picked))
    with desk.home.journal.reading() as db:
        told = outcome(db, many, dry_run=True)
    assert told["decided"] == {"approved": 3}
    assert {each["rule"]: each["count"] for each in told["refused"]} == {
        "decided": 1,
        "uncalibrated": 2,
        "unknown-or-not-yours": 1,
    }
    assert told["examples"][0]["label"] == "Marie Curie"
    assert desk.events() == before


@pytest.mark.parametrize("selection", ["pick", "group"])
def test_what_no_calibrator_covers_is_not_approved_in_bulk(desk: Desk, selection: str) -> None:
    of = Picked(annotations=desk.mentions) if selection == "pick" else group(kind="entity-mention", subject="Q1296")
    many = desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.APPROVE, of))
    assert {error.rule for error in many.refused.values()} == {"uncalibrated"}
    assert desk.statuses(desk.mentions) == ["proposed"] * 2


def test_what_no_calibrator_covers_is_in_no_band_and_said_to_be_left_out(desk: Desk) -> None:
    many = desk.weigh(ManyAsk(Verdict.REJECT, Band(kind="entity-mention", low=0.0)))
    assert (many.events, many.selected.passed_over) == ({}, {"uncalibrated": 2})


def test_a_cluster_of_unknown_faces_is_rejected_or_named_at_once(desk: Desk) -> None:
    cluster = Cluster(cluster=an_unknown_face().cluster)
    right = Right(person=PERSON)
    many = desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.CORRECT, cluster, right=right))
    assert desk.statuses(desk.unknown) == ["rejected"] * 3
    assert len(many.events) == 3
    desk.home.undo_many(desk.people.ann, many.ask.id)
    assert desk.statuses(desk.unknown) == ["proposed"] * 3
    assert all(found.is_none for found in check(desk.home).values())


def test_a_selection_that_changed_since_it_was_seen_does_nothing_at_all(desk: Desk) -> None:
    seen = desk.weigh(ManyAsk(Verdict.REJECT, group())).selected.digest
    desk.home.decide(desk.people.ann, Decision(desk.faces[0], Verdict.REJECT, "no"))
    before = desk.events()
    with pytest.raises(Stale):
        desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.REJECT, group(), seen=seen))
    assert desk.events() == before
    assert desk.statuses(desk.faces)[1:] == ["proposed"] * 3


def test_disputed_guesses_are_left_out_and_said_to_be(desk: Desk) -> None:
    eve = add_user(desk.home, "Eve", [Role.ARCHIVIST], PARTNER)
    desk.home.decide(desk.people.ann, Decision(desk.faces[0], Verdict.APPROVE))
    desk.home.decide(desk.people.ann, Decision(desk.faces[1], Verdict.APPROVE))
    desk.home.decide(eve, Decision(desk.faces[0], Verdict.DISAGREE, "not her"))
    many = desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.WITHDRAW, group(), reason="on request"))
    assert {iri: error.rule for iri, error in many.refused.items()} == {desk.faces[0]: "disputed"}
    assert desk.statuses(desk.faces) == ["approved", "withdrawn", "proposed", "proposed"]


def test_the_guesses_of_another_partner_are_unknown_ones(desk: Desk) -> None:
    many = desk.home.decide_many(desk.people.bob, ManyAsk(Verdict.REJECT, Picked(annotations=desk.faces)))
    nobodys = Picked(annotations=("https://made.example.org/id/annotation/none",))
    unknown = desk.home.decide_many(desk.people.bob, ManyAsk(Verdict.REJECT, nobodys))
    assert many.events == {}
    messages = {error.message for error in (*many.refused.values(), *unknown.refused.values())}
    assert len(messages) == 1
    assert desk.home.decide_many(desk.people.bob, ManyAsk(Verdict.REJECT, group())).selected.passed_over == {}


def test_who_is_no_archivist_decides_about_nothing(desk: Desk) -> None:
    for user in (desk.people.rita, desk.people.pipeline, desk.people.admin):
        with pytest.raises(NotAllowed):
            desk.home.decide_many(user, ManyAsk(Verdict.REJECT, group()))


def test_opinions_and_undos_are_not_said_of_many(desk: Desk) -> None:
    for verdict in (Verdict.AGREE, Verdict.DISAGREE, Verdict.UNDO):
        with pytest.raises(NotUsable):
            desk.home.decide_many(desk.people.ann, ManyAsk(verdict, group()))


def test_the_same_decision_is_not_taken_twice(desk: Desk) -> None:
    ask = ManyAsk(Verdict.REJECT, group(), id=UUID(int=7))
    desk.home.decide_many(desk.people.ann, ask)
    with pytest.raises(Conflict, match="not taken twice"):
        desk.home.decide_many(desk.people.ann, ask)


def test_a_bulk_that_fails_on_the_way_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.events()

    def fails(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr("give_ld.journal.journal.Writing.write", fails)
        with pytest.raises(OSError, match="disk full"):
            desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.APPROVE, group()))
    assert desk.events() == before
    assert desk.statuses(desk.faces) == ["proposed"] * 4


def test_the_tally_counts_what_there_is(desk: Desk) -> None:
    desk.home.decide_many(desk.people.ann, ManyAsk(Verdict.REJECT, group()))
    columns = (t.annotation.c.status, t.annotation.c.kind, t.annotation.c.topic)
    with desk.home.journal.reading() as db:
        counted = db.execute(select(*columns, func.count()).group_by(*columns)).all()
        tally = db.execute(select(*t.tally.c["status", "kind", "topic", "count"])).all()
    assert sorted(map(tuple, counted)) == sorted(map(tuple, tally))

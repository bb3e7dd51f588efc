"""The log of an auditor: which entries each filter finds, and what each reader sees of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, insert, text

from give_ld.errors import BadInput, NotAllowed
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.chain import Action
from give_ld.journal.trace import agents
from give_ld.model.decision import Role
from give_ld.model.user import User
from give_ld.rebuild import check
from give_ld.trail.log import Log
from give_ld.trail.wanted import COUNTED, Sight, Wanted, count, matching, moment, number_of, sight_of, within
from tests.conftest import OTHER, People
from tests.factories import PARTNER, PID
from tests.trail.conftest import HOSTILE, History

SOFTWARE = "onnx-faces 1.31.1 (fr_feature.onnx)"


def verdicts(history: History, wanted: Wanted, user: User | None = None) -> list[str]:
    return [line.verdict for line in history.lines(user or history.people.rita, wanted) if line.verdict]


def actions(history: History, wanted: Wanted) -> set[str]:
    return {line.action for line in history.lines(history.people.rita, wanted)}


def test_an_auditor_sees_every_entry_the_newest_first(history: History) -> None:
    lines = history.lines(history.people.rita)
    assert [line.seq for line in lines] == list(range(history.home.journal.head().seq, 0, -1))
    assert [line.previous for line in lines[:-1]] == [line.hash for line in lines[1:]]
    assert {line.name for line in lines if line.verdict} == {"Ann", "Bob"}


def test_a_person_is_found_by_name_and_by_id(history: History) -> None:
    people = history.people
    assert verdicts(history, Wanted(person="Ann")) == ["correct", "reject", "undo", "approve"]
    assert verdicts(history, Wanted(person=people.bob.id)) == ["approve"]
    assert history.lines(people.rita, Wanted(person="nobody")) == []


def test_a_partner_an_action_and_software_are_found(history: History) -> None:
    assert {line.partner for line in history.lines(history.people.rita, Wanted(partner=OTHER))} == {OTHER}
    assert actions(history, Wanted(action=Action.RUN_RECORDED)) == {"run.recorded"}
    found = history.lines(history.people.rita, Wanted(agent="other-faces 2 (fr_feature.onnx)"))
    assert [line.action for line in found] == ["annotation.decided", "annotation.proposed", "run.recorded"]
    with history.home.journal.reading() as db:
        assert agents(db) == [SOFTWARE, "other-faces 2 (fr_feature.onnx)"]


def test_an_item_is_found_with_all_that_became_of_it(history: History) -> None:
    mine = Wanted(item=history.home.mint.item(PARTNER, PID))
    assert actions(history, mine) >= {"item.recorded", "run.recorded", "annotation.proposed", "annotation.decided"}
    assert {line.partner for line in history.lines(history.people.rita, mine)} == {PARTNER}
    both = history.lines(history.people.rita, Wanted(item=PID))
    assert {line.partner for line in both} == {PARTNER, OTHER}
    assert len({line.seq for line in both}) == len(both)


def test_an_annotation_is_found_with_its_decisions_and_a_correction_under_both_its_names(history: History) -> None:
    assert verdicts(history, Wanted(annotation=history.face)) == ["reject", "undo", "approve"]
    (corrected,) = (line for line in history.lines(history.people.rita, Wanted(annotation=history.made)) if line.made)
    assert (corrected.annotation, corrected.made) == (history.mention, history.made)
    assert corrected in history.lines(history.people.rita, Wanted(annotation=history.mention))


def test_a_span_of_time_holds_its_beginning_and_not_its_end(history: History) -> None:
    lines = history.lines(history.people.rita)
    first, last = lines[8], lines[3]
    span = Wanted(since=datetime.fromisoformat(first.time), until=datetime.fromisoformat(last.time))
    assert history.lines(history.people.rita, span) == [line for line in lines if first.time <= line.time < last.time]
    assert history.lines(history.people.rita, replace(span, until=span.since)) == []


def test_filters_together_find_what_all_of_them_find(history: History) -> None:
    every = Wanted(person="Ann", partner=PARTNER, item=PID, agent=SOFTWARE, action=Action.ANNOTATION_DECIDED)
    assert verdicts(history, replace(every, annotation=history.face)) == ["reject", "undo", "approve"]
    assert verdicts(history, replace(every, annotation=history.others)) == []


def test_a_clock_that_was_set_back_hides_nothing(home: Home, people: People) -> None:
    times = ["2026-03-05", "2026-03-01", "2026-03-07", "2026-03-02", "2026-03-06"]
    with home.journal.writing() as writing:
        last = home.journal.head().seq
        writing.db.execute(
            insert(t.event),
            [
                {"seq": last + place, "time": f"{day}T00:00:00+00:00", "action": "x", "actor": "x", "partner": ""}
                | {"commitment": "", "previous": "", "hash": f"{place}"}
                for place, day in enumerate(times, 1)
            ],
        )
    with home.journal.reading() as db:
        found = Log(db, home.mint, sight_of(people.rita)).page(
            Wanted(person="x", since=moment("2026-03-02", "from"), until=moment("2026-03-05", "until", is_end=True)), 9
        )
    assert [line.time[:10] for line in found.lines] == ["2026-03-02", "2026-03-05"]


def test_pages_follow_each_other_without_a_gap_whatever_comes_in_between(history: History) -> None:
    home, rita = history.home, history.people.rita
    before, seen = None, list[int]()
    whole = [line.seq for line in history.lines(rita)]
    while True:
        with home.journal.reading() as db:
            page = Log(db, home.mint, sight_of(rita)).page(Wanted(), 4, before)
        seen += [line.seq for line in page.lines]
        with home.writing() as writing:
            writing.append(rita.model_copy(update={"id": f"u{len(seen)}", "name": f"n{len(seen)}"}), "operator")
        if page.following is None:
            break
        before = page.following
    assert seen == whole


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_what_it_may(history: History, role: Role) -> None:
    bound = role in (Role.ARCHIVIST, Role.PIPELINE)
    user = User(id="u", name="U", roles=(role,), partner=PARTNER if bound else None)
    if role not in (Role.AUDITOR, Role.ADMIN, Role.ARCHIVIST):
        with pytest.raises(NotAllowed):
            sight_of(user)
        return
    lines = history.lines(user)
    partners = {line.partner for line in lines}
    assert partners == ({PARTNER} if role is Role.ARCHIVIST else {"", PARTNER, OTHER})
    decided = [line for line in lines if line.verdict]
    told = role is not Role.ADMIN
    assert {line.name for line in decided if line.partner == PARTNER} == ({"Ann"} if told else {None})
    assert any(line.reason == HOSTILE for line in decided) is told
    assert {line.organisation for line in decided} <= {"Voorbeeldarchief", "Ander archief"}


def test_an_archivist_sees_nothing_of_another_partner_by_any_filter(history: History) -> None:
    bob = history.people.bob
    assert {line.partner for line in history.lines(bob)} == {OTHER}
    for wanted in (
        Wanted(annotation=history.face),
        Wanted(item=history.home.mint.item(PARTNER, PID)),
        Wanted(person="Ann"),
        Wanted(agent=SOFTWARE),
    ):
        assert history.lines(bob, wanted) == []
    refusals = set()
    for partner in (PARTNER, "OR-0000000"):
        with pytest.raises(NotAllowed) as refused:
            history.lines(bob, Wanted(partner=partner))
        refusals.add(refused.value.message.replace(partner, "?"))
    assert len(refusals) == 1


def test_who_may_not_see_names_does_not_find_by_them(history: History) -> None:
    assert history.lines(history.people.admin, Wanted(person="Ann")) == []
    assert len(history.lines(history.people.admin, Wanted(person=history.people.ann.id))) >= 4


def test_an_entry_whose_content_was_erased_is_still_listed(history: History) -> None:
    (seq,) = (line.seq for line in history.lines(history.people.rita) if line.reason == HOSTILE)
    with history.home.journal.writing() as writing:
        writing.db.execute(delete(t.payload).where(t.payload.c.seq == seq))
    (line,) = (line for line in history.lines(history.people.rita) if line.seq == seq)
    assert line.erased
    assert (line.verdict, line.reason) == ("", None)


def test_what_entries_are_about_follows_from_the_events(history: History) -> None:
    assert check(history.home)["tables"].is_none
    with history.home.journal.writing() as writing:
        writing.db.execute(delete(t.trace).where(t.trace.c.annotation == history.face))
    assert check(history.home)["tables"].missing == 4


@pytest.mark.parametrize(
    "given", ["yesterday", "2026-13-01", "2026-04-01T10:00:00", "9999-12-31", "'; DROP TABLE event"]
)
def test_what_is_no_time_is_refused_by_name(given: str) -> None:
    with pytest.raises(BadInput, match="'until'") as refused:
        moment(given, "until", is_end=True)
    assert given not in refused.value.message


def test_a_day_is_whole_and_an_instant_is_brought_to_utc() -> None:
    since, until = moment("2026-03-01", "from"), moment("2026-03-01", "until", is_end=True)
    assert since
    assert until
    assert until - since == timedelta(days=1)
    assert moment("2026-03-01T01:00:00+01:00", "from") == since
    assert moment("", "from") is None


ONE_DIMENSION = [
    (Wanted(), "event"),
    (Wanted(person="u7"), "event_actor"),
    (Wanted(partner=PARTNER), "event_partner"),
    (Wanted(action=Action.ANNOTATION_DECIDED), "event_action"),
    (Wanted(since=moment("2026-03-01", ""), until=moment("2026-03-02", "")), "event_time"),
    (Wanted(annotation="https://made.example.org/id/annotation/x"), "trace_annotation"),
    (Wanted(item=PID), "trace_item"),
    (Wanted(agent=SOFTWARE), "trace_agent"),
]


@pytest.mark.parametrize(("wanted", "index"), ONE_DIMENSION)
def test_a_page_is_read_from_an_index_and_never_sorted(home: Home, people: People, wanted: Wanted, index: str) -> None:
    with home.journal.reading() as db:
        query = within(matching(db, Sight(people.rita), wanted), wanted)
        page = query.order_by(number_of(query).desc()).limit(51)
        compiled = page.compile(db, compile_kwargs={"literal_binds": True})
        plan = [str(row.detail) for row in db.execute(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", "\\:")))]
    assert not any("TEMP B-TREE" in step for step in plan), plan
    if index != "event":
        assert any(f"INDEX {index} " in step for step in plan), plan
        unindexed = [step for step in plan if step.startswith("SCAN") and index != "event_time"]
        assert unindexed == []


def test_matches_are_counted_no_further_than_they_help(home: Home, people: People) -> None:
    rows = [
        {"seq": 1000 + n, "time": "2026-03-01T00:00:00+00:00", "action": "x", "actor": "x", "partner": ""}
        | {"commitment": "", "previous": "", "hash": f"h{n}"}
        for n in range(COUNTED + 5)
    ]
    with home.journal.writing() as writing:
        writing.db.execute(insert(t.event), rows)
    with home.journal.reading() as db:
        assert count(db, matching(db, sight_of(people.rita), Wanted(person="x"))) == COUNTED + 1

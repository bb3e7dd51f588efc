"""What entries of the journal say of where the public graph changed: enough, whatever happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from give_ld.config import Settings
from give_ld.harvest.publish import Publisher, Pushed
from give_ld.harvest.touched import CHANGING, changes_of
from give_ld.home import Home, open_home
from give_ld.items import ingest_items
from give_ld.journal.chain import Action
from give_ld.model.correction import Right
from give_ld.model.item import Partner
from give_ld.model.run import Run
from give_ld.model.status import Verdict
from give_ld.model.visibility import DEFAULT_VISIBILITY
from give_ld.people import add_partner
from give_ld.rebuild import rebuild
from give_ld.review.decide import Decision
from give_ld.standing import Standing, standing_of
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
from tests.conftest import Bringing, People
from tests.databases import over_both
from tests.factories import PARTNER, PID, a_face_match, a_mention
from tests.review.test_random_histories import FOR_SCHOOLS, History, gate, history, open_again

__all__ = ["gate", "history"]
HISTORIES = 3
Brought = tuple[str, str]
STEPS = 16
SILENT = {
    Action.RUN_RECORDED,
    Action.ANNOTATION_PROPOSED,
    Action.ANNOTATION_SUPERSEDED,
    Action.BULK_DECIDED,
    Action.SAMPLE_DRAWN,
    Action.REVIEW_POLICY_SET,
    Action.USER_ADDED,
    Action.USER_CHANGED,
    Action.TOKEN_ISSUED,
    Action.TOKEN_REVOKED,
    Action.PASSWORD_SET,
    Action.PROCESSING_SET,
    Action.PERSON_EXEMPTED,
}


class Mirror:
    """A copy of the public graph on another engine, kept up to date."""

    def __init__(self, place: Path, home: Path) -> None:
        self.engine: EmbeddedStore = open_store(place / "engine")
        self._publisher = Publisher(self.engine, home / "published" / "mirror")

    def follow(self, home: Home) -> bool:
        """Push; return whether everything had to be compared."""
        pushed = self.push(standing_of(home))
        assert sorted(self.engine.lines()) == sorted(home.public.lines())
        return pushed.whole

    def push(self, standing: Standing) -> Pushed:
        return self._publisher.push(standing.snapshot, changes_of(standing))


@pytest.fixture
def mirror(tmp_path: Path, settings: Settings) -> Iterator[Mirror]:
    made = Mirror(tmp_path, settings.home)
    yield made
    made.engine.close()


@pytest.fixture
def brought(home: Home, bring: Bringing, run: Run, open_item: str) -> Brought:
    """A face and a name that wait for a decision, in an item that may be shown."""
    guesses = a_face_match(), a_mention(confidence=None, calibrator=None)
    assert bring(run, *guesses).refused == []
    face, mention = (home.mint.annotation(run, guess) for guess in guesses)
    return face, mention


@pytest.mark.parametrize("history", range(HISTORIES), indirect=True)
def test_after_whatever_happened_a_push_that_looks_where_the_journal_says_leaves_nothing_out(
    history: History, mirror: Mirror
) -> None:
    assert mirror.follow(history.home)
    for _ in range(STEPS):
        history.step()
        assert not mirror.follow(history.home)


@pytest.mark.parametrize("history", [0], indirect=True)
def test_what_no_entry_tells_has_the_next_push_compare_everything(history: History, mirror: Mirror) -> None:
    mirror.follow(history.home)
    for _ in range(STEPS):
        history.step()
    assert not mirror.follow(history.home)
    was = history.home.settings.visibility
    other = FOR_SCHOOLS if was == DEFAULT_VISIBILITY else DEFAULT_VISIBILITY
    history.home.close()
    changed = history.home.settings.model_copy(update={"visibility": other})
    history.home = open_again(changed, history.clock, history.home.gate)
    assert mirror.follow(history.home)
    assert not mirror.follow(history.home)
    rebuild(history.home)
    assert mirror.follow(history.home)
    history.erase()
    assert mirror.follow(history.home)


def test_a_guess_that_is_approved_and_withdrawn_between_two_pushes_never_arrives(
    home: Home, people: People, brought: Brought, mirror: Mirror
) -> None:
    kept, passing = brought
    home.decide(people.ann, Decision(kept, Verdict.APPROVE))
    mirror.follow(home)
    for verdict in (Verdict.APPROVE, Verdict.WITHDRAW):
        home.decide(people.ann, Decision(passing, verdict, "a mistake"))
    assert not mirror.follow(home)
    home.decide(people.ann, Decision(kept, Verdict.WITHDRAW, "a mistake"))
    assert not mirror.follow(home)
    assert not [line for line in mirror.engine.lines() if kept in line or passing in line]


def test_a_push_of_a_snapshot_of_before_is_made_good_by_the_next(
    home: Home, people: People, brought: Brought, mirror: Mirror
) -> None:
    face, mention = brought
    mirror.follow(home)
    old = standing_of(home)
    home.decide(people.ann, Decision(face, Verdict.APPROVE))
    # As beside a server that has more in its journal than in the snapshot that it gives.
    mirror.push(replace(old, head=home.journal.head()))
    assert not mirror.follow(home)
    home.decide(people.ann, Decision(mention, Verdict.APPROVE))
    assert not mirror.follow(home)


def test_graphs_that_are_made_anew_have_the_next_push_compare_everything(home: Home, mirror: Mirror) -> None:
    mirror.follow(home)
    home.close()
    (home.settings.home / "projected.json").unlink()
    opened = open_home(home.settings)
    assert mirror.follow(opened)
    opened.close()


def test_every_action_is_known_to_change_the_public_graph_or_not_to() -> None:
    assert {Action.PERSON_ERASED} | CHANGING | SILENT == set(Action)
    assert not CHANGING & SILENT


@over_both
def test_a_licence_that_closes_and_opens_a_correction_and_a_new_name_are_followed(
    home: Home, people: People, brought: Brought, mirror: Mirror
) -> None:
    face, mention = brought
    mirror.follow(home)
    other = Right(entity="Q42", label="Adams")
    steps: list[Callable[[], object]] = [
        lambda: home.decide(people.ann, Decision(face, Verdict.APPROVE)),
        lambda: home.decide(people.ann, Decision(mention, Verdict.APPROVE)),
        lambda: home.decide(people.ann, Decision(mention, Verdict.CORRECT, "not she", right=other)),
        lambda: describe(home, people, licences=""),
        lambda: describe(home, people, licences="VIAA-PUBLIEK-CONTENT|VIAA-PUBLIEK-METADATA-ALL"),
        lambda: add_partner(home, Partner(id=PARTNER, name="Museum")),
    ]
    for step in steps:
        before = set(mirror.engine.lines())
        step()
        assert not mirror.follow(home)
        assert set(mirror.engine.lines()) != before


def describe(home: Home, people: People, licences: str) -> None:
    rows = ["pid,title,kind,licences,created\n", f"{PID},Avondjournaal,video,{licences},1986-05\n"]
    ingest_items(home, rows, "items.csv", PARTNER, people.ann)

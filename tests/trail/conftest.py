"""A journal with a history of two partners in it: guesses, decisions, a correction, an undo, hostile words."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from give_ld.home import Home
from give_ld.items import ingest_items
from give_ld.model.correction import Right
from give_ld.model.run import Agent, Run
from give_ld.model.status import Verdict
from give_ld.model.user import User
from give_ld.review.decide import Decision
from give_ld.trail.log import Line, Log
from give_ld.trail.wanted import Wanted, sight_of
from tests.conftest import OTHER, Bringing, People
from tests.factories import MODEL, PID, UNCALIBRATED, a_face_match, a_mention_without_entity, a_run

HOSTILE = '=HYPERLINK("http://evil.example","x")<script>alert(1)</script>\r\n" } GRAPH <urn:x> { <urn:a> <urn:b> "\\'
OTHER_SOFTWARE = Agent(name="other-faces", version="2", models=(MODEL,))


@dataclass(frozen=True)
class History:
    """The IRIs of the guesses that the history is about."""

    home: Home
    people: People
    face: str
    mention: str
    made: str
    others: str

    def lines(self, user: User, wanted: Wanted | None = None) -> list[Line]:
        """Return what a user sees of the journal, the newest first."""
        with self.home.journal.reading() as db:
            return list(Log(db, self.home.mint, sight_of(user)).page(wanted or Wanted(), 500).lines)


@pytest.fixture
def history(home: Home, people: People, bring: Bringing, run: Run, open_item: str, refset: str) -> History:
    rows = ["pid,title,kind,created\n", f"{PID},Avondjournaal,video,1986\n"]
    ingest_items(home, rows, "items.csv", OTHER, people.bob)
    other = a_run(id="00000000-0000-0000-0000-000000000009", partner=OTHER, reference_set=refset, agent=OTHER_SOFTWARE)
    assert bring(run, a_face_match(), a_mention_without_entity(**UNCALIBRATED)).refused == []
    assert bring(other, a_face_match(run=other.id), user=people.other_pipeline).refused == []
    mint = home.mint
    face, mention = (
        mint.annotation(run, guess) for guess in (a_face_match(), a_mention_without_entity(**UNCALIBRATED))
    )
    others = mint.annotation(other, a_face_match(run=other.id))
    home.decide(people.ann, Decision(face, Verdict.APPROVE, "her portrait"))
    home.decide(people.ann, Decision(face, Verdict.UNDO, "a slip"))
    home.decide(people.ann, Decision(face, Verdict.REJECT, HOSTILE))
    right = Right(entity="Q1296", label="Gent")
    made = home.decide(people.ann, Decision(mention, Verdict.CORRECT, "the city", right=right)).made
    home.decide(people.bob, Decision(others, Verdict.APPROVE, "seen by Bob"))
    assert made is not None
    return History(home, people, face, mention, made, others)

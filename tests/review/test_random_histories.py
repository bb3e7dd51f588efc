"""Random histories: whatever comes in, is decided, fails or is killed, both graphs are what the journal says."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pyoxigraph import DefaultGraph
from sqlalchemy import select

from give_ld.config import Settings
from give_ld.erasure.erase import Order
from give_ld.erasure.procedure import carry_out
from give_ld.errors import BadInput, Conflict, NotFound
from give_ld.home import Home, open_home
from give_ld.items import ingest_items
from give_ld.journal import tables as t
from give_ld.journal.lookups import find_known, find_user_by_id
from give_ld.model.annotation import Annotation
from give_ld.model.bulk import Group
from give_ld.model.correction import Right
from give_ld.model.decision import Known, Role, Validation
from give_ld.model.erasure import ErasureKind
from give_ld.model.event import Correction, Proposal, Supersession
from give_ld.model.fragment import Box, Fragment
from give_ld.model.item import Item, Partner
from give_ld.model.processing import Allowed
from give_ld.model.run import MediaFile, Run, Stage
from give_ld.model.status import OPINIONS, Status, Verdict
from give_ld.model.user import User
from give_ld.model.visibility import DEFAULT_VISIBILITY, Visibility, VisibilityRow
from give_ld.people import add_partner, add_user, change_user
from give_ld.processing import allow
from give_ld.rdf.public import public_owners
from give_ld.rdf.shacl import Gate
from give_ld.rebuild import check
from give_ld.reference.exempt import exempt
from give_ld.review.decide import Decision
from give_ld.review.many import ManyAsk
from give_ld.review.publication import captions_of
from give_ld.review.visibility import is_public
from give_ld.store.embedded import EmbeddedStore
from tests.conftest import OTHER, Bringing, People, Ticking
from tests.databases import over_both
from tests.factories import (
    BASE,
    PARTNER,
    PERSON,
    a_face_match,
    a_mention,
    a_mention_without_entity,
    a_run,
    a_speaker_segment,
    a_tag,
    a_tag_without_concept,
    a_transcript,
    an_unknown_face,
)

HISTORIES = 3
CHAPTERS = 4
STEPS = 4
UNCALIBRATED = {"confidence": None, "calibrator": None}
FOR_SCHOOLS = Visibility((VisibilityRow(licences=("VIAA-ONDERWIJS",), public=("face-match", "transcript")),))
LICENCES = ("VIAA-PUBLIEK-CONTENT", "VIAA-PUBLIEK-CONTENT", "VIAA-ONDERWIJS", "")


class Stopped(Exception):
    """The disk gave up, or the process was killed."""


@dataclass
class History:
    """One instance with a past, and the chance that makes its future."""

    home: Home
    people: People
    eve: User
    reference_set: str
    chance: random.Random
    directory: Path
    clock: Ticking
    homes: int = 0

    def archivist(self, partner: str) -> User:
        """Somebody who may decide about the guesses of a partner."""
        return self.chance.choice([self.people.ann, self.eve, self.eve]) if partner == PARTNER else self.people.bob

    def step(self) -> None:
        """Do one thing, or try."""
        often, seldom = [self.bring, self.decide], [self.describe, self.rename, self.change_roles, self.permit]
        self.chance.choice([*often, *often, self.decide, *seldom, self.decide_many])()

    def bring(self) -> None:
        mine = self.chance.random() < 0.7
        run = a_run(
            id=UUID(int=self.chance.getrandbits(128), version=4),
            partner=PARTNER if mine else OTHER,
            item=self.chance.choice(["one", "two"]),
            file=MediaFile(sha256=self.chance.choice("ef") * 64, name="news.mp4", mime_type="video/mp4"),
            reference_set=self.reference_set,
            ended=a_run().started + timedelta(hours=self.chance.randint(1, 9)),
            **self.chance.choice([{}, {"calibrators": ()}]),
        )
        pipeline = self.people.pipeline if mine else self.people.other_pipeline
        bringing = Bringing(self.home, self.directory, pipeline)
        calibrated = bool(run.calibrators)
        bringing(run, *(self.guess(run, calibrated=calibrated) for _ in range(self.chance.randint(1, 5))))

    def guess(self, run: Run, *, calibrated: bool) -> Annotation:
        start = self.chance.choice([0, 300, 1000, 2000])
        common = {"run": run.id, "fragment": Fragment(start_ms=start, end_ms=start + 1000)}
        face = {"fingerprint": UUID(int=self.chance.getrandbits(128), version=4)}
        face |= {"fragment": Fragment(start_ms=start, end_ms=start + 1000, box=Box(x=1, y=1, width=9, height=9))}
        label = {"label": self.chance.choice(["Gent", "Ghent"]), "label_language": self.chance.choice(["nl", "en"])}
        makers: list[Callable[[], Annotation]] = [
            lambda: a_face_match(**common | face | ({} if calibrated else UNCALIBRATED)),
            lambda: an_unknown_face(**common | face),
            lambda: a_mention(**common | UNCALIBRATED | label),
            lambda: a_mention(**common | UNCALIBRATED | label | {"entity": "Q7186", "entity_type": "person"}),
            lambda: a_mention_without_entity(**common | UNCALIBRATED),
            lambda: a_speaker_segment(**common),
            lambda: a_tag(**common | UNCALIBRATED | label),
            lambda: a_tag_without_concept(**common | UNCALIBRATED, language=self.chance.choice(["nl", None])),
            lambda: a_transcript(**common | UNCALIBRATED, language=self.chance.choice(["nl", "de"])),
        ]
        return self.chance.choice(makers)()

    def describe(self) -> None:
        mine = self.chance.random() < 0.7
        pid, title = self.chance.choice(["one", "two"]), self.chance.choice(["Journaal", "Nieuws"])
        whole = self.chance.choice({"one": ["", "two", "series"], "two": ["", "series"]}[pid])
        more = f"{self.chance.choice(LICENCES)},{self.chance.choice(['Band 7|BRT 1', 'Band 8', ''])},{whole}"
        made = self.chance.choice(["1986", "1986", "1870"])
        rows = ["pid,title,kind,created,licences,local_ids,part_of\n", f"{pid},{title},video,{made},{more}\n"]
        partner, archivist = (PARTNER, self.people.ann) if mine else (OTHER, self.people.bob)
        ingest_items(self.home, rows, "items.csv", partner, archivist)

    def decide(self) -> None:
        with self.home.journal.reading() as db:
            iris = list(db.scalars(select(t.annotation.c.iri).order_by(t.annotation.c.run, t.annotation.c.subject)))
            known = find_known(db, self.chance.choice(iris)) if iris else None
        if known is None:
            return
        likely = Verdict.WITHDRAW if known.status is Status.APPROVED else Verdict.APPROVE
        verdict = self.chance.choice([likely, likely, *Verdict, Verdict.CORRECT, Verdict.UNDO, *sorted(OPINIONS)])
        right = self.right(known.annotation.kind) if verdict is Verdict.CORRECT else None
        try:
            self.home.decide(
                self.archivist(known.run.partner), Decision(known.iri, verdict, "so it seems", right=right)
            )
        except (Conflict, BadInput) as error:
            rule = error.rule
            assert verdict is not likely or rule == "age"

    def decide_many(self) -> None:
        """Decide about all guesses of a kind at once, or take the last such decision back."""
        with self.home.journal.reading() as db:
            bulks = list(db.scalars(select(t.bulk.c.id).order_by(t.bulk.c.id)))
            rows = db.execute(select(t.tally.c.kind, t.tally.c.topic).order_by(t.tally.c.kind, t.tally.c.topic)).all()
        if not rows:
            return
        row = self.chance.choice(rows)
        verdict = self.chance.choice([Verdict.APPROVE, Verdict.REJECT, Verdict.REJECT, Verdict.WITHDRAW])
        many = ManyAsk(verdict, Group(kind=row.kind, subject=row.topic), "so it seems", id=self.id())
        with suppress(Conflict, NotFound):
            if bulks and self.chance.random() < 0.3:
                self.home.undo_many(self.archivist(PARTNER), UUID(self.chance.choice(bulks)))
            else:
                self.home.decide_many(self.archivist(PARTNER), many)

    def id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def right(self, kind: str) -> Right:
        """Say something else of a guess of a kind; it may be what the guess says."""
        if kind.startswith("face"):
            return Right(person=PERSON)
        if kind == "transcript":
            return Right(text=self.chance.choice(["Andere woorden.", "Nog andere."]))
        return self.chance.choice(
            [Right(entity="Q42", label="Adams"), Right(no_entity=True), Right(person=PERSON, entity_type="person")]
        )

    def permit(self) -> None:
        unknown = self.chance.random() < 0.5
        allow(self.home, PARTNER, Allowed(stages=tuple(Stage), unknown_faces=unknown), self.people.ann, "so it is")
        if self.chance.random() < 0.5:
            exempt(self.home, PERSON, (PARTNER, self.chance.choice(["one", "two"])), self.people.rita, "she agreed")

    def erase(self) -> None:
        self.home.close()
        certificate = carry_out(self.home.settings, Order(ErasureKind.PERSON, (PERSON,), "she asked"), "Rita")
        assert certificate.statement.found == {}
        self.home = open_again(self.home.settings, self.clock, self.home.gate)

    def rename(self) -> None:
        add_partner(self.home, Partner(id=PARTNER, name=self.chance.choice(["Archief", "Museum"])))

    def change_roles(self) -> None:
        """Give somebody a role more or less, or let somebody go and come back; those who decide stay."""
        with self.home.journal.reading() as db:
            user = find_user_by_id(db, self.people.admin.id)
        assert user is not None
        roles = self.chance.choice([(Role.ADMIN,), (Role.ADMIN, Role.AUDITOR)])
        change_user(self.home, user, roles=roles, active=self.chance.random() < 0.7)

    def stumble(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take a step during which one write to a graph, and every one after it, fails."""
        left = self.chance.randint(0, 6)

        def failing(write: Callable[[EmbeddedStore, Any], None]) -> Callable[[EmbeddedStore, Any], None]:
            def fail(store: EmbeddedStore, what: Any) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Stopped
                write(store, what)

            return fail

        with monkeypatch.context() as patch:
            for name in ("_update", "_add"):
                patch.setattr(EmbeddedStore, name, failing(getattr(EmbeddedStore, name)))
            with suppress(Stopped):
                self.step()

    def start_again(self, *, killed: bool) -> None:
        """End and start; a killed process leaves what is on disk as it is, which a copy of it shows."""
        settings = self.home.settings
        if killed:
            self.homes += 1
            copy = self.directory / f"home{self.homes}"
            # The stores by their own copy: one by files would meet their background work.
            shutil.copytree(settings.home, copy, ignore=shutil.ignore_patterns("private", "public", "snapshots"))
            self.home.private.backup(copy / "private")
            self.home.public.backup(copy / "public")
            settings = settings.model_copy(update={"home": copy})
        self.home.close()
        # A setting may change while nothing runs.
        visibility = self.chance.choice([DEFAULT_VISIBILITY] * 3 + [FOR_SCHOOLS])
        self.home = open_again(settings.model_copy(update={"visibility": visibility}), self.clock, self.home.gate)


def open_again(settings: Settings, clock: Ticking, gate: Gate) -> Home:
    home = open_home(settings, clock)
    home.gate = gate  # the same shapes: reading them takes longer than a history
    return home


DECIDED = {"approve": "approved", "reject": "rejected", "unsuitable": "unsuitable", "withdraw": "withdrawn"}
CORRECTED = {"proposed": "rejected", "superseded": "rejected", "approved": "withdrawn"}
QUESTIONS = {"face-unknown": "face", "face-match": "face"}


@dataclass
class Life:
    """What became of one guess, told without the code under test: the states it had, and who spoke for and against."""

    known: Known
    said: Proposal
    states: list[str] = field(default_factory=lambda: ["proposed"])
    ids: list[UUID] = field(default_factory=list)
    voices: list[dict[str, bool]] = field(default_factory=lambda: [{}])

    @property
    def status(self) -> Status:
        return Status(self.states[-1])

    @property
    def disputed(self) -> bool:
        votes = list(self.voices[-1].values())
        return votes.count(False) >= max(1, votes.count(True))

    def hear(self, event: Validation) -> None:
        self.known = replace(self.known, validations=(*self.known.validations, event))
        if event.verdict is Verdict.UNDO:
            assert self.ids.pop() == event.undoes
            self.states.pop()
            self.voices.pop()
        else:
            verdict, now = str(event.verdict), self.states[-1]
            opinion = verdict in ("agree", "disagree")
            after = CORRECTED.get(now, now) if verdict == "correct" else DECIDED.get(verdict, now)
            voice = {**self.voices[-1], event.user: verdict == "agree"} if opinion else {event.user: True}
            self.states.append(after)
            self.ids.append(event.id)
            self.voices.append(voice)
        assert event.status is self.status

    def overtaken(self, event: Supersession, by: Life | None) -> None:
        assert not self.known.validations, "somebody had decided"
        if by and event.rejected:
            assert set(self.said.also_known_as) & set(by.said.also_known_as)
        else:
            assert self.status is (Status.PROPOSED if by else Status.SUPERSEDED)
        self.states = ["superseded" if by else "proposed"]
        self.known = replace(self.known, replaced_by=event.by)
        if by:
            mine, theirs = self.known, by.known
            kinds = {QUESTIONS.get(each.annotation.kind, each.annotation.kind) for each in (mine, theirs)}
            assert len(kinds) == 1
            assert (mine.run.file, mine.run.partner) == (theirs.run.file, theirs.run.partner)
            assert mine.annotation.fragment.overlaps(theirs.annotation.fragment)
            if not event.rejected:
                assert mine.run.stage == theirs.run.stage
                assert self.said.subject != by.said.subject


def lives(home: Home) -> tuple[dict[str, Life], dict[tuple[str, str], Item]]:
    """Work out from the events alone what became of each guess, and what each item is."""
    items: dict[tuple[str, str], Item] = {}
    runs: dict[UUID, Run] = {}
    guesses: dict[str, Life] = {}
    for _, event in home.journal.events():
        match event:
            case Item():
                items[event.partner, event.pid] = event
            case Run():
                runs[event.id] = event
            case Proposal():
                run = runs[event.annotation.run]
                known = Known(iri=event.iri, annotation=event.annotation, run=run, person=event.person)
                guesses[event.iri] = Life(known, event)
            case Validation():
                guesses[event.annotation].hear(event)
            case Correction():
                old = guesses[event.validation.annotation]
                old.hear(event.validation)
                changes = {"iri": event.iri, "annotation": event.annotation, "person": event.person}
                changes |= {"corrects": old.known.iri, "validations": (event.approval,), "replaced_by": None}
                new = Life(replace(old.known, **changes), event.said, ["withdrawn", "approved"])
                new.ids, new.voices = [event.validation.id], [{}, {event.validation.user: True}]
                guesses[event.iri] = new
            case Supersession():
                guesses[event.annotation].overtaken(event, guesses[event.by] if event.by else None)
    return guesses, items


def visible(home: Home, guesses: dict[str, Life], items: dict[tuple[str, str], Item]) -> dict[str, tuple[Known, Item]]:
    """Work out which guesses the public may see."""
    settled = {iri: replace(life.known, status=life.status) for iri, life in guesses.items()}
    found = {iri: (known, items.get((known.run.partner, known.run.item))) for iri, known in settled.items()}
    visibility = home.settings.visibility
    return {iri: (known, item) for iri, (known, item) in found.items() if item and is_public(known, item, visibility)}


def assert_rejections_stick(guesses: dict[str, Life]) -> None:
    """Nothing waits for a decision that says what a person said is wrong, of the same place in the same file."""
    replaced = {life.known.corrects for life in guesses.values() if life.status is Status.APPROVED}
    wrong = [life for life in guesses.values() if life.status is Status.REJECTED or life.known.iri in replaced]
    for life in guesses.values():
        if life.status is not Status.PROPOSED or life.known.validations:
            continue
        mine = life.known
        for other in (each.known for each in wrong):
            alike = (mine.run.partner, mine.run.file.key) == (other.run.partner, other.run.file.key)
            alike = alike and mine.annotation.kind == other.annotation.kind
            alike = alike and mine.annotation.fragment.overlaps(other.annotation.fragment)
            assert not (alike and life.said.subject == guesses[other.iri].said.subject), "a rejection did not stick"


def assert_all_is_as_the_journal_says(home: Home) -> None:
    guesses, items = lives(home)
    seen = visible(home, guesses, items)
    owned = [public_owners(home.mint, *each).values() for each in seen.values()]
    expected = frozenset[str]().union(*(lines for owners in owned for lines in owners))
    assert {line for line in home.public.lines() if "/graph/public/" in line} == expected
    with home.journal.reading() as db:
        rows = db.execute(select(*t.annotation.c["iri", "partner", "kind", "status", "disputed"])).all()
        assert {(row.iri, row.status, row.disputed) for row in rows} == {
            (iri, life.status, life.disputed) for iri, life in guesses.items()
        }
        numbers = Counter[tuple[str, str, str]]()
        for tallied in db.execute(select(t.tally)).mappings():
            numbers[tallied["partner"], tallied["kind"], tallied["status"]] += tallied["count"]
        assert numbers == Counter((row.partner, row.kind, row.status) for row in rows)
        assert set(db.scalars(select(t.support.c.annotation))) == set(seen)
        assert_rejections_stick(guesses)
        live = set(seen).union(*(captions_of(home.mint, known) for known, _ in seen.values()))
        assert set(db.scalars(select(t.tombstone.c.iri).where(t.tombstone.c.live))) == live
    assert all(difference.is_none for difference in check(home).values())
    quads = list(home.public._open)
    default = {quad.triple for quad in quads if quad.graph_name == DefaultGraph()}
    assert default == {quad.triple for quad in quads if quad.graph_name != DefaultGraph()}
    assert home.journal.verify(home.projection.reached()) is None


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(BASE)


@pytest.fixture
def history(
    request: pytest.FixtureRequest, home: Home, people: People, refset: str, gate: Gate, tmp_path: Path
) -> Iterator[History]:
    eve = add_user(home, "Eve", [Role.ARCHIVIST], PARTNER)
    home.close()
    directory = tmp_path / "records"
    directory.mkdir()
    clock = Ticking()
    opened = open_again(home.settings, clock, gate)
    made = History(opened, people, eve, refset, random.Random(request.param), directory, clock)
    yield made
    made.home.close()


@over_both
@pytest.mark.parametrize("history", range(HISTORIES), indirect=True)
def test_both_graphs_are_what_the_journal_says(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(CHAPTERS):
        for _ in range(STEPS):
            history.step()
        if history.chance.random() < 0.7:
            history.stumble(monkeypatch)
        if history.chance.random() < 0.7:
            history.start_again(killed=history.chance.random() < 0.7)
        history.step()
        history.home.projection.catch_up()  # as the next event would, after a failure
        assert_all_is_as_the_journal_says(history.home)
    history.erase()
    assert all(found.is_none for found in check(history.home).values())
    assert not [line for line in history.home.private.lines() if PERSON in line]
    assert history.home.journal.verify(history.home.projection.reached()) is None

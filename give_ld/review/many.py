"""What one decision about many guesses makes: an event for each that can be decided, and why the others cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, exists, select

from give_ld.errors import Conflict, GiveLdError, NotAllowed, NotFound, NotUsable, Stale, TooLarge
from give_ld.journal import tables as t
from give_ld.journal.lookups import find_all_known, find_item
from give_ld.model.annotation import FaceMatch
from give_ld.model.bulk import Band, BulkDecision, Precision, Selection
from give_ld.model.correction import Right
from give_ld.model.decision import DecisionReason, Known, Role, Validation
from give_ld.model.event import Correction
from give_ld.model.item import Item
from give_ld.model.parts import in_parts
from give_ld.model.status import UNDECIDED, Status, Verdict, check_verdict, next_status
from give_ld.model.user import User
from give_ld.model.visibility import PUBLISHABLE
from give_ld.rdf.public import public_owners
from give_ld.review.case import Bench, Case, Decision, unnamed
from give_ld.review.claims import holders
from give_ld.review.context import context_of
from give_ld.review.correct import correct
from give_ld.review.decide import is_reasoned
from give_ld.review.sampling import check_sample
from give_ld.review.selected import Selected, selected

MOST_CORRECTIONS = 500
_VERDICTS = (Verdict.APPROVE, Verdict.REJECT, Verdict.UNSUITABLE, Verdict.WITHDRAW, Verdict.CORRECT)
_GATE_BATCH = 500


@dataclass(frozen=True)
class ManyAsk:
    """What a person says of many guesses; `seen` is the digest of those that the person saw, None if not told."""

    verdict: Verdict
    selection: Selection
    reason: str = ""
    ground: DecisionReason | None = None
    right: Right | None = None
    seen: str | None = None
    sample: UUID | None = None
    force: bool = False
    id: UUID = field(default_factory=uuid4)

    def decision(self, iri: str) -> Decision:
        """Return what is said of one of the guesses."""
        return Decision(iri, self.verdict, self.reason, None, self.ground, self.right, self.force)


@dataclass
class Many:
    """What a decision about many would do: the events by guess, what is refused, and what it would rest on."""

    ask: ManyAsk
    selected: Selected
    events: dict[str, tuple[Validation | Correction, ...]] = field(default_factory=dict)
    refused: dict[str, GiveLdError] = field(default_factory=dict)
    precision: Precision | None = None

    def record(self, user: User, at: datetime) -> BulkDecision:
        """Return the event that says what was decided together, and by which selection."""
        return BulkDecision(
            id=self.ask.id,
            partner=user.partner or "",
            user=user.id,
            verdict=self.ask.verdict,
            selection=self.ask.selection,
            digest=self.selected.digest,
            decided=len(self.events),
            sample=self.ask.sample,
            precision=self.precision,
            at=at,
        )


def weigh(db: Connection, bench: Bench, user: User, ask: ManyAsk, at: datetime) -> Many:
    """Return what the decision would do; nothing is written.

    Raises:
        NotAllowed: the user is no archivist.
        NotUsable: this cannot be said of many.
        Stale: the guesses are not those that the person saw.
        TooLarge: they are too many.
        Conflict: it needs a reason, or approves a band without a sample that suffices.
    """
    if Role.ARCHIVIST not in user.roles or user.partner is None:
        raise NotAllowed("to decide needs the role archivist")
    if ask.verdict not in _VERDICTS:
        raise NotUsable(f"of many guesses one can say: {', '.join(_VERDICTS)}", rule="verdict")
    if db.scalar(select(exists().where(t.bulk.c.id == str(ask.id)))):
        raise Conflict(f"the decision {ask.id} was taken already; it is not taken twice", rule="bulk-id")
    is_reasoned(ask.decision(""))
    status = Status.APPROVED if ask.verdict is Verdict.WITHDRAW else Status.PROPOSED
    chosen = selected(db, user.partner, ask.selection, status)
    if ask.seen is not None and ask.seen != chosen.digest:
        raise Stale("these are not the guesses that you saw, or they changed since; look again", rule="bulk-stale")
    if ask.verdict is Verdict.CORRECT and len(chosen.iris) > MOST_CORRECTIONS:
        raise TooLarge(f"at most {MOST_CORRECTIONS} guesses are corrected at once; pick fewer", rule="bulk-size")
    many = Many(ask, chosen)
    if isinstance(ask.selection, Band) and ask.verdict is Verdict.APPROVE:
        many.precision, chosen = check_sample(db, ask.selection, ask.sample, chosen, user.partner)
        many.selected = chosen
    missing = NotFound("there is no such annotation that you may decide", rule="unknown-or-not-yours")
    many.refused.update(dict.fromkeys(chosen.unknown, missing))
    _judge_all(_Court(db, bench, user, at), many)
    return many


@dataclass(frozen=True)
class _Court:
    db: Connection
    bench: Bench
    user: User
    at: datetime
    ages: dict[tuple[str, str], Conflict | None] = field(default_factory=dict)

    def check_age(self, case: Case) -> None:
        """Check what `Case.check_age` does, once for each person in each item.

        Raises:
            Conflict: the dates do not say that the person was of age.
        """
        guess = case.known.annotation
        if not isinstance(guess, FaceMatch):
            return
        key = (guess.person, case.known.run.item)
        if key not in self.ages:
            self.ages[key] = None
            try:
                case.check_age(case.known)
            except Conflict as error:
                self.ages[key] = error
        if young := self.ages[key]:
            raise young


def _judge_all(court: _Court, many: Many) -> None:
    ask = many.ask
    known = find_all_known(court.db, many.selected.iris)
    held = {} if ask.force else holders(court.db, known, court.at)
    to_publish: list[Known] = []
    for iri, each in known.items():
        try:
            if held.get(iri, (court.user.id, ""))[0] != court.user.id:
                raise Conflict("a colleague looks at it just now; wait, or use 'force'", rule="claimed")
            _check(each, ask)
            case = Case(court.db, court.bench, court.user, each, ask.decision(iri), court.at, ask.id)
            if ask.verdict is Verdict.CORRECT:
                many.events[iri] = (correct(case),)
                continue
            if ask.verdict is Verdict.APPROVE:
                court.check_age(case)
            validation = case.validation(next_status(each.status, ask.verdict))
        except GiveLdError as error:
            many.refused[iri] = error
            continue
        many.events[iri] = (validation,)
        if ask.verdict is Verdict.APPROVE:
            to_publish.append(replace(each, status=Status.APPROVED, validations=(*each.validations, validation)))
    for iri, broken in _unpublishable(court, to_publish):
        del many.events[iri]
        many.refused[iri] = broken


def _check(known: Known, ask: ManyAsk) -> None:
    if known.disputed:
        raise Conflict("archivists disagree about it; it needs a decision of its own", rule="disputed")
    if ask.verdict is not Verdict.WITHDRAW and known.status not in UNDECIDED:
        raise Conflict("somebody decided about it already", rule="decided")
    if ask.verdict is Verdict.APPROVE and known.confidence is None:
        raise Conflict("no calibrator covers it; each such guess is approved alone", rule="uncalibrated")
    check_verdict(known.status, ask.verdict, reasoned=bool(ask.reason.strip() or ask.ground))


def _unpublishable(court: _Court, guesses: list[Known]) -> Iterator[tuple[str, GiveLdError]]:
    """Yield those that would break a shape of the public graph: asked together, and alone where something is wrong."""
    items: dict[str, Item] = {}
    for some in in_parts((each for each in guesses if each.annotation.kind in PUBLISHABLE), _GATE_BATCH):
        for known in some:
            if (pid := known.run.item) not in items:
                items[pid] = find_item(court.db, known.run.partner, pid) or unnamed(known)
        lines = {each.iri: _public_lines(court, each, items[each.run.item]) for each in some}
        alike = {(each.run.agent, each.run.reference_set, each.person): each for each in some}
        context = frozenset[str]().union(*(context_of(court.db, court.bench.mint, each) for each in alike.values()))
        found = court.bench.gate.check_approved(frozenset[str]().union(*lines.values()), context)
        wrong = tuple(f"<{each.focus}> " for each in found if each.refuses)
        for known in some if wrong else ():
            if any(line.startswith(wrong) for line in lines[known.iri]):
                case = Case(court.db, court.bench, court.user, known, Decision(known.iri, Verdict.APPROVE), court.at)
                try:
                    case.check_publishable(known)
                except GiveLdError as error:
                    yield known.iri, error


def _public_lines(court: _Court, known: Known, item: Item) -> frozenset[str]:
    return frozenset[str]().union(*public_owners(court.bench.mint, known, item).values())

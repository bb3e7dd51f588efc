"""Why something is public, or was proposed: the whole chain from the guess to the person who decided."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from give_ld.journal import tables as t
from give_ld.journal.lookups import find_item, find_known
from give_ld.model.base import Iri, Model
from give_ld.model.calibration import Calibrator
from give_ld.model.decision import Known, Validation
from give_ld.model.fragment import Fragment
from give_ld.model.run import Agent, Stage
from give_ld.model.user import User
from give_ld.rdf.annotations import subject_of
from give_ld.rdf.iris import Mint
from give_ld.review.decide import may_see
from give_ld.review.visibility import is_public


class Made(Model):
    """How a guess was made."""

    run: Iri
    id: UUID
    stage: Stage
    started: datetime | None
    ended: datetime | None
    software: Agent
    reference_set: str | None
    energy_wh: float | None


class Decided(Model):
    """What was decided, when, by which organisation; person and reason only for those who may know."""

    decision: Iri | None
    status: str
    organisation: Iri
    time: datetime
    person: Iri | None = None
    role: str | None = None
    reason: str | None = None


class Why(Model):
    """The answer to "why is this here, and who said so?" about one annotation."""

    annotation: Iri
    kind: str
    item: Iri
    subject: Iri
    fragment: Fragment
    media: Iri
    score: float | None
    score_kind: str
    confidence: float | None
    calibrator: Calibrator | None
    made: Made
    status: str
    decisions: tuple[Decided, ...]
    left_out: tuple[str, ...]


def explain(mint: Mint, known: Known, user: User | None) -> Why:
    """Return the chain behind a guess; who may not see persons and reasons is told that they are left out."""
    run = known.run
    private = user is not None and may_see(user, run.partner)
    decisions = known.validations if private else known.validations[-1:]
    guess = known.annotation
    return Why(
        annotation=known.iri,
        kind=guess.kind,
        item=mint.item(run.partner, run.item),
        subject=subject_of(mint, known),
        fragment=guess.fragment,
        media=mint.fragment(mint.file(run.file.key, run.partner), guess.fragment),
        score=guess.score,
        score_kind=guess.score_kind,
        confidence=guess.confidence,
        calibrator=next((each for each in run.calibrators if each.id == guess.calibrator), None),
        made=Made(
            run=mint.run(run.id),
            id=run.id,
            stage=run.stage,
            started=run.started,
            ended=run.ended,
            software=run.agent,
            reference_set=run.reference_set,
            energy_wh=run.energy_wh,
        ),
        status=known.status,
        decisions=tuple(_decided(mint, each, private) for each in decisions),
        left_out=() if private else ("the person who decided", "the reason given"),
    )


def _decided(mint: Mint, validation: Validation, private: bool) -> Decided:
    return Decided(
        decision=mint.validation(validation.id) if private else None,
        status=validation.status,
        organisation=mint.organisation(validation.partner),
        time=validation.ended,
        person=mint.user(validation.user) if private else None,
        role=validation.role if private else None,
        reason=validation.reason if private else None,
    )


def asked_about(db: Connection, asked: tuple[str, ...]) -> list[Known]:
    """Return the guess with this IRI, or every guess on which a public triple (s, p, o) rests."""
    if len(asked) == 1:
        iris = list(asked)
    else:
        fact = "fact:" + " ".join(f"<{term}>" for term in asked)
        query = select(t.support.c.annotation).where(t.support.c.owner == fact).order_by(t.support.c.annotation)
        iris = list(db.scalars(query))
    return [known for iri in iris if (known := find_known(db, iri)) is not None]


def may_ask(db: Connection, known: Known, user: User | None, public_licences: tuple[str, ...]) -> bool:
    """Return whether the asker may know of a guess at all: it is public, or it is the asker's to see."""
    if user is not None and may_see(user, known.run.partner):
        return True
    return is_public(known, find_item(db, known.run.partner, known.run.item), public_licences)

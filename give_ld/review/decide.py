"""How a person's decision becomes an event: who may, from which state, and what must hold before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import Connection

from give_ld.config import Settings
from give_ld.errors import BadInput, NotFound, Stale
from give_ld.journal.lookups import find_item, find_known, version_of
from give_ld.model.decision import Known, Role, Validation
from give_ld.model.item import Item, ItemKind
from give_ld.model.status import Status, Verdict, next_status
from give_ld.model.user import User
from give_ld.rdf.iris import Mint
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines
from give_ld.review.context import context_of
from give_ld.review.visibility import PUBLISHABLE_KINDS

if TYPE_CHECKING:
    from give_ld.rdf.shacl import Gate


@dataclass(frozen=True)
class Decision:
    """What a person wants to say of a guess; `version` is the state that the person saw, None if not told."""

    annotation: str
    verdict: Verdict
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Bench:
    """What a decision is judged by: the settings, the gate, and what mints IRIs."""

    settings: Settings
    gate: Gate
    mint: Mint


def find_for(db: Connection, user: User, iri: str) -> Known:
    """Return a guess that the user may see.

    Raises:
        NotFound: there is none, or it is another partner's: the two answers are the same on purpose.
    """
    known = find_known(db, iri)
    if known is None or not may_see(user, known.run.partner):
        raise NotFound(f"there is no annotation {iri} among those of your organisation", rule="unknown-or-not-yours")
    return known


def may_see(user: User, partner: str) -> bool:
    """Return whether a user may see the guesses of a partner: its archivists, and every auditor."""
    return Role.AUDITOR in user.roles or (Role.ARCHIVIST in user.roles and user.partner == partner)


def judge(db: Connection, bench: Bench, user: User, decision: Decision, started: datetime) -> Validation:
    """Return the validation that the decision makes, ready to be journalled.

    Raises:
        NotFound: the guess is unknown, or not of the archivist's partner.
        Stale: the guess changed since the person saw it.
        Conflict: its state does not allow the verdict, or a reason is missing.
        BadInput: what would be published breaks a shape.
    """
    known = find_known(db, decision.annotation)
    if known is None or Role.ARCHIVIST not in user.roles or user.partner != known.run.partner:
        message = f"there is no annotation {decision.annotation} that {user.name} may decide"
        raise NotFound(message, rule="unknown-or-not-yours")
    current = version_of(db, decision.annotation)
    if decision.version not in (None, current):
        raise Stale(f"the annotation changed: you saw version {decision.version}, it is at {current}; look again")
    validation = Validation(
        id=uuid4(),
        annotation=known.iri,
        partner=known.run.partner,
        user=user.id,
        role=Role.ARCHIVIST,
        verdict=decision.verdict,
        status=next_status(known.status, decision.verdict, decision.reason),
        reason=decision.reason,
        started=started,
        ended=started,
    )
    _check_publishable(db, bench, known, validation)
    return validation


def _check_publishable(db: Connection, bench: Bench, known: Known, validation: Validation) -> None:
    after = known.model_copy(update={"status": validation.status, "validations": (*known.validations, validation)})
    # Whatever the licence is today: it may be opened tomorrow, and nobody looks at the guess again then.
    if validation.status is Status.APPROVED and known.annotation.kind in PUBLISHABLE_KINDS:
        item = find_item(db, known.run.partner, known.run.item) or _unnamed(known)
        check_publishable(bench, after, item, context_of(db, bench.mint, after))


def _unnamed(known: Known) -> Item:
    run = known.run
    return Item(pid=run.item, partner=run.partner, title=run.item, kind=ItemKind.VIDEO)


def check_publishable(bench: Bench, known: Known, item: Item, context: Lines) -> None:
    """Check what the public graph would get against the stricter shapes; `context` is what stands there already.

    Raises:
        BadInput: it breaks a shape; nothing is published.
    """
    lines = frozenset[str]().union(*public_owners(bench.mint, known, item).values())
    if violations := [each for each in bench.gate.check_approved(lines, context) if each.refuses]:
        raise BadInput(f"cannot be published: {violations[0]}", rule=violations[0].shape)

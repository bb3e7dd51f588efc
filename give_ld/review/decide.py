"""How a person's decision becomes events: who may, from which state, and what must hold before they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from give_ld.errors import Conflict, NotFound, Stale
from give_ld.journal import tables as t
from give_ld.journal.lookups import find_known, version_of
from give_ld.model.decision import DecisionReason, Known, Role, Validation
from give_ld.model.event import Correction
from give_ld.model.status import OPINIONS, UNDECIDED, Verdict, check_verdict, next_status
from give_ld.model.user import User
from give_ld.review.case import Bench, Case, Decision, check_publishable
from give_ld.review.claims import check_free
from give_ld.review.correct import correct
from give_ld.review.opinion import check_opinion
from give_ld.review.undo import undo

__all__ = ["Bench", "Decision", "Ruling", "check_publishable", "find_for", "judge", "may_see"]


_WHOSE = select(t.annotation.c.partner).where(t.annotation.c.iri == bindparam("iri"))


@dataclass(frozen=True)
class Ruling:
    """What a decision makes: the events to journal, the first about the guess that was decided."""

    events: tuple[Validation | Correction, ...]

    @property
    def validation(self) -> Validation:
        """Return the decision about the guess."""
        first = self.events[0]
        return first.validation if isinstance(first, Correction) else first

    @property
    def made(self) -> str | None:
        """Return the IRI of the annotation that a correction made, or None."""
        return next((each.iri for each in self.events if isinstance(each, Correction)), None)


def find_for(db: Connection, user: User, iri: str) -> Known:
    """Return a guess that the user may see.

    Raises:
        NotFound: there is none, or it is another partner's: the two answers are the same on purpose.
    """
    known = _known_to(db, iri, lambda partner: may_see(user, partner))
    if known is None:
        raise NotFound(f"there is no annotation {iri} among those of your organisation", rule="unknown-or-not-yours")
    return known


def may_see(user: User, partner: str) -> bool:
    """Return whether a user may see the guesses of a partner: its archivists, and every auditor."""
    return user.has_role_for(Role.AUDITOR, partner) or user.has_role_for(Role.ARCHIVIST, partner)


def _may_decide(user: User, partner: str) -> bool:
    return Role.ARCHIVIST in user.roles and user.partner == partner


def _known_to(db: Connection, iri: str, allowed: Callable[[str], bool]) -> Known | None:
    # One that is another's takes no more work than one that never was: the time tells nobody which.
    partner = db.scalar(_WHOSE, {"iri": iri})
    return find_known(db, iri) if partner is not None and allowed(partner) else None


def judge(db: Connection, bench: Bench, user: User, decision: Decision, started: datetime) -> Ruling:
    """Return what the decision makes, ready to be journalled.

    Raises:
        NotFound: the guess is unknown, or not of the archivist's partner.
        Stale: the guess changed since the person saw it.
        Conflict: its state or who decided before does not allow the verdict, a colleague claimed it, or a reason is
            missing.
        BadInput: what would be published breaks a shape, or a correction does not say what is right.
    """
    known = _known_to(db, decision.annotation, lambda partner: _may_decide(user, partner))
    if known is None:
        message = f"there is no annotation {decision.annotation} that {user.name} may decide"
        raise NotFound(message, rule="unknown-or-not-yours")
    if decision.version is not None and decision.version != (current := version_of(db, decision.annotation)):
        raise Stale(f"the annotation changed: you saw version {decision.version}, it is at {current}; look again")
    check_verdict(known.status, decision.verdict, reasoned=is_reasoned(decision))
    if known.status in UNDECIDED and not decision.force:
        check_free(db, user, known.iri, started)
    return Ruling(_events(Case(db, bench, user, known, decision, started)))


def is_reasoned(decision: Decision) -> bool:
    """Return whether a decision says why.

    Raises:
        Conflict: it names another ground than those of the list, and does not say which.
    """
    said = bool(decision.reason.strip())
    if decision.ground is DecisionReason.OTHER and not said:
        raise Conflict("the ground 'other' needs a reason in words", rule="reason")
    return said or decision.ground is not None


def _events(case: Case) -> tuple[Validation | Correction, ...]:
    verdict, known = case.decision.verdict, case.known
    if verdict is Verdict.CORRECT:
        return (correct(case),)
    if verdict is Verdict.UNDO:
        return undo(case)
    if verdict in OPINIONS:
        check_opinion(case)
    validation = case.validation(next_status(known.status, verdict))
    if verdict is Verdict.APPROVE:
        decisions = (*known.validations, validation)
        case.check_age(known)
        case.check_publishable(replace(known, status=validation.status, validations=decisions))
    return (validation,)

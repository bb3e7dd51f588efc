"""How a partner says what may be run on its items, and how that leaves as a file for the pipeline."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from give_ld.errors import BadInput, NotAllowed, NotFound
from give_ld.home import Home
from give_ld.journal.allowed import processings
from give_ld.journal.journal import Writing
from give_ld.journal.lookups import find_partner, find_person
from give_ld.model.decision import Role
from give_ld.model.processing import Allowed, Processing, ProcessingPolicy
from give_ld.model.user import User


def allow(home: Home, partner: str, allowed: Allowed, user: User, reason: str) -> Processing:
    """Record what a partner allows, in the place of what it allowed for the same collection before, and return it.

    Raises:
        NotAllowed: the user is neither an archivist of the partner nor an administrator.
        BadInput: the partner or a person is unknown, or the reason is missing.
    """
    said = processing_of(partner, allowed, (user.id, reason), home.journal.clock())
    with home.writing() as writing:
        set_allowed(writing, user, said)
    return said


def processing_of(partner: str, allowed: Allowed, by: tuple[str, str], now: datetime) -> Processing:
    """Return the decision about what a partner allows; `by` is the opaque id of who takes it, and why.

    Raises:
        BadInput: the reason is missing.
    """
    user, reason = by
    if not reason.strip():
        raise BadInput("say why, so that it can be accounted for", rule="reason")
    return Processing(id=uuid4(), partner=partner, allowed=allowed, user=user, reason=reason, started=now, ended=now)


def set_allowed(writing: Writing, user: User, said: Processing) -> None:
    """Record a decision about what a partner allows; see `allow`."""
    if not may_say(user, said.partner):
        message = f"{user.name} may not say what {said.partner} allows"
        raise NotAllowed(f"{message}; an archivist of it or an administrator may")
    if find_partner(writing.db, said.partner) is None:
        raise BadInput(f"partner {said.partner} is unknown; add it first", rule="partner-unknown")
    for person in said.allowed.persons or ():
        if find_person(writing.db, iri=person) is None:
            raise BadInput(f"{person} is no active reference person", rule="person-unknown")
    writing.append(said, user.id, said.partner)


def may_say(user: User, partner: str) -> bool:
    """Return whether a user may say what a partner allows."""
    return user.has_role_for(Role.ADMIN, partner) or user.has_role_for(Role.ARCHIVIST, partner)


def policy_of(home: Home, partner: str) -> ProcessingPolicy:
    """Return all that a partner allows, as the pipeline reads it.

    Raises:
        NotFound: it said nothing yet.
    """
    with home.journal.reading() as db:
        rules = tuple(each.allowed for each in processings(db, partner))
    if not rules:
        raise NotFound(f"{partner} has no processing policy; set one with: give-ld processing set {partner}")
    return ProcessingPolicy(schema_version="give-ld-policy/1", partner=partner, rules=rules)

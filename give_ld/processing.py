"""How a partner says what may be run on its items, and how that leaves as a file for the pipeline."""

from __future__ import annotations

from uuid import uuid4

from give_ld.errors import BadInput, NotAllowed, NotFound
from give_ld.home import Home
from give_ld.journal.allowed import processings
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
    if Role.ADMIN not in user.roles and not (Role.ARCHIVIST in user.roles and user.partner == partner):
        raise NotAllowed(f"{user.name} may not say what {partner} allows; an archivist of it or an administrator may")
    if not reason.strip():
        raise BadInput("say why, so that it can be accounted for", rule="reason")
    now = home.journal.clock()
    with home.writing() as writing:
        if find_partner(writing.db, partner) is None:
            raise BadInput(f"partner {partner} is unknown; add it first", rule="partner-unknown")
        for person in allowed.persons or ():
            if find_person(writing.db, iri=person) is None:
                raise BadInput(f"{person} is no active reference person", rule="person-unknown")
        said = Processing(
            id=uuid4(), partner=partner, allowed=allowed, user=user.id, reason=reason, started=now, ended=now
        )
        writing.append(said, user.id, partner)
    return said


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

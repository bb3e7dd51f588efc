"""By which rule of its own an archive looks at guesses of a kind: set by a person, with a reason, in the journal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from give_ld.errors import NotAllowed, NotFound, NotUsable
from give_ld.journal import tables as t
from give_ld.journal.journal import Writing
from give_ld.journal.lookups import find_partner
from give_ld.model.bulk import ReviewPolicy
from give_ld.model.decision import Role
from give_ld.model.user import User

MAY_SET = frozenset({Role.ADMIN})
_ALL = select(t.review_policy.c.body).order_by(t.review_policy.c.partner, t.review_policy.c.kind)
_OF_PARTNER = _ALL.where(t.review_policy.c.partner == bindparam("partner"))


def set_policy(writing: Writing, user: User, policy: ReviewPolicy) -> None:
    """Record a policy in the place of the one before.

    Raises:
        NotAllowed: the user is no administrator.
        NotFound: the partner is unknown, or not the administrator's.
    """
    if not MAY_SET & set(user.roles):
        raise NotAllowed(f"to set the policy of an archive needs the role {' or '.join(MAY_SET)}")
    if user.partner not in (None, policy.partner) or find_partner(writing.db, policy.partner) is None:
        raise NotFound(f"there is no partner {policy.partner} whose policy you may set", rule="unknown-or-not-yours")
    if policy.sample_from is not None and policy.sample_size is not None and policy.precision is not None:
        _check_reachable(policy)
    writing.append(policy, user.id, policy.partner)


def _check_reachable(policy: ReviewPolicy) -> None:
    from give_ld.review.sample import lower_bound

    size, level = policy.sample_size or 0, policy.level or 0.0
    best = lower_bound(size, size, level)
    if best < (policy.precision or 0.0):
        message = (
            f"a sample of {size} can never show {policy.precision} at the level {level}: if all are right the bound is "
            f"{best:.4f}; ask for a larger sample"
        )
        raise NotUsable(message, rule="sample-size")


def policies(db: Connection, partner: str | None) -> list[ReviewPolicy]:
    """Return the policies of a partner by kind, or of all partners."""
    bodies = db.scalars(_ALL) if partner is None else db.scalars(_OF_PARTNER, {"partner": partner})
    return [ReviewPolicy.model_validate_json(body) for body in bodies]


def find_policy(db: Connection, partner: str, kind: str) -> ReviewPolicy | None:
    """Return the policy of a partner for a kind of guess, or None."""
    return next((each for each in policies(db, partner) if each.kind == kind), None)


def floors_of(db: Connection, partner: str) -> dict[str, float]:
    """Return by kind below which calibrated confidence a partner is not shown anything."""
    return {each.kind: each.show_from for each in policies(db, partner) if each.show_from}


def described(db: Connection, policy: ReviewPolicy) -> dict[str, Any]:
    """Return a policy with the name of who set it, for those who may know it."""
    name = db.scalar(select(t.user.c.name).where(t.user.c.id == policy.user))
    return {**policy.model_dump(mode="json", exclude_none=True), "set_by": name or ""}

"""How an archive decides, over HTTP: the policy for each kind of guess, and how far its archivists agree."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, ValidationError

from give_ld.api.access import OpenHome, check_form_token, known_asker
from give_ld.errors import BadInput
from give_ld.model.annotation import Probability
from give_ld.model.base import Model, PartnerId
from give_ld.model.bulk import MOST, Kind, ReviewPolicy
from give_ld.model.decision import Role
from give_ld.model.record import describe
from give_ld.model.user import User
from give_ld.review.agreement import agreements
from give_ld.review.claims import names
from give_ld.review.policy import described, policies, set_policy

router = APIRouter(tags=["review"])
_MAY_LOOK = (Role.ARCHIVIST, Role.AUDITOR, Role.ADMIN)


class PolicyAsk(Model):
    """The body of a policy; see `ReviewPolicy`."""

    partner: PartnerId
    kind: Kind
    show_from: Probability | None = None
    sample_from: Probability | None = None
    sample_size: Annotated[int, Field(ge=1, le=MOST)] | None = None
    precision: Annotated[float, Field(gt=0, lt=1)] | None = None
    level: Annotated[float, Field(ge=0.5, lt=1)] | None = None
    reason: Annotated[str, Field(min_length=1, max_length=10_000)]


@router.api_route("/review/policy", methods=["GET", "HEAD"])
def show_policies(home: OpenHome, request: Request) -> dict[str, Any]:
    """Return the policies of the asker's partner; of all partners to auditors and administrators of all."""
    user = known_asker(home, request, *_MAY_LOOK)
    with home.journal.reading() as db:
        return {"policies": [described(db, each) for each in policies(db, _partner(user))]}


@router.post("/review/policy", status_code=201)
def record_policy(home: OpenHome, request: Request, ask: PolicyAsk) -> dict[str, Any]:
    """Record the policy of a partner for a kind of guess, in the place of the one before."""
    user = known_asker(home, request, Role.ADMIN)
    check_form_token(request, request.headers.get("x-form-token", ""))
    try:
        policy = ReviewPolicy(**ask.model_dump(), user=user.id, at=home.journal.clock())
    except ValidationError as error:
        raise BadInput(describe(error), rule="policy") from error
    with home.writing() as writing:
        set_policy(writing, user, policy)
        return described(writing.db, policy)


@router.api_route("/review/agreement", methods=["GET", "HEAD"])
def show_agreement(home: OpenHome, request: Request) -> dict[str, Any]:
    """Return how far the archivists of a partner agree, by pair and kind."""
    user = known_asker(home, request, *_MAY_LOOK)
    with home.journal.reading() as db:
        found = agreements(db, _partner(user))
        called = names(db, (each for pair in found for each in pair.users)) if _may_name(user) else {}
    rows = [{**asdict(each), "users": [called.get(who, who) for who in each.users]} for each in found]
    return {"agreement": rows}


def _partner(user: User) -> str | None:
    return user.partner if Role.AUDITOR not in user.roles else None


def _may_name(user: User) -> bool:
    return bool({Role.ARCHIVIST, Role.AUDITOR} & set(user.roles))

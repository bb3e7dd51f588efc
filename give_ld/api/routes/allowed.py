"""What may be run, over HTTP: what partners allow, and who may be recognised although not surely of age."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy import Connection, select

from give_ld.api.access import OpenHome, check_form_token, known_asker
from give_ld.errors import NotFound, Stale, Unguarded
from give_ld.journal import tables as t
from give_ld.journal.allowed import exemptions, processings
from give_ld.model.base import Iri, Model, PartnerId, Pid
from give_ld.model.decision import Role
from give_ld.model.event import Exemption
from give_ld.model.processing import Allowed, Processing
from give_ld.model.user import User
from give_ld.processing import processing_of, set_allowed
from give_ld.reference.exempt import exempt

router = APIRouter(tags=["what may be run"])
_GET = ["GET", "HEAD"]
_LOOK = (Role.ARCHIVIST, Role.AUDITOR, Role.ADMIN)
_SEE_EXEMPT = (Role.REFERENCE_SET_MANAGER, Role.AUDITOR, Role.ADMIN)
_Reason = Annotated[str, Field(min_length=1, max_length=10_000)]


class AllowedAsk(Allowed):
    """The body of a decision about what a partner allows in a collection, or in the rest; see `Allowed`."""

    reason: _Reason


class ExemptAsk(Model):
    """The body of a decision that a person may be recognised in an item, or everywhere."""

    person: Iri
    partner: PartnerId | None = None
    item: Pid | None = None
    reason: _Reason


@router.api_route("/processing", methods=_GET)
def list_policies(home: OpenHome, request: Request) -> dict[str, Any]:
    """Return what each partner of the asker allows; of all partners to who belongs to none."""
    user = known_asker(home, request, *_LOOK)
    with home.journal.reading() as db:
        partners = db.scalars(select(t.partner.c.id).order_by(t.partner.c.id)).all()
        return {"policies": [_policy(db, each) for each in partners if user.partner in (None, each)]}


@router.api_route("/processing/{partner}", methods=_GET)
def show_policy(home: OpenHome, request: Request, response: Response, partner: str) -> dict[str, Any]:
    """Return what a partner allows, by collection; the ETag names exactly this."""
    user = known_asker(home, request, *_LOOK)
    with home.journal.reading() as db:
        _check_known(db, user, partner)
        found = _policy(db, partner)
    response.headers["ETag"] = f'"{found["digest"]}"'
    return found


@router.post("/processing/{partner}", status_code=201)
def set_policy(home: OpenHome, request: Request, partner: str, ask: AllowedAsk) -> dict[str, Any]:
    """Record what a partner allows in a collection, in the place of what it allowed there.

    If-Match carries the digest of what was said before; where that is no longer so, nothing is changed (412).
    """
    user = known_asker(home, request, Role.ARCHIVIST, Role.ADMIN)
    check_form_token(request, request.headers.get("x-form-token", ""))
    seen = seen_by(request)
    allowed = Allowed(**ask.model_dump(exclude={"reason"}))
    said = processing_of(partner, allowed, (user.id, ask.reason), home.journal.clock())
    with home.writing() as writing:
        _check_known(writing.db, user, partner)
        if seen is None:
            raise Unguarded("say what you saw: If-Match with the digest of the policy", rule="if-match")
        if seen != _digest(processings(writing.db, partner)):
            raise Stale("the policy is not what you saw; nothing was changed: read it again")
        set_allowed(writing, user, said)
    with home.journal.reading() as db:
        return _policy(db, partner)


@router.api_route("/refset/exempt", methods=_GET)
def list_exemptions(home: OpenHome, request: Request) -> dict[str, Any]:
    """Return who may be recognised although not surely of age: everywhere, and in items of the asker's partner."""
    user = known_asker(home, request, *_SEE_EXEMPT)
    with home.journal.reading() as db:
        found = [each for each in exemptions(db) if each.partner is None or user.partner in (None, each.partner)]
    return {"exemptions": [_exemption(each) for each in found]}


@router.post("/refset/exempt", status_code=201)
def add_exemption(home: OpenHome, request: Request, ask: ExemptAsk) -> dict[str, Any]:
    """Record that a reference person may be recognised in an item, or everywhere, although not surely of age."""
    user = known_asker(home, request, Role.REFERENCE_SET_MANAGER)
    check_form_token(request, request.headers.get("x-form-token", ""))
    where = (ask.partner or "", ask.item or "") if ask.partner or ask.item else None
    return _exemption(exempt(home, ask.person, where, user, ask.reason))


def seen_by(request: Request) -> str | None:
    """Return what If-Match names, or None."""
    said = request.headers.get("if-match")
    return None if said is None else said.strip().removeprefix("W/").strip('"')


def _check_known(db: Connection, user: User, partner: str) -> None:
    known = db.scalar(select(t.partner.c.id).where(t.partner.c.id == partner))
    if known is None or user.partner not in (None, partner):
        raise NotFound("there is no such partner, or it is not yours", rule="unknown-or-not-yours")


def _policy(db: Connection, partner: str) -> dict[str, Any]:
    found = processings(db, partner)
    rules = [each.allowed.model_dump(mode="json") | _said(each) for each in found]
    return {"partner": partner, "rules": rules, "digest": _digest(found)}


def _said(said: Processing) -> dict[str, Any]:
    return {"reason": said.reason, "set_by": said.user, "set": said.ended.isoformat()}


def _digest(found: list[Processing]) -> str:
    return hashlib.sha256(" ".join(str(each.id) for each in found).encode()).hexdigest()


def _exemption(said: Exemption) -> dict[str, Any]:
    return said.model_dump(mode="json")

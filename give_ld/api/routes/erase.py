"""POST /erase and what came of it, for programs: what would go, carrying it out, and the certificates of the past."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from give_ld.api.access import OpenHome, check_form_token, form_token, known_asker, spoken
from give_ld.api.pages.erasure import certificate_page, erasure_page
from give_ld.api.routes.allowed import seen_by
from give_ld.erasure.certificate import Certificate, read_certificate
from give_ld.erasure.erase import Order, check_may, check_reason, may_erase, meant_by
from give_ld.erasure.plan import check_seen, plan
from give_ld.erasure.procedure import carry_out
from give_ld.errors import NotAllowed, NotFound, NotUsable
from give_ld.home import Home
from give_ld.journal.checkpoint import public_key
from give_ld.journal.erasing import all_erasures, find_erasure
from give_ld.journal.lookups import find_user_by_id
from give_ld.model.base import Model
from give_ld.model.decision import Role
from give_ld.model.erasure import Erasure, ErasureKind
from give_ld.model.user import Scope, User

router = APIRouter(tags=["erasure"])
MOST = 100
_GET = ["GET", "HEAD"]
_MAY_READ = (Role.ADMIN, Role.AUDITOR, Role.REFERENCE_SET_MANAGER)
Kind = Literal[ErasureKind.SUBJECT, ErasureKind.PERSON, ErasureKind.USER]
Known = Annotated[str, Field(min_length=1, max_length=2048)]
_Several = Annotated[tuple[Known, ...], Field(max_length=MOST)]


class EraseAsk(Model):
    """The body of an erasure, with the words of the commands.

    A `subject` is known by names, entities, annotations or clusters, a reference `person` by an IRI, id or Wikidata
    id, a `user` by the name.
    """

    kind: Kind = ErasureKind.SUBJECT
    name: _Several = ()
    entity: _Several = ()
    annotation: _Several = ()
    cluster: _Several = ()
    person: Known | None = None
    user: Known | None = None
    reason: Annotated[str, Field(max_length=10_000)] = ""
    dry_run: bool = False

    def order(self) -> Order:
        """Return what is to be done.

        Raises:
            NotUsable: nobody is named.
        """
        by_kind = {
            ErasureKind.SUBJECT: (*self.name, *self.entity, *self.annotation, *self.cluster),
            ErasureKind.PERSON: (self.person,),
            ErasureKind.USER: (self.user,),
        }
        values = tuple(each.strip() for each in by_kind[self.kind] if each and each.strip())
        if not values:
            raise NotUsable("say who: name, entity, annotation or cluster of a subject, person, or user", rule="who")
        return Order(self.kind, values, self.reason)


@router.api_route("/erase", methods=_GET, response_model=None)
def list_erasures(home: OpenHome, request: Request) -> Response:
    """Return every erasure, the newest first: a page on which to order one for browsers, JSON for programs."""
    user = reader(home, request)
    with home.journal.reading() as db:
        found = [described(db, each) for each in reversed(all_erasures(db))]
    if is_for_people(request):
        return erasure_page({"token": form_token(request), "erasures": found, "may": kinds_for(user)}, spoken(request))
    return JSONResponse({"erasures": found})


@router.api_route("/erase/{erasure}", methods=_GET, response_model=None)
def show_erasure(home: OpenHome, request: Request, erasure: UUID) -> Response:
    """Return an erasure with its certificate: a page to print and sign for browsers, JSON for programs.

    There is none of an erasure that was broken off and finished when the instance was opened again.
    """
    reader(home, request)
    with home.journal.reading() as db:
        done = find_erasure(db, erasure)
        if done is None:
            raise NotFound("there is no such erasure")
        said = described(db, done)
    certificate = read_certificate(home.settings.home, erasure, public_key(home.mint.secret))
    if is_for_people(request):
        return certificate_page(said, certificate, spoken(request))
    return JSONResponse({"erasure": said, "certificate": certificate and certificate.model_dump(mode="json")})


@router.post("/erase", response_model=None)
async def erase(home: OpenHome, request: Request, ask: EraseAsk) -> Response:
    """Erase somebody from everything, or (dry_run) say what would go.

    If-Match carries the digest of a dry run: where something else would go by now, nothing does (412).
    """
    user = await run_in_threadpool(orderer, home, request, request.headers.get("x-form-token", ""))
    order = ask.order()
    if ask.dry_run:
        found = await run_in_threadpool(plan, home, order, user)
        said = found.model_dump(mode="json") | {"dry_run": True}
        return JSONResponse(said, headers={"ETag": f'"{found.digest}"'})
    certificate = await carried_out(request, order, user, seen_by(request))
    place = {"Location": f"/erase/{certificate.statement.erasure}"}
    return JSONResponse(certificate.model_dump(mode="json"), 201, place)


async def carried_out(request: Request, order: Order, user: User, seen: str | None) -> Certificate:
    """Return the certificate of an erasure that is carried out now, while nobody else is served.

    Raises:
        NotAllowed, NotFound, BadInput: see `erase`.
        Unguarded, Stale: it is not known that who orders it saw what goes.
        Busy: other requests do not end.
    """
    home: Home = request.app.state.home

    def check() -> None:
        check_seen(plan(home, order, user), seen)

    # Before anybody has to wait.
    await run_in_threadpool(check_order, home, order, user)
    await run_in_threadpool(check)
    done: Certificate = await request.app.state.service.closed(
        check, partial(carry_out, home.settings, order, user.name)
    )
    return done


def check_order(home: Home, order: Order, user: User) -> None:
    """Check that a user may order this, that it says whom it means, and why without saying who."""
    check_may(user, order.kind)
    with home.journal.reading() as db:
        check_reason(order, meant_by(db, home.mint.secret, order)[1])


def orderer(home: Home, request: Request, token: str) -> User:
    """Return the user who orders an erasure, with the token of a form where there is a session."""
    user = known_asker(home, request, Role.ADMIN, Role.REFERENCE_SET_MANAGER, scope=Scope.ADMIN)
    check_form_token(request, token)
    return user


def reader(home: Home, request: Request) -> User:
    """Return the user who reads of erasures: they go through all partners, and so does who may.

    Raises:
        NotAllowed: the user may only look at one partner.
    """
    user = known_asker(home, request, *_MAY_READ)
    if user.partner is not None:
        raise NotAllowed("an erasure goes through all partners; who reads of it belongs to none", rule="all-partners")
    return user


def described(db: Connection, done: Erasure) -> dict[str, Any]:
    """Return what is said of an erasure to who may read of it."""
    user = find_user_by_id(db, done.user)
    return {
        "id": str(done.id),
        "kind": str(done.kind),
        "reason": done.reason,
        "by": user.name if user else done.user,
        "time": done.ended.isoformat(),
        "payloads": len(done.erased),
        "redacted": len(done.redacted),
        "public": len(done.gone),
    }


def kinds_for(user: User) -> list[str]:
    """Return which kinds of people a user may erase."""
    return [str(kind) for kind in get_args(Kind) if may_erase(user, kind)]


def is_for_people(request: Request) -> bool:
    """Return whether a browser asks."""
    return "text/html" in request.headers.get("accept", "")

"""The queue over HTTP: which guesses of the archivist's own partner wait, in groups too, and who looks at which."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from pydantic_core import to_json
from sqlalchemy import Connection

from give_ld.api.access import OpenHome, asker, check_form_token, form_token, known_asker, spoken
from give_ld.api.pages import page, private_page
from give_ld.home import Home
from give_ld.journal.pending import Order, Page, Wanted, counts, groups, queue
from give_ld.model.annotation import Probability
from give_ld.model.base import Model, Pid
from give_ld.model.bulk import Kind, Selection
from give_ld.model.decision import DecisionReason, Role
from give_ld.model.status import Status, Verdict, allowed_verdicts
from give_ld.model.user import User
from give_ld.review.claims import claim, claims, held, release
from give_ld.review.policy import floors_of
from give_ld.review.selected import selected

PAGE = 50
MOST = 200
MAX_OFFSET = 10**9
_Text = Annotated[str, Query(max_length=2048)]
router = APIRouter(tags=["review"])


class Filters(Model):
    """What may be asked of the queue; see `Wanted`. `all`: also what the archive's policy does not show."""

    status: Status = Status.PROPOSED
    order: Order = Order.LIKELY
    kind: Kind | None = None
    subject: _Text | None = None
    item: Pid | None = None
    run: Annotated[str, Query(max_length=64)] | None = None
    model: Annotated[str, Query(max_length=128)] | None = None
    low: Probability | None = None
    high: Probability | None = None
    uncalibrated: bool | None = None
    rejected_before: bool | None = None
    text: Annotated[str, Query(max_length=200)] | None = None
    free: bool = False
    all: bool = False
    after: Annotated[str, Query(max_length=4096)] | None = None
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0
    size: Annotated[int, Query(ge=1, le=MOST)] = PAGE
    counts: bool = True


class ClaimAsk(Model):
    """The body of a claim: of which guesses, and for how long."""

    select: Selection
    seconds: Annotated[int, Field(gt=0, le=86_400)] | None = None


@router.api_route("/review/queue", methods=["GET", "HEAD"], response_model=None)
def show_queue(home: OpenHome, request: Request, filters: Annotated[Filters, Query()]) -> Response:
    """Return the guesses of the archivist's partner: a page for browsers, JSON for programs."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if wants_page and asker(home, request) is None:
        return RedirectResponse("/auth/login", status_code=303)
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        found = queue(db, _wanted(home, db, user, filters), filters.size, filters.after, filters.offset)
        rows = _rows(home, db, user, found)
        numbers = counts(db, user.partner) if filters.counts else {}
        standing = claims(db, user, home.journal.clock()) if wants_page else []
    answer: dict[str, Any] = {
        "partner": user.partner,
        "status": filters.status,
        "order": filters.order,
        "offset": filters.offset,
    }
    answer |= {"rows": rows, "next": found.next, "counts": numbers}
    if not wants_page:
        return Response(to_json(answer), media_type="application/json")
    verdicts = [verdict for verdict in Verdict if verdict in allowed_verdicts(filters.status)]
    more = {"token": form_token(request), "size": filters.size, "verdicts": verdicts, "statuses": list(Status)}
    more |= {"claims": standing, "grounds": list(DecisionReason)}
    return page("queue.html", {**answer, **more}, lang=spoken(request))


@router.api_route("/review/groups", methods=["GET", "HEAD"], response_model=None)
def show_groups(home: OpenHome, request: Request, filters: Annotated[Filters, Query()]) -> Response | dict[str, Any]:
    """Return groups of guesses of one kind about one subject, the most useful first, each with its best examples."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        found = groups(db, _wanted(home, db, user, filters), filters.size, filters.after)
        rows = [{**row, "examples": _rows(home, db, user, Page(row["examples"], None))} for row in found.rows]
    answer = {"partner": user.partner, "status": filters.status, "groups": rows, "next": found.next}
    if "text/html" not in request.headers.get("accept", ""):
        return answer
    return private_page("groups.html", {**answer, "token": form_token(request)}, lang=spoken(request))


@router.api_route("/review/claims", methods=["GET", "HEAD"])
def show_claims(home: OpenHome, request: Request) -> dict[str, Any]:
    """Return who of the archivist's own organisation looks at how many guesses, and until when."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        return {"claims": [asdict(each) for each in claims(db, user, home.journal.clock())]}


@router.post("/review/claims", status_code=201)
def make_claim(home: OpenHome, request: Request, ask: ClaimAsk) -> dict[str, Any]:
    """Claim the undecided guesses of a selection for a while; those that a colleague holds are left out."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, request.headers.get("x-form-token", ""))
    seconds = ask.seconds or home.settings.claim_seconds
    with home.writing() as writing:
        chosen = selected(writing.db, user.partner or "", ask.select, Status.PROPOSED)
        made = claim(writing.db, user, list(chosen.iris), home.journal.clock(), seconds)
    return {**asdict(made), "left_out": len(chosen.iris) - made.count}


@router.delete("/review/claims/{claim_id}")
def let_go(home: OpenHome, request: Request, claim_id: str) -> dict[str, Any]:
    """Let go of the archivist's own claim."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, request.headers.get("x-form-token", ""))
    with home.writing() as writing:
        return {"id": claim_id, "released": release(writing.db, user, claim_id)}


def _wanted(home: Home, db: Connection, user: User, filters: Filters) -> Wanted:
    own = filters.model_dump(exclude={"all", "after", "offset", "size", "counts", "free", "subject"})
    wanted = Wanted(partner=user.partner or "", topic=filters.subject, **own)
    if not filters.all:
        wanted = replace(wanted, floors=floors_of(db, wanted.partner))
    if filters.free:
        wanted = replace(wanted, free_for=user.id, now=home.journal.clock().isoformat())
    return wanted


def _rows(home: Home, db: Connection, user: User, found: Page) -> list[dict[str, Any]]:
    """Return rows with what the pages need: the local part of the IRI, and who of the colleagues holds it."""
    start = home.mint.names.id("annotation", "")
    claimed = held(db, user, (row["iri"] for row in found.rows), home.journal.clock())
    return [
        {
            **row,
            "local": row["iri"].removeprefix(start),
            "claimed": asdict(claimed[row["iri"]]) if row["iri"] in claimed else None,
        }
        for row in found.rows
    ]

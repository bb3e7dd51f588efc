"""The desk: one guess at a time with all that a decision needs, by keyboard, or with plain forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import Connection

from give_ld.api.access import OpenHome, asker, check_form_token, form_token, known_asker, spoken
from give_ld.api.pages import private_page
from give_ld.api.pages.card import Typed, card, media_origin, reference_person
from give_ld.api.pages.review_words import review_words
from give_ld.api.routes.review import DecisionForm
from give_ld.errors import BadInput, Conflict, NotFound
from give_ld.home import Home
from give_ld.journal.lookups import find_known
from give_ld.journal.pending import Wanted, queue, waiting
from give_ld.journal.searching import topic_of
from give_ld.journal.today import today
from give_ld.model.base import Model, Pid
from give_ld.model.decision import Known, Role
from give_ld.model.user import User
from give_ld.review.claims import claims, held
from give_ld.review.decide import find_for
from give_ld.review.policy import floors_of

KEYS = {"approve": "a", "reject": "r", "unsuitable": "u", "withdraw": "x", "agree": "y", "disagree": "d"}
_MOST = 10**6
_Local = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")]
_SIGNATURES = ((b"\x89PNG", "image/png"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp"))
router = APIRouter(tags=["review"])


class Filters(Model):
    """Which guesses the desk goes through: of a kind, an item, or `like` a guess, from the one after `skip` others.

    `at` is one guess, whatever its status; `done` the one that was just decided; `without` those that the reader has
    before them already, by commas.
    """

    kind: Annotated[str, Field(max_length=32)] | None = None
    item: Pid | None = None
    like: _Local | None = None
    skip: Annotated[int, Field(ge=0, le=_MOST)] = 0
    at: _Local | None = None
    done: _Local | None = None
    without: Annotated[str, Field(max_length=4096, pattern=r"^[A-Za-z0-9_,-]*$")] = ""

    def query(self, **changes: object) -> str:
        """Return the filters that lead through the same guesses as a query string with its `?`."""
        kept = {"kind": self.kind, "item": self.item, "like": self.like, "skip": self.skip or None, **changes}
        return "?" + urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True)
class Seat:
    """Who sits at the desk, with what in hand."""

    home: Home
    request: Request
    db: Connection
    user: User
    filters: Filters


@router.api_route("/review/desk", methods=["GET", "HEAD"], response_model=None)
def show_desk(home: OpenHome, request: Request, filters: Annotated[Filters, Query()]) -> Response:
    """Return the page with the next guess that waits; nobody who is not signed in gets further than the door."""
    if asker(home, request) is None:
        return RedirectResponse("/auth/login", status_code=303)
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        seat = Seat(home, request, db, user, filters)
        return desk_page(seat, _next(seat), Typed())


@router.api_route("/review/desk/card", methods=["GET", "HEAD"], response_model=None)
def show_card(home: OpenHome, request: Request, filters: Annotated[Filters, Query()]) -> Response:
    """Return the next guess alone, as a part of the page; 204 where none waits."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        seat = Seat(home, request, db, user, filters)
        known = _next(seat)
        if known is None:
            return Response(status_code=204, headers={"Cache-Control": "no-store"})
        return private_page("card.html", _values(seat, known, Typed()), lang=spoken(request))


@router.post("/review/desk/{local}", response_model=None)
def decide_at_desk(
    home: OpenHome,
    request: Request,
    local: str,
    filters: Annotated[Filters, Query()],
    form: Annotated[DecisionForm, Form()],
) -> Response:
    """Record a decision and go on to the next guess; one that is refused comes back with what was typed."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, form.token)
    iri = home.mint.names.id("annotation", local)
    try:
        home.decide(user, form.decision(iri), wait=False)
    except (Conflict, BadInput) as error:
        names = ("reason", "ground", "person", "entity", "label", "entity_type", "text")
        said: dict[str, Any] = {name: str(getattr(form, name)) for name in names}
        typed = Typed(error.code, error.message, **said)
        with home.journal.reading() as db:
            return desk_page(Seat(home, request, db, user, filters), mine(db, user, iri), typed, error.status)
    return RedirectResponse(f"/review/desk{filters.query(done=local)}", status_code=303)


@router.api_route("/review/{local}/photo/{number}", methods=["GET", "HEAD"])
def show_photo(home: OpenHome, request: Request, local: str, number: Annotated[int, Field(ge=0)]) -> Response:
    """Return a photo of the reference person whom a guess means, to those who may decide about the guess."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        known = mine(db, user, home.mint.names.id("annotation", local))
        person = reference_person(db, known)
    photo = None
    if person is not None and number < len(person.photos):
        photo = home.vault.photo(person.photos[number].sha256)
    if photo is None:
        raise NotFound("this guess has no such photo")
    media_type = next((name for start, name in _SIGNATURES if photo.startswith(start)), "image/jpeg")
    return Response(
        photo, media_type=media_type, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    )


def mine(db: Connection, user: User, iri: str) -> Known:
    """Return a guess of the archivist's own partner.

    Raises:
        NotFound: there is none, or it is another partner's: the two answers are the same on purpose.
    """
    known = find_for(db, user, iri)
    if known.run.partner != user.partner:
        raise NotFound(f"there is no annotation {iri} among those of your organisation", rule="unknown-or-not-yours")
    return known


def _wanted(seat: Seat) -> Wanted:
    """Return what the archivist goes through: neither what colleagues hold, nor what the policy does not show."""
    filters, names, partner = seat.filters, seat.home.mint.names, seat.user.partner or ""
    like = mine(seat.db, seat.user, names.id("annotation", filters.like)) if filters.like else None
    return Wanted(
        partner,
        kind=filters.kind or (like.annotation.kind if like else None),
        topic=topic_of(like) if like else None,
        item=filters.item,
        floors=floors_of(seat.db, partner),
        free_for=seat.user.id,
        now=seat.home.journal.clock().isoformat(),
        without=tuple(names.id("annotation", each) for each in filters.without.split(",") if each),
    )


def _next(seat: Seat) -> Known | None:
    filters = seat.filters
    if filters.at:
        return mine(seat.db, seat.user, seat.home.mint.names.id("annotation", filters.at))
    rows = queue(seat.db, _wanted(seat), 1, offset=filters.skip).rows
    return find_known(seat.db, rows[0]["iri"]) if rows else None


def _values(seat: Seat, known: Known | None, typed: Typed) -> dict[str, Any]:
    filters, settings, lang = seat.filters, seat.home.settings, spoken(seat.request)
    holders = held(seat.db, seat.user, [known.iri], seat.home.journal.clock()) if known else {}
    return {
        "held": holders.get(known.iri) if known else None,
        "card": card(seat.db, settings, known, lang) if known else None,
        "typed": typed,
        "query": filters.query(),
        "next": f"/review/desk{filters.query(skip=filters.skip + (not filters.at))}",
        "keys": KEYS,
        "token": form_token(seat.request),
        "media": media_origin(settings),
        "words": review_words(lang),
    }


def desk_page(seat: Seat, known: Known | None, typed: Typed, status: int = 200) -> Response:
    """Return the page of the desk with a guess, or without one where none waits."""
    db, user, done = seat.db, seat.user, None
    if seat.filters.done:
        decided = mine(db, user, seat.home.mint.names.id("annotation", seat.filters.done))
        done = card(db, seat.home.settings, decided, spoken(seat.request))
    now = seat.home.journal.clock()
    day = today(db, user.partner or "", user.id, now)
    values = (
        _values(seat, known, typed)
        | {"claims": claims(db, user, now)}
        | {"day": day, "done": done, "left": waiting(db, _wanted(seat))}
    )
    return private_page("desk.html", values, status, spoken(seat.request))

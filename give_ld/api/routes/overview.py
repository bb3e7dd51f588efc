"""The pages that show many guesses of an archive: of an item, alike, of a run, and those with some words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import Connection

from give_ld.api.access import OpenHome, asker, check_form_token, form_token, known_asker, spoken
from give_ld.api.pages import private_page
from give_ld.api.pages.card import PHOTOS, reference_person, span, sure
from give_ld.api.pages.timeline import timeline
from give_ld.api.routes.desk import mine
from give_ld.errors import NotFound
from give_ld.home import Home
from give_ld.journal.lookups import find_item, find_run, runs_of_item
from give_ld.journal.searching import Sought, alike, find, find_items, kinds, statuses
from give_ld.model.base import Model
from give_ld.model.decision import Role
from give_ld.model.event import Proposal
from give_ld.model.status import Status
from give_ld.model.user import User

PAGE = 200
_Offset = Annotated[int, Query(ge=0, le=10**9)]
_Words = Annotated[str, Field(max_length=200)]
router = APIRouter(tags=["review"])


class SearchForm(Model):
    """What is searched for. It comes in the body: names of people belong in no address."""

    token: str = ""
    text: _Words = ""
    offset: Annotated[int, Field(ge=0, le=10**9)] = 0


@dataclass(frozen=True)
class Reader:
    """Who looks, and at which page of which status."""

    home: Home
    request: Request
    db: Connection
    user: User
    status: Status | None = None
    offset: int = 0


@router.api_route("/review/search", methods=["GET", "HEAD"], response_model=None)
def search_page(home: OpenHome, request: Request) -> Response:
    """Return the page on which archivists search."""
    if asker(home, request) is None:
        return RedirectResponse("/auth/login", status_code=303)
    known_asker(home, request, Role.ARCHIVIST)
    values = {"text": "", "token": form_token(request), "found": None}
    return private_page("search.html", values, lang=spoken(request))


@router.post("/review/search", response_model=None)
def search(home: OpenHome, request: Request, form: Annotated[SearchForm, Form()]) -> Response:
    """Return the items and guesses of the archivist's own partner in whose names some words stand."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, form.token)
    text, partner = form.text.strip(), user.partner or ""
    values: dict[str, Any] = {"text": text, "token": form.token, "found": None}
    if text:
        with home.journal.reading() as db:
            reader = Reader(home, request, db, user, offset=form.offset)
            items = find_items(db, partner, text)
            values["found"] = {"items": items, **_rows(reader, Sought(partner, text=text))}
    return private_page("search.html", values, lang=spoken(request))


@router.api_route("/review/item/{pid}", methods=["GET", "HEAD"], response_model=None)
def show_item(
    home: OpenHome, request: Request, pid: str, status: Status | None = None, offset: _Offset = 0
) -> Response:
    """Return all guesses about an item of the archivist's own partner, in time and by status."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        item, runs = find_item(db, user.partner or "", pid), runs_of_item(db, user.partner or "", pid)
        if item is None and not runs:
            raise NotFound("there is no such item among those of your organisation", rule="unknown-or-not-yours")
        shown = _rows(Reader(home, request, db, user, status, offset), Sought(user.partner or "", pid=pid))
    lengths = [each.file.duration_ms or 0 for each in runs]
    values = shown | {
        "item": item,
        "pid": pid,
        "runs": runs,
        "timeline": timeline(shown["rows"], max(lengths, default=0)),
    }
    return private_page("item.html", values, lang=spoken(request))


@router.api_route("/review/run/{run_id}", methods=["GET", "HEAD"], response_model=None)
def show_run(
    home: OpenHome, request: Request, run_id: UUID, status: Status | None = None, offset: _Offset = 0
) -> Response:
    """Return what a run was and what it said, to the archivists of its partner."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        run = find_run(db, str(run_id))
        if run is None or run.partner != user.partner:
            raise NotFound("there is no such run among those of your organisation", rule="unknown-or-not-yours")
        sought = Sought(run.partner, pid=run.item, run=str(run.id))
        values = _rows(Reader(home, request, db, user, status, offset), sought) | {"run": run}
    return private_page("run.html", values, lang=spoken(request))


@router.api_route("/review/{local}/alike", methods=["GET", "HEAD"], response_model=None)
def show_alike(
    home: OpenHome, request: Request, local: str, status: Status | None = None, offset: _Offset = 0
) -> Response:
    """Return all guesses of one kind about the person, name, voice or tag that a guess is about.

    The address names a guess: a person or a name would stand in logs.
    """
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        known = mine(db, user, home.mint.names.id("annotation", local))
        proposal = Proposal(iri=known.iri, annotation=known.annotation, person=known.person)
        values = _rows(Reader(home, request, db, user, status, offset), alike(known))
    more = {
        "local": local,
        "label": proposal.label or proposal.words,
        "meant": proposal.meant,
    }
    return private_page("alike.html", values | more, lang=spoken(request))


@router.api_route("/review/{local}/person", methods=["GET", "HEAD"], response_model=None)
def show_person(
    home: OpenHome, request: Request, local: str, status: Status | None = None, offset: _Offset = 0
) -> Response:
    """Return what is guessed of whatever kind about the reference person whom a guess means, and what came of it.

    The address names a guess, as that of `show_alike`.
    """
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        known = mine(db, user, home.mint.names.id("annotation", local))
        person = reference_person(db, known)
        if person is None or known.person is None:
            raise NotFound("this guess means no person of the reference set", rule="person-unknown")
        # A name that was heard before somebody was admitted stands under their Wikidata id.
        topics = (known.person, *filter(None, [person.wikidata]))
        sought = Sought(known.run.partner, topics=topics)
        shown = _rows(Reader(home, request, db, user, status, offset), sought) | {"kinds": kinds(db, sought)}
    values = shown | {"person": person, "local": local, "photos": range(min(PHOTOS, len(person.photos)))}
    return private_page("person.html", values, lang=spoken(request))


def _rows(reader: Reader, sought: Sought) -> dict[str, Any]:
    """Return the guesses that a page shows, and how many there are by status."""
    lang, start = spoken(reader.request), reader.home.mint.names.id("annotation", "")
    found = find(reader.db, replace(sought, status=reader.status), PAGE + 1, reader.offset)
    rows = [
        row
        | sure(row["confidence"], row["score"], lang)
        | {"local": row["iri"].removeprefix(start), "span": span(row["start_ms"], row["end_ms"])}
        for row in found[:PAGE]
    ]
    return {
        "rows": rows,
        "status": reader.status,
        "statuses": statuses(reader.db, sought),
        "offset": reader.offset,
        "next_offset": reader.offset + PAGE if len(found) > PAGE else None,
        "token": form_token(reader.request),
    }

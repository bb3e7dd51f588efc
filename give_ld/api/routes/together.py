"""How an archivist decides about many guesses by plain forms: what it would do, doing it, and taking all of it back."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import Connection

from give_ld.api.access import OpenHome, check_form_token, form_token, known_asker, spoken
from give_ld.api.pages import private_page
from give_ld.api.pages.review_words import review_words
from give_ld.api.routes.desk import mine
from give_ld.errors import BadInput, Stale
from give_ld.home import Home
from give_ld.model.base import Iri, Model
from give_ld.model.bulk import Picked, Selection
from give_ld.model.decision import DecisionReason, Role
from give_ld.model.status import Verdict
from give_ld.model.user import User
from give_ld.review.many import ManyAsk, weigh
from give_ld.review.outcome import outcome
from give_ld.review.selected import same_as
from give_ld.review.unmany import find_bulk

MOST_PICKED = 500
router = APIRouter(tags=["review"])


class Scope(StrEnum):
    """Which guesses a form means: those that were picked on the page, or all that wait about the same as one."""

    PICK = "pick"
    ALL = "all"


class TogetherForm(Model):
    """A decision about many from a page; without the `digest` of a dry run it only asks what it would do."""

    token: str = ""
    local: Annotated[str, Field(max_length=64)] = ""
    scope: Scope = Scope.PICK
    pick: Annotated[tuple[Iri, ...], Field(max_length=MOST_PICKED)] = ()
    verdict: Verdict
    ground: DecisionReason | Literal[""] = ""
    reason: Annotated[str, Field(max_length=10_000)] = ""
    digest: Annotated[str, Field(max_length=64)] = ""
    id: UUID = Field(default_factory=uuid4)


class UndoForm(Model):
    """Proof that an undo comes from our own page."""

    token: str = ""


@router.post("/review/together", response_model=None)
def decide_together(home: OpenHome, request: Request, form: Annotated[TogetherForm, Form()]) -> Response:
    """Say what a decision about many would do, or take it if the form carries what was said; if that changed, say anew.

    Raises:
        BadInput: nothing was picked.
    """
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, form.token)
    with home.journal.reading() as db:
        ask = _ask(home, db, user, form)
    if not form.digest:
        return _dry_run(home, request, user, form, ask)
    try:
        many = home.decide_many(user, ask, wait=False)
    except Stale:
        return _dry_run(home, request, user, form, ask, is_stale=True)
    if not many.events:  # colleagues claimed all of it meanwhile
        return _dry_run(home, request, user, form, ask)
    return RedirectResponse(f"/review/together/{form.id}", status_code=303)


@router.api_route("/review/together/{bulk}", methods=["GET", "HEAD"], response_model=None)
def show_together(home: OpenHome, request: Request, bulk: UUID) -> Response:
    """Return the page of a decision about many guesses of the archivist's own partner, with its undo."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        done = find_bulk(db, user, bulk)
    can_undo = done.user == user.id and done.undoes is None
    values = {"done": done, "can_undo": can_undo, "found": None, "token": form_token(request)}
    return private_page("together.html", values, lang=spoken(request))


@router.post("/review/together/{bulk}/undo")
def undo_together(home: OpenHome, request: Request, bulk: UUID, form: Annotated[UndoForm, Form()]) -> RedirectResponse:
    """Take back all of a decision about many that nobody decided about since."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, form.token)
    many = home.undo_many(user, bulk, wait=False)
    return RedirectResponse(f"/review/together/{many.ask.id}", status_code=303)


def _ask(home: Home, db: Connection, user: User, form: TogetherForm) -> ManyAsk:
    selection: Selection
    if form.scope is Scope.ALL:
        selection = same_as(mine(db, user, home.mint.names.id("annotation", form.local)))
    elif form.pick:
        selection = Picked(annotations=tuple(dict.fromkeys(form.pick)))
    else:
        raise BadInput("pick at least one guess", rule="pick")
    said = (form.verdict, selection, form.reason, form.ground or None)
    return ManyAsk(*said, seen=form.digest or None, id=form.id)


def _dry_run(
    home: Home, request: Request, user: User, form: TogetherForm, ask: ManyAsk, *, is_stale: bool = False
) -> Response:
    unseen = ManyAsk(ask.verdict, ask.selection, ask.reason, ask.ground, id=ask.id)
    with home.journal.reading() as db:
        many = weigh(db, home.bench, user, unseen, home.journal.clock())
        found = outcome(db, many, dry_run=True)
    words = review_words(spoken(request))
    values: dict[str, Any] = {
        "done": None,
        "found": found,
        "form": form,
        "is_stale": is_stale,
        "token": form_token(request),
        "words": words,
    }
    return private_page("together.html", values, 412 if is_stale else 200, spoken(request))

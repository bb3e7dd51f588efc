"""How an archivist holds guesses for a while, and lets go of them, by plain forms."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from pydantic import Field

from give_ld.api.access import OpenHome, check_form_token, known_asker
from give_ld.api.routes.desk import mine
from give_ld.model.base import Model
from give_ld.model.bulk import Picked
from give_ld.model.decision import Role
from give_ld.model.status import Status
from give_ld.review.claims import claim, release
from give_ld.review.selected import same_as, selected

router = APIRouter(tags=["review"])


class Back(StrEnum):
    """From which page a form came."""

    DESK = "desk"
    QUEUE = "queue"
    ALIKE = "alike"


class ClaimForm(Model):
    """A claim from a page: of one guess, or (`whole`) of all that are about the same."""

    token: str = ""
    whole: bool = False
    back: Back = Back.DESK


class ReleaseForm(Model):
    """A claim, by its id, that is let go of."""

    token: str = ""
    claim: Annotated[str, Field(max_length=64)]
    back: Back = Back.DESK


@router.post("/review/{local}/claim")
def claim_by_form(home: OpenHome, request: Request, local: str, form: Annotated[ClaimForm, Form()]) -> RedirectResponse:
    """Claim a guess, or all about the same that no colleague holds, and go on with it."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, form.token)
    with home.writing() as writing:
        known = mine(writing.db, user, home.mint.names.id("annotation", local))
        chosen = same_as(known) if form.whole else Picked(annotations=(known.iri,))
        found = selected(writing.db, user.partner or "", chosen, Status.PROPOSED)
        claim(writing.db, user, list(found.iris), home.journal.clock(), home.settings.claim_seconds)
    return _back(form.back, local, whole=form.whole)


@router.post("/review/{local}/release")
def release_by_form(
    home: OpenHome, request: Request, local: str, form: Annotated[ReleaseForm, Form()]
) -> RedirectResponse:
    """Let go of a claim of the archivist's own, and go back to the guess from which that was asked."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, form.token)
    with home.writing() as writing:
        mine(writing.db, user, home.mint.names.id("annotation", local))
        release(writing.db, user, form.claim)
    return _back(form.back, local, whole=False)


def _back(back: Back, local: str, *, whole: bool) -> RedirectResponse:
    places = {
        Back.DESK: f"/review/desk?{'like' if whole else 'at'}={local}",
        Back.QUEUE: f"/review/queue#{local}",
        Back.ALIKE: f"/review/{local}/alike",
    }
    return RedirectResponse(places[back], status_code=303)

"""The forms by which somebody is erased: who it is, what would go, and the words that confirm it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from give_ld.api.access import OpenHome, form_token, spoken
from give_ld.api.pages.erasure import confirms, erasure_page, plan_page
from give_ld.api.routes.erase import MOST, Kind, carried_out, check_order, described, kinds_for, orderer
from give_ld.erasure.erase import Order
from give_ld.erasure.plan import plan
from give_ld.errors import BadInput, GiveLdError, NotFound, NotUsable, Stale
from give_ld.home import Home
from give_ld.journal.erasing import all_erasures
from give_ld.model.base import Model
from give_ld.model.erasure import ErasureKind
from give_ld.model.user import User

router = APIRouter(tags=["erasure"])
_KNOWN = 50_000


class WhoForm(Model):
    """Who is to be erased: in each line of `known` something by which the person is known; and why."""

    token: str
    kind: Kind = ErasureKind.SUBJECT
    known: Annotated[str, Field(max_length=_KNOWN)] = ""
    reason: Annotated[str, Field(max_length=10_000)] = ""

    def order(self) -> Order:
        """Return what is to be done.

        Raises:
            NotUsable: nobody is named, or too many are at once.
        """
        values = tuple(dict.fromkeys(line.strip() for line in self.known.splitlines() if line.strip()))
        if not values or len(values) > MOST:
            raise NotUsable(f"say who, in 1 to {MOST} lines", rule="who")
        return Order(self.kind, values, self.reason.strip())


class ConfirmForm(WhoForm):
    """The same, with the digest of what was shown and the words that confirm it."""

    digest: Annotated[str, Field(max_length=100)]
    words: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True)
class _Desk:
    home: Home
    request: Request
    user: User
    form: WhoForm

    def plan(self, told: GiveLdError | None = None) -> Response:
        """Return the page that shows what would go."""
        found = plan(self.home, self.form.order(), self.user)
        return plan_page(found, self._values(told), spoken(self.request))

    def form_again(self, told: GiveLdError) -> Response:
        """Return the form with what was typed, and what is wrong with it."""
        with self.home.journal.reading() as db:
            erasures = [described(db, each) for each in reversed(all_erasures(db))]
        values = self._values(told) | {"erasures": erasures, "may": kinds_for(self.user)}
        return erasure_page(values, spoken(self.request))

    def _values(self, told: GiveLdError | None) -> dict[str, object]:
        return {"token": form_token(self.request), "form": self.form, "told": told}


@router.post("/erase/plan", response_model=None)
def show_plan(home: OpenHome, request: Request, form: Annotated[WhoForm, Form()]) -> Response:
    """Return the page that says what would go, and asks for the words that confirm it; nothing is changed."""
    desk = _Desk(home, request, orderer(home, request, form.token), form)
    try:
        check_order(home, form.order(), desk.user)
        return desk.plan()
    except (NotFound, NotUsable, BadInput) as error:
        return desk.form_again(error)


@router.post("/erase/carry-out", response_model=None)
async def confirm(home: OpenHome, request: Request, form: Annotated[ConfirmForm, Form()]) -> Response:
    """Erase whom the form means, and lead to the certificate; what does not hold comes back with what was typed."""
    user = await run_in_threadpool(orderer, home, request, form.token)
    desk = _Desk(home, request, user, form)
    try:
        order = form.order()
        if not confirms(form.words):
            raise BadInput("the words that confirm it are other ones; nothing was erased", rule="words")
        certificate = await carried_out(request, order, user, form.digest)
    except (Stale, BadInput, NotFound, NotUsable) as error:
        again = desk.plan if error.rule in ("stale", "words") else desk.form_again
        return await run_in_threadpool(again, error)
    return RedirectResponse(f"/erase/{certificate.statement.erasure}", status_code=303)

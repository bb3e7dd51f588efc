"""How people come in through the identity provider of their organisation, and go out there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from give_ld.access.claims import user_of
from give_ld.access.provider import SECONDS_TO_RETURN, Provider
from give_ld.api.access import Doors, OpenHome, client_of
from give_ld.api.routes.login import begin_session, login_page
from give_ld.errors import GiveLdError, NotFound
from give_ld.journal.credentials import Credential
from give_ld.model.user import ALL_SCOPES

router = APIRouter(prefix="/auth", tags=["sign in"])
_PRIVATE = {"Cache-Control": "no-store"}


def provider_of(request: Request) -> Provider:
    """Return the identity provider of the instance that the application serves.

    Raises:
        NotFound: it has none.
    """
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("people sign in here by name and password: /auth/login")
    return provider


IdentityProvider = Annotated[Provider, Depends(provider_of)]


@router.get("/provider")
def leave(home: OpenHome, provider: IdentityProvider) -> Response:
    """Send the browser to the identity provider."""
    address, kept = provider.begin()
    response = RedirectResponse(address, status_code=303, headers=_PRIVATE)
    name, secure = _cookie(home.settings.base)
    response.set_cookie(name, kept, httponly=True, samesite="lax", secure=secure, max_age=SECONDS_TO_RETURN)
    return response


@router.get("/callback")
def come_back(home: OpenHome, doors: Doors, request: Request, provider: IdentityProvider) -> Response:
    """Begin a session for whom the identity provider names; the roles are those that it says."""
    name, secure = _cookie(home.settings.base)
    try:
        doors.admit(client_of(request))
        claims = provider.finish(request.cookies.get(name, ""), request.query_params)
        user = user_of(home, claims)
    except GiveLdError as error:
        doors.refuse()
        response = login_page(home, request, "no-role" if error.rule == "no-role" else "provider")
        response.status_code = error.status
    else:
        doors.forgive(client_of(request))
        response = begin_session(home, request, Credential(user, frozenset(ALL_SCOPES)))
    response.delete_cookie(name, httponly=True, samesite="lax", secure=secure)
    return response


@router.get("/provider/logout")
def sign_out(provider: IdentityProvider) -> Response:
    """Send the browser to where it signs out at the identity provider."""
    return RedirectResponse(provider.way_out() or "/auth/login", status_code=303, headers=_PRIVATE)


def _cookie(base: str) -> tuple[str, bool]:
    secure = base.startswith("https:")
    return ("__Host-give-ld-provider" if secure else "give-ld-provider"), secure

"""How people come in through the pages, and go out: by name and password, by a token, or by a one-time code."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from give_ld.access import sessions
from give_ld.api.access import (
    Doors,
    OpenHome,
    check_same_site,
    client_of,
    drop_session,
    form_token,
    keep_session,
    known_asker,
    session_secret,
)
from give_ld.api.negotiation import language
from give_ld.api.pages import page
from give_ld.api.pages.login_words import LANGUAGES, login_words
from give_ld.errors import BadInput, GiveLdError, NotAuthenticated, Spent
from give_ld.home import Home
from give_ld.journal.credentials import Credential
from give_ld.model.decision import Role
from give_ld.model.user import Scope

# Where a person begins, by role; the first that fits.
_FIRST_PAGES = {Role.ARCHIVIST: "/review/queue", Role.AUDITOR: "/audit/log", Role.ADMIN: "/audit/log"}
_TOLD = ("signed_out", "password_set", "provider", "no-role")
_PRIVATE = {"Cache-Control": "no-store"}
router = APIRouter(tags=["sign in"])


@router.get("/auth/login")
def login_page(home: OpenHome, request: Request, told: str = "") -> Response:
    """Return the page on which people sign in; `told` is what it says first."""
    return _login_page(home, request, told if told in _TOLD else "")


@router.post("/auth/login")
def login(
    home: OpenHome,
    doors: Doors,
    request: Request,
    name: Annotated[str, Form(max_length=1000)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    token: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Begin a session: its secret is new each time, and neither scripts nor other sites can use it."""
    check_same_site(request)
    client = client_of(request)
    try:
        credential = doors.with_token(token, client) if token else doors.with_password(name, password, client)
    except (NotAuthenticated, Spent) as error:
        return _login_page(home, request, error.rule, error)
    return begin_session(home, request, credential)


def begin_session(home: Home, request: Request, credential: Credential) -> Response:
    """Return the answer that leads somebody in; a session that the browser had ends."""
    roles = credential.user.roles
    first = next((page for role, page in _FIRST_PAGES.items() if role in roles), "/")
    response = RedirectResponse(first, status_code=303, headers=_PRIVATE)
    keep_session(request, response, sessions.begin(home, credential, session_secret(request)))
    return response


@router.post("/auth/logout")
def logout(home: OpenHome, request: Request) -> Response:
    """End the session, on the server too."""
    check_same_site(request)
    if secret := session_secret(request):
        sessions.end(home, secret)
    response = RedirectResponse("/auth/login?told=signed_out", status_code=303, headers=_PRIVATE)
    drop_session(request, response)
    return response


@router.get("/auth/password")
def password_page(doors: Doors, request: Request, code: str = "") -> Response:
    """Return the page on which a user sets a password with a one-time code."""
    if not code:
        return _password_page(request)
    try:
        return _password_page(request, name=doors.invited(code, client_of(request)).name, code=code)
    except (NotAuthenticated, Spent) as error:
        return _password_page(request, error=error)


@router.post("/auth/password")
def set_password(
    doors: Doors,
    request: Request,
    code: Annotated[str, Form(max_length=1000)],
    password: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Set the password of the user whom the code is for."""
    check_same_site(request)
    try:
        doors.accept(code, password, client_of(request))
    except (BadInput, NotAuthenticated, Spent) as error:
        return _password_page(request, code=code, error=error)
    return RedirectResponse("/auth/login?told=password_set", status_code=303, headers=_PRIVATE)


@router.get("/me")
def me(home: OpenHome, request: Request, response: Response) -> dict[str, object]:
    """Return who asks, with roles and partner, and for a session what its writes must carry as X-Form-Token."""
    user = known_asker(home, request, scope=Scope.READ)
    response.headers.update(_PRIVATE)
    return {"name": user.name, "roles": user.roles, "partner": user.partner, "form_token": form_token(request)}


def _login_page(home: Home, request: Request, told: str = "", error: GiveLdError | None = None) -> Response:
    by_provider = home.settings.oidc_issuer is not None
    way_out = "/auth/provider/logout" if by_provider and told == "signed_out" else ""
    values = {"told": told, "organisation": by_provider, "way_out": way_out}
    return _page(request, "login.html", values, error)


def _password_page(request: Request, name: str = "", code: str = "", error: GiveLdError | None = None) -> Response:
    return _page(request, "password.html", {"told": error.rule if error else "", "name": name, "code": code}, error)


def _page(request: Request, template: str, values: dict[str, object], error: GiveLdError | None) -> Response:
    lang = language(request.headers.get("accept-language"), LANGUAGES)
    wait = error.retry_after if isinstance(error, Spent) else 0
    response = page(template, {**values, "w": login_words(lang), "wait": wait}, error.status if error else 200, lang)
    response.headers.update(_PRIVATE | {"Vary": "Accept-Language"})
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response

"""Who is asking, and in which language: a bearer token in a header, or the same token in a cookie of the pages."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

from fastapi import Depends, Request

from give_ld.api.negotiation import language
from give_ld.api.pages import LANGUAGES
from give_ld.errors import NotAllowed, NotAuthenticated
from give_ld.home import Home
from give_ld.journal.lookups import user_of_token
from give_ld.model.decision import Role
from give_ld.model.user import User

COOKIE = "give_ld_token"


def home_of(request: Request) -> Home:
    """Return the instance that the application serves."""
    home: Home = request.app.state.home
    return home


OpenHome = Annotated[Home, Depends(home_of)]


def asker(home: Home, request: Request) -> User | None:
    """Return the user whose token the request carries; None if it carries none.

    Raises:
        NotAuthenticated: the token is unknown or has expired.
    """
    token = _bearer(request) or request.cookies.get(COOKIE, "")
    return user_with(home, token) if token else None


def user_with(home: Home, token: str) -> User:
    """Return whose token this is.

    Raises:
        NotAuthenticated: it is unknown or has expired.
    """
    with home.journal.reading() as db:
        user = user_of_token(db, token, home.journal.clock())
    if user is None:
        raise NotAuthenticated("the token is unknown or has expired; ask an administrator for a new one")
    return user


def known_asker(home: Home, request: Request, *roles: Role) -> User:
    """Return the user who asks, with one of the roles if any are named.

    Raises:
        NotAuthenticated: there is no valid token.
        NotAllowed: the user has none of the roles.
    """
    user = asker(home, request)
    if user is None:
        raise NotAuthenticated("this needs a token: Authorization: Bearer …")
    if roles and not set(roles) & set(user.roles):
        raise NotAllowed(f"this needs the role {' or '.join(roles)}")
    return user


def form_token(request: Request) -> str:
    """Return what a form must carry to prove that it came from our own page; '' for a request without a cookie."""
    cookie = request.cookies.get(COOKIE, "")
    return hmac.new(cookie.encode(), b"give-ld form", hashlib.sha256).hexdigest() if cookie else ""


def check_form_token(request: Request, given: str) -> None:
    """Check a form against the cookie: a page of another site knows neither.

    Raises:
        NotAllowed: the form did not come from our own page.
    """
    if _bearer(request):
        return
    if not hmac.compare_digest(form_token(request).encode(), given.encode()):
        raise NotAllowed("this form did not come from a page of this site; load the page again", rule="csrf")


def spoken(request: Request) -> str:
    """Return the language of the pages that the asker likes most."""
    return language(request.headers.get("accept-language"), LANGUAGES)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""

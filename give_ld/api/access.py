"""Who is asking, and in which language: a bearer token in a header, or the cookie of a session of the pages."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from give_ld.access import sessions
from give_ld.access.signin import SignIn
from give_ld.api.negotiation import language
from give_ld.api.pages import LANGUAGES
from give_ld.errors import NotAllowed, NotAuthenticated
from give_ld.home import Home
from give_ld.journal.credentials import Credential
from give_ld.model.decision import Role
from give_ld.model.user import Scope, User

_SAFE = ("GET", "HEAD", "OPTIONS")


def home_of(request: Request) -> Home:
    """Return the instance that the application serves."""
    home: Home = request.app.state.home
    return home


def doors_of(request: Request) -> SignIn:
    """Return the doors of the instance that the application serves."""
    doors: SignIn = request.app.state.doors
    return doors


async def _home(request: Request) -> Home:
    return home_of(request)


async def _doors(request: Request) -> SignIn:
    return doors_of(request)


# What is no coroutine is asked in another thread, which takes longer than the answer.
OpenHome = Annotated[Home, Depends(_home)]
Doors = Annotated[SignIn, Depends(_doors)]


def credential_of(home: Home, request: Request) -> Credential | None:
    """Return who asks and by what; None where the request carries neither token nor session.

    Raises:
        NotAuthenticated: the token or the session is unknown or over.
    """
    if token := _bearer(request):
        credential = sessions.bearer(home, token)
        if credential is None:
            raise NotAuthenticated("the token is unknown or has expired; ask an administrator for a new one")
        return credential
    secret = session_secret(request)
    credential = sessions.session(home, secret) if secret else None
    if secret and credential is None:
        raise NotAuthenticated("your session is over; sign in again")
    return credential


def asker(home: Home, request: Request, scope: Scope | None = None) -> User | None:
    """Return the user who asks; None where nobody says who it is.

    `scope` is what a token must be good for: reading if none is named, or deciding where something changes.

    Raises:
        NotAuthenticated: the token or the session is unknown or over.
        NotAllowed: the token is not for this.
    """
    credential = credential_of(home, request)
    if credential is None:
        return None
    needed = scope or (Scope.READ if request.method in _SAFE else Scope.REVIEW)
    if needed not in credential.scopes:
        raise NotAllowed(f"this needs a token with the scope {needed}", rule="scope")
    return credential.user


def known_asker(home: Home, request: Request, *roles: Role, scope: Scope | None = None) -> User:
    """Return the user who asks, with one of the roles if any are named; of `scope` see `asker`.

    Raises:
        NotAuthenticated: there is no valid token or session.
        NotAllowed: the user has none of the roles, or the token is not for this.
    """
    user = asker(home, request, scope)
    if user is None:
        raise NotAuthenticated("this needs a token: Authorization: Bearer …")
    if roles and not set(roles) & set(user.roles):
        raise NotAllowed(f"this needs the role {' or '.join(roles)}")
    return user


def client_of(request: Request) -> str:
    """Return the address that asks."""
    return request.client.host if request.client else ""


def session_secret(request: Request) -> str:
    """Return the secret of the session that the cookie carries, or ''."""
    return request.cookies.get(_cookie(request), "")


def keep_session(request: Request, response: Response, secret: str) -> None:
    """Give the browser the secret of a session, in a cookie that neither scripts nor other sites can use."""
    most = home_of(request).settings.session_seconds
    # Strict would lose it on the way back from an identity provider; a write needs the token of a form besides.
    secure = _is_secure(request)
    response.set_cookie(_cookie(request), secret, httponly=True, samesite="lax", secure=secure, max_age=most)


def drop_session(request: Request, response: Response) -> None:
    """Tell the browser to forget the session."""
    response.delete_cookie(_cookie(request), httponly=True, samesite="lax", secure=_is_secure(request))


def form_token(request: Request) -> str:
    """Return what a form must carry to prove that it came from our own page; '' for a request without a session."""
    secret = session_secret(request)
    return hmac.new(secret.encode(), b"give-ld form", hashlib.sha256).hexdigest() if secret else ""


def check_form_token(request: Request, given: str) -> None:
    """Check a form against the session: a page of another site knows neither.

    Raises:
        NotAllowed: the form did not come from our own page.
    """
    if _bearer(request):
        return
    if not hmac.compare_digest(form_token(request).encode(), given.encode()):
        raise NotAllowed("this form did not come from a page of this site; load the page again", rule="csrf")


def check_same_site(request: Request) -> None:
    """Check a form that belongs to no session yet: browsers say from where it was sent.

    Raises:
        NotAllowed: it was sent from a page of another site.
    """
    origin = request.headers.get("origin")
    sent_from = request.headers.get("sec-fetch-site", "same-origin")
    # A proxy may ask under a name of its own; the base is the name under which browsers know the service.
    hosts = (request.headers.get("host"), urlsplit(home_of(request).settings.base).netloc)
    ours = origin is None or urlsplit(origin).netloc in hosts
    if not ours or sent_from not in ("same-origin", "none"):
        raise NotAllowed("this form did not come from a page of this site; load the page again", rule="csrf")


def spoken(request: Request) -> str:
    """Return the language of the pages that the asker likes most."""
    return language(request.headers.get("accept-language"), LANGUAGES)


def _is_secure(request: Request) -> bool:
    return home_of(request).settings.base.startswith("https:")


def _cookie(request: Request) -> str:
    # A name with this start is taken from a secure page of this very host only.
    return "__Host-give-ld" if _is_secure(request) else "give-ld"


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""

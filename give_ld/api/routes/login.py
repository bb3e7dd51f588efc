"""How an archivist gives a token to the pages, and takes it away again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from give_ld.api.access import COOKIE, OpenHome, spoken, user_with
from give_ld.api.pages import page
from give_ld.errors import NotAuthenticated

COOKIE_SECONDS = 12 * 3600
router = APIRouter(tags=["review"])


@router.get("/auth/login")
def login_page(request: Request) -> Response:
    """Return the page that asks for a token."""
    return _page(request, failed=False)


@router.post("/auth/login")
def login(home: OpenHome, request: Request, token: Annotated[str, Form()]) -> Response:
    """Keep the token in a cookie that neither scripts nor other sites can use."""
    try:
        user_with(home, token)
    except NotAuthenticated:
        return _page(request, failed=True)
    response = RedirectResponse("/review/queue", status_code=303)
    secure = home.settings.base.startswith("https:")
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, max_age=COOKIE_SECONDS)
    return response


@router.post("/auth/logout")
def logout() -> Response:
    """Forget the token."""
    response = RedirectResponse("/auth/login", status_code=303)
    response.delete_cookie(COOKIE)
    return response


def _page(request: Request, *, failed: bool) -> Response:
    return page("login.html", {"failed": failed}, 401 if failed else 200, spoken(request))

"""How an error becomes an answer: application/problem+json (RFC 9457) with a stable code and rule, or a page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from give_ld.api.negotiation import language
from give_ld.api.pages import page
from give_ld.errors import GiveLdError, NoSpace, NotAuthenticated, Spent, means_full_disk

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"
_LANGUAGES = ("en", "nl", "fr")
_TITLES = {
    HTTPStatus.UNAUTHORIZED: ("Please sign in", "Meld u aan", "Veuillez vous connecter"),
    HTTPStatus.FORBIDDEN: ("You may not see this", "U mag dit niet zien", "Vous ne pouvez pas voir ceci"),
    HTTPStatus.NOT_FOUND: ("There is nothing here", "Hier staat niets", "Il n'y a rien ici"),
    HTTPStatus.GONE: ("This was here, and is no more", "Dit stond hier, en nu niet meer", "Ceci n'est plus ici"),
    HTTPStatus.TOO_MANY_REQUESTS: ("Too much at a time", "Te veel ineens", "Trop à la fois"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Try again in a moment", "Probeer straks opnieuw", "Réessayez dans un instant"),
}
_FAILED = ("That did not work", "Dat lukte niet", "Cela n'a pas marché")
_LOG = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Make every error of an application answer with a problem."""
    app.add_exception_handler(GiveLdError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OSError, _system)
    app.add_exception_handler(Exception, _unknown)


def problem(request: Request, error: GiveLdError) -> Response:
    """Return the answer that an error gives: a problem, or to a browser that has to sign in the page for that."""
    if isinstance(error, NotAuthenticated) and request.method == "GET" and _is_for_people(request):
        return RedirectResponse("/auth/login", status_code=303, headers={"Cache-Control": "no-store"})
    answer = _answer(request, error.status, error.message, {"code": error.code, "rule": error.rule})
    answer.headers.update(retry_headers(error))
    return answer


def retry_headers(error: GiveLdError) -> dict[str, str]:
    """Return the headers that say when to ask again, for an error that passes."""
    if isinstance(error, Spent):
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": RETRY_SECONDS} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def _answer(
    request: Request, status: int, detail: str, more: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response:
    headers = dict(headers or {}) | _headers(status)
    if _is_for_people(request):
        return _page(request, status, detail, headers)
    body = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(body | dict(more), status, headers, MEDIA_TYPE)


def _is_for_people(request: Request) -> bool:
    """Return whether a browser shows a page: those name HTML first, programs that take anything name nothing."""
    return request.headers.get("accept", "").strip().lower().startswith("text/html")


def _page(request: Request, status: int, detail: str, headers: Mapping[str, str]) -> Response:
    lang = language(request.headers.get("accept-language"), _LANGUAGES)
    known = next((titles for each, titles in _TITLES.items() if each == status), _FAILED)
    title = known[_LANGUAGES.index(lang)]
    values = {"title": title, "detail": detail, "status": f"{status} {_title(status)}"}
    response = page("problem.html", values, status, lang)
    response.headers.update(headers)
    return response


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _headers(status: int) -> dict[str, str]:
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["Retry-After"] = RETRY_SECONDS
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="give-ld"'
    return headers


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, GiveLdError)  # noqa: S101 - Starlette hands a handler its own class only
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s %s: %s", request.method, request.url.path, error.message)
    return problem(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    # The input itself stays out of the answer: it may be personal.
    detail = "; ".join(f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}" for found in error.errors())
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, {"code": "bad-input", "rule": "request"})


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    code = _title(error.status_code).lower().replace(" ", "-")
    more = {"code": code, "rule": code}
    return _answer(request, error.status_code, str(error.detail), more, error.headers)


async def _system(request: Request, error: Exception) -> Response:
    assert isinstance(error, OSError)  # noqa: S101 - as above
    if means_full_disk(error):
        return problem(request, NoSpace("the disk of this service is full; its owner has to make room"))
    return await _unknown(request, error)


async def _unknown(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw: one of the two boundaries that catch everything. The log has the cause."""
    _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "something failed inside the service; its log says what"
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail, {"code": "error", "rule": "error"})

"""How an error becomes an answer: application/problem+json (RFC 9457) with a stable code and the broken rule."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from give_ld.errors import GiveLdError, NotAuthenticated, Spent

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"
_LOG = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Make every error of an application answer with a problem."""
    app.add_exception_handler(GiveLdError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def problem(request: Request, error: GiveLdError) -> Response:
    """Return the answer that an error gives: a problem, or to a browser that has to sign in the page for that."""
    if isinstance(error, NotAuthenticated) and request.method == "GET" and _wants_page(request):
        return RedirectResponse("/auth/login", status_code=303, headers={"Cache-Control": "no-store"})
    answer = _answer(request, error.status, error.message, {"code": error.code, "rule": error.rule})
    if isinstance(error, Spent):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _answer(
    request: Request, status: int, detail: str, more: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    body = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(body | dict(more), status, dict(headers or {}) | _headers(status), MEDIA_TYPE)


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


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    # The input itself stays out of the answer: it may be personal.
    detail = "; ".join(f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}" for found in error.errors())
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, {"code": "bad-input", "rule": "request"})


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    code = _title(error.status_code).lower().replace(" ", "-")
    more = {"code": code, "rule": code}
    return _answer(request, error.status_code, str(error.detail), more, error.headers)


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    """Answer what nobody foresaw: one of the two boundaries that catch everything. The log has the cause."""
    _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "something failed inside the service; its log says what"
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail, {"code": "error", "rule": "error"})

"""How names in somebody's table are matched over HTTP: the Reconciliation API 0.2 at /reconcile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic_core import from_json

from give_ld.api import public
from give_ld.config import Settings
from give_ld.errors import BadQuery, TooLarge, UnsupportedMediaType
from give_ld.reconcile.service import NameIndex, manifest

MAX_BODY_BYTES, MAX_QUERIES = 1024 * 1024, 100
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 100


def reconcile_routes(index: Callable[[], NameIndex], settings: Settings) -> APIRouter:
    """Return the routes under /reconcile; `index` gives the names that are known now."""
    router = APIRouter(tags=["reconciliation"])

    @router.api_route("/reconcile", methods=["GET", "HEAD"], summary="The manifest, or candidates for names")
    async def manifest_or_answer(request: Request) -> Response:
        queries = _queries(request.scope["query_string"])
        if queries is None:
            return _json(manifest(settings.base))
        return _json(await run_in_threadpool(_answer, index, queries))

    @router.post("/reconcile", summary="Candidates for names")
    async def answer(request: Request) -> Response:
        essence = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if essence != _FORM:
            raise UnsupportedMediaType(f"POST takes {_FORM} with the field 'queries', not '{essence}'")
        queries = _queries(await _body(request))
        if queries is None:
            raise BadQuery("no queries: give a JSON object of them in the field 'queries'", rule="queries")
        return _json(await run_in_threadpool(_answer, index, queries))

    @router.api_route("/reconcile/view/{identifier}", methods=["GET", "HEAD"], summary="What an identifier means")
    def view(identifier: str) -> Response:
        return RedirectResponse(index().view(identifier), status_code=303, headers=public.CORS)

    @router.options("/reconcile", include_in_schema=False)
    async def options() -> Response:
        return public.preflight("GET", "HEAD", "POST")

    return router


def _answer(index: Callable[[], NameIndex], queries: dict[str, Any]) -> dict[str, Any]:
    return index().answer(queries)


def _queries(form: bytes) -> dict[str, Any] | None:
    """Return the queries of a form, None if it has none.

    Raises:
        BadQuery: they are no JSON object.
        TooLarge: there are too many.
    """
    try:
        pairs = parse_qsl(form.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
        given = [value for name, value in pairs if name == "queries"]
        queries = from_json(given[0]) if given else None
    except ValueError as error:
        raise BadQuery(f"'queries' cannot be read: {error}", rule="json") from error
    if queries is None and not given:
        return None
    if len(given) > 1 or not isinstance(queries, dict):
        raise BadQuery("'queries' is given once, as a JSON object with a query by each key", rule="queries")
    if len(queries) > MAX_QUERIES:
        raise TooLarge(f"{len(queries)} queries; send at most {MAX_QUERIES} at a time")
    return queries


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge(f"the body has more than {MAX_BODY_BYTES} bytes; send fewer queries at a time")
    return bytes(body)


def _json(content: dict[str, Any]) -> JSONResponse:
    return JSONResponse(content, headers=public.HEADERS)

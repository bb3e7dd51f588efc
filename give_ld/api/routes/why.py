"""GET /why: why an annotation or a plain triple is here, as JSON-LD, Turtle or a page.

What answers the public is a pool over snapshots and a word on what was withdrawn; who may see more brings it along.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from urllib.parse import urlencode

import pyoxigraph
from fastapi import APIRouter, Request, Response
from pyoxigraph import RdfFormat, Triple

from give_ld.api import public
from give_ld.api.negotiation import best, choose, language
from give_ld.api.pages import HTML
from give_ld.api.pages.why import LANGUAGES, error_page, form_page, why_page
from give_ld.config import Settings
from give_ld.errors import BadQuery, GiveLdError
from give_ld.rdf.namespaces import Namespaces
from give_ld.review.why.answer import Explainer, Inside
from give_ld.review.why.document import Document, turtle
from give_ld.review.why.evidence import Source
from give_ld.review.why.question import Question, question
from give_ld.store.answers import JSON_LD, N_TRIPLES, TURTLE
from give_ld.store.pool import QueryPool, QuerySpec

Insider = Callable[[Request], AbstractContextManager[Inside | None]]
"""What yields what the asker of a request may see beyond the public; None for everybody."""

_PARAMETERS = ("annotation", "s", "p", "o")
_JSON = "application/json"
_TYPES = (JSON_LD, _JSON, TURTLE, HTML)
_VARY = {"Vary": "Accept, Accept-Language, Authorization, Cookie"}


def why_routes(pool: QueryPool, settings: Settings, is_gone: Callable[[str], bool], insider: Insider) -> APIRouter:
    """Return the route /why over what a pool answers; `is_gone(iri)` says what was withdrawn."""
    router = APIRouter(tags=["why"])
    explainer = Explainer(snapshot_source(pool), settings.base, is_gone)

    @router.api_route("/why", methods=["GET", "HEAD"], summary="Ask why something is here, and who said so")
    def why(request: Request) -> Response:
        try:
            with insider(request) as inside:
                return _answer(request, explainer, inside)
        except GiveLdError as error:
            if best(_accept(request), _TYPES) != HTML:
                raise
            return error_page(dict(_given(request)), error, _language(request))

    @router.options("/why", include_in_schema=False)
    def options() -> Response:
        return public.preflight("GET", "HEAD")

    return router


def snapshot_source(pool: QueryPool) -> Source:
    """Return what answers queries from the public snapshot, in the workers that serve SPARQL."""

    def source(text: str) -> Iterable[Triple]:
        body = pool.ask(QuerySpec(text, graph=N_TRIPLES)).body
        return [quad.triple for quad in pyoxigraph.parse(body, RdfFormat.N_TRIPLES)]

    return source


def _answer(request: Request, explainer: Explainer, inside: Inside | None) -> Response:
    media_type, lang = choose(_accept(request), _TYPES), _language(request)
    given = _given(request)
    if media_type == HTML and not given:
        return public.conditional(request, form_page({}, lang))
    if len(dict(given)) < len(given):
        raise BadQuery("a parameter is given more than once; give it once", rule="question")
    asking = question(dict(given))
    found = explainer.explain(asking, inside)
    response = _rendered(found, asking, media_type, Namespaces(explainer.base), lang)
    if inside is not None:
        # Not for any cache, nor for a page of another site.
        response.headers.update({"Cache-Control": "no-store"} | _VARY)
        return response
    response = public.conditional(request, response)
    response.headers.update(_VARY)
    return response


def _rendered(found: Document, asking: Question, media_type: str, names: Namespaces, lang: str) -> Response:
    if media_type == HTML:
        return why_page(found, lang)
    body = turtle(found, names) if media_type == TURTLE else json.dumps(found, ensure_ascii=False).encode()
    links = [f'<{path}>; rel="alternate"; type="{kind}"' for kind, path in alternates(asking.asked).items()]
    return Response(body, media_type=media_type, headers={"Link": ", ".join(links)})


def alternates(asked: dict[str, str]) -> dict[str, str]:
    """Return where the same answer stands in each media type."""
    return {kind: "/why?" + urlencode(asked | {"_mediatype": kind}) for kind in (JSON_LD, TURTLE, HTML)}


def _given(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name in _PARAMETERS and value]


def _accept(request: Request) -> str | None:
    return request.query_params.get("_mediatype") or request.headers.get("accept")


def _language(request: Request) -> str:
    return language(request.headers.get("accept-language"), LANGUAGES)

"""Which terms the graphs use: /ns with its version, changelog and example, the JSON-LD context, the concept schemes."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from pyoxigraph import RdfFormat, Triple

from give_ld.api import public
from give_ld.api.negotiation import choose, language
from give_ld.api.pages import HTML, page
from give_ld.api.pages.ontology import anchor, ontology_values
from give_ld.config import Settings
from give_ld.errors import NotFound
from give_ld.rdf.ontology import LANGUAGES, SCHEME, Ontology, read_changelog, read_example
from give_ld.resources import AUTHORED_BASE, resource_directory
from give_ld.store.answers import JSON_LD, N_TRIPLES, TRIG, TURTLE, used_prefixes

FORMATS = {"ttl": TURTLE, "jsonld": JSON_LD, "nt": N_TRIPLES, "html": HTML}
"""What `?format=` may ask for; it beats the Accept header."""


def wanted(request: Request) -> str:
    """Return the media type of the answer: what `?format=` names, or else what the Accept header likes.

    Raises:
        NotAcceptable: neither names one that is given here.
    """
    named = request.query_params.get("format", "")
    return choose(FORMATS.get(named, named) or request.headers.get("accept"), tuple(FORMATS.values()))


def read_in(request: Request) -> str:
    """Return the language of a page: what `?lang=` names, or else what the Accept-Language header likes."""
    named = request.query_params.get("lang", "")
    return named if named in LANGUAGES else language(request.headers.get("accept-language"), LANGUAGES)


def rdf(triples: list[Triple], media_type: str, prefixes: dict[str, str]) -> Response:
    """Return triples in a media type of RDF."""
    named = used_prefixes(triples) | prefixes
    body = pyoxigraph.serialize(triples, None, RdfFormat.from_media_type(media_type), prefixes=named)
    return Response(body, media_type=media_type)


def ontology_routes(settings: Settings) -> APIRouter:
    """Return the routes /ns, /context.jsonld and /id/{scheme}."""
    router = APIRouter()
    ontology = Ontology(settings.base)
    router.include_router(_text_routes(settings.base))
    router.include_router(_term_routes(ontology))
    router.include_router(_scheme_routes(ontology))

    @router.options("/ns", include_in_schema=False)
    @router.options("/ns/{name}", include_in_schema=False)
    @router.options("/context.jsonld", include_in_schema=False)
    @router.options("/id/{scheme}", include_in_schema=False)
    def options() -> Response:
        return public.preflight("GET", "HEAD")

    return router


def _term_routes(ontology: Ontology) -> APIRouter:
    router = APIRouter()
    triples = sorted({quad.triple for quad in ontology.quads}, key=str)

    @lru_cache(maxsize=len(LANGUAGES))
    def values(lang: str) -> dict[str, object]:
        return ontology_values(ontology, lang)

    @router.api_route("/ns", methods=["GET", "HEAD"], summary="Read the ontology")
    def terms(request: Request) -> Response:
        media_type = wanted(request)
        if media_type != HTML:
            return public.conditional(request, rdf(triples, media_type, {"gld": f"{ontology.iri}#"}))
        lang = read_in(request)
        return public.conditional(request, page("ontology.html", values(lang), lang=lang))

    @router.api_route("/ns/{version}", methods=["GET", "HEAD"], summary="Read this version of the ontology")
    def versioned(request: Request, version: str) -> Response:
        if version != ontology.version:
            raise NotFound(f"the ontology has version {ontology.version} here; /ns/changelog tells what changed")
        return terms(request)

    return router


def _text_routes(base: str) -> APIRouter:
    router = APIRouter()

    def text(request: Request, body: str, media_type: str) -> Response:
        return public.conditional(request, PlainTextResponse(body, media_type=media_type))

    @router.api_route("/ns/changelog", methods=["GET", "HEAD"], summary="Read what changed in the ontology")
    def changelog(request: Request) -> Response:
        return text(request, read_changelog(), "text/plain")

    @router.api_route("/ns/example", methods=["GET", "HEAD"], summary="Read a worked example of the model")
    def example(request: Request) -> Response:
        # Not under the base of the instance: nothing of it is data of the instance.
        return text(request, read_example(AUTHORED_BASE), TRIG)

    @router.api_route("/context.jsonld", methods=["GET", "HEAD"], summary="Read the JSON-LD context")
    def context(request: Request) -> Response:
        content = (resource_directory("ontology") / "context.jsonld").read_text(encoding="utf-8")
        return public.conditional(request, Response(content.replace(AUTHORED_BASE, base), media_type=JSON_LD))

    return router


def _scheme_routes(ontology: Ontology) -> APIRouter:
    router = APIRouter()

    @router.api_route("/id/{scheme}", methods=["GET", "HEAD"], status_code=303, summary="Name a concept scheme")
    def scheme(scheme: str) -> Response:
        iri = f"{ontology.base}/id/{scheme}"
        if iri not in ontology.a(SCHEME):
            raise NotFound("nothing is known in public under this name")
        location = {"Location": f"{ontology.iri}#{anchor(iri, ontology.base)}"}
        return Response(status_code=303, headers=public.HEADERS | location)

    return router

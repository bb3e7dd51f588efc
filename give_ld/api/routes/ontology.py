"""Which terms the graphs use: /ns, and the JSON-LD context that shortens them."""

from __future__ import annotations

import pyoxigraph
from fastapi import APIRouter, Request, Response
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from give_ld.api import public
from give_ld.api.negotiation import choose, language
from give_ld.api.pages import HTML, LANGUAGES, page
from give_ld.api.pages.words import short_name
from give_ld.config import Settings
from give_ld.rdf.namespaces import RDFS, SKOS
from give_ld.resources import AUTHORED_BASE, read_turtle, resource_directory
from give_ld.store.answers import JSON_LD, N_TRIPLES, TURTLE, used_prefixes

_LABELS, _COMMENTS = (RDFS + "label", SKOS + "prefLabel"), (RDFS + "comment", SKOS + "definition")


def ontology_routes(settings: Settings) -> APIRouter:
    """Return the routes /ns and /context.jsonld."""
    router = APIRouter()

    @router.api_route("/ns", methods=["GET", "HEAD"], summary="Read the ontology")
    def ontology(request: Request) -> Response:
        media_type = choose(request.headers.get("accept"), (TURTLE, JSON_LD, N_TRIPLES, HTML))
        quads = _quads(settings.base)
        if media_type == HTML:
            lang = language(request.headers.get("accept-language"), LANGUAGES)
            values = {"terms": _terms(quads, lang), "iri": f"{settings.base}/ns#"}
            return public.conditional(request, page("ontology.html", values, lang=lang))
        triples = sorted({quad.triple for quad in quads}, key=str)
        prefixes = used_prefixes(triples) | {"gld": f"{settings.base}/ns#"}
        body = pyoxigraph.serialize(triples, None, RdfFormat.from_media_type(media_type), prefixes=prefixes)
        return public.conditional(request, Response(body, media_type=media_type))

    @router.api_route("/context.jsonld", methods=["GET", "HEAD"], summary="Read the JSON-LD context")
    def context(request: Request) -> Response:
        text = (resource_directory("ontology") / "context.jsonld").read_text(encoding="utf-8")
        return public.conditional(request, Response(text.replace(AUTHORED_BASE, settings.base), media_type=JSON_LD))

    @router.options("/ns", include_in_schema=False)
    @router.options("/context.jsonld", include_in_schema=False)
    def options() -> Response:
        return public.preflight("GET", "HEAD")

    return router


def _quads(base: str) -> list[Quad]:
    texts = read_turtle("ontology", base).values()
    return [quad for text in texts for quad in pyoxigraph.parse(text, RdfFormat.TURTLE, base_iri=f"{base}/ns")]


def _terms(quads: list[Quad], lang: str) -> list[dict[str, str]]:
    """Return each labelled term for the page: its IRI, the anchor, label and comment, in the order of the labels."""
    iris = {
        quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode) and quad.predicate.value in _LABELS
    }
    terms = [
        {
            "iri": iri,
            "id": short_name(iri),
            "label": _text(quads, iri, _LABELS, lang),
            "comment": _text(quads, iri, _COMMENTS, lang),
        }
        for iri in sorted(iris)
    ]
    return sorted(terms, key=lambda term: (term["label"].casefold(), term["iri"]))


def _text(quads: list[Quad], iri: str, properties: tuple[str, ...], lang: str) -> str:
    found = [
        quad.object
        for quad in quads
        if quad.subject == NamedNode(iri) and quad.predicate.value in properties and isinstance(quad.object, Literal)
    ]
    found.sort(key=lambda term: (term.language != lang, term.value))
    return found[0].value if found else ""

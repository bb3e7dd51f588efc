"""Which rules the graphs obey: /shapes, as SHACL and as a list of messages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph
from fastapi import APIRouter, Request, Response
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, Triple

from give_ld.api import public
from give_ld.api.pages import HTML, page
from give_ld.api.pages.shapes import shapes_values
from give_ld.api.routes.ontology import rdf, read_in, wanted
from give_ld.config import Settings
from give_ld.rdf.namespaces import SH
from give_ld.rdf.ontology import LANGUAGES
from give_ld.resources import read_turtle


def shapes_routes(settings: Settings) -> APIRouter:
    """Return the route /shapes."""
    router = APIRouter()
    files = read_turtle("shapes", settings.base)
    triples = _triples(files.values())
    prefixes = {"sh": SH, "gld": f"{settings.base}/ns#", "gsh": f"{settings.base}/shapes#"}

    @lru_cache(maxsize=len(LANGUAGES))
    def values(lang: str) -> dict[str, object]:
        return shapes_values(files, settings.base, lang)

    @router.api_route("/shapes", methods=["GET", "HEAD"], summary="Read the SHACL shapes")
    def shapes(request: Request) -> Response:
        media_type = wanted(request)
        if media_type != HTML:
            return public.conditional(request, rdf(triples, media_type, prefixes))
        lang = read_in(request)
        return public.conditional(request, page("shapes.html", values(lang), lang=lang))

    @router.options("/shapes", include_in_schema=False)
    def options() -> Response:
        return public.preflight("GET", "HEAD")

    return router


def _triples(texts: Iterable[str]) -> list[Triple]:
    """Return the triples of all files; a blank node has the same name each time, and so the answer the same ETag."""
    dataset = Dataset(quad for text in texts for quad in pyoxigraph.parse(text, RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)

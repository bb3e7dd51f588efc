"""What the public dataset is, and how much of it there is: /.well-known/void."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from give_ld.api import public
from give_ld.api.figures import Counter
from give_ld.api.pages import HTML, page
from give_ld.api.pages.void import void_values
from give_ld.api.routes.ontology import rdf, read_in, wanted
from give_ld.api.void import FOAF, PATH, VOID, Dataset
from give_ld.config import Settings
from give_ld.store.pool import QueryPool


def void_routes(pool: QueryPool, settings: Settings) -> APIRouter:
    """Return the route of the description over what a pool answers."""
    router, counter = APIRouter(), Counter(pool)

    # Not a coroutine: counting may take as long as a query.
    @router.api_route(PATH, methods=["GET", "HEAD"], summary="Describe the public dataset")
    def void(request: Request) -> Response:
        media_type = wanted(request)
        dataset = Dataset(settings, counter.figures())
        if media_type == HTML:
            lang = read_in(request)
            return public.conditional(request, page("void.html", void_values(dataset, lang), lang=lang))
        prefixes = {"void": VOID, "foaf": FOAF}
        return public.conditional(request, rdf(sorted(dataset.triples(), key=str), media_type, prefixes))

    @router.options(PATH, include_in_schema=False)
    def options() -> Response:
        return public.preflight("GET", "HEAD")

    return router

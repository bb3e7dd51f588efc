"""What is known in public about one thing: /id/… names it, /doc/… describes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph
from fastapi import APIRouter, Request, Response
from pyoxigraph import RdfFormat

from give_ld.api import public
from give_ld.api.negotiation import choose, language
from give_ld.api.pages import HTML, LANGUAGES, page
from give_ld.api.pages.resource import Neighbour, Portrait, link
from give_ld.api.pages.words import property_word, short_name
from give_ld.api.routes.ontology import ontology_routes
from give_ld.api.routes.shapes import shapes_routes
from give_ld.config import Settings
from give_ld.errors import Gone, NotFound
from give_ld.model.base import check_iri
from give_ld.store.answers import JSON_LD, N_TRIPLES, TURTLE
from give_ld.store.pool import QueryPool, QuerySpec
from give_ld.store.queries import query

_ENDINGS = {".ttl": TURTLE, ".jsonld": JSON_LD, ".nt": N_TRIPLES, ".html": HTML}
_TYPES = tuple(_ENDINGS.values())
# The query asks for one more, so that the page can say that there are more.
_SHOWN_REFERRERS = 200
_NOTHING = "nothing is known in public under this name"


@dataclass(frozen=True)
class _Documents:
    """The public descriptions of one instance."""

    pool: QueryPool
    base: str
    is_gone: Callable[[str], bool]

    def iri(self, kind: str, local: str) -> str:
        """Return the IRI of a resource that may be shown.

        Raises:
            Gone: it was withdrawn.
            NotFound: no IRI can look like this.
        """
        try:
            iri = check_iri(f"{self.base}/id/{kind}/{local}")
        except ValueError:
            raise NotFound(_NOTHING) from None
        if "#" in iri or "?" in iri or any(part in (".", "..") for part in local.split("/")):
            raise NotFound(_NOTHING)
        if self.is_gone(iri):
            raise Gone("this was public and has been withdrawn")
        return iri

    def require(self, iri: str) -> None:
        """Do nothing for a resource of which something is known."""
        if json.loads(self.pool.ask(QuerySpec(query("exists"), base=iri)).body)["boolean"] is not True:
            raise NotFound(_NOTHING)

    def data(self, iri: str, media_type: str) -> bytes:
        """Return the description in a media type of RDF."""
        self.require(iri)
        return self.pool.ask(QuerySpec(query("describe"), graph=media_type, base=iri)).body

    def html(self, iri: str, path: str, lang: str) -> Response:
        """Return the description as a page."""
        triples = [quad.triple for quad in pyoxigraph.parse(self.data(iri, N_TRIPLES), RdfFormat.N_TRIPLES)]
        referrers = self._referrers(iri, lang)
        more = {
            "referrers": referrers[:_SHOWN_REFERRERS],
            "more_referrers": len(referrers) > _SHOWN_REFERRERS,
            "alternates": [(end[1:], path + end, kind) for end, kind in _ENDINGS.items() if kind != HTML],
        }
        return page("resource.html", Portrait(iri, triples, self.base, lang).values() | more, lang=lang)

    def _referrers(self, iri: str, lang: str) -> list[Neighbour]:
        body = self.pool.ask(QuerySpec(query("referrers"), base=iri)).body
        neighbours = []
        for row in json.loads(body)["results"]["bindings"]:
            subject, label = row["subject"]["value"], row.get("label", {}).get("value")
            word = property_word(row["property"]["value"], self.base, lang)
            neighbours.append(Neighbour(word, label or short_name(subject), link(subject) or ""))
        return neighbours


def _split(local: str) -> tuple[str, str | None]:
    """Return a local name without its ending, and the media type that the ending stands for."""
    for ending, media_type in _ENDINGS.items():
        if local.endswith(ending) and len(local) > len(ending):
            return local.removesuffix(ending), media_type
    return local, None


def _document(request: Request, documents: _Documents, kind: str, local: str) -> Response:
    local, media_type = _split(local)
    iri = documents.iri(kind, local)
    media_type = media_type or choose(request.query_params.get("_mediatype") or request.headers.get("accept"), _TYPES)
    path = f"/doc/{quote(kind)}/{quote(local)}"
    lang = language(request.headers.get("accept-language"), LANGUAGES)
    if media_type == HTML:
        response = documents.html(iri, path, lang)
    else:
        response = Response(documents.data(iri, media_type), media_type=media_type)
    links = [f'<{quote(iri, safe=":/%")}>; rel="cite-as"']
    links += [f'<{path}{end}>; rel="alternate"; type="{kind}"' for end, kind in _ENDINGS.items() if kind != media_type]
    response.headers["Link"] = ", ".join(links)
    return public.conditional(request, response)


def resource_routes(pool: QueryPool, settings: Settings, is_gone: Callable[[str], bool]) -> APIRouter:
    """Return /id/…, /doc/… over what a pool answers, and /ns, /shapes; `is_gone(iri)` says what was withdrawn."""
    router = APIRouter()
    documents = _Documents(pool, settings.base, is_gone)

    @router.api_route("/id/{kind}/{local:path}", methods=["GET", "HEAD"], status_code=303, summary="Name a thing")
    def name(kind: str, local: str) -> Response:
        documents.require(documents.iri(kind, local))
        location = {"Location": f"{settings.base}/doc/{quote(kind)}/{quote(local)}"}
        return Response(status_code=303, headers=public.HEADERS | location)

    @router.api_route("/doc/{kind}/{local:path}", methods=["GET", "HEAD"], summary="Describe a thing")
    def document(request: Request, kind: str, local: str) -> Response:
        return _document(request, documents, kind, local)

    @router.options("/id/{kind}/{local:path}", include_in_schema=False)
    @router.options("/doc/{kind}/{local:path}", include_in_schema=False)
    def options() -> Response:
        return public.preflight("GET", "HEAD")

    router.include_router(ontology_routes(settings))
    router.include_router(shapes_routes(settings))
    return router

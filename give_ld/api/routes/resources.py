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
from give_ld.api.pages.resource import Neighbour, Portrait, link, why_of
from give_ld.api.pages.words import property_word, short_name
from give_ld.api.routes.ontology import ontology_routes
from give_ld.api.routes.shapes import shapes_routes
from give_ld.api.void import PATH as VOID_PATH
from give_ld.api.void import VOID
from give_ld.config import Settings
from give_ld.errors import Gone, NotFound
from give_ld.model.base import check_iri
from give_ld.rdf.webvtt import MEDIA_TYPE as WEBVTT
from give_ld.store.answers import JSON_LD, N_TRIPLES, TURTLE
from give_ld.store.pool import QueryPool, QuerySpec
from give_ld.store.queries import query

_ENDINGS = {".ttl": TURTLE, ".jsonld": JSON_LD, ".nt": N_TRIPLES, ".html": HTML}
# The query asks for one more, so that the page can say that there are more.
_SHOWN_REFERRERS = 200
_NOTHING = "nothing is known in public under this name"


@dataclass(frozen=True)
class Journalled:
    """What the journal knows of a public resource beside its graph: whether it was withdrawn, and its captions."""

    is_gone: Callable[[str], bool] = lambda _: False
    captions: Callable[[str], str | None] = lambda _: None


@dataclass(frozen=True)
class _Documents:
    """The public descriptions of one instance."""

    pool: QueryPool
    base: str
    journalled: Journalled

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
        if self.journalled.is_gone(iri):
            raise Gone("this was public and has been withdrawn")
        return iri

    def require(self, iri: str) -> None:
        """Do nothing for a resource of which something is known."""
        if not self._ask("exists", iri):
            raise NotFound(_NOTHING)

    def are_captions(self, iri: str) -> bool:
        """Return whether a file is public as captions."""
        return self._ask("captions", iri)

    def captions(self, iri: str) -> str:
        """Return the captions that a file is.

        Raises:
            NotFound: it is none, or none that is public.
        """
        text = self.journalled.captions(iri) if self.are_captions(iri) else None
        if text is None:
            raise NotFound(_NOTHING)
        return text

    def _ask(self, name: str, iri: str) -> bool:
        return json.loads(self.pool.ask(QuerySpec(query(name), base=iri)).body)["boolean"] is True

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
            subject, name = row["subject"]["value"], row["property"]["value"]
            text = row.get("label", {}).get("value") or short_name(subject)
            word = property_word(name, self.base, lang)
            neighbours.append(Neighbour(word, text, link(subject) or "", why_of(subject, name, iri)))
        return neighbours


def _endings(kind: str) -> dict[str, str]:
    """Return the media types in which a kind of thing may come, by ending; a file may be captions."""
    return {**_ENDINGS, ".vtt": WEBVTT} if kind == "file" else _ENDINGS


def _split(kind: str, local: str) -> tuple[str, str | None]:
    """Return a local name without its ending, and the media type that the ending stands for."""
    for ending, media_type in _endings(kind).items():
        if local.endswith(ending) and len(local) > len(ending):
            return local.removesuffix(ending), media_type
    return local, None


def _document(request: Request, documents: _Documents, kind: str, local: str) -> Response:
    local, media_type = _split(kind, local)
    iri = documents.iri(kind, local)
    wanted = request.query_params.get("_mediatype") or request.headers.get("accept")
    media_type = media_type or choose(wanted, tuple(_endings(kind).values()))
    path = f"/doc/{quote(kind)}/{quote(local)}"
    lang = language(request.headers.get("accept-language"), LANGUAGES)
    response: Response
    if media_type == WEBVTT:
        response = Response(documents.captions(iri), media_type=media_type)
    elif media_type == HTML:
        response = documents.html(iri, path, lang)
    else:
        response = Response(documents.data(iri, media_type), media_type=media_type)
    links = [f'<{quote(iri, safe=":/%")}>; rel="cite-as"', f'<{VOID_PATH}#dataset>; rel="{VOID}inDataset"']
    has_captions = kind == "file" and documents.are_captions(iri)
    endings = _endings(kind) if has_captions else _ENDINGS
    links += [f'<{path}{end}>; rel="alternate"; type="{kind}"' for end, kind in endings.items() if kind != media_type]
    response.headers["Link"] = ", ".join(links)
    return public.conditional(request, response)


def resource_routes(pool: QueryPool, settings: Settings, journalled: Journalled) -> APIRouter:
    """Return /id/…, /doc/… over what a pool answers and what the journal knows besides, and /ns, /shapes."""
    router = APIRouter()
    documents = _Documents(pool, settings.base, journalled)

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

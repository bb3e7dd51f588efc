"""How a query arrives and its answer leaves: the query operation of the SPARQL 1.1 Protocol at /sparql.

The raw request is read here, not by the framework, whose models hide a parameter that is given twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from give_ld.api import public
from give_ld.api.budget import Budget
from give_ld.api.negotiation import best, choose, language
from give_ld.api.pages import HTML
from give_ld.api.pages.results import Desk
from give_ld.api.problems import retry_headers
from give_ld.api.service_description import service_description
from give_ld.api.void import dataset_iri
from give_ld.config import Settings
from give_ld.errors import BadQuery, GiveLdError, NotAcceptable, TimedOut, TooLarge, UnsupportedMediaType
from give_ld.rdf.ontology import LANGUAGES
from give_ld.store.answers import (
    BOOLEAN_TYPES,
    CSV,
    GRAPH_TYPES,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    RESULTS_JSON,
    RESULTS_XML,
    SOLUTION_TYPES,
    TRIG,
    TSV,
    TURTLE,
)
from give_ld.store.pool import Answer, QueryPool, QuerySpec
from give_ld.store.refusals import refusal_of_update

_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
# What `format=` may say in a link, where no Accept header can be set.
_SHORT = {
    "json": RESULTS_JSON,
    "xml": RESULTS_XML,
    "csv": CSV,
    "tsv": TSV,
    "ttl": TURTLE,
    "nt": N_TRIPLES,
    "rdf": RDF_XML,
    "jsonld": JSON_LD,
    "trig": TRIG,
    "nq": N_QUADS,
    "html": HTML,
}
_MOST_FIELDS = 2_000
PATH = "/sparql"
Ask = Callable[[QuerySpec], Answer]


@dataclass(frozen=True)
class _Parameters:
    """The parameters of a request in the order given; a name may stand there more than once."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.pairs if key == name)

    def one(self, name: str) -> str | None:
        values = self.all(name)
        if len(values) > 1:
            raise BadQuery(f"'{name}' is given {len(values)} times; give it once", rule="protocol")
        return values[0] if values else None


def _parse(text: bytes) -> _Parameters:
    try:
        pairs = parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise BadQuery("the parameters are not percent-encoded UTF-8", rule="utf-8") from error
    except ValueError as error:
        raise BadQuery(f"the parameters cannot be read: {error}", rule="protocol") from error
    return _Parameters(tuple(pairs))


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise TooLarge(f"the body has more than {most} bytes; shorten the query")
    return bytes(body)


async def _parameters(request: Request, settings: Settings) -> _Parameters:
    """Return the parameters of the request, with a query in the body as one of them."""
    in_url = _parse(request.scope["query_string"])
    if request.method != "POST":
        return in_url
    essence, _, rest = request.headers.get("content-type", "").partition(";")
    essence = essence.strip().lower()
    if essence == _UPDATE:
        raise refusal_of_update()
    if essence not in (_FORM, _QUERY) or not _is_utf8(rest):
        raise UnsupportedMediaType(f"POST takes {_FORM} or {_QUERY}, in UTF-8, not '{essence}'")
    # Percent-encoding makes three bytes of one.
    body = await _body(request, 3 * settings.sparql_query_bytes + 64 * 1024)
    if essence == _FORM:
        return _Parameters(in_url.pairs + _parse(body).pairs)
    try:
        return _Parameters((*in_url.pairs, ("query", body.decode("utf-8"))))
    except UnicodeDecodeError as error:
        raise BadQuery("the query is not UTF-8", rule="utf-8") from error


def _is_utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in ("utf-8", "utf8"):
            return False
    return True


def _accept(request: Request, parameters: _Parameters) -> str | None:
    short = parameters.one("format")
    if short is None:
        return request.headers.get("accept")
    if short not in _SHORT:
        raise NotAcceptable(f"format '{short}' is not known; it is one of: {', '.join(_SHORT)}")
    return _SHORT[short]


def _spec(parameters: _Parameters, query: str, accept: str | None, base: str) -> QuerySpec:
    default_graphs, named_graphs = parameters.all("default-graph-uri"), parameters.all("named-graph-uri")
    given = bool(default_graphs or named_graphs)
    return QuerySpec(
        text=query,
        solutions=best(accept, SOLUTION_TYPES),
        boolean=best(accept, BOOLEAN_TYPES),
        graph=best(accept, GRAPH_TYPES),
        default_graphs=default_graphs if given else None,
        named_graphs=named_graphs if given else None,
        base=base,
    )


def _own_url(request: Request, settings: Settings) -> str:
    """Return the URL of the endpoint as the client wrote it; a Host that makes no IRI is replaced by our own."""
    url = str(request.url.replace(query="", fragment=""))
    return url if all(char.isalnum() or char in "-._~:/%[]" for char in url) else f"{settings.base}{PATH}"


def _describe(accept: str | None, desk: Desk) -> Response:
    media_type = choose(accept, (*GRAPH_TYPES, HTML))
    if media_type == HTML:
        return desk.empty()
    public_dataset = dataset_iri(desk.base) if desk.path == PATH else None
    return Response(service_description(desk.url, media_type, public_dataset), media_type=media_type)


def _desk(request: Request, parameters: _Parameters, settings: Settings) -> Desk:
    named = parameters.one("lang") or ""
    lang = named if named in LANGUAGES else language(request.headers.get("accept-language"), LANGUAGES)
    return Desk(request.url.path, _own_url(request, settings), settings.base, lang)


async def answer_query(request: Request, ask: Ask, settings: Settings) -> Response:
    """Return the answer to a request of the SPARQL protocol; `ask` says what a query is answered from.

    Raises:
        GiveLdError: the request, the query or its answer breaks a rule or a limit; see `QueryPool.ask`.
    """
    parameters = await _parameters(request, settings)
    if parameters.all("update"):
        raise refusal_of_update()
    query, accept, desk = parameters.one("query"), _accept(request, parameters), _desk(request, parameters, settings)
    if query is None and request.method != "POST":
        return _describe(accept, desk)
    if query is None:
        raise BadQuery("no query: give it as the parameter 'query'", rule="protocol")
    spec = _spec(parameters, query, accept, desk.url)
    if best(accept, (*SOLUTION_TYPES, *GRAPH_TYPES, HTML)) == HTML:
        return await run_in_threadpool(_page, ask, spec, desk)
    if not (spec.solutions or spec.boolean or spec.graph):
        raise NotAcceptable(f"none of the media types of '{accept}' is given here; see {desk.url} for those that are")
    answer = await run_in_threadpool(ask, spec)
    return Response(answer.body, media_type=answer.media_type)


def _page(ask: Ask, spec: QuerySpec, desk: Desk) -> Response:
    try:
        answer = ask(replace(spec, solutions=RESULTS_JSON, boolean=RESULTS_JSON, graph=TURTLE))
    except GiveLdError as error:
        failed = desk.failed(spec.text, error)
        failed.headers.update(retry_headers(error))
        return failed
    return desk.answered(spec.text, answer)


def _metered(ask: Ask, budget: Budget, client: str, settings: Settings) -> Ask:
    """Return `ask` for a client, whose query time is counted; of an answer the time in the queue is not."""

    def metered(spec: QuerySpec) -> Answer:
        budget.check(client)
        began = time.monotonic()
        try:
            answer = ask(spec)
        except TimedOut:
            budget.spend(client, settings.sparql_seconds)
            raise
        except (TooLarge, BadQuery):
            # It cost as much as it took; what it waited before that is counted with it.
            budget.spend(client, min(time.monotonic() - began, settings.sparql_seconds))
            raise
        budget.spend(client, answer.seconds)
        return answer

    return metered


def sparql_routes(pool: QueryPool, settings: Settings) -> APIRouter:
    """Return the route /sparql over what a pool answers."""
    router, budget = APIRouter(), Budget(settings.sparql_client_seconds)

    @router.api_route(PATH, methods=["GET", "HEAD", "POST"], summary="Ask a SPARQL query")
    async def sparql(request: Request) -> Response:
        client = request.client.host if request.client else ""
        response = await answer_query(request, _metered(pool.ask, budget, client, settings), settings)
        is_page = response.headers.get("content-type", "").startswith(HTML)
        response.headers.update(public.HEADERS | ({"Vary": "Accept, Accept-Language"} if is_page else {}))
        return response

    @router.options(PATH, include_in_schema=False)
    async def options() -> Response:
        return public.preflight("GET", "HEAD", "POST")

    return router

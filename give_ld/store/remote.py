"""How quads lie in an engine elsewhere, which speaks SPARQL 1.1 Protocol and Graph Store HTTP Protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

import httpx
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException
from SPARQLWrapper.Wrapper import CONSTRUCT, SELECT

from give_ld.errors import BadQuery, Unreachable
from give_ld.store.dataset import refuse_dataset
from give_ld.store.login import Login
from give_ld.store.protocol import Row, Term
from give_ld.store.quads import data_steps, named_node, parse_lines, stored_form

_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } %s }"
_COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } %s }"
_CONNECT_SECONDS = 30.0
_SAID = 300  # characters of what an engine says of an error
# Whoever asks about no graph at all gets no answer from any: an empty dataset in the protocol means all of them.
_NO_GRAPH = "urn:x-give-ld:no-graph"


@dataclass(frozen=True)
class Endpoints:
    """Where an engine listens: for queries, for updates, and for whole graphs; `user` and `password` where it asks.

    `within` is how the IRIs of our graphs there begin: others, such as the engine's own, are never seen or touched.
    """

    query: str
    update: str
    graphs: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = 60.0
    within: str = ""


class RemoteStore:
    """A store behind HTTP. See `Store` for what its methods do.

    One change is one update request: whether that is all or nothing is for the engine to keep (Oxigraph keeps it).
    An engine may write a value otherwise than it was given ("2.50" for "2.5"); here it has the form of Oxigraph again.
    """

    def __init__(self, endpoints: Endpoints) -> None:
        self._at = endpoints
        login = Login(endpoints.user, endpoints.password or "") if endpoints.user else None
        self._http = httpx.Client(
            auth=login, timeout=httpx.Timeout(endpoints.seconds, connect=min(endpoints.seconds, _CONNECT_SECONDS))
        )
        self._ours = f"FILTER(STRSTARTS(STR(?g), {Literal(endpoints.within)}))" if endpoints.within else ""

    def apply(self, remove: Iterable[str], add: Iterable[str]) -> None:
        """Remove and then add N-Quads lines; see `Store.apply`."""
        gone, new = parse_lines(remove), parse_lines(add)
        self._update(data_steps("DELETE", gone) + data_steps("INSERT", new))

    def remove_subjects(self, graph: str, iris: Iterable[str]) -> None:
        """Remove every triple of these subjects from a graph; see `Store.remove_subjects`."""
        self._update(
            [f"DELETE WHERE {{ GRAPH {named_node(graph)} {{ {subject} ?p ?o }} }}" for subject in map(named_node, iris)]
        )

    def say_anew(self, graph: str, iris: Iterable[str], lines: Iterable[str]) -> None:
        """Put lines in the place of all that these subjects say in a graph; see `Store.say_anew`."""
        self.remove_subjects(graph, iris)
        self.apply((), lines)

    def remove_subject(self, graph: str, iri: str) -> None:
        """Remove every triple of one subject from a graph; see `Store.remove_subject`."""
        self.remove_subjects(graph, [iri])

    def _update(self, steps: list[str]) -> None:
        if steps:
            headers = {"content-type": "application/sparql-update"}
            with _answered(self._at.update):
                text = " ;\n".join(steps).encode()
                self._http.post(self._at.update, content=text, headers=headers).raise_for_status()

    def lines(self) -> Iterator[str]:
        """Yield the quads of the named graphs as canonical N-Quads, a graph at a time; see `Store.lines`."""
        for graph in self.graph_names():
            name = named_node(graph)
            with TemporaryFile() as body:
                self._fetch_graph(graph, body)
                for quad in parse(body, RdfFormat.N_TRIPLES):
                    yield f"{quad.subject} {quad.predicate} {stored_form(quad.object)} {name} ."

    def _fetch_graph(self, graph: str, body: IO[bytes]) -> None:
        params, headers = {"graph": graph}, {"accept": "application/n-triples"}
        where = self._at.graphs
        with _answered(where), self._http.stream("GET", where, params=params, headers=headers) as response:
            if response.is_error:
                response.read()
            for chunk in response.raise_for_status().iter_bytes():
                body.write(chunk)
        body.seek(0)

    def query_graphs(self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """Return the rows of our own SELECT over these graphs only; see `Store.query_graphs`."""
        return self._rows(_bound(sparql, bindings), _dataset(graphs))

    def construct_graphs(
        self, sparql: str, graphs: Sequence[str], bindings: Mapping[str, Term] | None = None
    ) -> list[Triple]:
        """Return the triples of our own CONSTRUCT over these graphs only; see `Store.construct_graphs`."""
        wrapper = self._wrapper(_bound(sparql, bindings), _dataset(graphs), CONSTRUCT)
        # Of the formats that all engines have, the one in which no datatype is left to be guessed.
        wrapper.addCustomHttpHeader("Accept", "application/n-triples")
        quads = parse(_fetched(wrapper), RdfFormat.N_TRIPLES)
        triples = {Triple(quad.subject, quad.predicate, stored_form(quad.object)) for quad in quads}
        return sorted(triples, key=str)

    def query_everything(self, sparql: str) -> Iterator[QuerySolution]:
        """Return the rows of our own SELECT over all graphs together; see `Store.query_everything`."""
        return self._solutions(sparql, _dataset(self.graph_names()))

    def _rows(self, sparql: str, graphs: Sequence[str]) -> list[Row]:
        rows = self._solutions(sparql, graphs)
        names = [(variable, variable.value) for variable in rows.variables]
        return [
            {name: stored_form(row[variable]) for variable, name in names if row[variable] is not None} for row in rows
        ]

    def _solutions(self, sparql: str, graphs: Sequence[str]) -> QuerySolutions:
        wrapper = self._wrapper(sparql, graphs, SELECT)
        wrapper.setReturnFormat(JSON)
        rows = parse_query_results(_fetched(wrapper), QueryResultsFormat.JSON)
        if not isinstance(rows, QuerySolutions):
            raise BadQuery("the engine answered a SELECT with something else")
        return rows

    def _wrapper(self, sparql: str, graphs: Sequence[str], form: str) -> SPARQLWrapper:
        refuse_dataset(sparql)
        wrapper = SPARQLWrapper(self._at.query)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(int(self._at.seconds))
        wrapper.setQuery(sparql)
        if wrapper.queryType != form:
            raise BadQuery(f"this answers {form} only, not {wrapper.queryType}")
        if self._at.user:
            wrapper.setCredentials(self._at.user, self._at.password or "")
        for name in graphs:
            wrapper.addParameter("default-graph-uri", name)
            wrapper.addParameter("named-graph-uri", name)
        return wrapper

    def graph_names(self) -> list[str]:
        """Return the IRIs of the named graphs, sorted; see `Store.graph_names`."""
        rows = self._rows(_GRAPHS % self._ours, ())
        return sorted(row["g"].value for row in rows if isinstance(row["g"], NamedNode))

    def count(self) -> int:
        """Return how many quads stand in named graphs; see `Store.count`."""
        (row,) = self._rows(_COUNT % self._ours, ())
        return int(row["n"].value) if isinstance(row["n"], Literal) else 0

    def flush(self) -> None:
        """Do nothing: an engine elsewhere answers for what it has acknowledged."""

    def close(self) -> None:
        """Close the connections; see `Store.close`."""
        self._http.close()


def _dataset(graphs: Sequence[str]) -> list[str]:
    return [named_node(graph).value for graph in graphs] or [_NO_GRAPH]


def _bound(sparql: str, bindings: Mapping[str, Term] | None) -> str:
    """Return the query with values for some of its variables: a last VALUES, which every engine understands."""
    if not bindings:
        return sparql
    variables, values = " ".join(f"?{name}" for name in bindings), " ".join(map(str, bindings.values()))
    return f"{sparql}\nVALUES ({variables}) {{ ({values}) }}"


def _fetched(wrapper: SPARQLWrapper) -> bytes:
    with _answered(wrapper.endpoint):
        body: bytes = wrapper.query().response.read()
    return body


@contextmanager
def _answered(url: str) -> Iterator[None]:
    """Say what went wrong between here and an engine in the words of this project."""
    try:
        yield
    except QueryBadFormed as error:
        raise BadQuery(f"{url} does not understand the query: {error}", rule="sparql-syntax") from error
    except httpx.HTTPStatusError as error:
        said = error.response.text[:_SAID]
        raise Unreachable(f"{url} answered {error.response.status_code}: {said}") from error
    except (SPARQLWrapperException, httpx.HTTPError, OSError) as error:
        raise Unreachable(f"{url} does not answer: {str(error)[:_SAID]}") from error

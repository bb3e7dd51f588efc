"""Which media types an answer can have, and how a result becomes bytes within the limits on rows and bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Triple

from give_ld.errors import TooLarge
from give_ld.rdf import namespaces as names

if TYPE_CHECKING:
    from typing_extensions import Buffer

RESULTS_JSON, RESULTS_XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, N_TRIPLES, RDF_XML, JSON_LD = (
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
)
TRIG, N_QUADS = "application/trig", "application/n-quads"

_SOLUTIONS = {
    RESULTS_JSON: QueryResultsFormat.JSON,
    RESULTS_XML: QueryResultsFormat.XML,
    CSV: QueryResultsFormat.CSV,
    TSV: QueryResultsFormat.TSV,
    # What a client means that asks for plain JSON or XML.
    "application/json": QueryResultsFormat.JSON,
    "application/xml": QueryResultsFormat.XML,
}
_GRAPHS = {
    TURTLE: RdfFormat.TURTLE,
    N_TRIPLES: RdfFormat.N_TRIPLES,
    RDF_XML: RdfFormat.RDF_XML,
    JSON_LD: RdfFormat.JSON_LD,
    TRIG: RdfFormat.TRIG,
    N_QUADS: RdfFormat.N_QUADS,
}
SOLUTION_TYPES = tuple(_SOLUTIONS)
BOOLEAN_TYPES = (RESULTS_JSON, RESULTS_XML, "application/json", "application/xml")
GRAPH_TYPES = tuple(_GRAPHS)
PREFIXES = {
    "rdf": names.RDF,
    "rdfs": names.RDFS,
    "xsd": names.XSD,
    "schema": names.SCHEMA,
    "dct": names.DCT,
    "skos": names.SKOS,
    "prov": names.PROV,
    "org": names.ORG,
    "oa": names.OA,
    "dqv": names.DQV,
    "adms": names.ADMS,
    "owl": names.OWL,
    "premis": names.PREMIS,
    "rel": names.RELATIONSHIP,
    "ebucore": names.EBUCORE,
    "nif": names.NIF,
    "itsrdf": names.ITSRDF,
    "wd": names.WIKIDATA,
    "evtAgRole": names.EVENT_AGENT_ROLE,
    "haEvtT": names.HA_EVENT_TYPE,
    "haObj": names.HA_OBJECT,
    "haDes": names.HA_DESCRIPTION,
    "haOrg": names.HA_ORGANIZATION,
}


@dataclass(frozen=True)
class Limits:
    """The most rows (or triples) and bytes of an answer."""

    rows: int
    size: int


class _Sink(io.BytesIO):
    """Memory that takes so many bytes and no more."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._size = limits.size

    def write(self, data: Buffer, /) -> int:
        written = super().write(data)
        if self.tell() > self._size:
            raise TooLarge(f"the answer has more than {self._size} bytes; ask for less, or page with LIMIT")
        return written


def boolean_bytes(result: QueryBoolean, media_type: str) -> bytes:
    """Return the answer of an ASK."""
    return result.serialize(format=_SOLUTIONS[media_type]) or b""


def solutions_bytes(result: QuerySolutions, media_type: str, limits: Limits) -> bytes:
    """Return the rows of a SELECT.

    Raises:
        TooLarge: more rows or bytes than the limits allow.
    """
    rdf_format, sink = _SOLUTIONS[media_type], _Sink(limits)
    result.serialize(sink, rdf_format)
    body = sink.getvalue()
    # A row takes at least one byte: short answers need no count.
    if len(body) > limits.rows and _count_rows(body, rdf_format) > limits.rows:
        raise _too_many(limits, "rows")
    return body


def _count_rows(body: bytes, results_format: QueryResultsFormat) -> int:
    if results_format == QueryResultsFormat.JSON:
        return len(json.loads(body)["results"]["bindings"])
    if results_format == QueryResultsFormat.XML:
        # Text is escaped, so the tag stands for nothing but a row.
        return body.count(b"<result>")
    if results_format == QueryResultsFormat.TSV:
        return body.count(b"\n") - 1
    text = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")
    csv.field_size_limit(len(body))
    return sum(1 for _ in csv.reader(text)) - 1


def graph_bytes(result: QueryTriples, media_type: str, limits: Limits) -> bytes:
    """Return the triples of a CONSTRUCT or DESCRIBE, each once and sorted, so that the same graph is the same bytes.

    Raises:
        TooLarge: more triples or bytes than the limits allow.
    """
    triples = sorted(set(_at_most(result, limits)), key=str)
    sink = _Sink(limits)
    pyoxigraph.serialize(triples, sink, _GRAPHS[media_type], prefixes=used_prefixes(triples))
    return sink.getvalue()


def used_prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Return those of our prefixes that these triples make use of."""
    text = "\n".join(map(str, triples))
    return {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in text}


def _at_most(result: QueryTriples, limits: Limits) -> Iterator[Triple]:
    for number, triple in enumerate(result, 1):
        if number > limits.rows:
            raise _too_many(limits, "triples")
        yield triple


def _too_many(limits: Limits, what: str) -> TooLarge:
    return TooLarge(f"the answer has more than {limits.rows} {what}; ask for less, or page with LIMIT")

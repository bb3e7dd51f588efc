"""What an endpoint says about itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from give_ld.api.void import VOID
from give_ld.store.answers import used_prefixes

_TEXT = """
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX formats: <http://www.w3.org/ns/formats/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
<#service> a sd:Service ;
  sd:endpoint <> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:resultFormat formats:SPARQL_Results_JSON , formats:SPARQL_Results_XML , formats:SPARQL_Results_CSV ,
    formats:SPARQL_Results_TSV , formats:Turtle , formats:N-Triples , formats:RDF_XML , formats:JSON-LD ,
    formats:TriG , formats:N-Quads ;
  sd:feature sd:UnionDefaultGraph ;
  sd:defaultDataset %(dataset)s .
%(dataset)s a sd:Dataset , void:Dataset ;
  void:sparqlEndpoint <> ;
  sd:defaultGraph <#union> .
<#union> a sd:Graph .
"""
# VoID: what is in the dataset, how much of it, and under which licence.
_PUBLIC = """
%(dataset)s rdfs:seeAlso <%(void)s> ;
  dct:title "What archives have approved: people, places and words in audio and video"@en .
"""


def service_description(endpoint: str, media_type: str, public: str | None) -> bytes:
    """Return the description of the endpoint at an absolute URL; `public` is the IRI of the dataset that is public."""
    rdf_format = RdfFormat.from_media_type(media_type) or RdfFormat.TURTLE
    names = {"dataset": f"<{public or '#dataset'}>", "void": (public or "").partition("#")[0]}
    text = (_TEXT + _PUBLIC if public else _TEXT) % names
    quads = pyoxigraph.parse(text, RdfFormat.TURTLE, base_iri=NamedNode(endpoint).value)
    triples = [quad.triple for quad in quads]
    prefixes = used_prefixes(triples) | {"sd": "http://www.w3.org/ns/sparql-service-description#", "void": VOID}
    return pyoxigraph.serialize(triples, None, rdf_format, prefixes=prefixes) or b""

"""What the endpoint says about itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from give_ld.store.answers import used_prefixes

_TEXT = """
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX formats: <http://www.w3.org/ns/formats/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX dct: <http://purl.org/dc/terms/>
<#service> a sd:Service ;
  sd:endpoint <> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:resultFormat formats:SPARQL_Results_JSON , formats:SPARQL_Results_XML , formats:SPARQL_Results_CSV ,
    formats:SPARQL_Results_TSV , formats:Turtle , formats:N-Triples , formats:RDF_XML , formats:JSON-LD ,
    formats:TriG , formats:N-Quads ;
  sd:feature sd:UnionDefaultGraph ;
  sd:defaultDataset <#dataset> .
<#dataset> a sd:Dataset , void:Dataset ;
  dct:title "What archives have approved: people, places and words in audio and video"@en ;
  void:sparqlEndpoint <> ;
  sd:defaultGraph <#union> .
<#union> a sd:Graph .
"""


def service_description(endpoint: str, media_type: str) -> bytes:
    """Return the description of the endpoint at an absolute URL."""
    rdf_format = RdfFormat.from_media_type(media_type) or RdfFormat.TURTLE
    quads = pyoxigraph.parse(_TEXT, RdfFormat.TURTLE, base_iri=NamedNode(endpoint).value)
    triples = [quad.triple for quad in quads]
    prefixes = used_prefixes(triples) | {"sd": "http://www.w3.org/ns/sparql-service-description#"}
    return pyoxigraph.serialize(triples, None, rdf_format, prefixes=prefixes) or b""

"""Which namespaces the graphs use: those of others as constants, this instance's own under its base."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL = "http://www.w3.org/2002/07/owl#"
SCHEMA = "https://schema.org/"
DCT = "http://purl.org/dc/terms/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
ORG = "http://www.w3.org/ns/org#"
OA = "http://www.w3.org/ns/oa#"
SH = "http://www.w3.org/ns/shacl#"
DQV = "http://www.w3.org/ns/dqv#"
ADMS = "http://www.w3.org/ns/adms#"
ITSRDF = "http://www.w3.org/2005/11/its/rdf#"
NIF = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#"
EBUCORE = "http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#"
PREMIS = "http://www.loc.gov/premis/rdf/v3/"
RELATIONSHIP = "http://id.loc.gov/vocabulary/preservation/relationshipSubType/"
HASH_FUNCTION = "http://id.loc.gov/vocabulary/preservation/cryptographicHashFunctions/"
EVENT_AGENT_ROLE = "http://id.loc.gov/vocabulary/preservation/eventRelatedAgentRole/"
EVENT_OUTCOME = "http://id.loc.gov/vocabulary/preservation/eventOutcome/"
EDTF = "http://id.loc.gov/datatypes/edtf/"
WIKIDATA = "http://www.wikidata.org/entity/"
# The data model of meemoo, the Flemish institute for archives, into which the exports fit.
HA_OBJECT = "https://data.hetarchief.be/ns/object/"
HA_DESCRIPTION = "https://data.hetarchief.be/ns/description/"
HA_ORGANIZATION = "https://data.hetarchief.be/ns/organization/"
HA_EVENT_TYPE = "https://data.hetarchief.be/id/event-type/"
HA_LICENCE = "https://data.hetarchief.be/id/license/"
MEDIAHAVEN = "https://data.hetarchief.be/ns/mediahaven/"


@dataclass(frozen=True)
class Namespaces:
    """The IRIs of one instance; `base` has no slash at the end. All of these are plain IRI strings."""

    base: str

    @cached_property
    def gld(self) -> str:
        """Return the start of the terms of our ontology."""
        return f"{self.base}/ns#"

    def id(self, kind: str, local: str) -> str:
        """Return the IRI of a thing of a kind, such as `run` or `annotation`."""
        return f"{self.base}/id/{kind}/{local}"

    def graph(self, concern: str, partner: str | None = None) -> str:
        """Return the IRI of a named graph: one a partner (`annotation`, OR-id), or a shared one (`agent`)."""
        return f"{self.base}/graph/{concern}" if partner is None else f"{self.base}/graph/{concern}/{partner}"

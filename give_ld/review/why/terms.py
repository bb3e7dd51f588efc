"""Which key of the JSON answer stands for which property, and the JSON-LD context that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pyoxigraph import Literal, NamedNode

from give_ld.rdf import namespaces as ns
from give_ld.rdf.namespaces import Namespaces
from give_ld.store.answers import PREFIXES


class Shape(Enum):
    """How the values of a key look in JSON."""

    NODE = "an object with its own keys"
    IRI = "an IRI as a string"
    TEXT = "texts by language"
    STRING = "a string"
    TYPED = "a string of a datatype"
    INTEGER = "an integer"
    # JSON has no decimals, and JSON-LD makes an xsd:double of a fraction: the exact value stands beside it.
    NUMBER = "a number for programs, which JSON-LD does not read"


@dataclass(frozen=True)
class Term:
    """A key for a property: of some values only where `within` says what their IRI holds; `many` is always a list."""

    key: str
    property: str
    shape: Shape
    datatype: str = ""
    within: str = ""
    many: bool = False

    def takes(self, value: NamedNode | Literal) -> bool:
        """Return whether a value can stand under this key."""
        if isinstance(value, NamedNode):
            return self.shape in (Shape.NODE, Shape.IRI) and self.within in value.value
        if self.shape is Shape.TEXT:
            return value.language is not None
        wanted = {Shape.STRING: "string", Shape.INTEGER: "integer", Shape.NUMBER: "decimal", Shape.TYPED: self.datatype}
        is_plain = value.language is None
        return is_plain and value.datatype.value == ns.XSD + wanted.get(self.shape, "nothing")

    def definition(self) -> object:
        """Return what the context says of the key; None makes JSON-LD pass over it."""
        if self.shape is Shape.NUMBER:
            return None
        if self.shape is Shape.TEXT:
            return {"@id": self.property, "@container": "@language"}
        if self.shape is Shape.STRING:
            return {"@id": self.property}
        if self.shape in (Shape.NODE, Shape.IRI):
            return {"@id": self.property, "@type": "@id"}
        datatype = "integer" if self.shape is Shape.INTEGER else self.datatype
        return {"@id": self.property, "@type": ns.XSD + datatype}


def terms_of(names: Namespaces) -> tuple[Term, ...]:
    """Return every key in the order in which a node has them; of those for one property the first that fits counts."""
    gld, node, iri = names.gld, Shape.NODE, Shape.IRI
    return (
        *_about_annotations(gld),
        Term("started", ns.PROV + "startedAtTime", Shape.TYPED, "dateTime"),
        Term("ended", ns.PROV + "endedAtTime", Shape.TYPED, "dateTime"),
        Term("organisation", ns.PROV + "wasAssociatedWith", node, within="/id/organisation/"),
        Term("software", ns.PROV + "wasAssociatedWith", node),
        Term("name", ns.SCHEMA + "name", Shape.TEXT),
        Term("user_name", ns.SCHEMA + "name", Shape.STRING),
        Term("label", ns.SKOS + "prefLabel", Shape.TEXT),
        Term("label_text", ns.RDFS + "label", Shape.TEXT),
        Term("definition", ns.SKOS + "definition", Shape.TEXT),
        Term("identifier", ns.SCHEMA + "identifier", Shape.STRING),
        Term("licences", ns.SCHEMA + "license", iri, many=True),
        Term("maintainer", ns.SCHEMA + "maintainer", node),
        Term("mentions", ns.SCHEMA + "mentions", iri, many=True),
        Term("keywords", ns.SCHEMA + "keywords", Shape.TEXT),
        Term("version", ns.SCHEMA + "version", Shape.STRING),
        Term("model", ns.SCHEMA + "model", Shape.STRING),
        Term("weights", gld + "modelDigest", Shape.STRING, many=True),
        Term("reference_set", ns.PROV + "used", node, within="/id/refset-version/"),
        Term("used", ns.PROV + "used", iri, many=True),
        Term("partner", ns.EVENT_AGENT_ROLE + "imp", iri),
        Term("executed_by", ns.EVENT_AGENT_ROLE + "exe", iri),
        Term("unstated", gld + "unstated", iri, many=True),
        Term("policy", gld + "processingPolicy", Shape.STRING),
        Term("energy_wh", gld + "energyWh", Shape.NUMBER),
        Term("of_file", ns.EBUCORE + "isMediaFragmentOf", iri),
        Term("start", ns.SCHEMA + "startTime", Shape.TYPED, "time"),
        Term("end", ns.SCHEMA + "endTime", Shape.TYPED, "time"),
        Term("x", ns.EBUCORE + "regionDelimX", Shape.INTEGER),
        Term("y", ns.EBUCORE + "regionDelimY", Shape.INTEGER),
        Term("width", ns.EBUCORE + "width", Shape.INTEGER),
        Term("height", ns.EBUCORE + "height", Shape.INTEGER),
        Term("mime_type", ns.EBUCORE + "hasMimeType", Shape.STRING),
        Term("file_name", ns.EBUCORE + "filename", Shape.STRING),
        Term("calibrates", gld + "calibrates", iri, many=True),
        Term("method", gld + "method", Shape.STRING),
        Term("fitted_on", gld + "fittedOn", Shape.TEXT),
        Term("fitted_count", gld + "fittedCount", Shape.INTEGER),
        Term("created", ns.DCT + "created", Shape.TYPED, "date"),
        Term("digest", ns.SCHEMA + "sha256", Shape.STRING),
        Term("decision", gld + "decision", node),
        Term("reason", ns.RDFS + "comment", Shape.STRING),
        Term("association", ns.PROV + "qualifiedAssociation", node),
        Term("person", ns.PROV + "agent", node),
        Term("role", ns.PROV + "hadRole", iri),
        Term("ground", gld + "decisionReason", node),
        Term("verdict", gld + "verdict", Shape.STRING),
        Term("undoes", gld + "undoes", iri),
        Term("informed_by", ns.PROV + "wasInformedBy", iri, many=True),
        Term("entity", ns.SCHEMA + "item", iri),
        Term("rank", ns.SCHEMA + "position", Shape.INTEGER),
    )


def _about_annotations(gld: str) -> tuple[Term, ...]:
    node, iri = Shape.NODE, Shape.IRI
    return (
        Term("annotations", ns.SCHEMA + "about", node, many=True),
        Term("left_out", ns.SCHEMA + "conditionsOfAccess", Shape.TEXT),
        Term("kind", ns.EBUCORE + "annotationType", node),
        Term("status", gld + "status", node),
        Term("item", gld + "item", node),
        Term("subject", ns.EBUCORE + "hasAnnotationRelatedArtefact", node),
        Term("text", ns.NIF + "anchorOf", Shape.STRING),
        Term("words", ns.SCHEMA + "text", Shape.TEXT),
        Term("words_text", ns.SCHEMA + "text", Shape.STRING),
        Term("tag_type", gld + "tagType", Shape.STRING),
        Term("begin_index", ns.NIF + "beginIndex", Shape.INTEGER),
        Term("end_index", ns.NIF + "endIndex", Shape.INTEGER),
        Term("transcript", ns.NIF + "referenceContext", node),
        Term("file", ns.EBUCORE + "hasAnnotationTarget", node),
        Term("fragment", ns.EBUCORE + "isAnnotatedMediaResource", node),
        Term("score", gld + "rawScore", Shape.NUMBER),
        Term("score_kind", gld + "scoreKind", node),
        Term("confidence", ns.EBUCORE + "annotationConfidence", Shape.NUMBER),
        Term("calibrator", gld + "calibrator", node),
        Term("generated", ns.PROV + "generatedAtTime", Shape.TYPED, "dateTime"),
        Term("made", ns.PROV + "wasGeneratedBy", node),
        Term("validated_by", gld + "validatedBy", node),
        Term("decided", ns.EBUCORE + "annotationCurationDateTime", Shape.TYPED, "dateTime"),
        Term("decisions", gld + "validatedIn", node, many=True),
        Term("candidates", gld + "hasCandidate", node, many=True),
        Term("disputed", gld + "disputed", Shape.TYPED, "boolean"),
        Term("replaced_by", ns.DCT + "isReplacedBy", iri),
        Term("attributed_to", ns.PROV + "wasAttributedTo", node, within="/id/organisation/"),
        Term("attributed_to_software", ns.PROV + "wasAttributedTo", iri),
        Term("corrects", ns.PROV + "wasDerivedFrom", iri, within="/id/annotation/"),
        Term("derived_from", ns.PROV + "wasDerivedFrom", iri, many=True),
        Term("modified", ns.DCT + "modified", Shape.TYPED, "dateTime"),
        Term("body", ns.OA + "hasBody", iri),
        Term("target", ns.OA + "hasTarget", iri),
        Term("motivation", ns.OA + "motivatedBy", iri),
    )


def prefixes_of(names: Namespaces) -> dict[str, str]:
    """Return the prefixes that an answer may use."""
    return {**PREFIXES, "gld": names.gld}


def context_of(terms: Iterable[Term], prefixes: dict[str, str]) -> dict[str, object]:
    """Return the JSON-LD context of an answer that uses these keys and prefixes."""
    return {
        "@version": 1.1,
        **prefixes,
        "id": "@id",
        "type": "@type",
        "also": "@included",
        "asked": None,
        **{term.key: term.definition() for term in terms},
    }

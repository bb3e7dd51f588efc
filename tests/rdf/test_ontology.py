import re
from datetime import date
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat
from rdflib.namespace import DCTERMS, ORG, PROV, SDO, SKOS, DefinedNamespace

from give_ld.model.annotation import EntityType
from give_ld.model.calibration import ScoreKind
from give_ld.model.decision import DecisionReason, Role
from give_ld.model.person import Ground
from give_ld.model.run import Stage
from give_ld.model.status import Status
from give_ld.rdf import mapping, namespaces
from give_ld.rdf.namespaces import DCT, OWL, RDF, RDFS
from give_ld.rdf.ontology import (
    ALIGNMENTS,
    CLASS,
    CONCEPT,
    LANGUAGES,
    PROPERTY,
    SCHEME,
    Ontology,
    read_changelog,
    read_example,
)
from give_ld.resources import read_turtle
from give_ld.store import queries
from tests.factories import (
    BASE,
    MINT,
    a_mention,
    a_person,
    a_run,
    a_validation,
    an_admission,
    known,
)
from tests.rdf.made import everything, published

GLD = f"{BASE}/ns#"
SOURCES = Path(mapping.__file__).parent.parent
VANN = "http://purl.org/vocab/vann/"
# The vocabularies of others: those of which a package lists all terms, and of the rest the terms that were looked up.
CLOSED: dict[str, type[DefinedNamespace]] = {
    namespaces.PROV: PROV,
    namespaces.SKOS: SKOS,
    namespaces.ORG: ORG,
    namespaces.SCHEMA: SDO,
    namespaces.DCT: DCTERMS,
}
LOOKED_UP = {
    namespaces.EBUCORE: {"Annotation", "TextAnnotation", "annotationConfidence", "hasAnnotationRelatedAgent"},
    namespaces.PREMIS: {"Event", "File", "IntellectualEntity", "fixity", "outcome", "basis"},
    namespaces.OA: {"Annotation", "tagging"},
    namespaces.NIF: {"EntityOccurrence"},
    namespaces.ITSRDF: {"taIdentRef"},
    namespaces.DQV: {"value", "isMeasurementOf", "Metric", "QualityAnnotation"},
    namespaces.ADMS: {"status"},
    namespaces.RDF: {"Property", "JSON", "langString"},
    namespaces.XSD: {"string", "decimal", "integer", "boolean"},
    namespaces.EVENT_AGENT_ROLE: {"exe"},
    namespaces.HA_EVENT_TYPE: {"transcription", "quality-control"},
}


@cache
def ontology() -> Ontology:
    return Ontology(BASE)


def terms(text: str) -> set[str]:
    """The terms of ours in N-Quads or Turtle."""
    return set(re.findall(re.escape(GLD) + r"(\w+)", text))


def defined() -> set[str]:
    return {iri.removeprefix(GLD) for iri in ontology().described() if iri.startswith(GLD)}


def mapped() -> set[str]:
    """The terms that any model becomes."""
    every = [
        *everything().values(),
        *published().values(),
        *(mapping.run_quads(MINT, a_run(stage=stage)) for stage in Stage),
        *(mapping.validation_quads(MINT, a_validation(role=role)) for role in Role),
        *(mapping.person_quads(MINT, an_admission(person=a_person(ground=ground))) for ground in Ground),
    ]
    return terms("\n".join(line for lines in every for line in lines))


def shaped() -> set[str]:
    """The terms that the shapes name."""
    found = [
        str(quad)
        for text in read_turtle("shapes", BASE).values()
        for quad in pyoxigraph.parse(text.encode(), format=RdfFormat.TURTLE)
    ]
    return terms("\n".join(found))


def coded() -> set[str]:
    """The terms that templates in the code name."""
    texts = (file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py"))
    return {term for text in texts for term in re.findall(r"gld\}(\w+)>", text)}


def queried() -> set[str]:
    """The terms that the queries name."""
    texts = (file.read_text(encoding="utf-8") for file in Path(queries.__file__).parent.glob("*.rq"))
    return {term for text in texts for term in re.findall(r"\bgld:(\w+)", text)}


def exampled() -> set[str]:
    """The terms that the worked example names."""
    return terms("\n".join(map(str, pyoxigraph.parse(read_example(BASE), RdfFormat.TRIG))))


def vocabulary_of(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


@pytest.mark.parametrize("used", [mapped, shaped, coded, queried, exampled], ids=lambda used: used.__name__)
def test_every_term_that_is_used_is_defined(used: object) -> None:
    assert callable(used)
    assert used() - defined() == set()


def test_every_term_that_is_defined_is_used() -> None:
    assert defined() - mapped() == set()
    assert coded() <= mapped()


@pytest.mark.parametrize("iri", ontology().described())
def test_every_term_says_in_three_languages_what_it_is_and_gives_an_example(iri: str) -> None:
    label = (RDFS + "label", namespaces.SKOS + "prefLabel")
    for properties in (label, (namespaces.SKOS + "definition",), (namespaces.SKOS + "example",)):
        found = ontology().texts(iri, *properties)
        assert set(found) == set(LANGUAGES), f"{iri} lacks {properties} in {set(LANGUAGES) - set(found)}"
        assert all(text.strip() for text in found.values())


@pytest.mark.parametrize("iri", ontology().described())
def test_every_term_is_aligned_or_says_why_it_is_not(iri: str) -> None:
    own = (GLD, f"{BASE}/id/")
    holders = [iri, *ontology().links(iri, namespaces.SKOS + "inScheme")]
    aligned = [link for each in holders for link in ontology().links(each, *ALIGNMENTS) if not link.startswith(own)]
    notes = [ontology().texts(each, namespaces.SKOS + "scopeNote") for each in holders]
    assert aligned or any(set(note) == set(LANGUAGES) for note in notes), iri
    for note in notes:
        assert not note or set(note) == set(LANGUAGES), f"{iri} has a note that is not in all languages"


@pytest.mark.parametrize("iri", ontology().described())
def test_what_a_term_leans_on_exists(iri: str) -> None:
    for link in ontology().links(iri, *ALIGNMENTS, RDFS + "domain", RDFS + "range"):
        place = vocabulary_of(link)
        name = link.removeprefix(place)
        if place == GLD:
            assert name in defined(), link
        elif place in CLOSED:
            assert name in CLOSED[place], link
        else:
            assert name in LOOKED_UP[place], f"look up whether {link} exists, and add it"


@pytest.mark.parametrize("iri", [*ontology().a(CLASS), *ontology().a(PROPERTY)])
def test_a_term_has_a_kind_that_ontology_tools_know(iri: str) -> None:
    kinds = set(ontology().links(iri, RDF + "type"))
    assert kinds & {OWL + "Class", OWL + "ObjectProperty", OWL + "DatatypeProperty"}, iri


def test_a_concept_and_its_scheme_name_each_other() -> None:
    skos = namespaces.SKOS
    for scheme in ontology().a(SCHEME):
        tops = set(ontology().links(scheme, skos + "hasTopConcept"))
        concepts = ontology().concepts(scheme)
        assert tops == {each for each in concepts if scheme in ontology().links(each, skos + "topConceptOf")}
        for concept in set(concepts) - tops:
            (broader,) = ontology().links(concept, skos + "broader")
            assert concept in ontology().links(broader, skos + "narrower"), concept
    alone = [each for each in ontology().a(CONCEPT) if not ontology().links(each, skos + "inScheme")]
    assert set(alone) == {MINT.calibrator(None), MINT.human_calibrator}


def test_the_header_says_what_a_reader_needs_to_cite_it() -> None:
    ours = ontology()
    for name in ("title", "description"):
        assert set(ours.texts(ours.iri, DCT + name)) == set(LANGUAGES)
    for name in (DCT + "creator", DCT + "license", DCT + "issued", VANN + "preferredNamespacePrefix"):
        assert ours.value(ours.iri, name)
    assert ours.value(ours.iri, VANN + "preferredNamespaceUri") == GLD
    assert ours.value(ours.iri, OWL + "versionIRI") == f"{ours.iri}/{ours.version}"


def test_the_changelog_begins_with_the_version_of_the_ontology() -> None:
    told = re.findall(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)$", read_changelog(), re.MULTILINE)
    assert told[0] == (ontology().version, ontology().value(ontology().iri, DCT + "modified"))
    days = [date.fromisoformat(day) for _, day in told]
    assert days == sorted(days, reverse=True)


def test_every_value_of_the_model_has_a_concept() -> None:
    concepts = set(ontology().a(CONCEPT))
    wanted = {
        *(f"{BASE}/id/status/{status}" for status in Status),
        *(f"{BASE}/id/score-kind/{kind}" for kind in ScoreKind),
        *(f"{BASE}/id/decision-reason/{reason}" for reason in DecisionReason),
        MINT.calibrator(None),
        MINT.human_calibrator,
    }
    assert wanted <= concepts
    used = {line for guess in everything().values() for line in guess if "annotationType>" in line}
    used |= {
        line
        for kind in EntityType
        for line in mapping.annotation_quads(MINT, known(a_mention(entity_type=kind)))
        if "annotationType>" in line
    }
    assert {line.split(" ")[2][1:-1] for line in used} <= concepts
    assert len(ontology().concepts(f"{BASE}/id/role")) == len(Role)
    assert len(ontology().concepts(f"{BASE}/id/ground")) == len(Ground)


def test_no_node_of_the_vocabulary_is_blank() -> None:
    assert not any("_:" in line for line in mapping.vocabulary_quads(MINT))


def test_no_example_uses_a_name_of_the_made_data() -> None:
    # The vocabulary is public, and tests look for these names where nothing may be public.
    text = "\n".join(read_turtle("ontology", BASE).values()) + read_example(BASE)
    assert re.findall(r"Curie|\bGent\b|Avondjournaal", text) == []

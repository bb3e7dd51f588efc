"""How the ontology looks on a page: its header, and each term with its links, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from give_ld.api.pages.diagram import diagram
from give_ld.api.pages.ontology_words import WORDS
from give_ld.api.pages.words import short_name
from give_ld.rdf.namespaces import DCT, OWL, RDFS, SKOS
from give_ld.rdf.ontology import (
    CLASS,
    CONCEPT,
    LANGUAGES,
    MATCHES,
    PRIVATE_GRAPHS,
    PROPERTY,
    SCHEME,
    SUPER_TERMS,
    Ontology,
)

_LINKS = {
    "domain": (RDFS + "domain",),
    "range": (RDFS + "range",),
    "supers": SUPER_TERMS,
    "aligned": MATCHES,
    "broader": (SKOS + "broader",),
    "narrower": (SKOS + "narrower",),
}


@dataclass(frozen=True)
class Link:
    """Where a link leads, and its text."""

    href: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A term, a scheme or a concept on the page; `concepts` are those of a scheme."""

    iri: str
    anchor: str
    name: str
    label: str
    definition: str
    example: str
    note: str
    links: tuple[tuple[str, tuple[Link, ...]], ...]
    graphs: tuple[str, ...]
    public: bool
    concepts: tuple[Entry, ...] = ()


def anchor(iri: str, base: str) -> str:
    """Return the anchor of something that the ontology describes: `FaceMatch`, `scheme-status`, `status-approved`."""
    if iri.startswith(f"{base}/ns#"):
        return iri.removeprefix(f"{base}/ns#")
    kind, slash, local = iri.removeprefix(f"{base}/id/").partition("/")
    return f"{kind}-{local}" if slash else f"scheme-{kind}"


def ontology_values(ontology: Ontology, lang: str) -> dict[str, object]:
    """Return what the template `ontology.html` shows."""
    iri, words = ontology.iri, WORDS[lang]
    schemes = [_entry(ontology, scheme, lang, ontology.concepts(scheme)) for scheme in ontology.a(SCHEME)]
    placed = {concept for scheme in ontology.a(SCHEME) for concept in ontology.concepts(scheme)}
    alone = [each for each in ontology.a(CONCEPT) if each not in placed]
    sections = [
        ("classes", _entries(ontology, ontology.a(CLASS), lang)),
        ("properties", _entries(ontology, ontology.a(PROPERTY), lang)),
        ("schemes", [*schemes, *_entries(ontology, alone, lang)]),
    ]
    return {
        "title": ontology.texts(iri, DCT + "title").get(lang, ""),
        "description": ontology.texts(iri, DCT + "description").get(lang, ""),
        "iri": f"{iri}#",
        "version": ontology.version,
        "version_iri": ontology.value(iri, OWL + "versionIRI"),
        "modified": ontology.value(iri, DCT + "modified"),
        "licence": ontology.value(iri, DCT + "license"),
        "creator": ontology.value(iri, DCT + "creator"),
        "languages": LANGUAGES,
        "sections": sections,
        "diagram": diagram(ontology, lang),
        "t": words,
    }


def _entries(ontology: Ontology, iris: Iterable[str], lang: str) -> list[Entry]:
    found = [_entry(ontology, iri, lang) for iri in iris]
    return sorted(found, key=lambda entry: entry.name.casefold())


def _entry(ontology: Ontology, iri: str, lang: str, concepts: Iterable[str] = ()) -> Entry:
    graphs = tuple(name for name in ontology.graphs(iri) if name)
    return Entry(
        iri=iri,
        anchor=anchor(iri, ontology.base),
        name=_name(iri, ontology.base),
        label=ontology.label(iri, lang),
        definition=ontology.texts(iri, SKOS + "definition").get(lang, ""),
        example=ontology.texts(iri, SKOS + "example").get(lang, ""),
        note=ontology.texts(iri, SKOS + "scopeNote").get(lang, ""),
        links=_links(ontology, iri),
        graphs=graphs,
        public=not PRIVATE_GRAPHS.issuperset(graphs),
        concepts=tuple(_entry(ontology, concept, lang) for concept in concepts),
    )


def _links(ontology: Ontology, iri: str) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    found = {word: ontology.links(iri, *predicates) for word, predicates in _LINKS.items()}
    return tuple((word, tuple(_link(ontology, each) for each in iris)) for word, iris in found.items() if iris)


def _link(ontology: Ontology, iri: str) -> Link:
    ours = iri.startswith((f"{ontology.base}/ns#", f"{ontology.base}/id/"))
    return Link(f"#{anchor(iri, ontology.base)}" if ours else iri, _name(iri, ontology.base))


def _name(iri: str, base: str) -> str:
    if iri.startswith(f"{base}/ns#"):
        return f"gld:{iri.removeprefix(f'{base}/ns#')}"
    return iri.removeprefix(f"{base}/id/") if iri.startswith(f"{base}/id/") else short_name(iri)

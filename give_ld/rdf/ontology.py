"""What the ontology says of itself and of each term: its texts a language, its links, the graphs that it stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from give_ld.rdf.namespaces import OWL, RDF, RDFS, SKOS
from give_ld.resources import AUTHORED_BASE, read_turtle, resource_directory

LANGUAGES = ("en", "nl", "fr")
CLASS, PROPERTY = RDFS + "Class", RDF + "Property"
SCHEME, CONCEPT = SKOS + "ConceptScheme", SKOS + "Concept"
SUPER_TERMS = (RDFS + "subClassOf", RDFS + "subPropertyOf")
MATCHES = tuple(SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "relatedMatch"))
ALIGNMENTS = (*SUPER_TERMS, *MATCHES)
PRIVATE_GRAPHS = frozenset({"metadata", "annotation", "run", "validation"})
"""The concerns whose graphs the public store does not have."""


class Ontology:
    """The terms and the concept schemes under the base of one instance, in the order in which the files have them."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.iri = f"{base}/ns"
        texts = read_turtle("ontology", base).values()
        self.quads: list[Quad] = [quad for text in texts for quad in pyoxigraph.parse(text, RdfFormat.TURTLE)]
        self._of: dict[str, dict[str, list[Literal | NamedNode]]] = defaultdict(lambda: defaultdict(list))
        for quad in self.quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal | NamedNode):
                self._of[quad.subject.value][quad.predicate.value].append(quad.object)

    @property
    def version(self) -> str:
        """Return the version, `1.2.3`."""
        return self.value(self.iri, OWL + "versionInfo")

    def described(self) -> list[str]:
        """Return the IRI of everything that has a description: terms, schemes, concepts."""
        return [iri for iri in self._of if iri != self.iri]

    def a(self, kind: str) -> list[str]:
        """Return what is of a type, such as `CLASS` or `SCHEME`."""
        return [iri for iri in self._of if kind in self.links(iri, RDF + "type")]

    def concepts(self, scheme: str) -> list[str]:
        """Return the concepts of a scheme."""
        return [iri for iri in self.a(CONCEPT) if scheme in self.links(iri, SKOS + "inScheme")]

    def value(self, iri: str, predicate: str) -> str:
        """Return the one value of a property, or nothing."""
        return next((term.value for term in self._of[iri].get(predicate, ())), "")

    def links(self, iri: str, *predicates: str) -> list[str]:
        """Return the IRIs to which some properties lead."""
        found = (term for predicate in predicates for term in self._of[iri].get(predicate, ()))
        return [term.value for term in found if isinstance(term, NamedNode)]

    def texts(self, iri: str, *predicates: str) -> dict[str, str]:
        """Return the text of the first of some properties that has one, by language."""
        for predicate in predicates:
            found = [term for term in self._of[iri].get(predicate, ()) if isinstance(term, Literal) and term.language]
            if found:
                return {str(term.language): term.value for term in found}
        return {}

    def label(self, iri: str, lang: str) -> str:
        """Return the label of a term in a language."""
        return self.texts(iri, RDFS + "label", SKOS + "prefLabel").get(lang, "")

    def graphs(self, iri: str) -> list[str]:
        """Return in which graphs of the example a term stands, by concern: `annotation`, `public`."""
        return sorted(self._uses.get(iri, ()))

    @cached_property
    def _uses(self) -> dict[str, set[str]]:
        uses: dict[str, set[str]] = defaultdict(set)
        start = f"{self.base}/graph/"
        for quad in pyoxigraph.parse(read_example(self.base), RdfFormat.TRIG):
            concern = getattr(quad.graph_name, "value", "").removeprefix(start).partition("/")[0]
            for term in _named((quad.predicate, quad.object)):
                uses[term].add(concern)
        return uses


def _named(terms: Iterable[object]) -> list[str]:
    return [term.value for term in terms if isinstance(term, NamedNode)]


def read_example(base: str) -> str:
    """Return the worked example, TriG, under a base."""
    return (resource_directory("ontology") / "example.trig").read_text(encoding="utf-8").replace(AUTHORED_BASE, base)


def read_changelog() -> str:
    """Return what changed in the ontology from version to version, Markdown."""
    return (resource_directory("ontology") / "CHANGELOG.md").read_text(encoding="utf-8")

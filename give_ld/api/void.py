"""What the public dataset is: its figures, vocabularies, licence, dumps and endpoint, in VoID."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from give_ld.api.figures import Figures, Share
from give_ld.config import Settings
from give_ld.rdf.namespaces import DCT, RDF, XSD
from give_ld.store.answers import JSON_LD, N_TRIPLES, TURTLE

VOID, FOAF, FORMATS = "http://rdfs.org/ns/void#", "http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/formats/"
PATH = "/.well-known/void"
_TITLES = {
    "en": "What archives have approved: people, places and words in audio and video",
    "nl": "Wat archieven hebben goedgekeurd: mensen, plaatsen en woorden in geluid en beeld",
    "fr": "Ce que des archives ont approuvé : personnes, lieux et paroles dans le son et l'image",
}
_SERIALISATIONS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")


@dataclass(frozen=True)
class Dataset:
    """The public dataset of an instance; `figures` are None where they are not known."""

    settings: Settings
    figures: Figures | None

    @property
    def iri(self) -> str:
        """Return its IRI."""
        return dataset_iri(self.settings.base)

    def vocabularies(self) -> list[str]:
        """Return the namespaces of the classes and properties that are used, sorted."""
        shares = (*self.figures.classes, *self.figures.properties) if self.figures else ()
        return sorted({_namespace(share.iri) for share in shares})

    def examples(self) -> list[str]:
        """Return one thing of each class of which there is one with an IRI of this instance."""
        shares = self.figures.classes if self.figures else ()
        return sorted({share.example for share in shares if share.example.startswith(f"{self.settings.base}/id/")})

    def triples(self) -> list[Triple]:
        """Return the description."""
        base, about = self.settings.base, NamedNode(self.iri)
        said = [
            Triple(about, NamedNode(f"{RDF}type"), NamedNode(f"{VOID}Dataset")),
            *(Triple(about, NamedNode(f"{DCT}title"), Literal(text, language=lang)) for lang, text in _TITLES.items()),
            _literal(about, f"{VOID}uriSpace", f"{base}/id/"),
            _link(about, f"{VOID}sparqlEndpoint", f"{base}/sparql"),
            _link(about, f"{FOAF}homepage", f"{base}/"),
            *(_link(about, f"{VOID}feature", FORMATS + name) for name in _SERIALISATIONS),
            *(_link(about, f"{VOID}dataDump", url) for url in self.settings.dumps),
            *(_link(about, f"{VOID}vocabulary", iri) for iri in self.vocabularies() if iri),
            *(_link(about, f"{VOID}exampleResource", iri) for iri in self.examples()),
        ]
        if self.settings.data_licence:
            said.append(_link(about, f"{DCT}license", self.settings.data_licence))
        return said + (self._counts(about, self.figures) if self.figures else [])

    def _counts(self, about: NamedNode, figures: Figures) -> list[Triple]:
        totals = {
            "triples": figures.triples,
            "entities": figures.entities,
            "distinctSubjects": figures.entities,
            "classes": len(figures.classes),
            "properties": len(figures.properties),
        }
        said = [_count(about, name, number) for name, number in totals.items()]
        for number, share in enumerate(figures.classes, 1):
            said += self._part(about, "class", number, share)
        for number, share in enumerate(figures.properties, 1):
            said += self._part(about, "property", number, share)
        return said

    def _part(self, about: NamedNode, kind: str, number: int, share: Share) -> list[Triple]:
        part = NamedNode(f"{self.settings.base}{PATH}#{kind}-{number}")
        counted = "entities" if kind == "class" else "triples"
        return [
            _link(about, f"{VOID}{kind}Partition", part.value),
            _link(part, VOID + kind, share.iri),
            _count(part, counted, share.count),
        ]


def dataset_iri(base: str) -> str:
    """Return the IRI of the public dataset of the instance with this base."""
    return f"{base}{PATH}#dataset"


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def alternates() -> dict[str, str]:
    """Return the media types of RDF of the description, by the name that `?format=` takes."""
    return {"ttl": TURTLE, "jsonld": JSON_LD, "nt": N_TRIPLES}


def _link(subject: NamedNode, predicate: str, iri: str) -> Triple:
    return Triple(subject, NamedNode(predicate), NamedNode(iri))


def _literal(subject: NamedNode, predicate: str, text: str) -> Triple:
    return Triple(subject, NamedNode(predicate), Literal(text))


def _count(subject: NamedNode, name: str, number: int) -> Triple:
    return Triple(subject, NamedNode(VOID + name), Literal(str(number), datatype=NamedNode(f"{XSD}integer")))

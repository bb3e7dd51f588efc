"""How the description of the public dataset looks on a page, in each language of the ontology."""

from __future__ import annotations

from give_ld.api.pages.resource import link
from give_ld.api.pages.words import short_name
from give_ld.api.void import PATH, Dataset, alternates
from give_ld.rdf.ontology import LANGUAGES

WORDS = {
    "en": {
        "title": "The public dataset",
        "about": "Everything here was approved by a person of the archive that owns the item. "
        "What nobody decided is in no number on this page.",
        "data": "This page as data",
        "endpoint": "SPARQL endpoint",
        "licence": "Licence",
        "dumps": "Dumps",
        "vocabularies": "Vocabularies",
        "examples": "Examples",
        "triples": "Triples",
        "entities": "Things",
        "classes": "Classes",
        "properties": "Properties",
        "class": "Class",
        "property": "Property",
        "unknown": "It is too large to be counted within the time that a query has.",
        "language": "Language",
    },
    "nl": {
        "title": "De publieke dataset",
        "about": "Alles hier is goedgekeurd door een mens van het archief dat het item bezit. "
        "Waarover niemand besliste, zit in geen enkel getal op deze pagina.",
        "data": "Deze pagina als data",
        "endpoint": "SPARQL-eindpunt",
        "licence": "Licentie",
        "dumps": "Dumps",
        "vocabularies": "Vocabularia",
        "examples": "Voorbeelden",
        "triples": "Triples",
        "entities": "Dingen",
        "classes": "Klassen",
        "properties": "Eigenschappen",
        "class": "Klasse",
        "property": "Eigenschap",
        "unknown": "Hij is te groot om te tellen in de tijd die een vraag krijgt.",
        "language": "Taal",
    },
    "fr": {
        "title": "Le jeu de données public",
        "about": "Tout ici a été approuvé par une personne de l'archive à qui appartient l'objet. "
        "Ce que personne n'a décidé ne compte dans aucun nombre de cette page.",
        "data": "Cette page en données",
        "endpoint": "Point d'accès SPARQL",
        "licence": "Licence",
        "dumps": "Exports complets",
        "vocabularies": "Vocabulaires",
        "examples": "Exemples",
        "triples": "Triplets",
        "entities": "Choses",
        "classes": "Classes",
        "properties": "Propriétés",
        "class": "Classe",
        "property": "Propriété",
        "unknown": "Il est trop grand pour être compté dans le temps accordé à une requête.",
        "language": "Langue",
    },
}


def void_values(dataset: Dataset, lang: str) -> dict[str, object]:
    """Return what the template `void.html` shows."""
    figures = dataset.figures
    return {
        "t": WORDS[lang],
        "languages": LANGUAGES,
        "path": PATH,
        "dataset": dataset,
        "figures": figures,
        "alternates": alternates(),
        "examples": [(iri, link(iri)) for iri in dataset.examples()],
        "classes": [(share, short_name(share.iri)) for share in figures.classes] if figures else [],
        "properties": [(share, short_name(share.iri)) for share in figures.properties] if figures else [],
    }

"""What the pages call things, in the languages of `pages.LANGUAGES`: English, Dutch, French."""

from __future__ import annotations

from give_ld.api.pages import LANGUAGES
from give_ld.rdf import namespaces as names
from give_ld.store.answers import PREFIXES

_PAGE = {
    "why": (
        "Why is this here, and who said so?",
        "Waarom staat dit hier, en wie zei dat?",
        "Pourquoi est-ce ici, et qui l'a dit ?",
    ),
    "why_short": ("why?", "waarom?", "pourquoi ?"),
    "referrers": ("Named by", "Genoemd door", "Nommé par"),
    "more": (
        "There are more; ask for them with",
        "Er zijn er meer; vraag ze op met",
        "Il y en a d'autres ; demandez-les avec",
    ),
    "alternates": ("This page as data:", "Deze pagina als data:", "Cette page comme données :"),
    "uncalibrated": ("not calibrated", "niet gekalibreerd", "non calibré"),
    "confidence": ("{} % (calibrated)", "{} % (gekalibreerd)", "{} % (calibré)"),
}
_PROPERTIES = {
    names.RDF + "type": ("type", "type", "type"),
    names.RDFS + "label": ("label", "label", "libellé"),
    names.SCHEMA + "name": ("name", "naam", "nom"),
    names.SCHEMA + "mentions": ("mentions", "vermeldt", "mentionne"),
    names.SCHEMA + "about": ("is about", "gaat over", "porte sur"),
    names.SCHEMA + "keywords": ("keywords", "trefwoorden", "mots-clés"),
    names.SCHEMA + "text": ("words", "woorden", "mots"),
    names.SCHEMA + "identifier": ("identifier", "identificatie", "identifiant"),
    names.SCHEMA + "license": ("licence", "licentie", "licence"),
    names.SCHEMA + "maintainer": ("archive", "archief", "archive"),
    names.SCHEMA + "sameAs": ("same as", "zelfde als", "identique à"),
    names.SCHEMA + "startTime": ("from", "van", "de"),
    names.SCHEMA + "endTime": ("until", "tot", "à"),
    names.SCHEMA + "inLanguage": ("language", "taal", "langue"),
    names.SCHEMA + "transcript": ("transcript", "transcriptie", "transcription"),
    names.SCHEMA + "version": ("version", "versie", "version"),
    names.SCHEMA + "birthDate": ("born", "geboren", "naissance"),
    names.SCHEMA + "deathDate": ("died", "overleden", "décès"),
    names.SKOS + "prefLabel": ("label", "label", "libellé"),
    names.EBUCORE + "annotationType": ("kind of annotation", "soort annotatie", "type d'annotation"),
    names.EBUCORE + "annotationConfidence": ("confidence", "zekerheid", "certitude"),
    names.EBUCORE + "annotationCurationDateTime": ("decided", "beslist", "décidé"),
    names.EBUCORE + "hasAnnotationRelatedArtefact": ("about", "over", "au sujet de"),
    names.EBUCORE + "isAnnotatedMediaResource": ("fragment", "fragment", "fragment"),
    names.EBUCORE + "hasAnnotationTarget": ("file", "bestand", "fichier"),
    names.NIF + "anchorOf": ("words", "woorden", "mots"),
    names.PROV + "wasAttributedTo": ("said by", "gezegd door", "dit par"),
    names.PROV + "generatedAtTime": ("made", "gemaakt", "fait"),
    names.PROV + "wasDerivedFrom": ("derived from", "afgeleid van", "dérivé de"),
}
_OUR_PROPERTIES = {
    "item": ("item", "item", "objet"),
    "rawScore": ("raw score", "ruwe score", "score brut"),
    "scoreKind": ("kind of score", "soort score", "type de score"),
    "calibrator": ("calibrated by", "gekalibreerd door", "calibré par"),
    "status": ("status", "status", "statut"),
    "tagType": ("type of tag", "soort trefwoord", "type de mot-clé"),
    "validatedBy": ("approved by", "goedgekeurd door", "approuvé par"),
}


def page_words(lang: str) -> dict[str, str]:
    """Return the words of the pages themselves."""
    place = LANGUAGES.index(lang)
    return {name: words[place] for name, words in _PAGE.items()}


def property_word(iri: str, base: str, lang: str) -> str:
    """Return what a page calls a property: a word, or else its short name."""
    own = iri.removeprefix(f"{base}/ns#")
    words = _PROPERTIES.get(iri) or _OUR_PROPERTIES.get(own)
    return words[LANGUAGES.index(lang)] if words else short_name(iri)


def short_name(iri: str) -> str:
    """Return an IRI with a prefix for its start, or only its last part."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and len(iri) > len(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2] or iri

"""What the pages call things, in the languages of `pages.LANGUAGES`: English first, then Dutch."""

from __future__ import annotations

from give_ld.rdf import namespaces as names
from give_ld.store.answers import PREFIXES

_PAGE = {
    "why": ("Why is this here, and who said so?", "Waarom staat dit hier, en wie zei dat?"),
    "why_short": ("why?", "waarom?"),
    "referrers": ("Named by", "Genoemd door"),
    "more": ("There are more; ask for them with", "Er zijn er meer; vraag ze op met"),
    "alternates": ("This page as data:", "Deze pagina als data:"),
    "uncalibrated": ("not calibrated", "niet gekalibreerd"),
    "confidence": ("{} % (calibrated)", "{} % (gekalibreerd)"),
}
_PROPERTIES = {
    names.RDF + "type": ("type", "type"),
    names.RDFS + "label": ("label", "label"),
    names.SCHEMA + "name": ("name", "naam"),
    names.SCHEMA + "mentions": ("mentions", "vermeldt"),
    names.SCHEMA + "about": ("is about", "gaat over"),
    names.SCHEMA + "keywords": ("keywords", "trefwoorden"),
    names.SCHEMA + "text": ("words", "woorden"),
    names.SCHEMA + "identifier": ("identifier", "identificatie"),
    names.SCHEMA + "license": ("licence", "licentie"),
    names.SCHEMA + "maintainer": ("archive", "archief"),
    names.SCHEMA + "sameAs": ("same as", "zelfde als"),
    names.SCHEMA + "startTime": ("from", "van"),
    names.SCHEMA + "endTime": ("until", "tot"),
    names.SCHEMA + "inLanguage": ("language", "taal"),
    names.SCHEMA + "transcript": ("transcript", "transcriptie"),
    names.SCHEMA + "version": ("version", "versie"),
    names.SCHEMA + "birthDate": ("born", "geboren"),
    names.SCHEMA + "deathDate": ("died", "overleden"),
    names.SKOS + "prefLabel": ("label", "label"),
    names.EBUCORE + "annotationType": ("kind of annotation", "soort annotatie"),
    names.EBUCORE + "annotationConfidence": ("confidence", "zekerheid"),
    names.EBUCORE + "annotationCurationDateTime": ("decided", "beslist"),
    names.EBUCORE + "hasAnnotationRelatedArtefact": ("about", "over"),
    names.EBUCORE + "isAnnotatedMediaResource": ("fragment", "fragment"),
    names.EBUCORE + "hasAnnotationTarget": ("file", "bestand"),
    names.NIF + "anchorOf": ("words", "woorden"),
    names.PROV + "wasAttributedTo": ("said by", "gezegd door"),
    names.PROV + "generatedAtTime": ("made", "gemaakt"),
    names.PROV + "wasDerivedFrom": ("derived from", "afgeleid van"),
}
_OUR_PROPERTIES = {
    "item": ("item", "item"),
    "rawScore": ("raw score", "ruwe score"),
    "scoreKind": ("kind of score", "soort score"),
    "calibrator": ("calibrated by", "gekalibreerd door"),
    "status": ("status", "status"),
    "tagType": ("type of tag", "soort trefwoord"),
    "validatedBy": ("approved by", "goedgekeurd door"),
}


def page_words(lang: str) -> dict[str, str]:
    """Return the words of the pages themselves."""
    return {name: words[lang == "nl"] for name, words in _PAGE.items()}


def property_word(iri: str, base: str, lang: str) -> str:
    """Return what a page calls a property: a word, or else its short name."""
    own = iri.removeprefix(f"{base}/ns#")
    words = _PROPERTIES.get(iri) or _OUR_PROPERTIES.get(own)
    return words[lang == "nl"] if words else short_name(iri)


def short_name(iri: str) -> str:
    """Return an IRI with a prefix for its start, or only its last part."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and len(iri) > len(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2] or iri

"""How one resource looks on a page: its properties in words, its neighbours by their labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote, urlencode

from pyoxigraph import Literal, NamedNode, Triple

from give_ld.api.pages.words import page_words, property_word, short_name
from give_ld.rdf import namespaces as names

_LABELS = (names.SKOS + "prefLabel", names.SCHEMA + "name", names.RDFS + "label")
_CONFIDENCE = names.EBUCORE + "annotationConfidence"
_FRAGMENT = names.EBUCORE + "isAnnotatedMediaResource"
_ANNOTATION = names.EBUCORE + "Annotation"
# What stands in the graph because of an annotation; everything else the archive itself says.
_FACTS = frozenset(
    {
        names.SCHEMA + "mentions",
        names.SCHEMA + "about",
        names.SCHEMA + "keywords",
        names.HA_OBJECT + "hasTranscriptionCopy",
        names.EBUCORE + "hasCaptioning",
    }
)


@dataclass(frozen=True)
class Entry:
    """A value on the page: its text, the language of the text, where it leads, and where it says why it is here."""

    text: str
    lang: str | None = None
    href: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class PropertyRow:
    """A property in words with its values."""

    iri: str
    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Neighbour:
    """A resource that points here, and by which property."""

    property: str
    text: str
    href: str
    why: str | None = None


class Portrait:
    """The triples around one resource as a page shows them, in one language."""

    def __init__(self, iri: str, triples: Iterable[Triple], base: str, lang: str) -> None:
        self._iri, self._base, self._lang, self._words = iri, base, lang, page_words(lang)
        self._of: dict[str, dict[str, list[Literal | NamedNode]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal | NamedNode):
                self._of[triple.subject.value][triple.predicate.value].append(triple.object)

    def label(self, iri: str) -> str:
        """Return the label of a resource in the language of the page, in another, or else its short name."""
        found = [term for name in _LABELS for term in self._of[iri][name] if isinstance(term, Literal)]
        found.sort(key=lambda term: term.language != self._lang)
        return found[0].value if found else unquote(short_name(iri))

    def values(self) -> dict[str, object]:
        """Return what the template `resource.html` shows, but for referrers and alternates."""
        mine = self._of[self._iri]
        rows = [self._row(name, mine[name]) for name in sorted(mine)]
        annotated = NamedNode(_ANNOTATION) in mine[names.RDF + "type"] if mine else False
        if annotated and _CONFIDENCE not in mine:
            word = property_word(_CONFIDENCE, self._base, self._lang)
            rows.append(PropertyRow(_CONFIDENCE, word, (Entry(self._words["uncalibrated"]),)))
        return {
            "title": self.label(self._iri),
            "iri": self._iri,
            "rows": sorted(rows, key=lambda row: row.label.casefold()),
            "why": "/why?" + urlencode({"annotation": self._iri}) if annotated else None,
            "words": self._words,
        }

    def _row(self, name: str, terms: Sequence[Literal | NamedNode]) -> PropertyRow:
        entries = tuple(self._entry(name, term) for term in sorted(terms, key=str))
        return PropertyRow(name, property_word(name, self._base, self._lang), entries)

    def _entry(self, name: str, term: Literal | NamedNode) -> Entry:
        if isinstance(term, NamedNode):
            text = self._fragment(term.value) if name == _FRAGMENT else self.label(term.value)
            return Entry(text, href=link(term.value), why=self._why(name, term.value))
        if name == _CONFIDENCE:
            return Entry(self._words["confidence"].format(_percent(term.value)))
        return Entry(term.value, lang=term.language, why=self._why(name, str(term)))

    def _why(self, name: str, value: str) -> str | None:
        return why_of(self._iri, name, value)

    def _fragment(self, iri: str) -> str:
        of = self._of[iri]
        parts = [self._first(of, names.SCHEMA + name) for name in ("startTime", "endTime")]
        span = " → ".join(part for part in parts if part)
        box = [self._first(of, names.EBUCORE + name) for name in ("regionDelimX", "regionDelimY", "width", "height")]
        place = f"x {box[0]}, y {box[1]}, {box[2]} × {box[3]} px" if all(box) else ""  # noqa: RUF001 - the sign for times
        return "; ".join(part for part in (span, place) if part) or self.label(iri)

    def _first(self, of: dict[str, list[Literal | NamedNode]], name: str) -> str:
        return of[name][0].value if of[name] else ""


def why_of(subject: str, name: str, value: str) -> str | None:
    """Return where it says why a triple is here; None for one that rests on no annotation."""
    return "/why?" + urlencode({"s": subject, "p": name, "o": value}) if name in _FACTS else None


def link(iri: str) -> str | None:
    """Return where a link to a resource leads: nowhere but to the web."""
    return iri if iri.startswith(("http://", "https://")) else None


def _percent(value: str) -> str:
    try:
        return f"{Decimal(value) * 100:.1f}".removesuffix(".0")
    except InvalidOperation:
        return value

"""Where names stand in a text: a recogniser for the language, if there is one, and a gazetteer that is always on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from give_ld.model.annotation import EntityType
from give_ld.model.run import ModelFile
from pipeline.weights import WeightsOnDisk

_TYPES = {
    "PERSON": EntityType.PERSON,
    "PER": EntityType.PERSON,
    "GPE": EntityType.PLACE,
    "LOC": EntityType.PLACE,
    "FAC": EntityType.PLACE,
    "ORG": EntityType.ORGANISATION,
}
PIECE_CHARACTERS = 50_000  # that a recogniser reads at a time; an hour of speech
_NOT_NEEDED = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer")
# What recognisers take along and no name begins or ends with.
_BEFORE = re.compile(r"^(?:(?:the|le|la|les|de|het|een|an|a)\s+|l['\u2019]|[\s\W]+)", re.IGNORECASE)
_AFTER = re.compile(r"(?:['\u2019]s|[\s\W]+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """A name: code points `begin` to `end` of the text; `type` is the recogniser's guess, None from the gazetteer."""

    begin: int
    end: int
    type: EntityType | None = None

    @property
    def length(self) -> int:
        """How many code points the name has."""
        return self.end - self.begin


class NerBackend(Protocol):
    """What finds names of people, places and organisations in text of one language."""

    @property
    def model(self) -> ModelFile:
        """The weights, as the provenance names them."""

    def spans(self, text: str) -> list[Span]:
        """Return the names in the text, each with its type."""


class SpacyRecogniser:
    """A spaCy pipeline of which only the entity recogniser is run; it is loaded with the first text."""

    def __init__(self, weights: WeightsOnDisk) -> None:
        self._weights = weights
        self.model = weights.model_files()[0]

    @cached_property
    def _nlp(self) -> Any:  # noqa: ANN401 - spaCy's own types are not exported
        import spacy

        return spacy.load(self._weights.checked().directory, exclude=list(_NOT_NEEDED))

    def spans(self, text: str) -> list[Span]:
        """Return the people, places and organisations that the recogniser finds."""
        found = []
        for start, piece in pieces(text):
            entities = (trimmed(piece, entity) for entity in self._nlp(piece).ents if entity.label_ in _TYPES)
            found += [Span(start + each.begin, start + each.end, each.type) for each in entities if each is not None]
        return found


class Gazetteer:
    """Known names as they are written; a name of several words also counts in another case."""

    def __init__(self, names: Iterable[str]) -> None:
        import spacy
        from spacy.matcher import PhraseMatcher

        self._nlp = spacy.blank("xx")
        self._matchers = [PhraseMatcher(self._nlp.vocab, attr=attribute) for attribute in ("ORTH", "LOWER")]
        for name in sorted(set(names)):
            pattern = self._nlp.make_doc(name)
            if len(pattern) == 0:
                continue
            self._matchers[0].add(name, [pattern])
            # One word alone may be a common one, so its capitals count.
            if len(name.split()) > 1:
                self._matchers[1].add(name, [pattern])

    def spans(self, text: str) -> list[Span]:
        """Return every place where a known name stands; they may overlap."""
        self._nlp.max_length = max(self._nlp.max_length, len(text) + 1)
        doc = self._nlp.make_doc(text)
        found = [doc[start:end] for matcher in self._matchers for _, start, end in matcher(doc)]
        return sorted({Span(match.start_char, match.end_char) for match in found}, key=lambda span: span.begin)


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield a text in pieces that end at a space, each with where it begins: memory grows with a piece, not a text."""
    begin = 0
    while len(text) - begin > PIECE_CHARACTERS:
        end = text.rfind(" ", begin, begin + PIECE_CHARACTERS) + 1 or begin + PIECE_CHARACTERS
        yield begin, text[begin:end]
        begin = end
    yield begin, text[begin:]


def trimmed(text: str, entity: Any) -> Span | None:  # noqa: ANN401
    """Return the span of an entity of spaCy without article, genitive and punctuation; None if nothing is left."""
    begin, end = int(entity.start_char), int(entity.end_char)
    while match := _BEFORE.match(text[begin:end]):
        begin += match.end()
    while match := _AFTER.search(text[begin:end]):
        end = begin + match.start()
    return Span(begin, end, _TYPES[entity.label_]) if end > begin else None


def resolve(known: Iterable[Span], recognised: Iterable[Span]) -> list[Span]:
    """Return spans that do not overlap, in order: the longer one wins, between equals the gazetteer's."""
    taken: list[Span] = []
    for span in sorted([*known, *recognised], key=lambda span: (-span.length, span.type is not None, span.begin)):
        if all(span.end <= other.begin or other.end <= span.begin for other in taken):
            taken.append(span)
    return sorted(_with_types(taken, list(recognised)), key=lambda span: span.begin)


def _with_types(spans: Iterable[Span], recognised: list[Span]) -> Iterator[Span]:
    """Give a span of the gazetteer the type that the recogniser gave the same words."""
    types = {(span.begin, span.end): span.type for span in recognised}
    for span in spans:
        yield Span(span.begin, span.end, span.type or types.get((span.begin, span.end)))

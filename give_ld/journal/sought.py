"""By what an erased person is known again, once nothing but digests under the secret of the instance is left."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from give_ld.model.annotation import EntityMention, FaceMatch, SpeakerSegment, Tag, UnknownFace
from give_ld.model.erasure import Erasure, ErasureKind
from give_ld.model.event import Proposal

_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_BLACK = "█"
_PURPOSE = b"erased "


@dataclass(frozen=True)
class Sought:
    """Names, identifiers and IRIs as digests of their words: without accents, capitals or what stands between words."""

    secret: bytes
    digests: frozenset[str]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, secret: bytes, values: Iterable[str]) -> Sought:
        """Return what is sought when these values are."""
        words = {tuple(_words(value)) for value in values} - {()}
        digests = frozenset(_digest(secret, each) for each in words)
        return cls(secret, digests, tuple(sorted({len(each) for each in words})))

    @classmethod
    def again(cls, secret: bytes, erasures: Iterable[Erasure]) -> Sought:
        """Return what was sought by erasures of persons; the name of a user may be anybody's."""
        persons = [each for each in erasures if each.kind is not ErasureKind.USER]
        digests = frozenset(digest for each in persons for digest in each.sought)
        return cls(secret, digests, tuple(sorted({length for each in persons for length in each.lengths})))

    def __bool__(self) -> bool:
        return bool(self.digests)

    def meets(self, *values: str | None) -> bool:
        """Return whether one of the values, as a whole, is sought."""
        return any(_digest(self.secret, _words(value)) in self.digests for value in values if value)

    def finds(self, text: str) -> bool:
        """Return whether something that is sought stands in a text."""
        return next(self._spans(text), None) is not None

    def redact(self, text: str) -> str:
        """Return the text with what is sought made black, as long as it was."""
        for begin, end in list(self._spans(text)):
            black = "".join(each if each.isspace() else _BLACK for each in text[begin:end])
            text = text[:begin] + black + text[end:]
        return text

    def names(self, said: Proposal) -> bool:
        """Return whether a guess is about whom is sought; a bare name counts where it is linked to nobody."""
        guess = said.annotation
        known = [said.iri, said.person, said.meant]
        match guess:
            case FaceMatch(person=person):
                known.append(person)
            case EntityMention(entity=entity):
                known += [entity] if entity or said.meant else [guess.text, guess.label]
            case Tag(concept=concept):
                known += [concept] if concept else [guess.text]
            case UnknownFace(cluster=cluster):
                known.append(str(cluster))
            case SpeakerSegment(voice=voice):
                known.append(str(voice))
        return self.meets(*known)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        if not self.digests:
            return
        found = list(_WORD.finditer(text))
        folded = [_fold(each.group()) for each in found]
        for length in self.lengths:
            for first in range(len(found) - length + 1):
                if _digest(self.secret, folded[first : first + length]) in self.digests:
                    yield found[first].start(), found[first + length - 1].end()


def _fold(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word)
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()


def _words(value: str) -> list[str]:
    return [_fold(each) for each in _WORD.findall(value)]


def _digest(secret: bytes, words: Sequence[str]) -> str:
    return hmac.digest(secret, _PURPOSE + " ".join(words).encode(), "sha256").hex()

"""How alike two names are when one of them was heard, not read: Dutch spelling, phonetics and edit distance."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

# Letters that Unicode does not decompose.
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"})
# Dutch spellings of one sound, applied in this order: Verhofstadt and Verhofstad, Merckx and Merks become one.
_SOUNDS = (
    *(("sch", "sg"), ("ch", "g"), ("cks", "ks"), ("ck", "k"), ("dt", "t"), ("th", "t"), ("ph", "f"), ("qu", "kw")),
    *(("x", "ks"), ("ij", "ei"), ("y", "ei"), ("ae", "a"), ("oe", "u"), ("ou", "au"), ("ui", "ei"), ("uy", "ei")),
    *(("eu", "u"), ("ie", "i"), ("ee", "e"), ("aa", "a"), ("oo", "o"), ("uu", "u"), ("c", "k"), ("z", "s")),
    *(("v", "f"), ("w", "f"), ("b", "p"), ("d", "t"), ("gh", "g")),
)
_DOUBLED = re.compile(r"(.)\1+")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_VOWELS = re.compile("[aeiou]")

_JARO_WINKLER, _EDITS, _SOUND = 0.35, 0.35, 0.30


def norm(name: str) -> str:
    """Return the name in lower case, without accents and punctuation, its words apart by one space."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    return " ".join(_NOT_A_WORD.sub(" ", "".join(c for c in letters if not unicodedata.combining(c))).split())


def phon(name: str) -> str:
    """Return a key that names of one Dutch pronunciation share: consonants, and the vowel a word begins with."""
    return "".join(_sound(word) for word in norm(name).split())


def score(query: str, name: str) -> float:
    """Return how alike two names are, 0 to 1; 1 means the same up to case, accents and punctuation."""
    heard, known = norm(query), norm(name)
    if not heard or not known:
        # A script that the rules do not cover: only the very same name counts.
        return float(bool(query.strip()) and query.strip() == name.strip())
    if heard == known:
        return 1.0
    alike = (
        _JARO_WINKLER * JaroWinkler.similarity(heard, known)
        + _EDITS * fuzz.ratio(heard, known) / 100
        + _SOUND * fuzz.ratio(phon(query), phon(name)) / 100
    )
    return round(alike, 4)


def _sound(word: str) -> str:
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    word = _DOUBLED.sub(r"\1", word)
    if word.endswith("s") and len(word) > 4:  # the genitive: Clijsters' and Clijsters
        word = word[:-1]
    return word[0] + _VOWELS.sub("", word[1:])

"""Which of some names that are at hand, such as those of the reference set, is most like one that was heard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from give_ld.kb.names import norm, phon, score

# How many names of like spelling are scored for each candidate asked for.
_NAMES_PER_CANDIDATE = 4


@dataclass(frozen=True)
class Hit:
    """What a name stands for, the name as it was given, and how alike it is to the one sought (0 to 1)."""

    key: str
    name: str
    score: float


class NameTable:
    """Names in memory, found as the knowledge base finds its own: by spelling and by sound."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Hold pairs of a key and a name; a key may have several names."""
        self._names = tuple(names)
        self._by_part: defaultdict[str, list[int]] = defaultdict(list)
        for at, (_, name) in enumerate(self._names):
            for part in _parts(name):
                self._by_part[part].append(at)

    def candidates(self, name: str, limit: int = 30) -> list[Hit]:
        """Return at most `limit` keys, each with the name that is most alike, the most alike first."""
        shared = Counter(at for part in _parts(name) for at in self._by_part.get(part, ()))
        nearest = sorted(shared, key=lambda at: (-shared[at], at))[: limit * _NAMES_PER_CANDIDATE]
        hits = [Hit(key, known, score(name, known)) for key, known in (self._names[at] for at in nearest)]
        best: dict[str, Hit] = {}
        for hit in sorted(hits, key=lambda hit: (-hit.score, hit.key, hit.name)):
            best.setdefault(hit.key, hit)
        return list(best.values())[:limit]


def _parts(name: str) -> set[str]:
    """Return what names of like spelling or sound share: the whole, its sound, and each three letters of it."""
    key = norm(name)
    return {f"={key}", f"~{phon(name)}", *(key[at : at + 3] for at in range(len(key) - 2))} if key else {f"={name}"}

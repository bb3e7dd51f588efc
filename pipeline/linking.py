"""Whom or what a name means: an entity of Wikidata, a reference person, or nobody that is known (NIL)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from give_ld.kb.base import KnowledgeBase
from give_ld.kb.table import NameTable
from give_ld.model.annotation import EntityType, LinkCandidate
from give_ld.model.person import SnapshotPerson

MIN_SCORE = 0.93  # of names.score; below it a name means nobody that is known
MIN_SUGGESTED_SCORE = 0.7
MAX_CANDIDATES = 5
_SOUGHT = 30


@dataclass(frozen=True)
class Target:
    """What a name may mean: `entity`, `person` (a reference person) or both, with a label and its language."""

    label: str
    language: str
    type: EntityType
    score: float
    entity: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class Link:
    """The answer to one name: a target, or None for NIL; `score` is that of the best; `others` are suggestions."""

    target: Target | None
    score: float
    others: tuple[LinkCandidate, ...]


class Linker:
    """Links names to a knowledge base and to the persons of a reference set."""

    def __init__(self, kb: KnowledgeBase, persons: Sequence[SnapshotPerson] = ()) -> None:
        self._kb = kb
        self._persons = {person.id: person for person in persons}
        self._by_entity = {person.wikidata: person for person in persons if person.wikidata}
        self._names = NameTable((person.id, name) for person in persons for name in (person.name, *person.aliases))

    def names(self) -> Iterable[str]:
        """Return every name that can be linked, for a gazetteer."""
        yield from (label.text for label in self._kb.labels())
        for person in self._persons.values():
            yield from (person.name, *person.aliases)

    def link(self, name: str) -> Link:
        """Return what the name means; NIL where nothing is alike enough, or two are equally alike."""
        targets = self._targets(name)
        if not targets:
            return Link(None, 0.0, ())
        best, *rest = targets
        sure = best.score >= MIN_SCORE and not (rest and rest[0].score == best.score)
        others = rest if sure else targets
        return Link(best if sure else None, best.score, _suggestions(others))

    def _targets(self, name: str) -> list[Target]:
        found: dict[str, Target] = {}
        known = [
            Target(each.entity.label, each.entity.language, each.entity.type, each.score, each.entity.qid)
            for each in self._kb.candidates(name, _SOUGHT)
        ]
        for target in (*map(self._as_person, known), *self._reference(name)):
            key = target.person or target.entity or ""
            if key not in found or target.score > found[key].score:
                found[key] = target
        return sorted(found.values(), key=_rank)

    def _reference(self, name: str) -> list[Target]:
        hits = self._names.candidates(name, _SOUGHT)
        return [_person_target(self._persons[hit.key], hit.score) for hit in hits]

    def _as_person(self, target: Target) -> Target:
        """Return the reference person that an entity is, or the entity as it was."""
        person = self._by_entity.get(target.entity or "")
        return target if person is None else _person_target(person, target.score)


def _person_target(person: SnapshotPerson, score: float) -> Target:
    return Target(person.name, person.language, EntityType.PERSON, score, person.wikidata, person.id)


def _rank(target: Target) -> tuple[float, bool, int, str]:
    return (-target.score, target.person is None, int((target.entity or "Q0")[1:]), target.person or "")


def _suggestions(targets: Iterable[Target]) -> tuple[LinkCandidate, ...]:
    alike = [target for target in targets if target.entity and target.score >= MIN_SUGGESTED_SCORE]
    return tuple(
        LinkCandidate(entity=target.entity, label=target.label, score=target.score)
        for target in alike[:MAX_CANDIDATES]
        if target.entity
    )

"""Which guesses persons said are wrong, and which others say the same of the same place."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, exists, or_, select

from give_ld.journal import tables as t
from give_ld.journal.lookups import find_person
from give_ld.model.annotation import EntityMention
from give_ld.model.event import Proposal


@dataclass(frozen=True)
class Saying:
    """What a guess says of which place, and what became of it; `replaced_by` as in `Known`."""

    proposal: Proposal
    status: str
    decided: bool
    refuted: bool
    said_by: str
    replaced_by: str | None
    rejected_before: bool

    @property
    def iri(self) -> str:
        """Return the IRI of the guess."""
        return self.proposal.iri

    def says_the_same(self, other: Proposal) -> bool:
        """Return whether another guess says the same of the same place: an overlapping fragment, or the same words."""
        mine, theirs = self.proposal.annotation, other.annotation
        if mine.kind != theirs.kind or not set(self.proposal.also_known_as) & set(other.also_known_as):
            return False
        if mine.fragment.overlaps(theirs.fragment):
            return True
        return isinstance(mine, EntityMention) and isinstance(theirs, EntityMention) and _share_words(mine, theirs)


def _share_words(one: EntityMention, other: EntityMention) -> bool:
    if one.begin is None or one.end is None or other.begin is None or other.end is None:
        return False
    return one.transcript == other.transcript and min(one.end, other.end) > max(one.begin, other.begin)


# A person said that a guess is wrong: it was rejected, or something else stands in its place.
_RIGHT = t.annotation.alias()
_REPLACED = exists().where(_RIGHT.c.corrects == t.annotation.c.iri, _RIGHT.c.status == "approved")
_IS_REFUTED = or_(t.annotation.c.status == "rejected", _REPLACED)
_SAYINGS = (
    select(
        *t.annotation.c["body", "status", "decided", "said_by", "replaced_by", "rejected_before"],
        _IS_REFUTED.label("refuted"),
    )
    .where(
        t.annotation.c.partner == bindparam("partner"),
        t.annotation.c.file == bindparam("file"),
        t.annotation.c.kind.in_(bindparam("kinds", expanding=True)),
        t.annotation.c.subject.in_(bindparam("subjects", expanding=True)),
    )
    .order_by(t.annotation.c.seq, t.annotation.c.iri)
)


def has_refuted(db: Connection, partner: str, file: str) -> bool:
    """Return whether the partner said of anything about a file that it is wrong."""
    where = (t.annotation.c.partner == partner, t.annotation.c.file == file)
    return bool(db.scalar(select(exists().where(*where, _IS_REFUTED))))


def sayings(db: Connection, partner: str, file: str, proposals: Collection[Proposal]) -> list[Saying]:
    """Return what is said of a file, by anybody, about the subjects of these guesses, themselves included."""
    kinds = sorted({each.annotation.kind for each in proposals})
    asked = {"partner": partner, "file": file, "kinds": kinds, "subjects": sorted(_subjects(db, proposals))}
    return [
        Saying(
            Proposal.model_validate_json(row.body),
            row.status,
            row.decided,
            bool(row.refuted),
            row.said_by,
            row.replaced_by,
            row.rejected_before,
        )
        for row in db.execute(_SAYINGS, asked)
    ]


def refuter(said: Iterable[Saying], proposal: Proposal) -> str | None:
    """Return the guess that a person said is wrong and that says the same as this one, or None."""
    return next((each.iri for each in said if each.refuted and each.says_the_same(proposal)), None)


def _subjects(db: Connection, proposals: Iterable[Proposal]) -> set[str]:
    found: set[str] = set()
    for proposal in proposals:
        found.update(proposal.also_known_as)
        guess = proposal.annotation
        # A guess may be newer than the admission of the person whom an older one knows as an entity.
        meant = find_person(db, wikidata=guess.entity) if isinstance(guess, EntityMention) and guess.entity else None
        found |= {meant.iri} if meant else set()
    return found

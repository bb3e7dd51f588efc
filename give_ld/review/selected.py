"""Which guesses a person means who speaks of many at once, and in which state the person saw them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from give_ld.errors import TooLarge
from give_ld.journal import tables as t
from give_ld.journal.pending import Wanted, conditions, counts_of
from give_ld.model.annotation import UnknownFace
from give_ld.model.bulk import MOST, Band, Cluster, Group, Picked, Selection
from give_ld.model.decision import Known
from give_ld.model.event import Proposal
from give_ld.model.parts import in_parts
from give_ld.model.status import Status


@dataclass(frozen=True)
class Selected:
    """Versions by IRI, what is not among the partner's guesses, and how many were passed over, by status or why."""

    iris: dict[str, int]
    unknown: tuple[str, ...] = ()
    passed_over: dict[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return what tells this selection in this state from any other."""
        rows = (f"{iri} {version}\n" for iri, version in sorted(self.iris.items()))
        return hashlib.sha256("".join((*rows, *self.unknown)).encode()).hexdigest()


def selected(db: Connection, partner: str, selection: Selection, status: Status) -> Selected:
    """Return the guesses of a partner that a person means: picked ones whatever their status, others in this status.

    Raises:
        TooLarge: they are too many for one decision.
    """
    if isinstance(selection, Picked):
        return _picked(db, partner, selection)
    wanted = _wanted(partner, selection, status)
    query = select(*t.annotation.c["iri", "version"]).where(*conditions(wanted)).limit(MOST + 1)
    found = {row.iri: row.version for row in db.execute(query)}
    if len(found) > MOST:
        message = f"this is about more than {MOST} guesses; narrow it by item, subject or confidence"
        raise TooLarge(message, rule="bulk-size")
    return Selected(found, passed_over=_passed_over(db, wanted, selection))


def same_as(known: Known) -> Group | Cluster:
    """Return what selects all guesses of one kind about the same as a guess."""
    guess = known.annotation
    if isinstance(guess, UnknownFace):
        return Cluster(cluster=guess.cluster)
    subject = Proposal(iri=known.iri, annotation=guess, person=known.person).subject
    return Group(kind=guess.kind, subject=subject)


def _picked(db: Connection, partner: str, selection: Picked) -> Selected:
    found: dict[str, int] = {}
    for some in in_parts(selection.annotations):
        query = select(*t.annotation.c["iri", "version"]).where(t.annotation.c.iri.in_(some))
        found |= {row.iri: row.version for row in db.execute(query.where(t.annotation.c.partner == partner))}
    return Selected(found, tuple(iri for iri in selection.annotations if iri not in found))


def _wanted(partner: str, selection: Group | Cluster | Band, status: Status) -> Wanted:
    if isinstance(selection, Cluster):
        return Wanted(partner, status, kind="face-unknown", topic=str(selection.cluster))
    wanted = Wanted(partner, status, kind=selection.kind, topic=selection.subject, item=selection.item)
    if isinstance(selection, Group):
        return wanted
    return Wanted(
        partner,
        status,
        kind=selection.kind,
        topic=selection.subject,
        item=selection.item,
        low=selection.low,
        high=selection.high,
    )


def _passed_over(db: Connection, wanted: Wanted, selection: Group | Cluster | Band) -> dict[str, int]:
    """Return how many of the same kind and subject the decision is not about, by status; for a band, uncalibrated."""
    found = {status: n for status, n in counts_of(db, wanted).items() if status != wanted.status}
    if isinstance(selection, Band):
        unsure = Wanted(wanted.partner, wanted.status, kind=wanted.kind, topic=wanted.topic, item=wanted.item)
        query = select(func.count()).select_from(t.annotation).where(*conditions(unsure), t.annotation.c.rank < 0)
        if count := db.scalar(query):
            found["uncalibrated"] = count
    return found

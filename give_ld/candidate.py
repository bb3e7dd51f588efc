"""What a line of a source would add, once the gate lets it in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from give_ld.biometrics.vault import Fingerprint
from give_ld.model.annotation import Annotation
from give_ld.model.decision import Known
from give_ld.model.event import Proposal, Supersession
from give_ld.model.run import Run
from give_ld.model.status import Status
from give_ld.source import Draft


@dataclass(frozen=True)
class Line:
    """One line of a source that is a record."""

    number: int
    raw: bytes
    record: Run | Annotation
    item: str
    draft: Draft | None


@dataclass(frozen=True)
class Candidate:
    """A line that passed its own checks, as the event that it may become and the quads that it would add.

    `rejected` is the guess that a person rejected before, if this one says the same.
    """

    line: Line
    payload: Run | Proposal
    lines: Collection[str]
    fingerprint: Fingerprint | None = None
    rejected: str | None = None
    partner: str = ""

    @property
    def key(self) -> str:
        """Return what tells it from others: the IRI of a guess, or the id of a run."""
        return self.payload.iri if isinstance(self.payload, Proposal) else self.run

    @property
    def run(self) -> str:
        """Return the id of its run."""
        return str(self.payload.id if isinstance(self.payload, Run) else self.payload.annotation.run)


def set_aside(kept: Iterable[Candidate]) -> Iterator[tuple[Supersession, str]]:
    """Yield, with the partner, what is said of guesses that a person rejected before: nobody is asked about them."""
    for each in kept:
        if each.rejected and isinstance(each.payload, Proposal):
            run = each.payload.annotation.run
            yield Supersession(annotation=each.payload.iri, run=run, by=each.rejected, rejected=True), each.partner


def as_set_aside(proposal: Proposal, run: Run, by: str) -> Known:
    """Return a guess as it stands when it is set aside because of a rejection."""
    return Known(
        iri=proposal.iri,
        annotation=proposal.annotation,
        run=run,
        status=Status.SUPERSEDED,
        person=proposal.person,
        replaced_by=by,
    )

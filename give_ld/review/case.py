"""What a decision is judged by: who wants to say what of which guess, and what it may not break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import Connection

from give_ld.config import Settings
from give_ld.errors import BadInput, Conflict
from give_ld.journal.allowed import is_exempt
from give_ld.journal.lookups import find_item, find_person
from give_ld.model.age import was_adult
from give_ld.model.annotation import FaceMatch
from give_ld.model.correction import Right
from give_ld.model.decision import DecisionReason, Known, Role, Validation
from give_ld.model.item import Item, ItemKind
from give_ld.model.status import Status, Verdict
from give_ld.model.user import User
from give_ld.model.visibility import PUBLISHABLE
from give_ld.rdf.iris import Mint
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines
from give_ld.review.context import context_of
from give_ld.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from give_ld.rdf.shacl import Gate


@dataclass(frozen=True)
class Decision:
    """What a person wants to say of a guess; `version` is the state that the person saw, None if not told.

    `ground` is the reason from the list, `right` what a correction says instead; with `force` a colleague's claim
    does not matter.
    """

    annotation: str
    verdict: Verdict
    reason: str = ""
    version: int | None = None
    ground: DecisionReason | None = None
    right: Right | None = None
    force: bool = False


@dataclass(frozen=True)
class Bench:
    """What a decision is judged by: the settings, the gate, what mints IRIs, and what is public already."""

    settings: Settings
    gate: Gate
    mint: Mint
    public: EmbeddedStore


@dataclass(frozen=True)
class Case:
    """One decision before the bench: by whom, about which guess, and when."""

    db: Connection
    bench: Bench
    user: User
    known: Known
    decision: Decision
    at: datetime
    bulk: UUID | None = None

    @cached_property
    def _item(self) -> Item | None:
        return find_item(self.db, self.known.run.partner, self.known.run.item)

    def validation(self, status: Status, undoes: UUID | None = None, of: Known | None = None) -> Validation:
        """Return the decision as it would be journalled: about the guess, or about another one."""
        known = of or self.known
        return Validation(
            id=uuid4(),
            annotation=known.iri,
            partner=known.run.partner,
            user=self.user.id,
            role=Role.ARCHIVIST,
            verdict=self.decision.verdict,
            before=known.status,
            status=status,
            ground=self.decision.ground,
            reason=self.decision.reason,
            undoes=undoes,
            bulk=self.bulk,
            started=self.at,
            ended=self.at,
        )

    def check_age(self, after: Known) -> None:
        """Check that nobody is recognised by face who was not surely of age, unless a recorded decision allows it.

        Raises:
            Conflict: the dates do not say so, or are unknown, and nobody decided otherwise.
        """
        guess, run = after.annotation, after.run
        if not isinstance(guess, FaceMatch) or is_exempt(self.db, guess.person, run.partner, run.item):
            return
        item, admission = self._item, find_person(self.db, iri=guess.person)
        made, born = item.created if item else None, admission.person.birth_date if admission else None
        if not was_adult(made, born):
            known = f"the item is of {made or 'unknown date'}, the person was born {born or 'at an unknown date'}"
            way = "complete the dates, or a reference-set manager decides otherwise: give-ld refset exempt"
            message = f"nobody is recognised in an item from before their 18th birthday: {known}; {way}"
            raise Conflict(message, rule="age")

    def check_publishable(self, after: Known) -> None:
        """Check what a decision would leave against the stricter shapes, whatever the licence is today.

        Raises:
            BadInput: it breaks a shape; nothing is published.
        """
        # The licence may be opened tomorrow, and nobody looks at the guess again then.
        if after.status is Status.APPROVED and after.annotation.kind in PUBLISHABLE:
            item = self._item or unnamed(after)
            check_publishable(self.bench, after, item, context_of(self.db, self.bench.mint, after))


def unnamed(known: Known) -> Item:
    """Return the item of a guess as it stands while the archive has said nothing of it."""
    run = known.run
    return Item(pid=run.item, partner=run.partner, title=run.item, kind=ItemKind.VIDEO)


def check_publishable(bench: Bench, known: Known, item: Item, context: Lines) -> None:
    """Check what the public graph would get against the stricter shapes; `context` is what stands there already.

    Raises:
        BadInput: it breaks a shape; nothing is published.
    """
    lines = frozenset[str]().union(*public_owners(bench.mint, known, item).values())
    # What it shares with others that are public, such as its item and its run, was checked when that came.
    new = bench.public.lacks(lines)
    if violations := [each for each in bench.gate.check_approved(new, context | lines) if each.refuses]:
        raise BadInput(f"cannot be published: {violations[0]}", rule=violations[0].shape)

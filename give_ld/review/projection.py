"""What an event changes in the private and the public graph. Both follow from the journal and can be made again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, exists, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from give_ld.config import Settings
from give_ld.journal import tables as t
from give_ld.journal.chain import Head
from give_ld.journal.journal import Journal
from give_ld.journal.lookups import approved_of_item, find_item, find_known
from give_ld.model.decision import Known, Validation
from give_ld.model.event import Admission, Payload, Proposal, RefsetVersion
from give_ld.model.item import Item, Partner
from give_ld.model.run import Run
from give_ld.model.status import Status
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines
from give_ld.review.visibility import is_public
from give_ld.store.protocol import Store


@dataclass(frozen=True)
class Graphs:
    """The two stores, what mints their IRIs, and which licences are open."""

    private: Store
    public: Store
    mint: Mint
    settings: Settings


class Projection:
    """Brings both graphs to the state of the journal and remembers how far they got."""

    def __init__(self, graphs: Graphs, journal: Journal, mark: Path) -> None:
        self._graphs = graphs
        self._mint = graphs.mint
        self._journal = journal
        self._mark = mark

    def reached(self) -> Head:
        """Return the entry of the journal that both graphs hold."""
        try:
            return Head(**json.loads(self._mark.read_text()))
        except FileNotFoundError:
            return Head()

    def start(self) -> None:
        """Add the vocabulary to both graphs, and catch up with events that a crash left unapplied."""
        vocabulary = mapping.vocabulary_quads(self._mint)
        self._graphs.private.apply((), vocabulary)
        self._graphs.public.apply((), vocabulary)
        self.apply(list(self._journal.events(after=self.reached().seq)))

    def rehearse(self, events: list[tuple[int, Payload]]) -> None:
        """Map what the graphs would get, before the journal keeps it: an event that cannot be mapped must not be kept.

        Raises:
            BadInput: a value cannot stand in a graph.
        """
        for _, payload in events:
            match payload:
                case Item():
                    mapping.item_quads(self._mint, payload)
                case Run():
                    mapping.run_quads(self._mint, payload)
                case Validation():
                    mapping.validation_quads(self._mint, payload)
                case _:
                    self._shared(payload)

    def apply(self, events: list[tuple[int, Payload]]) -> bool:
        """Apply events to both graphs; return whether the public graph may have changed. Twice is the same as once."""
        if not events:
            return False
        with self._journal.writing() as writing:
            changed = [self._apply(writing.db, payload) for _, payload in events]
        self._remember(self._journal.head())
        return any(changed)

    def replay(self, db: Connection, payload: Payload) -> None:
        """Apply one event as part of a rebuild, inside the rebuild's own transaction."""
        self._apply(db, payload)

    def _remember(self, head: Head) -> None:
        temporary = self._mark.with_suffix(".new")
        with temporary.open("w") as file:
            json.dump(vars(head), file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._mark)

    def _apply(self, db: Connection, payload: Payload) -> bool:
        match payload:
            case Item():
                return self._apply_item(db, payload)
            case Proposal():
                return self._apply_state(db, payload.iri)
            case Validation():
                self._private(mapping.validation_quads(self._mint, payload))
                return self._apply_state(db, payload.annotation)
            case Run():
                return self._private(mapping.run_quads(self._mint, payload))
            case Admission():
                self._private(mapping.admission_quads(self._mint, payload))
        return self._both(self._shared(payload))

    def _shared(self, payload: Payload) -> Lines:
        """Return what stands alike in both graphs."""
        match payload:
            case Partner():
                return mapping.partner_quads(self._mint, payload)
            case Admission():
                return mapping.person_quads(self._mint, payload)
            case RefsetVersion():
                return mapping.refset_version_quads(self._mint, payload.header, payload.persons)
        return frozenset()

    def _private(self, lines: Lines) -> bool:
        self._graphs.private.apply((), lines)
        return False

    def _both(self, lines: Lines) -> bool:
        self._private(lines)
        self._graphs.public.apply((), lines)
        return bool(lines)

    def _apply_state(self, db: Connection, iri: str) -> bool:
        known = find_known(db, iri)
        if known is None:
            return False
        now = mapping.annotation_quads(self._mint, known)
        before = frozenset[str]().union(*(mapping.annotation_quads(self._mint, state) for state in _earlier(known)))
        self._graphs.private.apply(before - now, now)
        if not known.validations:
            return False
        self._withdraw(db, known)
        self._publish_if_visible(db, known)
        return True

    def _apply_item(self, db: Connection, item: Item) -> bool:
        mint = self._mint
        graph = mint.names.graph("metadata", item.partner)
        self._graphs.private.remove_subject(graph, mint.item(item.partner, item.pid))
        self._private(mapping.item_quads(mint, item))
        # What the public graph says of the item itself goes first; what stays public says it again below.
        self._graphs.public.remove_subject(mint.names.graph("public", item.partner), mint.item(item.partner, item.pid))
        approved = list(approved_of_item(db, item.partner, item.pid))
        for known in approved:
            self._withdraw(db, known)
        for known in approved:
            self._publish_if_visible(db, known)
        return True

    def _publish_if_visible(self, db: Connection, known: Known) -> None:
        item = find_item(db, known.run.partner, known.run.item)
        if item is None or not is_public(known, item, self._graphs.settings.public_licences):
            return
        graph = self._mint.names.graph("public", known.run.partner)
        for owner, lines in sorted(public_owners(self._mint, known, item).items()):
            row = {"graph": graph, "owner": owner, "annotation": known.iri}
            db.execute(upsert(t.support).values(**row).on_conflict_do_nothing())
            self._graphs.public.apply((), lines)
        self._graphs.public.apply((), mapping.agent_quads(self._mint, known.run))
        stone = {"iri": known.iri, "time": known.validations[-1].ended.isoformat(), "live": True}
        db.execute(upsert(t.tombstone).values(**stone).on_conflict_do_update(index_elements=["iri"], set_=stone))

    def _withdraw(self, db: Connection, known: Known) -> None:
        published = _as_published(known)
        item = find_item(db, known.run.partner, known.run.item)
        rows = db.execute(select(*t.support.c["graph", "owner"]).where(t.support.c.annotation == known.iri)).all()
        if not rows or published is None or item is None:
            return
        db.execute(delete(t.support).where(t.support.c.annotation == known.iri))
        owners = public_owners(self._mint, published, item)
        kept = {row.owner for row in rows if _is_supported(db, row.graph, row.owner)}
        gone = frozenset[str]().union(*(lines for owner, lines in owners.items() if owner not in kept))
        still = frozenset[str]().union(*(lines for owner, lines in owners.items() if owner in kept))
        self._graphs.public.apply(gone - still, ())
        # Another guess may have said more of a node that nothing supports any longer: a label in another language.
        graph = self._mint.names.graph("public", known.run.partner)
        nodes = [owner for owner in owners if owner not in kept and not owner.startswith("fact:")]
        self._graphs.public.remove_subjects(graph, nodes)
        db.execute(update(t.tombstone).where(t.tombstone.c.iri == known.iri).values(live=False))


def _is_supported(db: Connection, graph: str, owner: str) -> bool:
    return bool(db.scalar(select(exists().where(t.support.c.graph == graph, t.support.c.owner == owner))))


def _as_published(known: Known) -> Known | None:
    """Return the guess as it was when it was last approved, or None if it never was."""
    approved = [number for number, each in enumerate(known.validations, 1) if each.status is Status.APPROVED]
    if not approved:
        return None
    return known.model_copy(update={"status": Status.APPROVED, "validations": known.validations[: approved[-1]]})


def _earlier(known: Known) -> Iterator[Known]:
    for count in range(len(known.validations)):
        decided = known.validations[:count]
        status = decided[-1].status if decided else Status.PROPOSED
        yield known.model_copy(update={"status": status, "validations": decided})


def is_gone(db: Connection, iri: str) -> bool:
    """Return whether an IRI was public once and is no longer."""
    return bool(db.scalar(select(exists().where(t.tombstone.c.iri == iri, t.tombstone.c.live.is_(False)))))

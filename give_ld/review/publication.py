"""What the public graph holds because of an approved guess, and what goes when it is withdrawn.

A node or a fact that several guesses support stays until the last of them goes; the table `support` counts them.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from give_ld.journal import tables as t
from give_ld.journal.lookups import find_item, find_known
from give_ld.model.decision import Known
from give_ld.model.item import Item
from give_ld.model.status import Status
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines
from give_ld.review.visibility import is_public
from give_ld.store.protocol import Store


class Publication:
    """Publishes and withdraws guesses in one public store."""

    def __init__(self, store: Store, mint: Mint, public_licences: tuple[str, ...]) -> None:
        self._store = store
        self._mint = mint
        self._licences = public_licences

    def refresh(self, db: Connection, known: Known) -> None:
        """Bring the public graph to what it may hold because of one guess."""
        self.withdraw(db, known)
        item = find_item(db, known.run.partner, known.run.item)
        if item is not None and is_public(known, item, self._licences):
            self._publish(db, known, item)

    def refresh_item(self, db: Connection, item: Item, approved: list[Known]) -> None:
        """Bring the public graph to what it may hold about an item whose description or licence changed."""
        # What it says of the item itself goes first; what stays public says it again below.
        graph = self._mint.names.graph("public", item.partner)
        self._store.remove_subject(graph, self._mint.item(item.partner, item.pid))
        for known in approved:
            self.withdraw(db, known)
        for known in approved:
            self.refresh(db, known)

    def _publish(self, db: Connection, known: Known, item: Item) -> None:
        graph = self._mint.names.graph("public", known.run.partner)
        owners = public_owners(self._mint, known, item)
        rows = [{"graph": graph, "owner": owner, "annotation": known.iri} for owner in sorted(owners)]
        db.execute(upsert(t.support).on_conflict_do_nothing(), rows)
        self._store.apply((), frozenset().union(*owners.values(), mapping.agent_quads(self._mint, known.run)))
        stone = {"iri": known.iri, "time": known.validations[-1].ended.isoformat(), "live": True}
        db.execute(upsert(t.tombstone).values(**stone).on_conflict_do_update(index_elements=["iri"], set_=stone))

    def withdraw(self, db: Connection, known: Known) -> None:
        """Take out of the public graph what nothing supports any longer without this guess."""
        published = as_published(known)
        item = find_item(db, known.run.partner, known.run.item)
        rows = db.execute(select(*t.support.c["graph", "owner"]).where(t.support.c.annotation == known.iri)).all()
        if not rows or published is None or item is None:
            return
        db.execute(delete(t.support).where(t.support.c.annotation == known.iri))
        owners = public_owners(self._mint, published, item)
        gone = frozenset[str]().union(*owners.values())
        for graph, owner in rows:
            gone -= self._still_said(db, graph, owner, owners.get(owner, frozenset()))
        self._store.apply(gone, ())
        db.execute(update(t.tombstone).where(t.tombstone.c.iri == known.iri).values(live=False))

    def _still_said(self, db: Connection, graph: str, owner: str, lines: Lines) -> Lines:
        """Return those of the lines about an owner that other guesses support: a label may be of one guess alone."""
        others = select(t.support.c.annotation).where(t.support.c.graph == graph, t.support.c.owner == owner)
        said: Lines = frozenset()
        for iri in db.scalars(others.order_by(t.support.c.annotation)):
            other = find_known(db, iri)
            item = find_item(db, other.run.partner, other.run.item) if other else None
            if other is None or item is None:
                continue
            said |= lines & public_owners(self._mint, other, item).get(owner, frozenset())
            if said == lines:
                break
        return said


def as_published(known: Known) -> Known | None:
    """Return the guess as it was when it was last approved, or None if it never was."""
    approved = [number for number, each in enumerate(known.validations, 1) if each.status is Status.APPROVED]
    if not approved:
        return None
    return known.model_copy(update={"status": Status.APPROVED, "validations": known.validations[: approved[-1]]})


def is_gone(db: Connection, iri: str) -> bool:
    """Return whether an IRI was public once and is no longer."""
    return bool(db.scalar(select(exists().where(t.tombstone.c.iri == iri, t.tombstone.c.live.is_(False)))))

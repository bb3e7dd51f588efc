"""What the public graph holds because of an approved guess, and what goes when it is withdrawn.

A node or a fact that several guesses support stays until the last of them goes; the table `support` counts them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache

from sqlalchemy import Connection, Insert, delete, exists, select, update

from give_ld.journal import tables as t
from give_ld.journal.dialects import upsert
from give_ld.journal.lookups import find_item, find_known
from give_ld.model.annotation import Transcript
from give_ld.model.base import as_key
from give_ld.model.decision import Known
from give_ld.model.item import Item
from give_ld.model.parts import in_parts
from give_ld.model.status import Status
from give_ld.model.visibility import Visibility
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint, text_digest
from give_ld.rdf.public import public_owners
from give_ld.rdf.terms import Lines
from give_ld.review.visibility import is_public
from give_ld.store.protocol import Store

_LINES = 200_000
"""Statements that one change of the public graph brings."""
# A graph, and whom or what in it the statements are about.
Owner = tuple[str, str]


class Publication:
    """Publishes and withdraws guesses in one public store."""

    def __init__(self, store: Store, mint: Mint, visibility: Visibility) -> None:
        self._store = store
        self._mint = mint
        self._visibility = visibility

    def refresh_all(self, db: Connection, guesses: Iterable[Known], approved: Collection[str] = ()) -> None:
        """Bring the public graph to what it may hold because of these guesses, of which some were approved just now."""
        by_item: dict[tuple[str, str], list[Known]] = {}
        for known in guesses:
            by_item.setdefault((known.run.partner, known.run.item), []).append(known)
        found = {key: item for key in by_item if (item := find_item(db, *key))}
        for key, item in found.items():
            # One that was withdrawn right after may have been seen, where the graph kept what the tables lost.
            no_more = (each for each in by_item[key] if each.status is not Status.APPROVED and each.iri in approved)
            lost = [each for each in map(as_published, no_more) if each]
            _set_stones(db, [each for each in lost if is_public(each, item, self._visibility)], self._mint)
        self._bring(db, [(item, by_item[key]) for key, item in found.items()])

    def refresh_item(self, db: Connection, item: Item, approved: list[Known]) -> None:
        """Bring the public graph to what it may hold about an item whose description or licence changed."""
        # What it says of the item itself goes first; what stays public says it again below.
        graph = self._mint.names.graph("public", item.partner)
        self._store.remove_subject(graph, self._mint.item(item.partner, item.pid))
        self._bring(db, [(item, approved)])

    def _bring(self, db: Connection, by_item: list[tuple[Item, list[Known]]]) -> None:
        public = {each.iri for item, some in by_item for each in some if is_public(each, item, self._visibility)}
        hidden = [(item, [each for each in some if each.iri not in public]) for item, some in by_item]
        published = [(item, [each for each in map(as_published, some) if each]) for item, some in hidden]
        # All of them first: none may count as the support of another.
        for gone in in_parts(each.iri for _, some in published for each in some):
            db.execute(delete(t.support).where(t.support.c.annotation.in_(gone)))
        for item, some in published:
            if some:
                self._withdraw(db, item, some)
        shown = [(item, [each for each in some if each.iri in public]) for item, some in by_item]
        lines = [line for item, some in shown if some for line in self._publish(db, item, some)]
        for part in in_parts(lines, _LINES):
            self._store.apply((), part)

    def _publish(self, db: Connection, item: Item, guesses: list[Known]) -> set[str]:
        """Note that guesses are public, and return what the public graph says because of them."""
        lines: set[str] = set()
        rests: list[dict[str, str]] = []
        for known in guesses:
            owners = owners_of(self._mint, known, item)
            rests += [{"graph": graph, "owner": owner, "annotation": known.iri} for graph, owner in sorted(owners)]
            lines.update(*owners.values())
        if rests:
            db.execute(_resting(db.dialect.name), rests)
        _set_stones(db, guesses, self._mint)
        self._forget(item.partner, guesses)
        return lines

    def _forget(self, partner: str, guesses: list[Known]) -> None:
        # What it said of itself when it was approved before; after a failed write that may still stand there.
        graph = self._mint.names.graph("public", partner)
        self._store.remove_subjects(graph, [each.iri for each in guesses])

    def _withdraw(self, db: Connection, item: Item, published: list[Known]) -> None:
        """Take out of the public graph what nothing supports any longer without these guesses, once public.

        It looks at the graph even where the table says that nothing rests on them: the graph may have kept a change
        that the table did not, or the table one that the graph lost with the power.
        """
        gone: dict[Owner, Lines] = {}
        for known in published:
            mine = [known.iri, *(file for file in captions_of(self._mint, known) if not _is_supported(db, file))]
            db.execute(update(t.tombstone).where(t.tombstone.c.iri.in_(mine)).values(live=False))
            for owner, lines in owners_of(self._mint, known, item).items():
                gone[owner] = gone.get(owner, frozenset()) | lines
        left = (lines - self._still_said(db, *owner, lines) for owner, lines in gone.items())
        self._forget(item.partner, published)
        self._store.apply(frozenset[str]().union(*left), ())

    def _still_said(self, db: Connection, graph: str, owner: str, lines: Lines) -> Lines:
        """Return those of the lines about an owner that other guesses support: a label may be of one guess alone."""
        others = select(t.support.c.annotation).where(t.support.c.graph == graph, t.support.c.owner == owner)
        said: Lines = frozenset()
        for iri in db.scalars(others.order_by(t.support.c.annotation)):
            other = find_known(db, iri)
            item = find_item(db, other.run.partner, other.run.item) if other else None
            if other is None or item is None:
                continue
            said |= lines & owners_of(self._mint, other, item).get((graph, owner), frozenset())
            if said == lines:
                break
        return said


def _set_stones(db: Connection, guesses: list[Known], mint: Mint) -> None:
    """Remember that guesses are public, to be able to say later that they were."""
    stones: dict[str, dict[str, object]] = {}
    for known in guesses:
        approval = known.approval or known.validations[-1]
        for iri in (known.iri, *captions_of(mint, known)):
            stones[iri] = {"iri": iri, "time": approval.ended.isoformat(), "live": True}
    if stones:
        db.execute(_marking(db.dialect.name), list(stones.values()))


@cache
def _resting(dialect: str) -> Insert:
    return upsert(dialect, t.support).on_conflict_do_nothing()


@cache
def _marking(dialect: str) -> Insert:
    stone = upsert(dialect, t.tombstone)
    new = {"time": stone.excluded.time, "live": stone.excluded.live}
    return stone.on_conflict_do_update(index_elements=["iri"], set_=new)


def as_published(known: Known) -> Known | None:
    """Return the guess as it was when it was last approved, or None if it never was."""
    if known.approval is None:
        return None
    decided = known.validations[: known.validations.index(known.approval) + 1]
    return replace(known, status=Status.APPROVED, validations=decided)


def owners_of(mint: Mint, known: Known, item: Item) -> dict[Owner, Lines]:
    """Return what the public may see because of a guess, by graph and owner; software is shared by partners."""
    owners = public_owners(mint, known, item)
    if not owners:
        return {}
    graph, agents = mint.names.graph("public", item.partner), mint.names.graph("agent")
    found = {(graph, as_key(owner)): lines for owner, lines in owners.items()}
    if known.corrects:
        return found
    software = mapping.agent_owners(mint, known.run)
    return found | {(agents, as_key(owner)): lines for owner, lines in software.items()}


def captions_of(mint: Mint, known: Known) -> list[str]:
    """Return the IRI of the file of captions that a transcript is; of any other guess, nothing."""
    run, guess = known.run, known.annotation
    if not isinstance(guess, Transcript):
        return []
    return [mint.transcript_file(run.partner, run.file.key, text_digest(guess.text))]


def _is_supported(db: Connection, owner: str) -> bool:
    return bool(db.scalar(select(exists().where(t.support.c.owner == owner))))


def published_transcript(db: Connection, mint: Mint, file: str) -> Transcript | None:
    """Return the transcript that is public as this file of captions, or None."""
    supporting = select(t.support.c.annotation).where(t.support.c.owner == file).order_by(t.support.c.annotation)
    for iri in db.scalars(supporting).all():
        known = find_known(db, iri)
        if known and file in captions_of(mint, known) and isinstance(known.annotation, Transcript):
            return known.annotation
    return None


def is_gone(db: Connection, mint: Mint, iri: str) -> bool:
    """Return whether an IRI was public once and is no longer; of what was erased a keyed name is all that is left."""
    where = (t.tombstone.c.iri.in_([iri, mint.erased(iri)]), t.tombstone.c.live.is_(False))
    return bool(db.scalar(select(exists().where(*where))))

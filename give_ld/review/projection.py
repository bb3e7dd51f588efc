"""What an event changes in the private and the public graph. Both follow from the journal and can be made again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import NamedNode
from sqlalchemy import Connection

from give_ld.errors import Damaged
from give_ld.journal.chain import Head
from give_ld.journal.journal import Journal
from give_ld.journal.lookups import all_items, approved_of_item, find_all_known, find_run, runs_of_item, untouched
from give_ld.journal.state import Event, apply_all, forget_all, in_batches
from give_ld.model.decision import Known, Validation
from give_ld.model.event import Admission, Correction, Payload, Proposal, RefsetVersion, Supersession
from give_ld.model.item import Item, Partner
from give_ld.model.parts import in_parts
from give_ld.model.run import Run
from give_ld.model.status import Status
from give_ld.rdf import mapping
from give_ld.rdf.terms import Lines
from give_ld.review.graphs import Graphs
from give_ld.review.mark import Mark, note_mark, read_mark, write_mark
from give_ld.review.publication import Publication
from give_ld.store.queries import query

# After so many events the stores are flushed; after a loss of power at most so many are applied again.
FLUSH_EVERY = 2_000
_BATCHES_AT_ONCE = 100
_TOGETHER = 1_000


class Projection:
    """Brings both graphs to the state of the journal and remembers how far they got."""

    def __init__(self, graphs: Graphs, journal: Journal, mark: Path) -> None:
        self._graphs = graphs
        self._mint = graphs.mint
        self._journal = journal
        self._path = mark
        self._visibility = str(graphs.settings.visibility)
        self._publication = Publication(graphs.public, graphs.mint, graphs.settings.visibility)

    def reached(self) -> Head:
        """Return the entry of the journal that both graphs hold."""
        return self._mark().head

    def note(self, path: Path) -> None:
        """Write down what both graphs hold now, beside a copy of one that is about to be made.

        Raises:
            NoSpace: the disk is full.
        """
        note_mark(path, self._mark())

    def _mark(self) -> Mark:
        return read_mark(self._path, self._visibility)

    def start(self) -> None:
        """Add the vocabulary to both graphs, and catch up with what a crash or a change of settings left undone.

        Raises:
            Damaged: the journal has lost an entry that the graphs hold, or a graph has lost everything.
        """
        self.check_journal()
        mark = self._mark()
        if mark.seq:
            self._check_not_empty()
        vocabulary = mapping.vocabulary_quads(self._mint)
        self._graphs.private.apply((), vocabulary)
        self._graphs.public.apply((), vocabulary)
        self.catch_up()
        if mark.visibility != self._visibility:
            self._refresh_items()
            self._journal.sync()
            self._remember(self.reached(), flush=True, visibility=self._visibility)

    def _check_not_empty(self) -> None:
        for name, store in (("private", self._graphs.private), ("public", self._graphs.public)):
            if next(iter(store.lines()), None) is None:
                message = f"the {name} graph is empty, and it was not; make it again from the journal: give-ld rebuild"
                raise Damaged(message, rule="store-damaged")

    def check_journal(self, head: Head | None = None) -> None:
        """Check that the journal still has the last entry that the graphs hold; `head` is where it ends, if known.

        Raises:
            Damaged: it has not; going on would hide the loss.
        """
        mark = self._mark()
        if mark.head != head and not self._journal.holds(mark.head):
            message = f"the journal has lost entry {mark.seq}, or it was altered; restore the journal from a backup"
            raise Damaged(message, rule="journal-truncated")

    def catch_up(self) -> bool:
        """Apply every event that the graphs may lack; return whether the public graph may have changed.

        Graphs that hold nothing yet are made from the events alone, and so are the tables that follow from them.
        """
        flushed = self._mark().flushed
        if flushed:
            return self.apply(list(self._journal.events(after=flushed)))
        with self._journal.writing() as writing:
            forget_all(writing.db)
        self.replay(self._journal.events())
        self._remember(self._journal.head(), flush=False)
        self.flush()
        return True

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
                case Correction():
                    mapping.validation_quads(self._mint, payload.validation)
                case _:
                    self._shared(payload)

    def apply(self, events: list[tuple[int, Payload]], mapped: list[str] | None = None) -> bool:
        """Apply events to both graphs; return whether the public graph may have changed. Twice is the same as once.

        `mapped` are the N-Quads of runs and proposals that came in just now, if there is nothing else in `events`.
        """
        if not events:
            return False
        if events[0][0] > self._mark().seq + 1:  # an earlier change did not get through: none may be left out
            events, mapped = list(self._journal.events(after=self._mark().flushed)), None
        # The mark must not say that something is safe before all that belongs to it is.
        flush = events[-1][0] - self._mark().flushed >= FLUSH_EVERY
        if mapped is not None:
            self._graphs.private.apply((), mapped)
            self._remember(self._journal.head(at=events[-1][0]), flush=flush)
            return False
        with self._journal.writing(durable=flush) as writing:
            changed, head = self._apply_all(writing.db, [payload for _, payload in events]), writing.head
        self._remember(head if head.seq == events[-1][0] else self._journal.head(at=events[-1][0]), flush=flush)
        return changed

    def replay(self, events: Iterable[Event]) -> None:
        """Make the tables of the journal and both graphs from events, oldest first, each in the state it found."""
        batches = in_batches(events)
        while together := list(islice(batches, _BATCHES_AT_ONCE)):
            with self._journal.writing() as writing:
                for batch in together:
                    apply_all(writing.db, batch)
                    self._apply_all(writing.db, [payload for _, payload in batch])

    def _apply_all(self, db: Connection, payloads: list[Payload]) -> bool:
        self._apply_new(db, [each for each in payloads if isinstance(each, Run | Proposal)])
        self._apply_superseded(db, [each for each in payloads if isinstance(each, Supersession)])
        self._apply_decided(db, [each for each in payloads if isinstance(each, Validation)])
        return any([isinstance(payload, Validation) or self._apply(db, payload) for payload in payloads])

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """Forget how far the graphs got while they are replaced: who is cut short begins anew with the next start."""
        reached = self.reached()
        self._path.unlink(missing_ok=True)
        yield
        self._remember(reached, flush=False)

    def flush(self) -> None:
        """Make both graphs, and what they rest on, outlive a loss of power."""
        self._journal.sync()
        self._remember(self.reached(), flush=True)

    def _remember(self, head: Head, *, flush: bool, visibility: str | None = None) -> None:
        mark = self._mark()
        flushed, kept = mark.flushed, mark.visibility if visibility is None else visibility
        if flush:
            self._graphs.private.flush()
            self._graphs.public.flush()
            flushed = head.seq
        write_mark(self._path, Mark(head.seq, head.hash, flushed, kept))

    def _apply_new(self, db: Connection, payloads: list[Run | Proposal]) -> None:
        """Add runs and proposals about which nobody decided anything: nearly all events, in one change."""
        proposals = [each for each in payloads if isinstance(each, Proposal)]
        runs = [each for each in payloads if isinstance(each, Run)]
        new = untouched(db, [each.iri for each in proposals])
        lines = [line for run in runs for line in mapping.run_quads(self._mint, run)]
        origins = {run.id: mapping.origin_of(self._mint, run) for run in runs}
        for proposal in proposals:
            guess = proposal.annotation
            if proposal.iri not in new:
                continue
            if guess.run not in origins:
                run = find_run(db, str(guess.run))
                if run is None:
                    continue
                origins[guess.run] = mapping.origin_of(self._mint, run)
            origin = origins[guess.run]
            known = Known(iri=proposal.iri, annotation=guess, run=origin.run, person=proposal.person)
            lines += mapping.annotation_lines(origin, known)
        self._graphs.private.apply((), lines)

    def _apply_superseded(self, db: Connection, payloads: list[Supersession]) -> None:
        """Say anew of guesses that a newer run overtook, all together; none of them was ever public."""
        for some in in_parts(find_all_known(db, {each.annotation for each in payloads}).values(), _TOGETHER):
            self._say_anew(some)

    def _apply(self, db: Connection, payload: Payload) -> bool:
        match payload:
            case Item():
                return self._apply_item(db, payload)
            case Correction():
                decision = payload.validation
                self._apply_states(db, [decision], [decision.annotation, payload.iri])
                return True
            case Admission():
                self._graphs.private.apply((), mapping.admission_quads(self._mint, payload))
                return self._replace("refset", payload.iri, self._shared(payload))
            case Partner():
                return self._replace("agent", self._mint.organisation(payload.id), self._shared(payload))
            case RefsetVersion():
                iri = self._mint.refset_version(payload.header.version)
                return self._replace("refset", iri, self._shared(payload))
        return False

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

    def _replace(self, concern: str, iri: str, lines: Lines) -> bool:
        """Put a new description in the place of the old one, in both graphs."""
        for store in (self._graphs.private, self._graphs.public):
            store.remove_subject(self._mint.names.graph(concern), iri)
            store.apply((), lines)
        return True

    def _apply_decided(self, db: Connection, payloads: list[Validation]) -> None:
        approved = {each.annotation for each in payloads if each.status is Status.APPROVED}
        self._apply_states(db, payloads, [each.annotation for each in payloads], approved)

    def _apply_states(
        self, db: Connection, decisions: Sequence[Validation], iris: Iterable[str], approved: Collection[str] = ()
    ) -> None:
        found = find_all_known(db, dict.fromkeys(iris))
        said: dict[str, list[Validation]] = {}
        for decision in decisions:
            said.setdefault(decision.annotation, []).append(decision)
        for some in in_parts(found.values(), _TOGETHER):
            self._say_anew(some, [each for known in some for each in said.get(known.iri, ())])
        self._publication.refresh_all(db, found.values(), approved)

    def _say_anew(self, guesses: list[Known], decisions: Iterable[Validation] = ()) -> None:
        """Say anew what guesses are, and besides what was decided about them."""
        taken = frozenset[str]().union(*(mapping.validation_quads(self._mint, each) for each in decisions))
        by_graph: dict[str, list[Known]] = {}
        for known in guesses:
            by_graph.setdefault(self._mint.names.graph("annotation", known.run.partner), []).append(known)
        for graph, alike in by_graph.items():
            # Whatever they said of themselves before; after a failed write that may be of any earlier state.
            lines = (mapping.annotation_quads(self._mint, each) for each in alike)
            self._graphs.private.say_anew(graph, [each.iri for each in alike], taken.union(*lines))

    def _apply_item(self, db: Connection, item: Item) -> bool:
        mint = self._mint
        graph = mint.names.graph("metadata", item.partner)
        stale, parts = self._forget_item(graph, mint.item(item.partner, item.pid))
        files = (mapping.run_quads(mint, run) for run in runs_of_item(db, item.partner, item.pid))
        self._graphs.private.apply(stale, mapping.item_quads(mint, item).union(parts, *files))
        self._publication.refresh_item(db, item, list(approved_of_item(db, item.partner, item.pid)))
        return True

    def _forget_item(self, graph: str, iri: str) -> tuple[list[str], list[str]]:
        """Remove what an item says; return what others say of it that may no longer hold, and what its parts say."""
        private = self._graphs.private
        found = private.query_graphs(query("item-links"), [graph], {"item": NamedNode(iri)})
        links = {name: [str(row[name])[1:-1] for row in found if name in row] for name in ("whole", "part", "local")}
        private.remove_subjects(graph, [iri, *links["local"]])
        stale = (mapping.part_lines(whole, iri, f"<{graph}>") for whole in links["whole"])
        parts = (mapping.part_lines(iri, part, f"<{graph}>") for part in links["part"])
        return [*chain.from_iterable(stale)], [*chain.from_iterable(parts)]

    def _refresh_items(self) -> None:
        with self._journal.writing() as writing:
            for item in all_items(writing.db):
                self._apply_item(writing.db, item)

"""How both graphs are made again from the journal alone, and how they are compared with the live ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import delete, insert, select

from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.journal import Journal, open_memory_journal
from give_ld.model.event import Payload, Proposal
from give_ld.model.run import Run
from give_ld.review.projection import Graphs, Projection
from give_ld.store.embedded import EmbeddedStore, open_store
from give_ld.store.protocol import Store

_EXAMPLES = 5
_BATCH = 500


@dataclass(frozen=True)
class Difference:
    """How a live graph differs from the one that the journal makes: counts, and the first few quads of each."""

    missing: int
    planted: int
    examples: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Return whether the two are equal."""
        return not self.missing and not self.planted


@dataclass(frozen=True)
class _Made:
    private: EmbeddedStore
    public: EmbeddedStore
    journal: Journal


def check(home: Home) -> dict[str, Difference]:
    """Return, for the private and the public graph, how the live one differs from the journal's."""
    with _make_again(home) as made:
        pairs = {"private": (home.private, made.private), "public": (home.public, made.public)}
        return {name: _difference(live, again) for name, (live, again) in pairs.items()}


def rebuild(home: Home) -> dict[str, Difference]:
    """Put graphs made from the journal in the place of both live ones, and return what had been different."""
    with home.writing() as writing, _make_again(home) as made:
        pairs = {"private": (home.private, made.private), "public": (home.public, made.public)}
        found = {name: _difference(live, again) for name, (live, again) in pairs.items()}
        with made.journal.reading() as db:
            for table in (t.support, t.tombstone):
                writing.db.execute(delete(table))
                if rows := [dict(row) for row in db.execute(select(table)).mappings()]:
                    writing.db.execute(insert(table), rows)
        with home.projection.replacing():
            # Whole new stores: damage in an index that nobody happened to read goes too.
            for live, again in pairs.values():
                live.take_over(again)
    home.snapshots.mark_dirty()
    home.private_snapshots.mark_dirty()
    return found


@contextmanager
def _make_again(home: Home) -> Iterator[_Made]:
    with TemporaryDirectory(dir=home.settings.home, prefix="rebuild-") as scratch:
        made = _Made(
            open_store(Path(scratch) / "private"),
            open_store(Path(scratch) / "public", union=True),
            open_memory_journal(home.journal.clock),
        )
        graphs = Graphs(made.private, made.public, home.mint, home.settings)
        projection = Projection(graphs, made.journal, Path(scratch) / "projected.json")
        projection.start()
        for batch in _batches(payload for _, payload in home.journal.events()):
            with made.journal.writing() as writing:
                writing.append_all(((payload, "") for payload in batch), "rebuild")
                projection.replay(writing.db, batch)
        try:
            yield made
        finally:
            made.private.close()
            made.public.close()
            made.journal.close()


def _batches(payloads: Iterable[Payload]) -> Iterator[list[Payload]]:
    """Yield runs and proposals together, up to a limit, and each other event alone: its time matters."""
    for together, group in groupby(payloads, lambda payload: isinstance(payload, Run | Proposal)):
        while batch := list(islice(group, _BATCH if together else 1)):
            yield batch


def _difference(live: Store, again: Store) -> Difference:
    have, want = set(live.lines()), set(again.lines())
    missing, planted = sorted(want - have), sorted(have - want)
    return Difference(len(missing), len(planted), tuple((missing + planted)[:_EXAMPLES]))

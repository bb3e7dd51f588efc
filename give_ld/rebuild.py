"""How the tables and graphs that follow from the events are made again, and how the live ones differ from that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Table, insert, select

from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.dialects import upsert
from give_ld.journal.journal import Journal, open_memory_journal
from give_ld.journal.state import forget_all
from give_ld.review.anew import forget_pushed
from give_ld.review.graphs import Graphs
from give_ld.review.projection import Projection
from give_ld.store.embedded import EmbeddedStore
from give_ld.store.opening import open_store
from give_ld.store.sorted_lines import differences, sort_lines

_EXAMPLES = 5
_GONE = " gone "
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Difference:
    """How what is live differs from what the events make: counts of quads or rows, and the first few of them."""

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
    scratch: Path


def check(home: Home) -> dict[str, Difference]:
    """Return, for the tables, the private and the public graph, how the live ones differ from what the events make."""
    with _make_again(home) as made:
        return {name: _summary(found) for name, found in _differences(home, made)}


def rebuild(home: Home) -> dict[str, Difference]:
    """Put what the events make in the place of tables and graphs, and return what had been different."""
    with home.writing() as writing, _make_again(home) as made:
        found = {name: _summary(lines) for name, lines in _differences(home, made)}
        was_public = select(t.tombstone).where(t.tombstone.c.live.is_(False))
        stones = [dict(row) for row in writing.db.execute(was_public).mappings()]
        forget_all(writing.db)
        with made.journal.reading() as db:
            for table in (*t.READ_MODEL, t.support, t.tombstone):
                _copy(table, db, writing.db)
        if stones:
            writing.db.execute(upsert(writing.db.dialect.name, t.tombstone).on_conflict_do_nothing(), stones)
        for store in (made.private, made.public):
            store.merge_files()
        forget_pushed(home.settings.home)  # no entry of the journal says what a rebuild changes
        with home.projection.replacing():
            # Whole new stores: damage in an index that nobody happened to read goes too.
            home.private.take_over(made.private)
            home.public.take_over(made.public)
    home.projection.flush()
    home.snapshots.mark_dirty()
    home.private_snapshots.mark_dirty()
    return found


@contextmanager
def _make_again(home: Home) -> Iterator[_Made]:
    with TemporaryDirectory(dir=home.settings.home, prefix="rebuild-") as name:
        scratch = Path(name)
        made = _Made(
            open_store(scratch / "private"),
            open_store(scratch / "public", union=True),
            open_memory_journal(home.journal.clock),
            scratch,
        )
        graphs = Graphs(made.private, made.public, home.mint, home.settings)
        projection = Projection(graphs, made.journal, scratch / "projected.json")
        projection.start()
        projection.replay(home.journal.events())
        try:
            yield made
        finally:
            made.private.close()
            made.public.close()
            made.journal.close()


def _differences(home: Home, made: _Made) -> Iterator[tuple[str, Iterable[tuple[bool, str]]]]:
    """Yield what is compared by name, with the lines that only one side has and whether it is the live one."""
    rows = _apart(_rows(home.journal), _rows(made.journal), made.scratch)
    yield "tables", (row for row in rows if not _is_of_before(*row))
    for name, live, again in (("private", home.private, made.private), ("public", home.public, made.public)):
        yield name, _apart(live.lines(), again.lines(), made.scratch)


def _apart(live: Iterable[str], again: Iterable[str], scratch: Path) -> Iterator[tuple[bool, str]]:
    have, want = ((f"{line}\n".encode() for line in lines) for lines in (live, again))
    for is_live, line in differences(sort_lines(have, scratch), sort_lines(want, scratch)):
        yield is_live, line[:-1].decode()


def _summary(found: Iterable[tuple[bool, str]]) -> Difference:
    count = {True: 0, False: 0}
    examples: list[str] = []
    for is_live, line in found:
        count[is_live] += 1
        if len(examples) < _EXAMPLES:
            examples.append(line)
    return Difference(missing=count[False], planted=count[True], examples=tuple(examples))


def _rows(journal: Journal) -> Iterator[str]:
    """Yield a line for each row of the tables that follow from the events: its key, and a digest of all it says."""
    with journal.reading() as db:
        for table in (*t.READ_MODEL, t.support, t.tombstone):
            for row in db.execute(select(table)).mappings():
                key = " ".join(str(row[column.name]) for column in table.primary_key)
                said = json.dumps(list(row.values()), default=str)
                gone = _GONE if table is t.tombstone and not row["live"] else " "
                yield f"{table.name} {key}{gone}{hashlib.sha256(said.encode()).hexdigest()}"


def _is_of_before(is_live: bool, row: str) -> bool:
    """Return whether a row says that something was public once, perhaps under another visibility than that of today."""
    return is_live and row.startswith(f"{t.tombstone.name} ") and _GONE in row


def _copy(table: Table, source: Connection, target: Connection) -> None:
    rows = source.execute(select(table)).mappings()
    while batch := [dict(row) for row in islice(rows, _AT_ONCE)]:
        target.execute(insert(table), batch)

"""How the entries that a reader wants leave as a file: TriG, CSV or JSON Lines, in parts that memory never holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from give_ld.journal.journal import Journal
from give_ld.rdf.iris import Mint
from give_ld.trail import table
from give_ld.trail.log import Line, Log
from give_ld.trail.prov import trig
from give_ld.trail.wanted import Sight, Wanted, matching, number_of

MOST = 100_000
"""Entries of one file; the next begins after the last of them."""
_AT_ONCE = 500


class Form(StrEnum):
    """As what entries are written."""

    TRIG = "trig"
    CSV = "csv"
    JSONL = "jsonl"


MEDIA_TYPES = {
    Form.TRIG: "application/trig",
    Form.CSV: "text/csv; charset=utf-8; header=present",
    Form.JSONL: "application/jsonl",
}


@dataclass(frozen=True)
class Part:
    """Which entries of the wanted ones a file holds: those after one, up to another; `is_last` if none follow."""

    after: int
    last: int
    is_last: bool


@dataclass(frozen=True)
class Export:
    """The journal of an instance as one reader may take it away."""

    journal: Journal
    mint: Mint
    sight: Sight

    def part(self, wanted: Wanted, after: int, most: int) -> Part:
        """Return which entries one file holds.

        Raises:
            NotAllowed: they are of a partner whose entries the reader does not see.
        """
        with self.journal.reading() as db:
            query = matching(db, self.sight, wanted)
            seq = number_of(query)
            found = db.scalars(query.where(seq > after).order_by(seq).offset(most - 1).limit(2)).all()
            last = found[0] if found else self.journal.head().seq
        return Part(after, last, len(found) < 2)

    def lines(self, wanted: Wanted, part: Part) -> Iterator[Line]:
        """Yield the entries of a part, oldest first; the journal only grows, so that it may be read in pieces."""
        after = part.after
        while after < part.last:
            with self.journal.reading() as db:
                some = Log(db, self.mint, self.sight).after(wanted, after, _AT_ONCE)
            yield from (line for line in some if line.seq <= part.last)
            if len(some) < _AT_ONCE:
                return
            after = some[-1].seq

    def written(self, form: Form, wanted: Wanted, part: Part) -> Iterator[bytes]:
        """Yield the bytes of a part in UTF-8."""
        writers: dict[Form, Callable[[Iterable[Line]], Iterator[str]]] = {
            Form.TRIG: lambda lines: trig(lines, self.mint),
            Form.CSV: _csv,
            Form.JSONL: _jsonl,
        }
        for text in writers[form](self.lines(wanted, part)):
            yield text.encode()


def _csv(lines: Iterable[Line]) -> Iterator[str]:
    yield table.header()
    yield from map(table.row, lines)


def _jsonl(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield json.dumps(line.document(), ensure_ascii=False) + "\n"

"""How entries stand in a CSV file that no spreadsheet takes for formulas, and how they are read back as they were."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import fields

from give_ld.trail.log import Line

COLUMNS = tuple(field.name for field in fields(Line))
# What a spreadsheet may take for the beginning of a formula, and the sign itself that keeps it from that.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(value: str) -> str:
    """Return a value as text that no spreadsheet computes: with an apostrophe before what could begin a formula."""
    return f"'{value}" if value.startswith(_RISKY) else value


def as_it_was(cell: str) -> str:
    """Return the value that `harmless` made a cell of."""
    return cell[1:] if cell.startswith("'") else cell


def header() -> str:
    """Return the first row."""
    return _row(COLUMNS)


def row(line: Line) -> str:
    """Return the row of an entry."""
    return _row(harmless(_text(value)) for value in line.document().values())


def read(rows: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield the values of each row as they were, by column."""
    for each in csv.DictReader(rows):
        yield {name: as_it_was(cell) for name, cell in each.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(cells)  # RFC 4180
    return out.getvalue()

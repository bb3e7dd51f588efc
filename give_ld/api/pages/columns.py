"""Which kinds of values the columns of a result have, so that it can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from give_ld.rdf.namespaces import XSD

Cell = dict[str, str] | None
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")}
_DATES = {XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth")}


@dataclass(frozen=True)
class Column:
    """One variable of a result with its values, in the order of the rows; None where a row has none."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def is_number(self) -> bool:
        """Return whether every value is a number that is drawn."""
        return self._all(_NUMBERS) and None not in self.numbers()

    @property
    def is_date(self) -> bool:
        """Return whether every value is a day or a moment that is drawn."""
        return self._all(_DATES) and None not in self.days()

    def _all(self, datatypes: set[str]) -> bool:
        return bool(self.cells) and all(cell is not None and cell.get("datatype") in datatypes for cell in self.cells)

    def numbers(self) -> list[float | None]:
        """Return the values as numbers; None for what is none."""
        return [number(cell["value"]) if cell else None for cell in self.cells]

    def days(self) -> list[float | None]:
        """Return the values as days since the year 1, with fractions; None for what is none."""
        return [_day(cell["value"]) if cell else None for cell in self.cells]

    def texts(self) -> list[str]:
        """Return the values as they are read."""
        return [cell["value"] if cell else "" for cell in self.cells]


def columns(names: Sequence[str], rows: Sequence[dict[str, dict[str, str]]]) -> list[Column]:
    """Return the columns of a result in the JSON format of SPARQL."""
    return [Column(name, tuple(row.get(name) for row in rows)) for name in names]


def number(text: str) -> float | None:
    """Return a text as a finite number, or None."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return float(value) if value.is_finite() and abs(value) < Decimal("1e300") else None


def _day(text: str) -> float | None:
    padded = {4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text)
    try:
        moment = datetime.fromisoformat(padded)
    except ValueError:
        return None
    return moment.date().toordinal() + (moment.hour * 60 + moment.minute) / 1440


def day_text(day: float) -> str:
    """Return a day since the year 1 as it is written."""
    return date.fromordinal(max(1, round(day))).isoformat()

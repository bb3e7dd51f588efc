"""Where guesses lie in time: a line for each kind, a bar for each guess, as plain numbers for a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from give_ld.api.pages.review_words import time_code

WIDTH, LANE, MARKS = 1000, 26, 5
_LEAST = 3.0


@dataclass(frozen=True)
class Bar:
    """One guess: where it begins and how long it is, in units of the drawing, and what it is called."""

    x: float
    y: int
    width: float
    status: str
    title: str


@dataclass(frozen=True)
class Timeline:
    """The drawing: its size, its lanes by kind, bars, and marks of time."""

    width: int
    height: int
    lanes: tuple[tuple[str, int], ...]
    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, str], ...]


def timeline(rows: Sequence[dict[str, Any]], duration_ms: int) -> Timeline | None:
    """Return the guesses that have a span of time as a drawing; None where none has."""
    timed = [row for row in rows if row["start_ms"] is not None]
    if not timed:
        return None
    end = max(duration_ms, *(row["end_ms"] for row in timed), 1)
    lanes = {kind: LANE * place for place, kind in enumerate(sorted({row["kind"] for row in timed}))}
    bars = tuple(_bar(row, lanes[row["kind"]], WIDTH / end) for row in timed)
    marks = tuple((WIDTH * place / MARKS, time_code(end * place // MARKS)) for place in range(MARKS))
    return Timeline(WIDTH, LANE * len(lanes), tuple(lanes.items()), bars, marks)


def _bar(row: dict[str, Any], y: int, scale: float) -> Bar:
    x = row["start_ms"] * scale
    width = max(_LEAST, (row["end_ms"] - row["start_ms"]) * scale)
    return Bar(
        round(min(x, WIDTH - width), 2), y, round(width, 2), row["status"], f"{row['label']} {row['span']}".strip()
    )

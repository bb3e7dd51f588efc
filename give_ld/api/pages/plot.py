"""How a result looks as a plot: bars for names, a line for days, dots for two numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from give_ld.api.pages.columns import Column, day_text
from give_ld.api.pages.scale import Scale

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 340, 64, 48, 16, 52
ROW, BAR_LEFT, BAR_RIGHT = 28, 230, 80
MOST_BARS, LABEL = 30, 30


@dataclass(frozen=True)
class Bar:
    """A bar with its label and number; in pixels."""

    label: str
    value: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Tick:
    """A mark on an axis, in pixels from the left or the top."""

    at: float
    label: str


@dataclass(frozen=True)
class Dot:
    """A value in pixels, and what it says."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Plot:
    """What the template `plot.svg` draws; `shown` of `count` rows stand in it."""

    kind: str
    x_name: str
    y_name: str
    count: int
    shown: int
    size: tuple[int, int]
    low: str
    high: str
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()

    @property
    def path(self) -> str:
        """Return the dots as the points of a line."""
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in self.dots)


def plot_of(columns: Sequence[Column]) -> Plot | None:
    """Return how a result is drawn, if it has at least two rows and a column of numbers."""
    numbers = [column for column in columns if column.is_number]
    if not numbers or len(numbers[0].cells) < 2:
        return None
    days = [column for column in columns if column.is_date]
    if days:
        return _dots("line", days[0], numbers[0])
    if len(numbers) > 1:
        return _dots("scatter", numbers[0], numbers[1])
    names = [column for column in columns if column not in numbers]
    return _bars(names[0], numbers[0]) if names else None


def _bars(names: Column, numbers: Column) -> Plot:
    values = [value or 0.0 for value in numbers.numbers()]
    shown = list(zip(names.texts(), values, numbers.texts(), strict=True))[:MOST_BARS]
    lowest, highest = min(0.0, *(row[1] for row in shown)), max(0.0, *(row[1] for row in shown))
    scale = Scale(lowest, highest, BAR_LEFT, WIDTH - BAR_RIGHT)
    bars = []
    for place, (label, value, text) in enumerate(shown):
        ends = sorted((scale.at(0.0), scale.at(value)))
        bars.append(Bar(_short(label), _short(text), ends[0], TOP + place * ROW, ends[1] - ends[0]))
    size = (WIDTH, TOP + len(bars) * ROW + TOP)
    return Plot("bars", names.name, numbers.name, len(values), len(bars), size, *_range(values), bars=tuple(bars))


def _dots(kind: str, across: Column, up: Column) -> Plot:
    xs = [value or 0.0 for value in (across.days() if kind == "line" else across.numbers())]
    ys = [value or 0.0 for value in up.numbers()]
    pairs = sorted(zip(xs, ys, across.texts(), up.texts(), strict=True))
    x_axis = Scale(min(xs), max(xs), LEFT, WIDTH - RIGHT)
    y_axis = Scale(*_nice_ends(min(ys), max(ys)), HEIGHT - BOTTOM, TOP)
    dots = tuple(Dot(x_axis.at(x), y_axis.at(y), f"{one}: {other}") for x, y, one, other in pairs)
    said = day_text if kind == "line" else _number_text
    return Plot(
        kind,
        across.name,
        up.name,
        len(xs),
        len(dots),
        (WIDTH, HEIGHT),
        *_range(ys),
        dots=dots,
        x_ticks=_ticks(x_axis, said, 4),
        y_ticks=_ticks(y_axis, _number_text, 5),
    )


def _nice_ends(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis of numbers: zero where that is near, and something above the largest."""
    margin = (high - low) * 0.05
    low = 0.0 if 0 <= low < high * 0.7 or low == high > 0 else low - margin
    return low, high + margin


def _ticks(scale: Scale, said: Callable[[float], str], about: int) -> tuple[Tick, ...]:
    # Two days may be closer than their names tell: each name once.
    return tuple(
        {label: Tick(scale.at(value), label) for value in scale.marks(about) if (label := said(value))}.values()
    )


def _range(values: Sequence[float]) -> tuple[str, str]:
    return _number_text(min(values)), _number_text(max(values))


def _number_text(value: float) -> str:
    return f"{value:.6g}"


def _short(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"

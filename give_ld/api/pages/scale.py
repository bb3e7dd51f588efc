"""Where a number lies on an axis in pixels, and at which numbers the axis has marks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """An axis from the smallest to the largest number, and where these two stand in pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a number stands; in the middle where the axis has but one."""
        span = self.high - self.low
        return self.start + (self.end - self.start) * ((value - self.low) / span if span else 0.5)

    def marks(self, about: int) -> Iterator[float]:
        """Yield round numbers on the axis, about so many of them."""
        span = self.high - self.low
        if not span:
            yield self.low
            return
        power = 10.0 ** math.floor(math.log10(span / about))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= span / about)
        for number in range(math.ceil(self.low / step), math.floor(self.high / step) + 1):
            yield number * step

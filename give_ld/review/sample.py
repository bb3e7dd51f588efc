"""How sure a sample makes us: how many of all guesses are right at least, if so many of those looked at were."""

from __future__ import annotations

import math


def lower_bound(right: int, checked: int, level: float) -> float:
    """Return the one-sided Clopper-Pearson bound: with probability `level` at least this share of all is right.

    It is the share at which a sample with so many right ones, or more, would have the probability 1 - `level`.
    """
    if right == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_least(right, checked, middle) < 1 - level else (low, middle)
    return low


def _at_least(right: int, checked: int, share: float) -> float:
    """Return the probability of `right` or more right ones among `checked`, if this share of all is right."""
    if share <= 0 or share >= 1:
        return float(share >= 1)
    steps = range(right, checked + 1)
    return min(1.0, math.fsum(math.exp(_log_binomial(step, checked, share)) for step in steps))


def _log_binomial(step: int, checked: int, share: float) -> float:
    chosen = math.lgamma(checked + 1) - math.lgamma(step + 1) - math.lgamma(checked - step + 1)
    return chosen + step * math.log(share) + (checked - step) * math.log1p(-share)

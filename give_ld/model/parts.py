"""How a long series is taken in parts, so that no statement and no change holds all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Each = TypeVar("Each")
VARIABLES = 10_000
"""Values in one SQL statement; SQLite takes at most 250,000, PostgreSQL 65,535."""


def in_parts(values: Iterable[Each], most: int = VARIABLES) -> Iterator[list[Each]]:
    """Yield lists of at most so many values, in their order."""
    remaining = iter(values)
    while part := list(islice(remaining, most)):
        yield part

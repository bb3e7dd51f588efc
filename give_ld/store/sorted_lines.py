"""How many lines are put in order, and two series of them compared, with little memory."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

# About 100 MB of lines in memory at once; more goes through temporary files.
LINES_AT_ONCE = 500_000
_END = b"\xff"  # sorts after every line of UTF-8


def sort_lines(lines: Iterator[bytes], workplace: Path) -> Iterator[bytes]:
    """Yield lines, each with its line end, in the order of their bytes; temporary files lie in `workplace`."""
    with tempfile.TemporaryDirectory(dir=workplace) as scratch, ExitStack() as stack:
        runs: list[Path] = []
        while chunk := sorted(islice(lines, LINES_AT_ONCE)):
            runs.append(Path(scratch) / f"run-{len(runs)}")
            runs[-1].write_bytes(b"".join(chunk))
        yield from heapq.merge(*(stack.enter_context(run.open("rb")) for run in runs))


def differences(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield the lines that only one of two sorted series has, with whether it is the first."""
    old, new = iter(before), iter(after)
    one, other = next(old, _END), next(new, _END)
    while one is not _END or other is not _END:
        if one == other:
            one, other = next(old, _END), next(new, _END)
        elif one < other:
            yield True, one
            one = next(old, _END)
        else:
            yield False, other
            other = next(new, _END)

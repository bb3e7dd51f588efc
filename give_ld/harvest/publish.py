"""How the public graph is kept on an engine elsewhere: what changed since the last time is pushed, then compared.

What was pushed last is remembered as a snapshot. A push that was cut short leaves a mark; the next one then compares
with what the engine really holds, so that nothing that was withdrawn meanwhile stays there.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from give_ld.errors import Conflict, Damaged
from give_ld.harvest.dump import snapshot_lines
from give_ld.store.protocol import Store
from give_ld.store.sorted_lines import differences, sort_lines

# Quads of one update: engines read the text of an update at once.
BATCH = 1_000


@dataclass(frozen=True)
class Pushed:
    """What one push did: quads taken away and added, and how many the engine holds now, compared one by one."""

    removed: int
    added: int
    quads: int


class Publisher:
    """Keeps one engine up to date; `directory` remembers what it holds."""

    def __init__(self, store: Store, directory: Path, progress: Callable[[int], None] = lambda _: None) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._store, self._directory, self._progress = store, directory, progress
        self._held, self._mark = directory / "held", directory / "pushing"

    def push(self, snapshot: Path) -> Pushed:
        """Bring the engine to what a snapshot of the public graph holds, and compare.

        Raises:
            Conflict: another push to the same engine is under way.
            Unreachable: the engine does not answer; the next push goes on.
            Damaged: after the push the engine holds something else.
        """
        with self._alone():
            return self._push(snapshot)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Conflict("another push to this engine is under way; wait for it", rule="one-push") from error
            yield

    def _push(self, snapshot: Path) -> Pushed:
        resumed = self._mark.exists() or not self._held.exists()
        self._mark.touch()
        with tempfile.TemporaryDirectory(dir=self._directory) as scratch:
            place = Path(scratch)
            before = self._remote_lines() if resumed else snapshot_lines(self._held)
            drafts = (place / "gone", place / "new")
            _write_difference(sort_lines(before, place), sort_lines(snapshot_lines(snapshot), place), drafts)
            # What was withdrawn goes first: it must not stay a moment longer than it has to.
            removed = self._apply(drafts[0], lambda lines: self._store.apply(lines, []))
            added = self._apply(drafts[1], lambda lines: self._store.apply([], lines))
        quads = self._compare(snapshot)
        self._remember(snapshot)
        return Pushed(removed, added, quads)

    def _remote_lines(self) -> Iterator[bytes]:
        return (f"{line}\n".encode() for line in self._store.lines())

    def _apply(self, draft: Path, change: Callable[[list[str]], None]) -> int:
        done = 0
        with draft.open(encoding="utf-8", newline="\n") as file:
            while batch := list(islice(file, BATCH)):
                change(batch)
                done += len(batch)
                self._progress(len(batch))
        return done

    def _compare(self, snapshot: Path) -> int:
        (want, quads), (have, found) = _sum(snapshot_lines(snapshot)), _sum(self._remote_lines())
        if want != have:
            message = f"after the push the engine holds {found} quads that are not the {quads} of the public graph"
            raise Damaged(f"{message}; push again, and let nobody else write there", rule="published-differs")
        return quads

    def _remember(self, snapshot: Path) -> None:
        draft = self._directory / "held.new"
        shutil.rmtree(draft, ignore_errors=True)
        # A snapshot never changes: links are enough.
        shutil.copytree(snapshot, draft, copy_function=_link)
        shutil.rmtree(self._held, ignore_errors=True)
        draft.rename(self._held)
        self._mark.unlink()


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _write_difference(before: Iterable[bytes], after: Iterable[bytes], drafts: tuple[Path, Path]) -> None:
    """Write the lines that only the first of two sorted series has to one file, and those of the second to another."""
    with drafts[0].open("wb") as gone, drafts[1].open("wb") as come:
        for only_before, line in differences(before, after):
            (gone if only_before else come).write(line)


def _sum(lines: Iterable[bytes]) -> tuple[int, int]:
    """Return a digest of lines that does not depend on their order, and how many there are."""
    total = count = 0
    for line in lines:
        total = (total + int.from_bytes(hashlib.sha256(line).digest())) % (1 << 256)
        count += 1
    return total, count

"""Which copy of the public store readers see: immutable versions, the newest named by a symbolic link."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from give_ld.store.embedded import EmbeddedStore

KEEP = 3
# A query may still read from an older version: none goes before the longest query can have ended.
LINGER_SECONDS = 60.0


class Snapshots:
    """Versions 1, 2, 3 … of a store, each a directory; `current` is a link to the newest."""

    def __init__(self, store: EmbeddedStore, directory: Path, clock: Callable[[], float] = time.monotonic) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._store, self._directory, self._clock = store, directory, clock
        self._lock = threading.Lock()
        self._dirty = True
        self._published: dict[int, float] = dict.fromkeys(_versions(directory), float("-inf"))

    def mark_dirty(self) -> None:
        """Say that the store has changed: the next reader gets a new version."""
        self._dirty = True

    def current(self) -> Path:
        """Return the directory of the version that holds every change that was marked before this call."""
        with self._lock:
            return self._publish() if self._dirty else self._newest()

    def publish(self) -> Path:
        """Make a version of what is stored now, let `current` name it, remove versions no longer needed; return it."""
        with self._lock:
            return self._publish()

    def _newest(self) -> Path:
        return self._directory / str(max(self._published))

    def _publish(self) -> Path:
        # Before the backup, so that a change during it makes the next version.
        self._dirty = False
        number = max(self._published, default=0) + 1
        path = self._directory / str(number)
        self._store.backup(path)
        link = self._directory / "current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(path.name)
        link.replace(self._directory / "current")
        self._published[number] = self._clock()
        self._prune()
        return path

    def _prune(self) -> None:
        now = self._clock()
        for number in sorted(self._published)[:-KEEP]:
            if now - self._published[number] > LINGER_SECONDS:
                shutil.rmtree(self._directory / str(number), ignore_errors=True)
                del self._published[number]


def _versions(directory: Path) -> list[int]:
    return [int(entry.name) for entry in directory.iterdir() if entry.name.isdigit() and entry.is_dir()]

"""Which copy of the public store readers see: immutable versions, the newest named by a symbolic link."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from give_ld.errors import NoSpace
from give_ld.store.embedded import EmbeddedStore

KEEP = 3
# A query may still read from an older version: none goes before the longest query can have ended.
LINGER_SECONDS = 60.0
_LOG = logging.getLogger(__name__)


class Snapshots:
    """Versions 1, 2, 3 … of a store, each a directory; `current` is a link to the newest. Safe for many threads.

    `settle` returns when the store holds what was marked: it is called before a version is made. Then `note` writes
    what the version will hold at least to a file beside it, see `noted`.
    """

    def __init__(
        self,
        store: EmbeddedStore,
        directory: Path,
        clock: Callable[[], float] = time.monotonic,
        settle: Callable[[], None] = lambda: None,
        note: Callable[[Path], None] = lambda _: None,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._store, self._directory, self._clock = store, directory, clock
        self._settle, self._note = settle, note
        self._lock, self._soon = threading.Lock(), threading.Lock()
        self._published: dict[int, float] = dict.fromkeys(_versions(directory), float("-inf"))
        self._newest: Path | None = None
        self._prepare: Callable[[Path], None] = lambda _: None
        # Since when the newest version lacks something; versions of an earlier process may lack anything.
        self._lacks_since: float | None = clock()

    def before_reading(self, prepare: Callable[[Path], None]) -> None:
        """Let somebody see each version that is made in good time, before readers do."""
        self._prepare = prepare

    def mark_dirty(self) -> None:
        """Say that the store has changed, or is about to: `settle` waits for it."""
        if self._lacks_since is None:
            self._lacks_since = self._clock()

    def current(self) -> Path:
        """Return the directory of a version that holds every change that was marked before this call.

        Raises:
            NoSpace: the disk is full.
        """
        with self._lock:
            if self._newest is None or self._lacks_since is not None:
                self._newest = self._publish()
            return self._newest

    def recent(self, lag: float) -> Path:
        """Return the directory of a version that holds every change that was marked so many seconds ago or before.

        A newer version is made meanwhile, so that few have to wait for one. While the disk is full there is none:
        then reading goes on with the version that is there.

        Raises:
            NoSpace: the disk is full, and there is no version yet.
        """
        newest, since = self._newest, self._lacks_since
        if newest is None:
            return self.current()
        if since is not None and self._clock() - since >= lag:
            return self._publish_now() or newest
        if since is not None and self._clock() - self._published[int(newest.name)] >= lag / 2:
            self._publish_soon()
        return newest

    def publish(self) -> Path:
        """Make a version of what is stored now, let `current` name it, remove versions no longer needed; return it.

        Raises:
            NoSpace: the disk is full.
        """
        with self._lock:
            self._newest = self._publish()
            return self._newest

    def _publish_soon(self) -> None:
        if self._soon.acquire(blocking=False):
            threading.Thread(target=self._publish_meanwhile, name="snapshot", daemon=True).start()

    def _publish_meanwhile(self) -> None:
        try:
            with self._lock, _told():
                if self._lacks_since is not None:
                    made = self._publish()
                    self._prepare(made)
                    self._newest = made
        finally:
            self._soon.release()

    def _publish_now(self) -> Path | None:
        with _told():
            return self.current()
        return None

    def _publish(self) -> Path:
        self._settle()
        # Before the backup, so that a change during it makes the next version.
        since, self._lacks_since = self._lacks_since, None
        number = max(self._published, default=0) + 1
        path = self._directory / str(number)
        try:
            self._note(noted(path))
            self._store.backup(path)
            self._name_current(path)
        except BaseException:
            self._lacks_since = self._clock() if since is None else since
            _remove(path)
            raise
        self._published[number] = self._clock()
        self._prune()
        return path

    def _name_current(self, path: Path) -> None:
        link = self._directory / "current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(path.name)
        link.replace(self._directory / "current")

    def _prune(self) -> None:
        now = self._clock()
        for number in sorted(self._published)[:-KEEP]:
            if now - self._published[number] > LINGER_SECONDS:
                _remove(self._directory / str(number))
                del self._published[number]


def noted(version: Path) -> Path:
    """Return the file beside a version that says what it holds."""
    return version.with_suffix(".json")


def _remove(version: Path) -> None:
    shutil.rmtree(version, ignore_errors=True)
    noted(version).unlink(missing_ok=True)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NoSpace as error:
        _LOG.error("readers see the graph as it was, for there is no room for a snapshot: %s", error.message)


def _versions(directory: Path) -> list[int]:
    return [int(entry.name) for entry in directory.iterdir() if entry.name.isdigit() and entry.is_dir()]

"""How the graphs follow the journal while the next batch comes in: one change after the other, in a thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial

# Who decides is told so first: both at once would hold up each other.
PAUSE = 0.02
# A disk that is full, or a graph that does not answer, may be well again by then.
AGAIN_SECONDS = 10.0
_LOG = logging.getLogger(__name__)


@dataclass
class Ahead:
    """A batch of runs and proposals that the journal has before the graphs have it.

    Who writes it fills `lines`: the N-Quads that it adds to the private graph, which the gate has seen already.
    """

    lines: list[str] = field(default_factory=list)
    _change: Future[None] | None = None

    def follow(self, change: Future[None]) -> None:
        """Remember the change that brings the graphs to this batch."""
        self._change = change

    def wait(self) -> None:
        """Wait until the graphs hold the batch; what went wrong with them is raised here, once."""
        change, self._change = self._change, None
        if change is not None:
            change.result()


class Following:
    """The changes that were begun and may not have ended. Who begins one holds the lock of the home; all may wait."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None
        self._awaited = threading.Event()
        self._guard, self._turn = threading.Lock(), threading.Lock()
        self._is_closed = False

    def now(self, change: Callable[[], None]) -> None:
        """Make a change here; one that begins again meanwhile waits for it, or goes first."""
        with self._turn:
            change()

    def begin(self, change: Callable[[], None], pause: float = 0.0) -> Future[None]:
        """Begin a change when the one before it has ended, well or not, and return it.

        It begins after a `pause` of so many seconds, or as soon as somebody waits for it.
        """
        self.settle()
        with self._guard:
            return self._submit(change, pause)

    def begin_alone(self, change: Callable[[], None]) -> None:
        """Begin a change for which nobody waits, when who asked for it has been told; where it fails it begins again.

        The log tells of the first failure and of the end of it.
        """
        self.begin(change, PAUSE).add_done_callback(partial(self._persist, change, 0))

    def _submit(self, change: Callable[[], None], pause: float) -> Future[None]:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="graphs")
        self._awaited.set()  # one that pauses to begin again holds up nobody
        awaited = self._awaited = threading.Event()
        self._last = self._thread.submit(self._after, awaited, pause, change)
        return self._last

    def _after(self, awaited: threading.Event, pause: float, change: Callable[[], None]) -> None:
        if pause:
            awaited.wait(pause)
        self.now(change)

    def _persist(self, change: Callable[[], None], failures: int, done: Future[None]) -> None:
        error = done.exception()
        if error is None:
            if failures:
                _LOG.warning("the graphs follow the journal again")
            return
        if not failures:
            told = "the graphs do not follow the journal; tried again every %g s, with each change, and at the start"
            _LOG.error(told, AGAIN_SECONDS, exc_info=error)
        with self._guard:
            if self._is_closed:
                return
            again = self._submit(change, AGAIN_SECONDS)
        again.add_done_callback(partial(self._persist, change, failures + 1))

    def settle(self) -> None:
        """Wait until nothing is under way; a failure is for who began the change, see `Ahead.wait`."""
        with self._guard:
            self._awaited.set()
            last = self._last
        if last is not None:
            wait((last,))
        with self._turn:
            return  # nor is one under way that somebody makes at once

    def close(self) -> None:
        """End the thread, when nothing is under way; what failed is left to the next start."""
        with self._guard:
            self._is_closed = True
            self._awaited.set()
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

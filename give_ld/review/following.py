"""How the graphs follow the journal while the next batch comes in: one change after the other, in a thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

# Who decides is told so first: both at once would hold up each other.
PAUSE = 0.02
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

    def begin(self, change: Callable[[], None], pause: float = 0.0) -> Future[None]:
        """Begin a change when the one before it has ended, well or not, and return it.

        It begins after a `pause` of so many seconds, or as soon as somebody waits for it.
        """
        self.settle()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="graphs")
        self._awaited.clear()
        self._last = self._thread.submit(self._after, pause, change)
        return self._last

    def begin_alone(self, change: Callable[[], None]) -> None:
        """Begin a change for which nobody waits, when who asked for it has been told; a failure goes into the log."""
        self.begin(change, PAUSE).add_done_callback(_tell)

    def _after(self, pause: float, change: Callable[[], None]) -> None:
        if pause:
            self._awaited.wait(pause)
        change()

    def settle(self) -> None:
        """Wait until nothing is under way; a failure is for who began the change, see `Ahead.wait`."""
        self._awaited.set()
        last = self._last
        if last is not None:
            wait((last,))

    def close(self) -> None:
        """End the thread, when nothing is under way."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None


def _tell(done: Future[None]) -> None:
    if error := done.exception():
        # The journal has it: who writes next brings the graphs to all of it.
        told = "the graphs do not follow the journal; they will with the next change, or the next start"
        _LOG.error(told, exc_info=error)

"""Whether the journal is whole, as anybody who audits may ask at any time without making it dear."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock

from give_ld.errors import Busy
from give_ld.home import Home
from give_ld.journal.chain import Fault, Head, Stored
from give_ld.journal.checkpoint import Checkpoint, Statement, parse_checkpoint, public_key, sign

REST = 9
"""How many times as long as it took nobody begins another: a tenth of one core at most goes into it."""
FRESH_SECONDS = 600.0
"""After so long the same chain is read again when somebody asks."""


@dataclass(frozen=True)
class Proof:
    """What came of reading the whole chain: `erased` entries have no payload any more, `checkpoint` signs its end."""

    head: Head
    fault: Fault | None
    erased: int
    time: datetime
    seconds: float
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Looked:
    """The last proof if there is one, what the journal has by now, and how far the reading is that is under way."""

    proof: Proof | None
    entries: int
    read: int | None


@dataclass
class _Tally:
    read: int = 0
    erased: int = 0


@dataclass
class Prover:
    """Reads the chain when it has another head than before, or was not read for long; never twice at a time."""

    home: Home
    clock: Callable[[], float] = time.monotonic
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)
    _workers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "proof"))
    _reading: Future[Proof] | None = None
    _tally: _Tally = field(default_factory=_Tally)
    _proof: Proof | None = None
    _free: float = 0
    _stale: float = 0

    def look(self, patience: float) -> Looked:
        """Return what is known, after waiting so many seconds at most for a reading that is under way.

        Raises:
            GiveLdError: the journal cannot be read.
        """
        head = self.home.journal.head()
        with self._lock:
            if self._reading is None and self._is_due(head):
                self._tally = _Tally()
                self._reading = self._workers.submit(self._read, self._tally)
            reading = self._reading
        if reading is None:
            return Looked(self._proof, head.seq, None)
        wait([reading], patience)
        if not reading.done():
            return Looked(self._proof, head.seq, self._tally.read)
        with self._lock:
            self._reading = None if self._reading is reading else self._reading
        self._proof = reading.result()
        return Looked(self._proof, max(head.seq, self._proof.head.seq), None)

    def compare(self, content: bytes, name: str) -> tuple[Statement, bool]:
        """Return what a checkpoint of this instance says, and whether the journal still holds that entry.

        Raises:
            Damaged: it is no checkpoint, is signed by another, or was altered.
        """
        statement = parse_checkpoint(content, name, self.key).statement
        return statement, self.home.journal.holds(statement.head)

    def checkpoint(self, head: Head | None = None) -> Checkpoint:
        """Return a signed statement of where the journal ends, or ended."""
        home = self.home
        return sign(home.mint.secret, home.settings.base, head or home.journal.head(), home.journal.clock())

    @property
    def key(self) -> str:
        """Return the public key with which checkpoints verify, in base64."""
        return public_key(self.home.mint.secret)

    def close(self) -> None:
        """End what is under way."""
        self._stop.set()
        self._workers.shutdown()

    def _is_due(self, head: Head) -> bool:
        if self._proof is None or self.clock() < self._free:
            return self._proof is None
        # An old entry can be altered without a new one.
        return self._proof.head != head or self.clock() >= self._stale

    def _read(self, tally: _Tally) -> Proof:
        last = Head()

        def seen(link: Stored) -> None:
            nonlocal last
            if self._stop.is_set():
                raise Busy("the service ends; ask again when it is back")
            last = Head(link.entry.seq, link.hash)
            tally.read += 1
            tally.erased += link.body is None or link.key is None

        began = self.clock()
        fault = self.home.journal.verify(self.home.projection.reached(), seen=seen)
        ended = self.clock()
        self._free, self._stale = ended + REST * (ended - began), ended + FRESH_SECONDS
        # Where it is broken nothing is signed but the end that it had.
        checkpoint = self.checkpoint(last)
        return Proof(last, fault, tally.erased, checkpoint.statement.time, ended - began, checkpoint)

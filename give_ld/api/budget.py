"""How much query time one client may use: a bucket that fills with what was used and empties with the clock."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from give_ld.errors import Spent

MINUTE = 60.0
# Beyond so many clients the one longest unseen is forgotten.
CLIENTS = 10_000


@dataclass(frozen=True)
class _Use:
    seconds: float
    at: float


class Budget:
    """Query seconds a minute, for each client by name. Safe to use from many threads at once."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = seconds, clock
        self._used: OrderedDict[str, _Use] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, client: str) -> None:
        """Check that a client may ask.

        Raises:
            Spent: it has used up its time; the error says after how many seconds it may ask again.
        """
        with self._lock:
            over = self._left_in_bucket(client) - self._most
        if over >= 0:
            seconds = int(over / self._most * MINUTE) + 1
            message = f"your queries took {self._most:g} s in a minute; wait {seconds} s, and ask for less at a time"
            raise Spent(message, retry_after=seconds)

    def spend(self, client: str, seconds: float) -> None:
        """Record that a client's query took so long."""
        with self._lock:
            self._used[client] = _Use(self._left_in_bucket(client) + seconds, self._clock())
            self._used.move_to_end(client)
            if len(self._used) > CLIENTS:
                self._used.popitem(last=False)

    def _left_in_bucket(self, client: str) -> float:
        use = self._used.get(client)
        if use is None:
            return 0.0
        return max(0.0, use.seconds - (self._clock() - use.at) / MINUTE * self._most)

"""How often somebody may try to come in: after some failures the wait doubles with each, whoever it is said to be."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from give_ld.errors import Spent

FREE_FOR_AN_ACCOUNT, FREE_FOR_A_CLIENT = 5, 20
LONGEST_WAIT = 900.0
# After a day without a try nothing is held against anybody.
FORGOTTEN_AFTER = 86_400.0
# Beyond so many the one longest unseen is forgotten.
REMEMBERED = 20_000


@dataclass(frozen=True)
class _Tries:
    count: int
    at: float


class Attempts:
    """Tries of each account and each client address, counted before they are judged. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, client: str, account: str | None = None) -> None:
        """Count a try, unless it comes too early. An account that does not exist is counted as any other.

        Raises:
            Spent: there were too many; the error says after how many seconds there may be another.
        """
        limits = {f"client {client}": FREE_FOR_A_CLIENT}
        if account is not None:
            limits[f"account {account.casefold()}"] = FREE_FOR_AN_ACCOUNT
        with self._lock:
            wait = max(self._wait(key, free) for key, free in limits.items())
            if wait <= 0:
                for key in limits:
                    self._count(key)
        if wait > 0:
            seconds = int(wait) + 1
            raise Spent(f"too many attempts; wait {seconds} s", rule="attempts", retry_after=seconds)

    def forgive(self, client: str, account: str | None = None) -> None:
        """Forget the tries of an account that came in, and one of its client: others may share the address."""
        with self._lock:
            if account is not None:
                self._tries.pop(f"account {account.casefold()}", None)
            if tries := self._tries.get(f"client {client}"):
                self._tries[f"client {client}"] = _Tries(max(0, tries.count - 1), tries.at)

    def _wait(self, key: str, free: int) -> float:
        tries = self._tries.get(key)
        if tries is None or tries.count < free:
            return 0.0
        longest = min(LONGEST_WAIT, 2.0 ** min(tries.count - free, 30))
        return tries.at + longest - self._clock()

    def _count(self, key: str) -> None:
        now, tries = self._clock(), self._tries.get(key)
        before = tries.count if tries and now - tries.at < FORGOTTEN_AFTER else 0
        self._tries[key] = _Tries(before + 1, now)
        self._tries.move_to_end(key)
        if len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)

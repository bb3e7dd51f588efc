"""How large the public dataset is, counted by the query workers once for each version of it, and not too often."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from give_ld.errors import GiveLdError
from give_ld.store.pool import QueryPool, QuerySpec
from give_ld.store.queries import query

# After counting for so long, nothing is counted for this many times as long: at most a twentieth of one worker.
REST = 20


@dataclass(frozen=True)
class Share:
    """A class or a property, how many things or triples have it, and one such thing of a class."""

    iri: str
    count: int
    example: str = ""


@dataclass(frozen=True)
class Figures:
    """Counts over one version of the public graph."""

    entities: int
    classes: tuple[Share, ...]
    properties: tuple[Share, ...]

    @property
    def triples(self) -> int:
        """Return how many triples there are, each counted once."""
        return sum(share.count for share in self.properties)


@dataclass
class Counter:
    """Keeps the last figures of what a pool answers from. Safe to use from many threads at once."""

    pool: QueryPool
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _figures: Figures | None = None
    _version: str = ""
    _rest_until: float = float("-inf")

    def figures(self) -> Figures | None:
        """Return the figures: those of now, or of a little earlier; None where they took longer than a query may."""
        with self._lock:
            if self.clock() >= self._rest_until and self.pool.version() != self._version:
                started = self.clock()
                self._count()
                self._rest_until = self.clock() + REST * (self.clock() - started)
            return self._figures

    def _count(self) -> None:
        version = self.pool.version()
        try:
            (entities,) = self._rows("void-entities")
            classes, properties = self._rows("void-classes"), self._rows("void-properties")
        except GiveLdError:
            # Over a limit, or busy: what was counted before is told, or nothing.
            return
        self._version = version
        self._figures = Figures(
            entities=int(entities["entities"]),
            classes=tuple(Share(row["class"], int(row["entities"]), row.get("example", "")) for row in classes),
            properties=tuple(Share(row["property"], int(row["triples"])) for row in properties),
        )

    def _rows(self, name: str) -> list[dict[str, str]]:
        rows = json.loads(self.pool.ask(QuerySpec(query(name))).body)["results"]["bindings"]
        return [{key: term["value"] for key, term in row.items()} for row in rows]

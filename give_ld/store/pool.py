"""How public queries are answered: by a few isolated worker processes, each of which may be killed at any time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from give_ld import errors
from give_ld.config import Settings
from give_ld.errors import BadQuery, Busy, GiveLdError, TooLarge
from give_ld.store.answers import RESULTS_JSON, TURTLE
from give_ld.store.dataset import dataset_of, has_dataset
from give_ld.store.process import Turn, WorkerProcess
from give_ld.store.refusals import refuse


@dataclass(frozen=True)
class QuerySpec:
    """One question: the text, the media type wanted for each form of answer (None: not acceptable), and the dataset.

    `default_graphs` and `named_graphs` override what the query says by FROM; None for both: they say nothing.
    `base` is the IRI against which relative IRIs in the text are resolved. Where `may_repeat`, a triple that stands in
    several of the default graphs may count once for each: that spares a copy of graphs that are too large to copy.
    With `everything` the dataset is all named graphs, each of them and their union; there `may_repeat` is so as well.
    """

    text: str
    solutions: str | None = RESULTS_JSON
    boolean: str | None = RESULTS_JSON
    graph: str | None = TURTLE
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    may_repeat: bool = False
    everything: bool = False

    def everywhere(self) -> QuerySpec:
        """Return the same question about all named graphs of the store; what it says by FROM counts no longer."""
        return replace(self, everything=self.default_graphs is None and self.named_graphs is None, may_repeat=True)

    def within(self, graphs: Collection[str]) -> QuerySpec:
        """Return the same question about these graphs and no others; what it says by FROM counts no longer."""
        if self.default_graphs is None and self.named_graphs is None:
            return replace(self, default_graphs=tuple(graphs), named_graphs=tuple(graphs), may_repeat=True)
        default, named = self.default_graphs or (), self.named_graphs or ()
        return replace(
            self,
            default_graphs=tuple(each for each in default if each in graphs),
            named_graphs=tuple(each for each in named if each in graphs),
            may_repeat=True,
        )


@dataclass(frozen=True)
class Answer:
    """A whole answer; `body` is never cut short. `snapshot` names the version of the store that gave it.

    `seconds` is how long a worker was at it.
    """

    media_type: str
    body: bytes
    snapshot: str
    seconds: float = 0.0


class QueryPool:
    """Workers that answer from the directory that `snapshot()` returns. Safe to use from many threads at once.

    Raises:
        NotUsable: the workers' network cannot be cut, and the settings do not accept that.
    """

    def __init__(self, settings: Settings, snapshot: Callable[[], Path]) -> None:
        self._settings, self._snapshot = settings, snapshot
        self._room = threading.BoundedSemaphore(settings.sparql_workers + settings.sparql_queue)
        # Half of the workers are always soon free for short queries.
        self._long = threading.BoundedSemaphore(max(1, settings.sparql_workers // 2))
        self._idle = _Idle()
        starting = threading.Lock()
        self._workers = [WorkerProcess(settings, snapshot().parent, starting) for _ in range(settings.sparql_workers)]
        try:
            for worker in self._workers:
                worker.greet()
                self._idle.put(worker)
        except GiveLdError:
            self.close()
            raise

    def ask(self, spec: QuerySpec) -> Answer:
        """Return the answer to a query.

        Raises:
            BadQuery: it does not parse, or asks for what is refused.
            NotAllowed: it is an update.
            NotAcceptable: its form has no acceptable media type.
            TooLarge: the query, its answer or the memory it needs is over a limit.
            TimedOut: it ran past the limit of time; its worker was killed.
            Busy: all workers are busy and the queue is full, or it is a long query and enough of those run.
        """
        if len(spec.text.encode("utf-8", "replace")) > self._settings.sparql_query_bytes:
            raise TooLarge(f"a query has at most {self._settings.sparql_query_bytes} bytes")
        refuse(spec.text)
        if not self._room.acquire(blocking=False):
            raise Busy("all query workers are busy and the queue is full; try again in a few seconds")
        try:
            return self._ask_a_worker(spec)
        finally:
            self._room.release()

    def prepare(self, snapshot: Path) -> None:
        """Let idle workers open a version of the store, one after the other, before a query has to wait for that."""
        for worker in self._workers:
            if self._idle.take_this(worker):
                try:
                    # One that has ended meanwhile is started anew by the next query.
                    with contextlib.suppress(GiveLdError):
                        worker.ask({"snapshot": str(snapshot), "open_only": True}, Turn(self._long))
                finally:
                    self._idle.put(worker)

    def version(self) -> str:
        """Return which version of the store a query asked now would be answered from, as `Answer.snapshot` says it."""
        return self._snapshot().name

    def _ask_a_worker(self, spec: QuerySpec) -> Answer:
        worker = self._idle.take(self._settings.sparql_seconds)
        turn = Turn(self._long)
        try:
            snapshot = self._snapshot()
            started = time.monotonic()
            head, body = worker.ask(_request(spec, snapshot), turn)
        finally:
            # The asker of a query that ended its worker waits for the new one, so that no other does.
            try:
                with contextlib.suppress(GiveLdError):
                    worker.make_ready()
            finally:
                turn.end()
                self._idle.put(worker)
        if "error" in head:
            raise _error(head["error"], head["message"])
        return Answer(head["media_type"], body, snapshot.name, time.monotonic() - started)

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.close()


class _Idle:
    """The workers that nobody asks just now; who came last goes first, for what it read is still at hand."""

    def __init__(self) -> None:
        self._workers: list[WorkerProcess] = []
        self._changed = threading.Condition()

    def put(self, worker: WorkerProcess) -> None:
        with self._changed:
            self._workers.append(worker)
            self._changed.notify()

    def take(self, seconds: float) -> WorkerProcess:
        with self._changed:
            if not self._changed.wait_for(lambda: self._workers, seconds):
                raise Busy("all query workers are busy; try again in a few seconds")
            return self._workers.pop()

    def take_this(self, worker: WorkerProcess) -> bool:
        with self._changed:
            if is_idle := worker in self._workers:
                self._workers.remove(worker)
            return is_idle


class OnDemand:
    """A pool that is made with the first question. Safe to use from many threads at once."""

    def __init__(self, make: Callable[[], QueryPool]) -> None:
        self._make, self._lock = make, threading.Lock()
        self._pool: QueryPool | None = None

    def ask(self, spec: QuerySpec) -> Answer:
        """Return the answer to a query; see `QueryPool.ask`."""
        with self._lock:
            self._pool = self._pool or self._make()
        return self._pool.ask(spec)

    def close(self) -> None:
        """End the workers, if there are any."""
        with self._lock:
            if self._pool:
                self._pool.close()


def _request(spec: QuerySpec, snapshot: Path) -> dict[str, object]:
    given = spec.default_graphs is not None or spec.named_graphs is not None
    default, named = spec.default_graphs or (), spec.named_graphs or ()
    says_itself = not (given or spec.everything) and has_dataset(spec.text)
    if says_itself and (dataset := dataset_of(spec.text, spec.base)):
        given, says_itself, default, named = True, False, dataset.default, dataset.named
    return {
        "text": spec.text,
        "snapshot": str(snapshot),
        "solutions": spec.solutions,
        "boolean": spec.boolean,
        "graph": spec.graph,
        "base": spec.base,
        "has_dataset": says_itself,
        "default_graphs": list(default) if given else None,
        "named_graphs": list(named) if given else None,
        "may_repeat": spec.may_repeat,
        "everything": spec.everything,
    }


def _error(name: str, message: str) -> GiveLdError:
    known: type[GiveLdError] = getattr(errors, name, BadQuery)
    return known(message)

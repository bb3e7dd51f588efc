"""How long an engine elsewhere takes to get the public graph as a whole, and then what a few decisions changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from give_ld.bench.instance import opened
from give_ld.bench.prepared import prepare
from give_ld.bench.result import Result
from give_ld.config import Settings
from give_ld.errors import BadInput, Conflict
from give_ld.harvest.publish import Publisher, Pushed
from give_ld.harvest.touched import changes_of
from give_ld.home import Home
from give_ld.model.status import Verdict
from give_ld.review.decide import Decision
from give_ld.standing import standing_of
from give_ld.store.protocol import Store


def bench_publish(store: Store, quads: int, decisions: int) -> Result:
    """Return seconds of this process, and of the clock, for a whole push, one that compares it again, and a small one.

    Raises:
        Conflict: the engine holds something already; it would be taken away.
        BadInput: a push looked at more or at less than it should have.
    """
    if held := store.count():
        raise Conflict(f"the engine holds {held} quads in our graphs; give one that holds none", rule="bench")
    with TemporaryDirectory(prefix="give-ld-bench-") as scratch:
        made = prepare(Path(scratch), quads, 0, decisions)
        publisher = Publisher(store, Path(scratch) / "published")
        with opened(Settings(home=made.home)) as home:
            metrics = _measured("first", lambda: _push(home, publisher, whole=True))
            metrics |= _measured("compared", lambda: _push(home, publisher, whole=True))
            archivist = home.user("archivist")
            for guess in made.guesses:
                home.decide(archivist, Decision(guess, Verdict.APPROVE))
            metrics |= _measured("decided", lambda: _push(home, publisher, whole=False))
    return Result("publish", {"quads": float(made.public_quads), "decisions": float(decisions), **metrics})


def _push(home: Home, publisher: Publisher, *, whole: bool) -> Pushed:
    standing = standing_of(home)
    pushed = publisher.push(standing.snapshot, changes_of(standing), whole=whole)
    if pushed.whole != whole:
        raise BadInput("a push after decisions compared the whole", rule="bench")
    return pushed


def _measured(name: str, push: Callable[[], Pushed]) -> dict[str, float]:
    began, cpu = time.monotonic(), time.process_time()
    pushed = push()
    return {
        f"{name}_seconds": round(time.monotonic() - began, 2),
        f"{name}_cpu_seconds": round(time.process_time() - cpu, 2),
        f"{name}_quads_pushed": float(pushed.added + pushed.removed),
    }

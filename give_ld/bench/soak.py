"""Whether the service answers rightly and soon while many clients ask, some ask too much, and people decide."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from give_ld.bench.asking import Asking, Order, Seen
from give_ld.bench.instance import Filled, fill, prepare
from give_ld.bench.respawn import respawn_seconds
from give_ld.bench.result import Result
from give_ld.bench.service import Service, serving
from give_ld.bench.work import SIMPLE, Work
from give_ld.config import Settings
from give_ld.errors import Damaged

RUNAWAYS = 2
RESPAWNS = 9


@dataclass(frozen=True)
class Load:
    """What is offered: for so many seconds, requests a second of all clients together, over so many made files."""

    seconds: float = 300.0
    rate: float = 64.0
    clients: int = 64
    files: int = 40


@dataclass
class Soaked:
    """What was seen: the memory of the whole service at its start, every answer, and seconds to replace a worker."""

    idle_memory_mb: float = 0.0
    seen: list[Seen] = field(default_factory=list)
    respawns: list[float] = field(default_factory=list)

    @property
    def wrong(self) -> list[Seen]:
        """Return the answers that are neither right nor refused as declared."""
        return [each for each in self.seen if each.wrong]

    def milliseconds(self, share: float, *kinds: str) -> float:
        """Return after how long this share of the right answers was there, from when their requests were due."""
        times = sorted(1000 * each.seconds for each in self.seen if each.kind in kinds and each.is_right)
        return round(times[min(len(times) - 1, int(share * len(times)))], 1) if times else 0.0


def bench_soak(load: Load, seed: int) -> Result:
    """Return how a real service bore a load, and how soon it has a new query worker for one that was killed.

    Raises:
        Damaged: an answer was neither right nor refused as declared.
    """
    with TemporaryDirectory(prefix="give-ld-soak-") as scratch:
        soaked = soak(Path(scratch), load, random.Random(seed))  # noqa: S311 - no secret
    if soaked.wrong:
        kinds = Counter(f"{each.kind} {each.wrong[:60]}" for each in soaked.wrong)
        told = "; ".join(f"{count} times {kind}" for kind, count in kinds.most_common(5))
        raise Damaged(f"{len(soaked.wrong)} answers were wrong: {told}", rule="bench")
    return Result("soak", metrics(load, soaked))


def soak(directory: Path, load: Load, chance: random.Random) -> Soaked:
    """Return what was seen under a load on a new instance in a directory, and of workers killed after it."""
    settings, soaked = Settings(home=directory / "home"), Soaked()
    prepare(settings, load.files)
    filled = fill(settings, directory, load.files)
    with serving(Service(settings.home, directory / "server.log")) as service:
        soaked.idle_memory_mb = service.memory_mb()
        asyncio.run(_offer(service.url, filled, load, chance, soaked.seen))
    with serving(Service(settings.home, directory / "server.log", {"sparql_workers": "1"})) as alone:
        soaked.respawns += [respawn_seconds(alone) for _ in range(RESPAWNS)]
    return soaked


async def _offer(url: str, filled: Filled, load: Load, chance: random.Random, seen: list[Seen]) -> None:
    """Send each request when it is due, whatever became of those before it: a slow service is not asked less."""
    async with Asking(url) as asking:
        work = Work(asking, filled, chance)
        due = time.monotonic()
        ends = due + load.seconds
        runaways = [asyncio.create_task(_run_away(work, ends, seen)) for _ in range(RUNAWAYS)]
        under_way = set[asyncio.Task[None]]()
        while (due := due + chance.expovariate(load.rate)) < ends:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            task = asyncio.create_task(_note(work, Order(chance.randrange(load.clients), work.kind(), due), seen))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way, *runaways)


async def _note(work: Work, order: Order, seen: list[Seen]) -> None:
    seen += await work.do(order)


async def _run_away(work: Work, ends: float, seen: list[Seen]) -> None:
    while time.monotonic() < ends:
        seen.append(await work.run_away())


def metrics(load: Load, soaked: Soaked) -> dict[str, float]:
    """Return the numbers of a soak by name."""
    asked = Counter(each.kind for each in soaked.seen)
    answers = Counter(each.status for each in soaked.seen)
    respawns = sorted(round(1000 * seconds, 1) for seconds in soaked.respawns)
    return {
        "seconds": load.seconds,
        "clients": float(load.clients),
        "offered_per_second": load.rate,
        **{f"asked_{kind}": float(number) for kind, number in sorted(asked.items())},
        **{f"answers_{status}": float(number) for status, number in sorted(answers.items())},
        "simple_refused": float(sum(each.kind in SIMPLE and not each.is_right for each in soaked.seen)),
        "simple_p50_ms": soaked.milliseconds(0.5, *SIMPLE),
        "simple_p99_ms": soaked.milliseconds(0.99, *SIMPLE),
        "simple_max_ms": soaked.milliseconds(1.0, *SIMPLE),
        "page_p99_ms": soaked.milliseconds(0.99, "page"),
        "decision_p50_ms": soaked.milliseconds(0.5, "decision"),
        "decision_p99_ms": soaked.milliseconds(0.99, "decision"),
        "public_p99_ms": soaked.milliseconds(0.99, "public"),
        "respawn_ms": respawns[len(respawns) // 2],
        "respawn_max_ms": respawns[-1],
        "idle_memory_mb": soaked.idle_memory_mb,
    }

"""Whether what was acknowledged outlives a writer that is killed at any moment."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from give_ld.bench.instance import opened, prepare
from give_ld.bench.result import Result
from give_ld.bench.writer import READY
from give_ld.config import Settings
from give_ld.errors import Damaged
from give_ld.home import Home
from give_ld.journal.lookups import find_all_known
from give_ld.rebuild import check

# A writer is killed so many acknowledgements and seconds after it is ready: on a slow machine as on a fast one.
MOST_SAID = 150
LONGEST_AFTER_SECONDS = 0.2
_CHECK_GRAPHS_EVERY = 20
# Of one writer; each made file is an item of its own.
_MOST_FILES = 20


@dataclass(frozen=True)
class Kills:
    """What came of it: acknowledgements, how many were lost, and how many quads were wrong in either graph."""

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    wrong_quads: int = 0


def bench_kills(rounds: int, seed: int, progress: Callable[[Kills], None] = lambda _: None) -> Result:
    """Return what outlived so many writers, each killed at a random moment; `seed` says which moments."""
    with TemporaryDirectory(prefix="give-ld-kills-") as scratch:
        found = kill_rounds(Path(scratch), rounds, random.Random(seed), progress)  # noqa: S311 - no secret
    metrics = {
        "rounds": float(found.rounds),
        "acknowledged": float(found.acknowledged),
        "lost": float(found.lost),
        "wrong_quads": float(found.wrong_quads),
    }
    return Result("kills", metrics)


def kill_rounds(directory: Path, rounds: int, chance: random.Random, progress: Callable[[Kills], None]) -> Kills:
    """Return what came of so many rounds on one instance: write, kill, open again, compare."""
    settings, acknowledged, found = Settings(home=directory / "home", journal_url=None), dict[str, str](), Kills()
    prepare(settings, rounds * _MOST_FILES)
    for number in range(rounds):
        # Every made file has its own number: a later round goes on where none was before.
        moment = chance.randrange(MOST_SAID), chance.uniform(0, LONGEST_AFTER_SECONDS)
        said = _killed_at(moment, settings, directory, number * _MOST_FILES)
        acknowledged.update(said)
        with opened(settings) as home:
            lost = _lost(home, acknowledged)
            last = number == rounds - 1
            wrong = _wrong_quads(home) if last or number % _CHECK_GRAPHS_EVERY == 0 else 0
        found = replace(
            found,
            rounds=number + 1,
            acknowledged=len(acknowledged),
            lost=found.lost + lost,
            wrong_quads=found.wrong_quads + wrong,
        )
        progress(found)
    return found


def _killed_at(moment: tuple[int, float], settings: Settings, directory: Path, first: int) -> dict[str, str]:
    """Return what a writer said, statuses by IRI; it is killed so many lines, and then seconds, after its start."""
    command = [sys.executable, "-m", "give_ld.bench.writer", str(settings.home), str(directory), str(first)]
    said, seconds = moment
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:  # noqa: S603 - our own interpreter and module
        assert writer.stdout is not None  # noqa: S101 - a pipe was asked for
        if json.loads(writer.stdout.readline() or "null") != READY:
            raise Damaged("the writer does not start; its own words stand above", rule="bench")
        lines = [writer.stdout.readline() for _ in range(said)]
        time.sleep(seconds)
        writer.kill()
        lines += writer.stdout.readlines()
    # A line without its end was not said in full.
    return dict(json.loads(line) for line in lines if line.endswith(b"\n"))


def _lost(home: Home, acknowledged: dict[str, str]) -> int:
    with home.journal.reading() as db:
        known = find_all_known(db, acknowledged)
    # A decision that came after the last word is no loss.
    return sum(
        iri not in known or (said != "proposed" and known[iri].status != said) for iri, said in acknowledged.items()
    )


def _wrong_quads(home: Home) -> int:
    return sum(difference.missing + difference.planted for difference in check(home).values())

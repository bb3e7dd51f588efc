"""How many guesses a second go the whole way in: checked, gated, journalled with a sync, and in the private graph."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from give_ld.bench import reference
from give_ld.bench.made import PARTNER, made_files
from give_ld.bench.result import Result
from give_ld.config import Settings
from give_ld.errors import BadInput
from give_ld.home import Home, open_home
from give_ld.ingest import Ingest, Report, Source
from give_ld.model.decision import Role
from give_ld.model.user import User
from give_ld.people import add_partner, add_user

_RECORDS = "made.jsonl"
_EARLY = 10_000  # lines, after which the memory is measured a first time


@dataclass(frozen=True)
class _Took:
    wall: float
    cpu: float
    early_peak: float


def bench_ingest(guesses: int) -> Result:
    """Return guesses a second of wall time, the CPU time a guess, and the peak of memory, over so many made guesses.

    The instance is new. CPU time and memory are those of the service and of its second process for the gate.

    Raises:
        BadInput: a made record was refused; then the numbers would be of something else.
    """
    children = _cpu_of_children()
    with TemporaryDirectory(prefix="give-ld-bench-") as scratch, _instance(Path(scratch) / "home") as home:
        pipeline = _people(home)
        _write(Path(scratch), guesses, home.mint.person("0001"))
        report, took = _ingest(home, Source(_RECORDS, Path(scratch), pipeline))
        peak = _peak_mb(resource.RUSAGE_SELF)
    if report.refused:
        raise BadInput(f"a made record was refused: {report.refused[0].message}", rule="bench")
    metrics = {
        "guesses": float(sum(report.proposed.values())),
        "annotations_per_second": round(guesses / took.wall, 1),
        "cpu_ms_per_annotation": round(1000 * (took.cpu + _cpu_of_children() - children) / guesses, 3),
        "peak_rss_mb_at_10k": took.early_peak,
        "peak_rss_mb": peak,
        "gate_peak_rss_mb": _peak_mb(resource.RUSAGE_CHILDREN),
    }
    return Result("ingest", metrics)


def _cpu_of_children() -> float:
    """Return the CPU seconds of processes that have ended, their start included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak_mb(who: int) -> float:
    return round(resource.getrusage(who).ru_maxrss / 1024, 1)


@contextmanager
def _instance(directory: Path) -> Iterator[Home]:
    home = open_home(Settings(home=directory))
    try:
        yield home
    finally:
        home.close()


def _people(home: Home) -> User:
    """Add who made records refer to, and return the user who brings them."""
    add_partner(home, reference.partner())
    manager = add_user(home, "manager", [Role.REFERENCE_SET_MANAGER], None)
    with home.writing() as writing:
        writing.append(reference.admission(home.mint, manager.id), manager.id, PARTNER)
        writing.append(reference.version(home.mint), manager.id)
        writing.append(reference.everything(manager.id), manager.id, PARTNER)
    return add_user(home, "pipeline", [Role.PIPELINE], PARTNER)


def _write(directory: Path, guesses: int, person: str) -> None:
    with (directory / _RECORDS).open("wb") as records:
        for file in made_files(guesses, person, reference.VERSION):
            records.writelines(record.model_dump_json(by_alias=True).encode() + b"\n" for record in file.records)
            (directory / file.sidecar_name).write_bytes(file.sidecar)


def _ingest(home: Home, source: Source) -> tuple[Report, _Took]:
    _ = home.gate  # the shapes are read once in the life of a service
    home.expect_batches().wait()
    peaks: list[float] = []
    wall, cpu = time.monotonic(), time.process_time()
    with (source.sidecars / source.name).open("rb") as records:
        report = Ingest(home, source).read(_watched(records, peaks))
    took = _Took(time.monotonic() - wall, time.process_time() - cpu, peaks[0])
    return report, took


def _watched(lines: Iterable[bytes], peaks: list[float]) -> Iterator[bytes]:
    """Yield the lines; how much memory was used by then goes to `peaks` once, early or at the end."""
    for number, line in enumerate(lines):
        if number == _EARLY:
            peaks.append(_peak_mb(resource.RUSAGE_SELF))
        yield line
    peaks.append(_peak_mb(resource.RUSAGE_SELF))

"""How media files go through the stages, and how what comes out is written: line by line, safe after each file."""

from __future__ import annotations

import os
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from give_ld.errors import BadMedia, BadRecord, NotUsable
from give_ld.model.annotation import Annotation
from give_ld.model.record import parse_record
from give_ld.model.run import MediaFile, Outcome, Run
from give_ld.model.run import Stage as StageName
from pipeline.digest import file_digest
from pipeline.media import Limits, base_name, probe
from pipeline.stage import Clock, Execution, Stage, Work, execute, failed

PID_CHARACTERS = 10  # of the file's digest, where no item is given


@dataclass(frozen=True)
class Order:
    """What is to be done with each file: by which stages, for whose item, into which records file."""

    stages: Sequence[Stage]
    partner: str
    records: Path
    item: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Result:
    """What became of one file; `problem` says why it could not be read, `skipped` that it had been done before."""

    path: Path
    executions: tuple[Execution, ...] = ()
    problem: str | None = None
    skipped: bool = False

    @property
    def failed(self) -> bool:
        """Whether the file, or a stage on it, failed."""
        return self.problem is not None or any(each.run.outcome is Outcome.FAILURE for each in self.executions)


def process(media: Iterable[Path], order: Order, clock: Clock, resume: bool = False) -> Iterator[Result]:
    """Yield what became of each file, once its records stand in the records file.

    A file that cannot be decoded becomes the record of a run that failed, and the rest goes on.

    Args:
        media: the files.
        order: what is to be done with each.
        clock: tells the time of runs.
        resume: leave out files for which every stage has a run that did not fail in the records file.

    Raises:
        NotUsable: the records file has something in it and is not to be resumed, or cannot be written.
    """
    done = _done(order.records) if resume else set()
    with _records_file(order.records, resume) as out:
        for path in media:
            result = _one(path, order, clock, done)
            for execution in result.executions:
                _write(out, execution.records())
            out.flush()
            os.fsync(out.fileno())
            yield result


def summary(results: Sequence[Result], order: Order) -> dict[str, object]:
    """Return the counts of a whole run, as `give-ld pipeline run --json` prints them."""
    executions = [execution for result in results for execution in result.executions]
    seconds: dict[str, float] = defaultdict(float)
    for run in (execution.run for execution in executions):
        seconds[run.stage] += (run.ended - run.started).total_seconds()
    models = [model for stage in order.stages for model in stage.agent.models]
    return {
        "files": len(results),
        "failed": sum(result.failed for result in results),
        "skipped": sum(result.skipped for result in results),
        "annotations": dict(Counter(guess.kind for each in executions for guess in each.output.annotations)),
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
        "weights": {model.name: model.sha256 for model in models},
        "out": str(order.records),
    }


def take_shard(media: Sequence[Path], shard: str) -> list[Path]:
    """Return the k-th of n parts of the files, for `shard` "k/n" with k from 1 on.

    Raises:
        NotUsable: `shard` is not of this form.
    """
    part, _, parts = shard.partition("/")
    if not (part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts)):
        raise NotUsable(f"--shard is '{shard}', it must be k/n with k from 1 to n, such as 2/8")
    return list(media[int(part) - 1 :: int(parts)])


def _one(path: Path, order: Order, clock: Clock, done: set[tuple[str, StageName]]) -> Result:
    try:
        file = probe(path, order.limits)
    except BadMedia as error:
        return Result(path, _refusal(path, order, clock, error.message), error.message)
    if all((file.sha256, stage.name) in done for stage in order.stages):
        return Result(path, skipped=True)
    work = _work(path, file, order)
    executions: list[Execution] = []
    for stage in order.stages:
        executions.append(execute(stage, work, clock))
        work = replace(work, earlier={**work.earlier, stage.name: executions[-1].output})
    return Result(path, tuple(executions))


def _work(path: Path, file: MediaFile, order: Order) -> Work:
    item = order.item or file.sha256[:PID_CHARACTERS]
    return Work(path, file, order.partner, item, order.records, order.limits)


def _refusal(path: Path, order: Order, clock: Clock, note: str) -> tuple[Execution, ...]:
    """Return the record of a run that failed; of what has no bytes to digest there can be none."""
    try:
        digest = file_digest(path) if path.is_file() else None
    except OSError:
        digest = None
    if digest is None:
        return ()
    file = MediaFile(sha256=digest, name=base_name(path), mime_type="application/octet-stream")
    return (failed(order.stages[0], _work(path, file, order), note, clock()),)


def _write(out: BinaryIO, records: Iterable[Run | Annotation]) -> None:
    for record in records:
        out.write(record.model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n")


@contextmanager
def _records_file(path: Path, resume: bool) -> Iterator[BinaryIO]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise NotUsable(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "r+b") as out:
        content_end = out.seek(0, os.SEEK_END)
        if content_end and not resume:
            raise NotUsable(f"{path} has records in it already; name another file, or go on with it: --resume")
        out.truncate(_whole_lines(path, content_end))
        out.seek(0, os.SEEK_END)
        yield out


def _whole_lines(path: Path, size: int) -> int:
    """Return how many bytes of the file are whole lines: a process that was killed may have left half a line."""
    with path.open("rb") as file:
        last = b"".join(deque(file, maxlen=1))
    return size if last.endswith(b"\n") else size - len(last)


def _done(path: Path) -> set[tuple[str, StageName]]:
    if not path.exists():
        return set()
    done = set()
    with path.open("rb") as file:
        for line in file:
            try:
                record = parse_record(line)
            except BadRecord:
                continue  # the half line of a process that was killed
            if isinstance(record, Run) and record.outcome is not Outcome.FAILURE:
                done.add((record.file.sha256, record.stage))
    return done

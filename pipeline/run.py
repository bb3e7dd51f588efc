"""How media files go through the stages: file by file, each one's records safe before the next is begun."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from give_ld.errors import BadMedia, NotUsable
from give_ld.model.run import MediaFile, Outcome
from pipeline.isolation import Decoder
from pipeline.media import Source, base_name, probe, read_source
from pipeline.records import Done, records_file
from pipeline.stage import Clock, Execution, Stage, Work, execute, failed

PID_CHARACTERS = 10  # of the file's digest, where no item is given


@dataclass(frozen=True)
class Order:
    """What is to be done with each file: by which stages, for whose item, into which records file, by which policy."""

    stages: Sequence[Stage]
    partner: str
    records: Path
    item: str | None = None
    decoder: Decoder = field(default_factory=Decoder)
    policy: str | None = None


@dataclass(frozen=True)
class Result:
    """What became of one file; `problem` says why it could not be read, `skipped` that it had been done before."""

    path: Path
    executions: tuple[Execution, ...] = ()
    problem: str | None = None
    skipped: bool = False

    @property
    def name(self) -> str:
        """The name of the file, fit to be shown."""
        return base_name(self.path)

    @property
    def failed(self) -> bool:
        """Whether the file, or a stage on it, failed."""
        return self.problem is not None or any(each.run.outcome is Outcome.FAILURE for each in self.executions)

    @property
    def fruitless(self) -> bool:
        """Whether nothing at all was done with the file."""
        return not self.skipped and all(each.run.outcome is Outcome.FAILURE for each in self.executions)


def process(media: Iterable[Path], order: Order, clock: Clock, resume: bool = False) -> Iterator[Result]:
    """Yield what became of each file, once its records stand in the records file.

    A file that cannot be decoded becomes the record of a run that failed, and the rest goes on. A file that comes twice
    is worked on once.

    Args:
        media: the files.
        order: what is to be done with each.
        clock: tells the time of runs.
        resume: leave out files for which every stage has a run that did not fail in the records file.

    Raises:
        NotUsable: the records file has something in it and is not to be resumed, holds something else than records, is
            being written by another process, or cannot be written.
    """
    with records_file(order.records, resume) as out:
        for path in media:
            result = _one(path, order, clock, out.done)
            out.append([record for execution in result.executions for record in execution.records()])
            yield result


def summary(results: Sequence[Result], order: Order) -> dict[str, object]:
    """Return the counts of a whole run, as `give-ld pipeline run --json` prints them."""
    executions = [execution for result in results for execution in result.executions]
    seconds: dict[str, float] = defaultdict(float)
    for run in (execution.run for execution in executions):
        seconds[run.stage.value] += run.seconds or 0.0
    models = [model for execution in executions for model in execution.run.agent.models]
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


def _one(path: Path, order: Order, clock: Clock, done: Done) -> Result:
    try:
        source = read_source(path)
    except BadMedia as error:  # without a digest there is nothing that a record could be about
        return Result(path, problem=error.message)
    item = order.item or source.sha256[:PID_CHARACTERS]
    if all((source.sha256, order.partner, item, stage.name) in done for stage in order.stages):
        return Result(path, skipped=True)
    try:
        file = probe(source, order.decoder)
    except BadMedia as error:
        work = _work(source, _undecoded(source), item, order)
        return Result(path, (failed(order.stages[0], work, error.message, clock()),), error.message)
    work = _work(source, file, item, order)
    executions: list[Execution] = []
    for stage in order.stages:
        executions.append(execute(stage, work, clock))
        work = replace(work, earlier={**work.earlier, stage.name: executions[-1].output})
    return Result(path, tuple(executions))


def _work(source: Source, file: MediaFile, item: str, order: Order) -> Work:
    return Work(source, file, order.partner, item, order.records, order.decoder, policy=order.policy)


def _undecoded(source: Source) -> MediaFile:
    return MediaFile(sha256=source.sha256, name=source.name, mime_type="application/octet-stream")

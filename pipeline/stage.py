"""How a stage of the pipeline is run, and what signs its output: each execution becomes one Run record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from give_ld.errors import GiveLdError
from give_ld.model.annotation import Annotation
from give_ld.model.calibration import Calibrator
from give_ld.model.run import SCHEMA, Agent, MediaFile, ModelFile, Outcome, Run, Sidecar
from give_ld.model.run import Stage as StageName
from pipeline.isolation import Decoder
from pipeline.media import Source

Clock = Callable[[], datetime]
Parameters = Mapping[str, str | int | float | bool]
MAX_NOTE_CHARACTERS = 10_000  # the model's own limit
LAST_MS = 86_399_999  # the model's own limit: a time has less than 24 hours


@dataclass(frozen=True)
class Word:
    """A spoken word: code points `begin` to `end` of the transcript's text, its time, and the decoder's probability."""

    begin: int
    end: int
    start_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True)
class StageOutput:
    """What a stage found. A stage that had nothing to do is a success with a note.

    `models` are weights that were used for this file beside the stage's own. `words` are the timed words of the
    transcript in `annotations`: speech leaves them for entities, no record has them.
    """

    annotations: tuple[Annotation, ...] = ()
    note: str | None = None
    outcome: Outcome = Outcome.SUCCESS
    sidecar: Sidecar | None = None
    models: tuple[ModelFile, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Work:
    """One media file on its way through the stages; `earlier` holds what the stages before have found.

    `records` is the records file that is being written: a sidecar is put beside it. `policy` is the digest of the
    processing policy that lets it be worked on.
    """

    source: Source
    file: MediaFile
    partner: str
    item: str
    records: Path
    decoder: Decoder = field(default_factory=Decoder)
    earlier: Mapping[StageName, StageOutput] = field(default_factory=dict)
    policy: str | None = None


class Stage(Protocol):
    """A step of the pipeline; `run` signs every annotation with the id of the run.

    Weights are found and checked when a stage is made, and checked again and loaded when the first file needs them.
    """

    @property
    def name(self) -> StageName:
        """Which stage this is."""

    @property
    def agent(self) -> Agent:
        """The software and the weights that every file needs; the first model is the one that scores."""

    @property
    def parameters(self) -> Parameters:
        """The settings that the output depends on."""

    @property
    def calibrators(self) -> tuple[Calibrator, ...]:
        """The calibrators that confidences of this stage may name."""

    @property
    def reference_set(self) -> str | None:
        """The version of the reference set that was matched against."""

    def run(self, work: Work, run: UUID) -> StageOutput:
        """Return what the stage found in the file.

        Raises:
            GiveLdError: the stage cannot do its work on this file.
        """


@dataclass(frozen=True)
class Execution:
    """A signed execution: its Run record and what it found."""

    run: Run
    output: StageOutput

    def records(self) -> tuple[Run | Annotation, ...]:
        """Return the records in the order in which they are written: the run first."""
        return (self.run, *self.output.annotations)


def execute(stage: Stage, work: Work, clock: Clock) -> Execution:
    """Run a stage on a file; an error of the stage becomes a Run that failed, and stops nothing else."""
    run, started = uuid4(), clock()
    try:
        output = stage.run(work, run)
    except GiveLdError as error:
        output = _failure(error.message)
    except Exception as error:  # the named boundary: an AI library may raise anything
        output = _failure(f"{type(error).__name__}: {error}")
    return Execution(sign(stage, work, output, (run, started, clock())), output)


def failed(stage: Stage, work: Work, note: str, now: datetime) -> Execution:
    """Return the execution of a stage that never came to run on the file."""
    output = _failure(note)
    return Execution(sign(stage, work, output, (uuid4(), now, now)), output)


def _failure(note: str) -> StageOutput:
    return StageOutput(note=note[:MAX_NOTE_CHARACTERS], outcome=Outcome.FAILURE)


def sign(stage: Stage, work: Work, output: StageOutput, when: tuple[UUID, datetime, datetime]) -> Run:
    """Return the Run record of an output; `when` is the id of the run, its start and its end."""
    run, started, ended = when
    return Run(
        schema_version=SCHEMA,
        id=run,
        stage=stage.name,
        partner=work.partner,
        item=work.item,
        file=work.file,
        agent=stage.agent.model_copy(update={"models": (*stage.agent.models, *output.models)}),
        parameters=dict(stage.parameters),
        started=started,
        ended=ended,
        outcome=output.outcome,
        note=output.note,
        reference_set=stage.reference_set,
        calibrators=stage.calibrators,
        sidecar=output.sidecar,
        policy=work.policy,
    )

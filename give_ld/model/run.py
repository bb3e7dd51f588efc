"""What one execution of one stage on one file was: by which software and weights, when, how, and with what end."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from give_ld.model.base import Instant, Label, Model, Number, PartnerId, Pid, Sha256, Slug
from give_ld.model.calibration import Calibrator
from give_ld.model.fragment import Milliseconds, Pixels

SCHEMA = "give-ld/1"


class Stage(StrEnum):
    """A step that makes guesses: of our own pipeline, or `other` for any other AI."""

    SPEECH = "speech"
    ENTITIES = "entities"
    FACES = "faces"
    OTHER = "other"


class Outcome(StrEnum):
    """How a run ended; the PREMIS event outcomes suc, war and fai."""

    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"


class MediaFile(Model):
    """The file that was looked at; `name` is its base name, never a path.

    A source elsewhere may know it only by the id that the archive's own system gives it.
    """

    sha256: Sha256 | None = None
    archive_id: Slug | None = None
    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^/\x00]+$")] | None = None
    mime_type: Annotated[str, Field(pattern=r"^[a-z]+/[A-Za-z0-9.+-]+$")] | None = None
    duration_ms: Milliseconds | None = None
    width: Pixels | None = None
    height: Pixels | None = None

    @model_validator(mode="after")
    def _is_known_by_something(self) -> Self:
        if self.sha256 is None and self.archive_id is None:
            raise ValueError("a file is known by its sha256, or by its archive_id")
        return self

    @property
    def key(self) -> str:
        """Return what tells the files of a partner apart: the digest, or else the archive's id."""
        return self.sha256 or f"archive:{self.archive_id}"


class ModelFile(Model):
    """One set of weights: its name, digest and licence as the registry has them."""

    name: Slug
    sha256: Sha256
    licence: Label


class Agent(Model):
    """The software that made the guesses; its first model is the one that scores.

    A source elsewhere may not say its version (absent) or its weights (an empty list).
    """

    name: Slug
    version: Slug | None = None
    models: Annotated[tuple[ModelFile, ...], Field(max_length=16)]


class Sidecar(Model):
    """The file with fingerprints and face crops that a run handed over: its base name and digest."""

    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^/\x00]+$")]
    sha256: Sha256


def _by_id(calibrators: tuple[Calibrator, ...]) -> tuple[Calibrator, ...]:
    if len({each.id for each in calibrators}) < len(calibrators):
        raise ValueError("the calibrators of a run have different ids")
    return tuple(sorted(calibrators, key=lambda each: each.id))


class Run(Model):
    """One stage on one file. Annotations name it by `id`; it stands before them in the file.

    A source elsewhere may not say when it ran: then both times are absent. `policy` is the digest of the processing
    policy that was obeyed.
    """

    schema_version: Literal["give-ld/1"] = Field(alias="schema")
    type: Literal["run"] = "run"
    id: UUID
    stage: Stage
    partner: PartnerId
    item: Pid
    file: MediaFile
    agent: Agent
    parameters: dict[Slug, Annotated[str, Field(max_length=10_000)] | int | float | bool] = Field(
        default_factory=dict, max_length=64
    )
    started: Instant | None = None
    ended: Instant | None = None
    outcome: Outcome
    note: Annotated[str, Field(max_length=10_000)] | None = None
    reference_set: Slug | None = None
    calibrators: Annotated[tuple[Calibrator, ...], AfterValidator(_by_id)] = ()
    sidecar: Sidecar | None = None
    policy: Sha256 | None = None
    energy_wh: Annotated[Number, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.started is None) != (self.ended is None):
            raise ValueError("started and ended come together, or the source says neither")
        if self.started is not None and self.ended is not None and self.ended < self.started:
            raise ValueError("ended must not come before started")
        if self.outcome is Outcome.FAILURE and not self.note:
            raise ValueError("a failure needs a note that says what failed")
        if self.agent.models and not (self.file.sha256 and self.file.name and self.file.mime_type):
            raise ValueError("software that names its weights has read the file: state its sha256, name and mime_type")
        return self

    @property
    def seconds(self) -> float | None:
        """Return how long it took, or None where the source does not say."""
        return None if self.started is None or self.ended is None else (self.ended - self.started).total_seconds()

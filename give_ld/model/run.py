"""What one execution of one stage on one file was: by which software and weights, when, how, and with what end."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from give_ld.model.base import Instant, Model, Name, PartnerId, Pid, Sha256, Slug
from give_ld.model.calibration import Calibrator
from give_ld.model.fragment import Milliseconds, Pixels

SCHEMA = "give-ld/1"


class Stage(StrEnum):
    """A step of the pipeline that makes guesses."""

    SPEECH = "speech"
    ENTITIES = "entities"
    FACES = "faces"


class Outcome(StrEnum):
    """How a run ended; the PREMIS event outcomes suc, war and fai."""

    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"


class MediaFile(Model):
    """The file that the pipeline read; `name` is its base name, never a path."""

    sha256: Sha256
    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^/\x00]+$")]
    mime_type: Annotated[str, Field(pattern=r"^[a-z]+/[A-Za-z0-9.+-]+$")]
    duration_ms: Milliseconds | None = None
    width: Pixels | None = None
    height: Pixels | None = None


class ModelFile(Model):
    """One set of weights: its name, digest and licence as the registry has them."""

    name: Slug
    sha256: Sha256
    licence: Name


class Agent(Model):
    """The software that made the guesses; its first model is the one that scores."""

    name: Slug
    version: Slug
    models: Annotated[tuple[ModelFile, ...], Field(min_length=1, max_length=16)]


class Sidecar(Model):
    """The file with fingerprints and face crops that a run handed over: its base name and digest."""

    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^/\x00]+$")]
    sha256: Sha256


class Run(Model):
    """One stage on one file. Annotations name it by `id`; it stands before them in the file."""

    schema_version: Literal["give-ld/1"] = Field(alias="schema")
    type: Literal["run"] = "run"
    id: UUID
    stage: Stage
    partner: PartnerId
    item: Pid
    file: MediaFile
    agent: Agent
    parameters: dict[Slug, str | int | float | bool] = Field(default_factory=dict, max_length=64)
    started: Instant
    ended: Instant
    outcome: Outcome
    note: Annotated[str, Field(max_length=10_000)] | None = None
    reference_set: Slug | None = None
    calibrators: tuple[Calibrator, ...] = ()
    sidecar: Sidecar | None = None
    energy_wh: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.ended < self.started:
            raise ValueError("ended must not come before started")
        if self.outcome is Outcome.FAILURE and not self.note:
            raise ValueError("a failure needs a note that says what failed")
        return self

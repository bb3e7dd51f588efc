"""What a person says of many guesses at once: of which, by which rule of the archive, and on which sample it rests."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from give_ld.model.annotation import Probability
from give_ld.model.base import Count, Instant, Iri, Model, PartnerId, Pid, Sha256, Slug, each_once
from give_ld.model.status import Verdict

MOST = 10_000
"""Guesses in one bulk decision: so many take seconds, and nobody else can write meanwhile."""

Kind = Literal["face-match", "face-unknown", "entity-mention", "transcript", "speaker", "tag"]
Subject = Annotated[str, Field(max_length=2048)]


class Picked(Model):
    """The guesses that a person picked, by IRI."""

    by: Literal["pick"] = "pick"
    annotations: Annotated[tuple[Iri, ...], Field(min_length=1, max_length=MOST), AfterValidator(each_once)]


class Group(Model):
    """All guesses of one kind about one subject, in one item or everywhere."""

    by: Literal["group"] = "group"
    kind: Kind
    subject: Subject
    item: Pid | None = None


class Cluster(Model):
    """The unknown faces of one cluster."""

    by: Literal["cluster"] = "cluster"
    cluster: UUID


class Band(Model):
    """The guesses of one kind with a calibrated confidence from `low` to `high`, about one subject or any."""

    by: Literal["band"] = "band"
    kind: Kind
    subject: Subject | None = None
    item: Pid | None = None
    low: Probability
    high: Probability = 1.0

    @model_validator(mode="after")
    def _goes_up(self) -> Self:
        if self.high < self.low:
            raise ValueError("high is not below low")
        return self


Selection = Annotated[Picked | Group | Cluster | Band, Field(discriminator="by")]


class Precision(Model):
    """What a sample says of the rest: `right` of `checked` were right, so with `level` at least `bound` of all are."""

    right: Annotated[int, Field(ge=0)]
    checked: Count
    level: Probability
    bound: Probability


class BulkDecision(Model):
    """One decision about many guesses; each of them is an event of its own that names it.

    `digest` is of the guesses and versions that the person saw, `sample` what an approval by sample rests on.
    """

    id: UUID
    partner: PartnerId
    user: Slug
    verdict: Verdict
    selection: Selection
    digest: Sha256
    decided: Count
    undoes: UUID | None = None
    sample: UUID | None = None
    precision: Precision | None = None
    at: Instant


class SampleDrawn(Model):
    """Guesses of a band, drawn by chance: a person looks at each, and what comes of it speaks for the rest."""

    id: UUID
    partner: PartnerId
    user: Slug
    band: Band
    population: Count
    annotations: Annotated[tuple[Iri, ...], Field(min_length=1, max_length=MOST)]
    at: Instant


class ReviewPolicy(Model):
    """How an archive looks at guesses of a kind, as a person decided it for reasons of their own.

    Below `show_from` a calibrated guess is not shown; from `sample_from` on, a sample of `sample_size` suffices if
    with the probability `level` at least `precision` of the guesses are right.
    """

    partner: PartnerId
    kind: Kind
    show_from: Probability | None = None
    sample_from: Probability | None = None
    sample_size: Annotated[int, Field(ge=1, le=MOST)] | None = None
    precision: Annotated[float, Field(gt=0, lt=1)] | None = None
    level: Annotated[float, Field(ge=0.5, lt=1)] | None = None
    user: Slug
    reason: Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S")]
    at: Instant

    @model_validator(mode="after")
    def _sample_is_whole(self) -> Self:
        said = {each is None for each in (self.sample_from, self.sample_size, self.precision, self.level)}
        if len(said) > 1:
            raise ValueError("a sample needs sample_from, sample_size, precision and level, or none of them")
        return self

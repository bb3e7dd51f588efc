"""What a person decided about a guess, and all that is known of a guess by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from give_ld.model.annotation import Annotation
from give_ld.model.base import Instant, Iri, Model, PartnerId, Slug
from give_ld.model.calibration import ScoreKind
from give_ld.model.run import Run
from give_ld.model.status import OPINIONS, Status, Verdict


class Role(StrEnum):
    """What a user or a program may do."""

    ARCHIVIST = "archivist"
    REFERENCE_SET_MANAGER = "reference-set-manager"
    AUDITOR = "auditor"
    HARVESTER = "harvester"
    ADMIN = "admin"
    PIPELINE = "pipeline"


class DecisionReason(StrEnum):
    """Why somebody decided as they did, from a list, so that decisions can be counted; words may say more."""

    WRONG_PERSON = "wrong-person"
    WRONG_ENTITY = "wrong-entity"
    NOT_A_NAME = "not-a-name"
    WRONG_WORDS = "wrong-words"
    WRONG_TIME = "wrong-time"
    UNCLEAR = "unclear"
    PORTRAYED_BY_AN_ACTOR = "portrayed-by-an-actor"
    DUPLICATE = "duplicate"
    NEW_EVIDENCE = "new-evidence"
    ON_REQUEST = "on-request"
    LICENCE = "licence"
    OTHER = "other"


class Validation(Model):
    """One decision of one person about one guess. `user` is the opaque id, never a name.

    `before` is the status that it found, `undoes` the decision that an undo takes back, `bulk` the decision about
    many of which it is one.
    """

    id: UUID
    annotation: Iri
    partner: PartnerId
    user: Slug
    role: Role
    verdict: Verdict
    before: Status = Status.PROPOSED
    status: Status
    ground: DecisionReason | None = None
    reason: Annotated[str, Field(max_length=10_000)] = ""
    undoes: UUID | None = None
    bulk: UUID | None = None
    started: Instant
    ended: Instant


@dataclass(frozen=True, kw_only=True)
class Known:
    """A guess with its run, its status and every decision, oldest first: values that were checked as they came in.

    `person` is the IRI of the reference person meant, also where the record said it by a Wikidata id only. What a
    person said in the place of a guess has that guess in `corrects`, and the first decision is the correction; its
    run says only which file and item it is about. `replaced_by` is what superseded it.
    """

    iri: str
    annotation: Annotation
    run: Run
    status: Status = Status.PROPOSED
    person: str | None = None
    validations: tuple[Validation, ...] = ()
    corrects: str | None = None
    replaced_by: str | None = None

    @property
    def approval(self) -> Validation | None:
        """Return the decision with which it was last approved, or None if it never was."""
        approved = (each for each in reversed(self.validations) if each.status is Status.APPROVED is not each.before)
        return next(approved, None)

    @property
    def disputed(self) -> bool:
        """Return whether archivists disagree about what was decided."""
        return is_disputed(self.validations)

    @property
    def score(self) -> float | None:
        """Return the raw score: 1 for what a person said."""
        return 1.0 if self.corrects else self.annotation.score

    @property
    def score_kind(self) -> ScoreKind:
        """Return what the raw score measures."""
        return ScoreKind.HUMAN if self.corrects else self.annotation.score_kind

    @property
    def confidence(self) -> float | None:
        """Return the calibrated probability of being right: 1 for what a person said, by definition."""
        return 1.0 if self.corrects else self.annotation.confidence


def standing(validations: Sequence[Validation]) -> list[Validation]:
    """Return the decisions and opinions that nobody took back, oldest first."""
    undone = {each.undoes for each in validations}
    return [each for each in validations if each.verdict is not Verdict.UNDO and each.id not in undone]


def is_disputed(validations: Sequence[Validation]) -> bool:
    """Return whether as many archivists speak against the last decision as for it; who took it speaks for it."""
    agrees: dict[str, bool] = {}
    for each in standing(validations):
        if each.verdict in OPINIONS:
            agrees[each.user] = each.verdict is Verdict.AGREE
        else:
            agrees = {each.user: True}
    against = sum(not agree for agree in agrees.values())
    return against > 0 and 2 * against >= len(agrees)

"""What a person decided about a guess, and all that is known of a guess by now."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from give_ld.model.annotation import Annotation
from give_ld.model.base import Instant, Iri, Model, PartnerId, Slug
from give_ld.model.run import Run
from give_ld.model.status import Status, Verdict


class Role(StrEnum):
    """What a user or a program may do."""

    ARCHIVIST = "archivist"
    REFERENCE_SET_MANAGER = "reference-set-manager"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PIPELINE = "pipeline"


class Validation(Model):
    """One decision of one person about one guess. `user` is the opaque id, never a name."""

    id: UUID
    annotation: Iri
    partner: PartnerId
    user: Slug
    role: Role
    verdict: Verdict
    status: Status
    reason: Annotated[str, Field(max_length=10_000)] = ""
    started: Instant
    ended: Instant


class Known(Model):
    """A guess with its run, its status and every decision, oldest first.

    `person` is the IRI of the reference person meant, also where the record said it by a Wikidata id only.
    """

    iri: Iri
    annotation: Annotation
    run: Run
    status: Status = Status.PROPOSED
    person: Iri | None = None
    validations: tuple[Validation, ...] = ()

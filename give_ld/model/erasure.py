"""What the journal keeps of an erasure: who, when, why and what went, and nothing by which the person is known."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from give_ld.model.base import Instant, Iri, Model, Sha256, Slug

Seq = Annotated[int, Field(gt=0)]


class ErasureKind(StrEnum):
    """Who was erased: a reference person, somebody in the material, a user's name; or what was kept long enough."""

    PERSON = "person"
    SUBJECT = "subject"
    USER = "user"
    RETENTION = "retention"


class Redaction(Model):
    """An entry that lost the words about a person and kept the rest: the commitment to what stands there now."""

    seq: Seq
    commitment: Sha256


class Erasure(Model):
    """One erasure. `erased` and `redacted` name the only entries that may differ from what was once sealed.

    `sought` are digests under the secret of the instance, `lengths` of how many words they are digests: by these the
    person is known again in a record or a backup, and nobody else can learn who it was. `gone` is what was public.
    """

    id: UUID
    kind: ErasureKind
    user: Slug
    reason: Annotated[str, Field(min_length=1, max_length=10_000)]
    sought: tuple[Sha256, ...]
    lengths: tuple[Seq, ...]
    erased: tuple[Seq, ...] = ()
    redacted: tuple[Redaction, ...] = ()
    gone: tuple[Iri, ...] = ()
    started: Instant
    ended: Instant

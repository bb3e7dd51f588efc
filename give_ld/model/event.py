"""What each event of the journal says."""

from __future__ import annotations

import hashlib
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from give_ld.model.annotation import (
    Annotation,
    EntityMention,
    FaceMatch,
    SpeakerSegment,
    Tag,
    Transcript,
    UnknownFace,
)
from give_ld.model.base import Instant, Iri, Model, PartnerId, Pid, Slug, as_key, each_once
from give_ld.model.bulk import BulkDecision, ReviewPolicy, SampleDrawn
from give_ld.model.decision import Validation
from give_ld.model.erasure import Erasure
from give_ld.model.fragment import Fragment
from give_ld.model.item import Item, Partner
from give_ld.model.person import ReferencePerson, SnapshotHeader
from give_ld.model.processing import Processing
from give_ld.model.run import Run
from give_ld.model.status import Status
from give_ld.model.user import PasswordSet, TokenIssued, TokenRevoked, User, UserChanged

_EXCERPT = 600  # characters of a text that a list of guesses shows
MEANT = {"face-match": "person", "entity-mention": "entity", "tag": "concept"}
"""In which field a kind of guess names whom or what it means; the reference person of the proposal goes before it."""


class Proposal(Model):
    """A guess that came in, under the IRI that it got; `person` is the reference person meant, if any."""

    iri: Iri
    annotation: Annotation
    person: Iri | None = None

    @property
    def subject(self) -> str:
        """Return what the guess is about: a person, a Wikidata id, a name, a text's digest, a cluster, voice or tag.

        It is compared and indexed: what is long stands as its digest.
        """
        match self.annotation:
            case FaceMatch(person=person):
                return self.person or person
            case EntityMention(entity=entity, text=text):
                return self.person or entity or as_key(text)
            case Transcript(text=text):
                return hashlib.sha256(text.encode()).hexdigest()
            case UnknownFace(cluster=cluster, fragment=Fragment(whole=True)):
                return str(cluster)
            case SpeakerSegment(voice=voice):
                return str(voice)
            case Tag(tag_type=tag_type, concept=concept, text=text):
                return as_key(f"{tag_type} {concept or text}")
            case _:
                return ""

    @property
    def meant(self) -> str | None:
        """Return whom or what it names outside its own words: a person, a concept or a Wikidata id, if any."""
        match self.annotation:
            case FaceMatch() | EntityMention() | Tag():
                return self.person or getattr(self.annotation, MEANT[self.annotation.kind])
            case _:
                return None

    @property
    def also_known_as(self) -> tuple[str, ...]:
        """Return every subject under which the same guess may stand: it is older than an admission, or newer."""
        entity = self.annotation.entity if isinstance(self.annotation, EntityMention) else None
        return (self.subject, entity) if entity else (self.subject,)

    @property
    def topic(self) -> str:
        """Return by what it is grouped: its subject, or the cluster of an unknown face."""
        return str(self.annotation.cluster) if isinstance(self.annotation, UnknownFace) else self.subject

    @property
    def label(self) -> str:
        """Return what a list of guesses calls it."""
        match self.annotation:
            case FaceMatch(person_name=name):
                return name
            case EntityMention(label=label, text=text) | Tag(label=label, text=text):
                return label or text
            case SpeakerSegment(label=label):
                return label or ""
            case _:
                return ""

    @property
    def words(self) -> str:
        """Return how its words begin: those of a transcript or a tag, or of a mention the name as spoken."""
        match self.annotation:
            case Transcript(text=text) | Tag(text=text) | EntityMention(text=text):
                return excerpt(text)
            case _:
                return ""


def excerpt(text: str) -> str:
    """Return the beginning of a text, as a list of guesses shows it."""
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + " …"


class Correction(Model):
    """What a person of the owning archive said in the place of a guess; `validation` is about that guess.

    No record of a pipeline becomes one: it is made of a decision alone.
    """

    validation: Validation
    iri: Iri
    annotation: Annotation
    person: Iri | None = None

    @property
    def said(self) -> Proposal:
        """Return what was said as a list of guesses shows it."""
        return Proposal(iri=self.iri, annotation=self.annotation, person=self.person)

    @property
    def approval(self) -> Validation:
        """Return the same decision as it stands with the new annotation."""
        # Before it there was nothing; an undo leads to withdrawn.
        changes = {"annotation": self.iri, "before": Status.WITHDRAWN, "status": Status.APPROVED}
        return self.validation.model_copy(update=changes)


class Supersession(Model):
    """A newer run says otherwise than a guess about which nobody decided, or (without `by`) says it again.

    With `rejected` it is a person who says otherwise: `by` is the same guess of the same place, and was rejected.
    """

    annotation: Iri
    run: UUID
    by: Iri | None = None
    rejected: bool = False


class Admission(Model):
    """The decision to admit a person to the reference set: who, when, for which organisation."""

    id: UUID
    iri: Iri
    person: ReferencePerson
    user: Slug
    partner: PartnerId
    started: Instant
    ended: Instant


class Exemption(Model):
    """The decision that a person may be recognised where it is not certain that they were of age; why, and where.

    Without an item it holds for all items of all partners.
    """

    id: UUID
    person: Iri
    partner: PartnerId | None = None
    item: Pid | None = None
    user: Slug
    reason: Annotated[str, Field(min_length=1, max_length=10_000)]
    started: Instant
    ended: Instant

    @model_validator(mode="after")
    def _names_an_item_by_both(self) -> Self:
        if (self.partner is None) != (self.item is None):
            raise ValueError("an item is named by its partner and its pid")
        return self


class RefsetVersion(Model):
    """A version of the reference set and whom it held."""

    header: SnapshotHeader
    persons: Annotated[tuple[Iri, ...], AfterValidator(each_once)]

    @model_validator(mode="after")
    def _counts_whom_it_holds(self) -> Self:
        if self.header.persons != len(self.persons):
            raise ValueError("the header of a version counts its persons")
        return self


Payload = (
    Partner
    | Item
    | Run
    | Proposal
    | Validation
    | Correction
    | Supersession
    | BulkDecision
    | SampleDrawn
    | ReviewPolicy
    | Admission
    | RefsetVersion
    | User
    | UserChanged
    | TokenIssued
    | TokenRevoked
    | PasswordSet
    | Erasure
    | Processing
    | Exemption
)

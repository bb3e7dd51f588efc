"""Who may be recognised, and the recorded decision that says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from give_ld.model.base import Instant, Iri, LanguageTag, Model, Name, Sha256, Slug, WikidataId, each_once

# A year, a month or a day: the part of EDTF level 1 that the reference set needs.
EdtfDate = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?[?~%]?$")]


class Ground(StrEnum):
    """Why a person may be recognised."""

    PUBLIC_FIGURE = "public-figure"
    CONSENT = "consent"
    HISTORICAL_FIGURE = "historical-figure"


class Photo(Model):
    """A reference photo: its digest, and whose it is. The picture itself lies with the biometrics."""

    sha256: Sha256
    licence: Name
    source: Name


class ReferencePerson(Model):
    """A public person of the reference set, with the admission that every person needs."""

    id: Slug
    name: Name
    language: LanguageTag = "nl"
    given_name: Name
    family_name: Name
    aliases: Annotated[tuple[Name, ...], AfterValidator(each_once)] = ()
    wikidata: WikidataId | None = None
    birth_date: EdtfDate | None = None
    death_date: EdtfDate | None = None
    photos: Annotated[tuple[Photo, ...], Field(min_length=1)]
    ground: Ground
    ground_note: Name


class SnapshotHeader(Model):
    """The first line of a reference-set snapshot: which version this is and what it holds."""

    schema_version: Literal["give-ld-refset/1"] = Field(alias="schema")
    version: Slug
    created: Instant
    persons: int
    digest: Sha256


class SnapshotPhoto(Model):
    """A reference photo on its way to the pipeline; `image` is the file in base64."""

    sha256: Sha256
    image: str


class SnapshotPerson(Model):
    """Each further line of a snapshot: a person whom the pipeline may look for."""

    id: Iri
    name: Name
    language: LanguageTag
    aliases: tuple[Name, ...] = ()
    wikidata: WikidataId | None = None
    birth_date: EdtfDate | None = None
    photos: Annotated[tuple[SnapshotPhoto, ...], Field(min_length=1)]


def snapshot_digest(lines: Iterable[str]) -> str:
    """Return the SHA-256 over the person lines of a snapshot, each as written with its line end, in hexadecimal."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
    return digest.hexdigest()

"""What an archive says about an item of its own: the name, the kind, and above all the licence."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from give_ld.model.base import Iri, LanguageTag, Model, Name, PartnerId, Pid, Slug, each_once
from give_ld.model.person import EdtfDate


class ItemKind(StrEnum):
    """What sort of thing an item is."""

    VIDEO = "video"
    AUDIO = "audio"
    FILM = "film"
    IMAGE = "image"


LocalId = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Item(Model):
    """An intellectual entity of a partner. Without a licence nothing about it is public.

    `local_ids` are the archive's own numbers, `also_known_as` persistent identifiers elsewhere, `part_of` the item of
    the same partner that this one is a part of.
    """

    pid: Pid
    partner: PartnerId
    title: Name
    language: LanguageTag = "nl"
    kind: ItemKind
    licences: Annotated[tuple[Slug, ...], Field(max_length=16), AfterValidator(each_once)] = ()
    created: EdtfDate | None = None
    collection: Name | None = None
    local_ids: Annotated[tuple[LocalId, ...], Field(max_length=64), AfterValidator(each_once)] = ()
    also_known_as: Annotated[tuple[Iri, ...], Field(max_length=64), AfterValidator(each_once)] = ()
    part_of: Pid | None = None

    @model_validator(mode="after")
    def _is_no_part_of_itself(self) -> Self:
        if self.part_of == self.pid:
            raise ValueError("an item is no part of itself")
        return self


class Partner(Model):
    """An institution that owns items."""

    id: PartnerId
    name: Name
    language: LanguageTag = "nl"

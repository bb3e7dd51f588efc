"""What an archive says about an item of its own: the name, the kind, and above all the licence."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from give_ld.model.base import LanguageTag, Model, Name, PartnerId, Pid, Slug
from give_ld.model.person import EdtfDate


class ItemKind(StrEnum):
    """What sort of thing an item is."""

    VIDEO = "video"
    AUDIO = "audio"
    FILM = "film"
    IMAGE = "image"


class Item(Model):
    """An intellectual entity of a partner. Without a licence nothing about it is public."""

    pid: Pid
    partner: PartnerId
    title: Name
    language: LanguageTag = "nl"
    kind: ItemKind
    licences: Annotated[tuple[Slug, ...], Field(max_length=16)] = ()
    created: EdtfDate | None = None
    collection: Name | None = None


class Partner(Model):
    """An institution that owns items."""

    id: PartnerId
    name: Name
    language: LanguageTag = "nl"

"""Who may see an approved guess: a table of licence and kind. What the table does not say is for the partner only."""

from __future__ import annotations

from fnmatch import fnmatchcase

from give_ld.model.decision import Known
from give_ld.model.item import Item
from give_ld.model.status import Status

# An unknown face or voice is for the partner under every licence: nobody said who it is.
PUBLISHABLE_KINDS = frozenset({"face-match", "entity-mention", "transcript", "tag"})


def licence_is_public(licences: tuple[str, ...], public: tuple[str, ...]) -> bool:
    """Return whether one of an item's licences matches one of the shell patterns in `public`."""
    return any(fnmatchcase(licence, pattern) for licence in licences for pattern in public)


def is_public(known: Known, item: Item | None, public: tuple[str, ...]) -> bool:
    """Return whether the world may see this guess: it is approved, of a publishable kind, and its item is open."""
    return (
        known.status is Status.APPROVED
        and known.annotation.kind in PUBLISHABLE_KINDS
        and item is not None
        and licence_is_public(item.licences, public)
    )

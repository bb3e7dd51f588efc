"""Who may see an approved guess: what the table of licence and kind does not open is for the partner only."""

from __future__ import annotations

from give_ld.model.decision import Known
from give_ld.model.item import Item
from give_ld.model.status import Status
from give_ld.model.visibility import Visibility


def is_public(known: Known, item: Item | None, visibility: Visibility) -> bool:
    """Return whether the world may see this guess: it is approved, and a licence of its item opens its kind."""
    return (
        known.status is Status.APPROVED
        and item is not None
        and known.annotation.kind in visibility.kinds(item.licences)
    )

"""What was refused, kept as it came, so that nothing is lost and a partner can mend it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from give_ld.journal import tables as t
from give_ld.journal.journal import Journal


@dataclass(frozen=True)
class Refused:
    """Which line of which source was refused, about which item, by which rule, and what to do."""

    source: str
    line: int
    item: str
    rule: str
    message: str


def keep(journal: Journal, partner: str, lines: Iterable[tuple[Refused, bytes]]) -> None:
    """Put lines of a partner in quarantine; the same line again is kept once."""
    rows = [
        {
            "digest": hashlib.sha256(partner.encode() + b"\0" + raw).hexdigest(),
            "received": journal.clock().isoformat(),
            "partner": partner,
            "raw": raw,
            **vars(refused),
        }
        for refused, raw in lines
    ]
    if rows:
        with journal.writing() as writing:
            writing.db.execute(upsert(t.quarantine).on_conflict_do_nothing(), rows)


def quarantined(journal: Journal, partner: str | None = None) -> list[Refused]:
    """Return what is in quarantine, of one partner or of all, oldest first."""
    query = select(*t.quarantine.c["source", "line", "item", "rule", "message"]).order_by(t.quarantine.c.id)
    if partner is not None:
        query = query.where(t.quarantine.c.partner == partner)
    with journal.reading() as db:
        return [Refused(**row) for row in db.execute(query).mappings()]

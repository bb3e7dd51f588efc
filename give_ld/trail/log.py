"""What each entry of the journal says to one reader: who did what, when, about what, and the hash that binds it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from give_ld.journal import tables as t
from give_ld.journal.trace import MADE
from give_ld.rdf.iris import Mint
from give_ld.trail.wanted import Sight, Wanted, count, matching, number_of, within


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as one reader may see it. `name` and `reason` are None where they are not shown or there is none.

    `annotation` is what it is about and `made` what a correction said instead, `decision` the IRI of the decision.
    """

    seq: int
    time: str
    action: str
    actor: str
    name: str | None = None
    partner: str = ""
    organisation: str = ""
    item: str = ""
    annotation: str = ""
    made: str = ""
    agent: str = ""
    decision: str = ""
    verdict: str = ""
    before: str = ""
    status: str = ""
    ground: str = ""
    reason: str | None = None
    erased: bool = False
    previous: str
    hash: str

    def document(self) -> dict[str, Any]:
        """Return the entry as JSON has it."""
        return asdict(self)


@dataclass(frozen=True)
class Page:
    """Some entries, the newest first; `matched` is counted up to a limit, `following` is where the next page begins."""

    lines: tuple[Line, ...]
    matched: int
    following: int | None


@dataclass(frozen=True)
class Log:
    """The journal as one reader sees it."""

    db: Connection
    mint: Mint
    sight: Sight

    def page(self, wanted: Wanted, size: int, before: int | None = None) -> Page:
        """Return the newest entries that are wanted, of those before entry `before` if it is given.

        Raises:
            NotAllowed: they are of a partner whose entries the reader does not see.
        """
        query = matching(self.db, self.sight, wanted)
        seq = number_of(query)
        shown = within(query if before is None else query.where(seq < before), wanted)
        numbers = list(self.db.scalars(shown.order_by(seq.desc()).limit(size + 1)))
        lines = sorted(self.lines(numbers[:size]), key=lambda line: -line.seq)
        return Page(tuple(lines), count(self.db, query), numbers[size - 1] if len(numbers) > size else None)

    def after(self, wanted: Wanted, after: int, most: int) -> list[Line]:
        """Return the oldest entries that are wanted, of those after entry `after`.

        Raises:
            NotAllowed: they are of a partner whose entries the reader does not see.
        """
        query = matching(self.db, self.sight, wanted)
        seq = number_of(query)
        return list(
            self.lines(self.db.scalars(within(query, wanted).where(seq > after).order_by(seq).limit(most)).all())
        )

    def lines(self, numbers: Sequence[int]) -> Iterator[Line]:
        """Yield the entries with these numbers, in their order."""
        traces = self._traces(numbers)
        rows = list(self.db.execute(_entries(numbers)))
        names = dict(self._pairs(select(t.user.c.id, t.user.c.name), t.user.c.id, {row.actor for row in rows}))
        partners = {row.partner for row in rows} - {""}
        bodies = self._pairs(select(t.partner.c.id, t.partner.c.body), t.partner.c.id, partners)
        organisations = {partner: str(json.loads(body)["name"]) for partner, body in bodies}
        for row in rows:
            line = self._line(row, traces.get(row.seq, ()))
            told = self.sight.told(row.partner)
            yield replace(
                line,
                name=names.get(row.actor) if told else None,
                reason=line.reason if told else None,
                organisation=organisations.get(row.partner, ""),
            )

    def _pairs(self, query: Select[str, str], column: Any, wanted: set[str]) -> list[tuple[str, str]]:  # noqa: ANN401
        return [(key, value) for key, value in self.db.execute(query.where(column.in_(wanted)))]

    def _traces(self, numbers: Sequence[int]) -> dict[int, list[Row[Any]]]:
        found: dict[int, list[Row[Any]]] = {}
        for row in self.db.execute(select(t.trace).where(t.trace.c.seq.in_(numbers)).order_by(t.trace.c.place)):
            found.setdefault(row.seq, []).append(row)
        return found

    def _line(self, row: Row[Any], traces: Sequence[Row[Any]]) -> Line:
        main = next(iter(traces), None)
        line = Line(
            seq=row.seq,
            time=row.time,
            action=row.action,
            actor=row.actor,
            partner=row.partner,
            item=self.mint.item(row.partner, main.pid) if main and main.pid else "",
            annotation=main.annotation if main else "",
            made=next((each.annotation for each in traces if each.place == MADE), ""),
            agent=main.agent if main else "",
            erased=row.body is None,
            previous=row.previous,
            hash=row.hash,
        )
        body = json.loads(row.body) if row.body else {}
        said = body.get("validation", body)
        return self._decided(line, said) if "verdict" in said else line

    def _decided(self, line: Line, said: dict[str, Any]) -> Line:
        return replace(
            line,
            decision=self.mint.names.id("validation", said["id"]),
            verdict=said["verdict"],
            before=said.get("before", "proposed"),
            status=said["status"],
            ground=said.get("ground", ""),
            reason=said.get("reason") or None,
        )


def _entries(numbers: Sequence[int]) -> Select[Any]:
    columns = t.event.c["seq", "time", "action", "actor", "partner", "previous", "hash"]
    query = select(*columns, t.payload.c.body).outerjoin(t.payload, t.payload.c.seq == t.event.c.seq)
    return query.where(t.event.c.seq.in_(numbers)).order_by(t.event.c.seq)

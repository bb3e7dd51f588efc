"""Which annotation, item and software an event is about: kept beside the chain, so that an auditor finds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, case, insert, literal_column, select

from give_ld.journal import tables as t
from give_ld.journal.dialects import Word
from give_ld.model.decision import Validation
from give_ld.model.event import Correction, Payload, Proposal, Supersession
from give_ld.model.item import Item
from give_ld.model.run import Agent, Run

MAIN, MADE = 0, 1
"""What an event is about, and the annotation that it made besides."""
_SOME = 500
_COLUMNS = ("seq", "place", "annotation", "pid", "agent")


def add(db: Connection, events: Sequence[tuple[int, Payload]]) -> None:
    """Keep what each event is about; of its kind are those that change nothing about an item."""
    # What a decision is about stands with the proposal, and that with its run: both came before.
    described = [row for seq, payload in events for row in _described(seq, payload)]
    proposed = [(seq, payload) for seq, payload in events if isinstance(payload, Proposal)]
    decided = [row for seq, payload in events for row in _decided(seq, payload)]
    if described:
        db.execute(insert(t.trace), described)
    if proposed:
        db.execute(insert(t.trace), list(_proposed(db, proposed)))
    if decided:
        db.execute(_COPY, decided)


def agents(db: Connection) -> list[str]:
    """Return every software that a run named, as `called` has it, by name."""
    column, found = t.trace.c.agent, [""]
    # From one to the next by the index: to read all rows for a few names would take seconds.
    while following := db.scalar(select(column).where(column > found[-1]).order_by(column).limit(1)):
        found.append(following)
    return found[1:]


def called(agent: Agent) -> str:
    """Return what an auditor calls software: name, version, and the model whose score it gives."""
    model = f"({agent.models[0].name})" if agent.models else ""
    return " ".join(part for part in (agent.name, agent.version, model) if part)


def _described(seq: int, payload: Payload) -> Iterator[dict[str, Any]]:
    match payload:
        case Run():
            yield _row(seq, pid=payload.item, agent=called(payload.agent))
        case Item():
            yield _row(seq, pid=payload.pid)


def _row(seq: int, annotation: str = "", pid: str = "", agent: str = "") -> dict[str, Any]:
    return {"seq": seq, "place": MAIN, "annotation": annotation, "pid": pid, "agent": agent}


def _proposed(db: Connection, proposals: Sequence[tuple[int, Proposal]]) -> Iterator[dict[str, Any]]:
    names = sorted({str(proposal.annotation.run) for _, proposal in proposals})
    runs: dict[str, tuple[str, str]] = {}
    for start in range(0, len(names), _SOME):
        query = select(t.run.c.id, t.trace.c.pid, t.trace.c.agent).join(t.trace, t.trace.c.seq == t.run.c.seq)
        for row in db.execute(query.where(t.run.c.id.in_(names[start : start + _SOME]))):
            runs[row.id] = (row.pid, row.agent)
    for seq, proposal in proposals:
        pid, agent = runs[str(proposal.annotation.run)]
        yield _row(seq, proposal.iri, pid, agent)


def _decided(seq: int, payload: Payload) -> Iterator[dict[str, Any]]:
    match payload:
        case Validation() | Supersession():
            yield {"new_seq": seq, "new_place": MAIN, "about": payload.annotation, "known": payload.annotation}
        case Correction():
            known = payload.validation.annotation
            yield {"new_seq": seq, "new_place": MAIN, "about": known, "known": known}
            yield {"new_seq": seq, "new_place": MADE, "about": payload.iri, "known": known}


_NEW_PLACE = bindparam("new_place", type_=Integer)
# What a person said in the place of a guess is about the same item, and is of no software.
_AGENT = case((_NEW_PLACE == MADE, literal_column("''")), else_=t.trace.c.agent)
_ABOUT = (bindparam("new_seq", type_=Integer), _NEW_PLACE, bindparam("about", type_=Word), t.trace.c.pid, _AGENT)
_KNOWN = t.trace.c.annotation == bindparam("known", type_=Word)
_COPY = insert(t.trace).from_select(_COLUMNS, select(*_ABOUT).where(_KNOWN).order_by(t.trace.c.seq).limit(1))

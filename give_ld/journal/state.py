"""How an event changes the read model. Live writes and rebuilds both go through here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from give_ld.errors import NotFound
from give_ld.journal import tables as t
from give_ld.journal import tally, trace
from give_ld.journal.dialects import upsert
from give_ld.journal.lookups import validations_of
from give_ld.model.decision import Validation, is_disputed
from give_ld.model.event import Admission, Correction, Payload, Proposal, RefsetVersion, Supersession, TokenIssued
from give_ld.model.item import Item, Partner
from give_ld.model.run import Run
from give_ld.model.status import OPINIONS
from give_ld.model.user import User

Event = tuple[int, Payload]
_TOGETHER = 500
_RUN_COLUMNS = ("id", "partner", "pid", "file")


def forget_all(db: Connection) -> None:
    """Empty every table that follows from the events, to be filled again."""
    for table in (*t.READ_MODEL, t.support, t.tombstone):
        db.execute(delete(table))


def in_batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield runs and proposals together, up to a limit, and each other event alone: the state it finds matters."""
    for together, group in groupby(events, lambda event: isinstance(event[1], Run | Proposal)):
        while batch := list(islice(group, _TOGETHER if together else 1)):
            yield batch


def apply_all(db: Connection, events: Iterable[Event]) -> None:
    """Change the read model as events say, in their order; runs and proposals that follow each other go in together."""
    events = list(events)
    for new, same in groupby(events, key=lambda event: isinstance(event[1], Run | Proposal)):
        if new:
            together = list(same)
            _runs(db, [(seq, payload) for seq, payload in together if isinstance(payload, Run)])
            _proposals(db, [payload for _, payload in together if isinstance(payload, Proposal)])
            continue
        for seq, payload in same:
            _CHANGE[type(payload)](db, seq, payload)
    trace.add(db, events)


def _json(payload: Payload) -> str:
    return payload.model_dump_json(by_alias=True, exclude_none=True)


def _partner(db: Connection, _: int, partner: Partner) -> None:
    statement = upsert(db, t.partner).values(id=partner.id, body=_json(partner))
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"body": _json(partner)}))


def _runs(db: Connection, runs: list[tuple[int, Run]]) -> None:
    if runs:
        db.execute(insert(t.run), [_run(seq, run) for seq, run in runs])


def _run(seq: int, run: Run) -> dict[str, object]:
    return {
        "id": str(run.id),
        "partner": run.partner,
        "pid": run.item,
        "file": run.file.key,
        "stage": str(run.stage),
        "ended": run.ended.isoformat() if run.ended else None,
        "seq": seq,
        "body": _json(run),
    }


def _admission(db: Connection, _: int, admission: Admission) -> None:
    row = {
        "iri": admission.iri,
        "wikidata": admission.person.wikidata,
        "status": "active",
        "body": _json(admission),
    }
    db.execute(upsert(db, t.person).values(**row).on_conflict_do_update(index_elements=["iri"], set_=row))


def _refset_version(db: Connection, _: int, version: RefsetVersion) -> None:
    db.execute(insert(t.refset_version).values(version=version.header.version, body=_json(version)))


def _user(db: Connection, _: int, user: User) -> None:
    db.execute(insert(t.user).values(id=user.id, name=user.name, body=_json(user)))


def _token(_db: Connection, _: int, _token: TokenIssued) -> None:
    """Change nothing: the token itself is a secret and lies beside the chain."""


def _item(db: Connection, _: int, item: Item) -> None:
    statement = upsert(db, t.item).values(partner=item.partner, pid=item.pid, body=_json(item))
    db.execute(statement.on_conflict_do_update(index_elements=["partner", "pid"], set_={"body": _json(item)}))


def _proposals(db: Connection, proposals: list[Proposal]) -> None:
    if not proposals:
        return
    named = {str(proposal.annotation.run) for proposal in proposals}
    query = select(*t.run.c[_RUN_COLUMNS]).where(t.run.c.id.in_(named))
    runs = {run.id: run for run in db.execute(query)}
    if missing := named - runs.keys():
        raise NotFound(f"the run {min(missing)} is not in the journal")
    rows = [_annotation(runs[str(each.annotation.run)], each) for each in proposals]
    db.execute(insert(t.annotation), rows)
    tally.add(db, Counter((row["partner"], row["kind"], row["status"]) for row in rows))


def _annotation(run: Row[Any], proposal: Proposal) -> dict[str, Any]:
    guess = proposal.annotation
    box = guess.fragment.box
    return {
        "iri": proposal.iri,
        "partner": run.partner,
        "pid": run.pid,
        "file": run.file,
        "kind": guess.kind,
        "subject": proposal.subject,
        "label": proposal.label,
        "start_ms": guess.fragment.start_ms,
        "end_ms": guess.fragment.end_ms,
        **{side: getattr(box, side, None) for side in ("x", "y", "width", "height")},
        "score": guess.score,
        "confidence": guess.confidence,
        "run": run.id,
        "person": proposal.person,
        "status": "proposed",
        "version": 1,
        "decided": False,
        "disputed": False,
        "corrects": None,
        "said_by": run.id,
        "replaced_by": None,
        "body": _json(proposal),
    }


def _validation(db: Connection, seq: int, validation: Validation) -> None:
    db.execute(
        insert(t.validation).values(
            id=str(validation.id), seq=seq, annotation=validation.annotation, body=_json(validation)
        )
    )
    change: dict[str, object] = {"status": str(validation.status), "decided": True, "disputed": False}
    if validation.verdict in OPINIONS or validation.undoes:
        change["disputed"] = is_disputed(validations_of(db, validation.annotation))
    _change(db, validation.annotation, change)


def _correction(db: Connection, seq: int, correction: Correction) -> None:
    _validation(db, seq, correction.validation)
    run = db.execute(select(*t.run.c[_RUN_COLUMNS]).where(t.run.c.id == str(correction.annotation.run))).one()
    human = {"score": 1.0, "confidence": 1.0, "corrects": correction.validation.annotation, "version": 0}
    row = _annotation(run, correction.said) | human
    db.execute(insert(t.annotation).values(row))
    tally.add(db, {(row["partner"], row["kind"], row["status"]): 1})
    _validation(db, seq, correction.approval)


def _supersession(db: Connection, _: int, supersession: Supersession) -> None:
    change: dict[str, object]
    if supersession.by:
        change = {"status": "superseded", "replaced_by": supersession.by}
    else:
        change = {"status": "proposed", "replaced_by": None, "said_by": str(supersession.run)}
    _change(db, supersession.annotation, change)


def _change(db: Connection, iri: str, change: Mapping[str, object]) -> None:
    tally.move(db, iri, str(change["status"]))
    row = update(t.annotation).where(t.annotation.c.iri == iri)
    db.execute(row.values(**change, version=t.annotation.c.version + 1))


_CHANGE: dict[type[Payload], Callable[[Connection, int, Any], None]] = {
    Partner: _partner,
    Item: _item,
    Validation: _validation,
    Correction: _correction,
    Supersession: _supersession,
    Admission: _admission,
    RefsetVersion: _refset_version,
    User: _user,
    TokenIssued: _token,
}

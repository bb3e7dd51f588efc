"""How an event changes the read model. Live writes and rebuilds both go through here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from give_ld.errors import NotFound
from give_ld.journal import tables as t
from give_ld.model.decision import Validation
from give_ld.model.event import Admission, Payload, Proposal, RefsetVersion, TokenIssued
from give_ld.model.item import Item, Partner
from give_ld.model.run import Run
from give_ld.model.user import User


def apply_all(db: Connection, events: Iterable[tuple[int, Payload]]) -> None:
    """Change the read model as events say, in their order; runs and proposals that follow each other go in together."""
    for new, same in groupby(events, key=lambda event: isinstance(event[1], Run | Proposal)):
        if new:
            payloads = [payload for _, payload in same]
            _runs(db, [payload for payload in payloads if isinstance(payload, Run)])
            _proposals(db, [payload for payload in payloads if isinstance(payload, Proposal)])
            continue
        for seq, payload in same:
            _CHANGE[type(payload)](db, seq, payload)


def _json(payload: Payload) -> str:
    return payload.model_dump_json(by_alias=True, exclude_none=True)


def _partner(db: Connection, _: int, partner: Partner) -> None:
    statement = upsert(t.partner).values(id=partner.id, body=_json(partner))
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"body": _json(partner)}))


def _runs(db: Connection, runs: list[Run]) -> None:
    if runs:
        db.execute(insert(t.run), [_run(run) for run in runs])


def _run(run: Run) -> dict[str, str]:
    return {"id": str(run.id), "partner": run.partner, "pid": run.item, "file": run.file.sha256, "body": _json(run)}


def _admission(db: Connection, _: int, admission: Admission) -> None:
    row = {
        "iri": admission.iri,
        "wikidata": admission.person.wikidata,
        "status": "active",
        "body": _json(admission),
    }
    db.execute(upsert(t.person).values(**row).on_conflict_do_update(index_elements=["iri"], set_=row))


def _refset_version(db: Connection, _: int, version: RefsetVersion) -> None:
    db.execute(insert(t.refset_version).values(version=version.header.version, body=_json(version)))


def _user(db: Connection, _: int, user: User) -> None:
    db.execute(insert(t.user).values(id=user.id, name=user.name, body=_json(user)))


def _token(_db: Connection, _: int, _token: TokenIssued) -> None:
    """Change nothing: the token itself is a secret and lies beside the chain."""


def _item(db: Connection, _: int, item: Item) -> None:
    statement = upsert(t.item).values(partner=item.partner, pid=item.pid, body=_json(item))
    db.execute(statement.on_conflict_do_update(index_elements=["partner", "pid"], set_={"body": _json(item)}))


def _proposals(db: Connection, proposals: list[Proposal]) -> None:
    if not proposals:
        return
    named = {str(proposal.annotation.run) for proposal in proposals}
    query = select(*t.run.c["id", "partner", "pid", "file"]).where(t.run.c.id.in_(named))
    runs = {run.id: run for run in db.execute(query)}
    if missing := named - runs.keys():
        raise NotFound(f"the run {min(missing)} is not in the journal")
    db.execute(insert(t.annotation), [_annotation(runs[str(each.annotation.run)], each) for each in proposals])


def _annotation(run: Row[Any], proposal: Proposal) -> dict[str, object]:
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
        "body": _json(proposal),
    }


def _validation(db: Connection, seq: int, validation: Validation) -> None:
    db.execute(
        insert(t.validation).values(
            id=str(validation.id), seq=seq, annotation=validation.annotation, body=_json(validation)
        )
    )
    db.execute(
        update(t.annotation)
        .where(t.annotation.c.iri == validation.annotation)
        .values(status=str(validation.status), version=t.annotation.c.version + 1)
    )


_CHANGE: dict[type[Payload], Callable[[Connection, int, Any], None]] = {
    Partner: _partner,
    Item: _item,
    Validation: _validation,
    Admission: _admission,
    RefsetVersion: _refset_version,
    User: _user,
    TokenIssued: _token,
}

"""How an event changes the read model. Live writes and rebuilds both go through here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from give_ld.errors import NotFound
from give_ld.journal import tables as t
from give_ld.model.decision import Validation
from give_ld.model.event import Admission, Payload, Proposal, RefsetVersion, TokenIssued
from give_ld.model.item import Item, Partner
from give_ld.model.run import Run
from give_ld.model.user import User


def apply(db: Connection, seq: int, payload: Payload) -> None:
    """Change the read model as one event says."""
    _CHANGE[type(payload)](db, seq, payload)


def _json(payload: Payload) -> str:
    return payload.model_dump_json(by_alias=True, exclude_none=True)


def _partner(db: Connection, _: int, partner: Partner) -> None:
    statement = upsert(t.partner).values(id=partner.id, body=_json(partner))
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"body": _json(partner)}))


def _run(db: Connection, _: int, run: Run) -> None:
    row = {"id": str(run.id), "partner": run.partner, "pid": run.item, "file": run.file.sha256, "body": _json(run)}
    db.execute(insert(t.run).values(row))


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


def _proposal(db: Connection, _: int, proposal: Proposal) -> None:
    guess = proposal.annotation
    run = db.execute(select(*t.run.c["partner", "pid", "file"]).where(t.run.c.id == str(guess.run))).one_or_none()
    if run is None:
        raise NotFound(f"the run {guess.run} is not in the journal")
    db.execute(
        insert(t.annotation).values(
            iri=proposal.iri,
            partner=run.partner,
            pid=run.pid,
            file=run.file,
            kind=guess.kind,
            subject=proposal.subject,
            label=proposal.label,
            start_ms=guess.fragment.start_ms,
            end_ms=guess.fragment.end_ms,
            **(guess.fragment.box.model_dump() if guess.fragment.box else {}),
            score=guess.score,
            confidence=guess.confidence,
            run=str(guess.run),
            person=proposal.person,
            status="proposed",
            version=1,
            body=_json(proposal),
        )
    )


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
    Run: _run,
    Proposal: _proposal,
    Validation: _validation,
    Admission: _admission,
    RefsetVersion: _refset_version,
    User: _user,
    TokenIssued: _token,
}

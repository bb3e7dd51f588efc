"""How an event changes the read model. Live writes and rebuilds both go through here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, delete, insert, select, update

from give_ld.errors import NotFound
from give_ld.journal import tables as t
from give_ld.journal import trace
from give_ld.journal.dialects import upsert
from give_ld.journal.lookups import validations_of
from give_ld.journal.tally import count_all, counted
from give_ld.model.bulk import BulkDecision, ReviewPolicy, SampleDrawn
from give_ld.model.decision import Validation, is_disputed
from give_ld.model.erasure import Erasure
from give_ld.model.event import Admission, Correction, Exemption, Payload, Proposal, RefsetVersion, Supersession
from give_ld.model.item import Item, Partner
from give_ld.model.processing import Processing
from give_ld.model.run import Run
from give_ld.model.status import OPINIONS
from give_ld.model.user import PasswordSet, TokenIssued, TokenRevoked, User, UserChanged

Event = tuple[int, Payload]
_TOGETHER = 500
UNCALIBRATED_RANK = -1.0
"""Where a list that begins with the most certain has what no calibrator covers: at its end."""
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


def apply_all(db: Connection, events: Sequence[Event]) -> None:
    """Change the read model as events say, in their order; runs and proposals that follow each other go in together."""
    for new, same in groupby(events, key=lambda event: isinstance(event[1], Run | Proposal)):
        if new:
            together = list(same)
            _runs(db, [(seq, payload) for seq, payload in together if isinstance(payload, Run)])
            _proposals(db, [(seq, payload) for seq, payload in together if isinstance(payload, Proposal)])
            continue
        for kind, alike in groupby(same, key=lambda event: type(event[1])):
            if kind is Validation:
                _validations(db, [(seq, payload) for seq, payload in alike if isinstance(payload, Validation)])
                continue
            for seq, payload in alike:
                _CHANGE[kind](db, seq, payload)
    trace.add(db, events)


def _json(payload: Payload) -> str:
    return payload.model_dump_json(by_alias=True, exclude_none=True)


def _partner(db: Connection, _: int, partner: Partner) -> None:
    statement = upsert(db.dialect.name, t.partner).values(id=partner.id, body=_json(partner))
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
        "model": run.agent.models[0].name if run.agent.models else run.agent.name,
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
    db.execute(upsert(db.dialect.name, t.person).values(**row).on_conflict_do_update(index_elements=["iri"], set_=row))


def _refset_version(db: Connection, _: int, version: RefsetVersion) -> None:
    db.execute(insert(t.refset_version).values(version=version.header.version, body=_json(version)))


def _user(db: Connection, _: int, user: User) -> None:
    db.execute(insert(t.user).values(id=user.id, name=user.name, body=_json(user)))


def _user_changed(db: Connection, _: int, changed: UserChanged) -> None:
    body = db.scalar(select(t.user.c.body).where(t.user.c.id == changed.user))
    if body is None:
        raise NotFound(f"the user {changed.user} is not in the journal")
    said = changed.model_dump(exclude={"user"})
    user = User.model_validate(User.model_validate_json(body).model_dump() | said)
    db.execute(update(t.user).where(t.user.c.id == user.id).values(body=_json(user)))


def _secret(_db: Connection, _: int, _payload: TokenIssued | TokenRevoked | PasswordSet) -> None:
    """Change nothing: tokens and passwords are secrets and lie beside the chain."""


def _processing(db: Connection, _: int, said: Processing) -> None:
    key = {"partner": said.partner, "collection": said.allowed.collection or ""}
    db.execute(delete(t.processing).where(*(t.processing.c[name] == value for name, value in key.items())))
    db.execute(insert(t.processing).values(**key, body=_json(said)))


def _exemption(db: Connection, _: int, exemption: Exemption) -> None:
    db.execute(insert(t.exemption).values(id=str(exemption.id), person=exemption.person, body=_json(exemption)))


def _erasure(db: Connection, seq: int, erasure: Erasure) -> None:
    """Remember the erasure and what was public; what was erased is gone from the events that make the rest."""
    db.execute(insert(t.erasure).values(id=str(erasure.id), seq=seq, body=_json(erasure)))
    if erasure.gone:
        db.execute(delete(t.tombstone).where(t.tombstone.c.iri.in_(erasure.gone)))
        time = erasure.ended.isoformat()
        db.execute(insert(t.tombstone), [{"iri": iri, "time": time, "live": False} for iri in erasure.gone])


def _item(db: Connection, _: int, item: Item) -> None:
    statement = upsert(db.dialect.name, t.item).values(partner=item.partner, pid=item.pid, body=_json(item))
    db.execute(statement.on_conflict_do_update(index_elements=["partner", "pid"], set_={"body": _json(item)}))


def _proposals(db: Connection, proposals: list[tuple[int, Proposal]]) -> None:
    if not proposals:
        return
    named = {str(proposal.annotation.run) for _, proposal in proposals}
    query = select(*t.run.c[_RUN_COLUMNS]).where(t.run.c.id.in_(named))
    runs = {run.id: run for run in db.execute(query)}
    if missing := named - runs.keys():
        raise NotFound(f"the run {min(missing)} is not in the journal")
    rows = [_annotation(runs[str(each.annotation.run)], seq, each) for seq, each in proposals]
    db.execute(insert(t.annotation), rows)
    count_all(db, ((row, 1) for row in rows))


def _annotation(run: Row[Any], seq: int, proposal: Proposal) -> dict[str, object]:
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
        "rejected_before": False,
        "topic": proposal.topic,
        "rank": UNCALIBRATED_RANK if guess.confidence is None else guess.confidence,
        "seq": seq,
        "body": _json(proposal),
    }


def _validations(db: Connection, events: list[tuple[int, Validation]]) -> None:
    """Apply decisions about different guesses together; of one guess one after the other."""
    together: dict[str, tuple[int, Validation]] = {}
    for seq, validation in events:
        if validation.annotation in together:
            _decide(db, list(together.values()))
            together.clear()
        together[validation.annotation] = (seq, validation)
    _decide(db, list(together.values()))


def _decide(db: Connection, events: list[tuple[int, Validation]]) -> None:
    if not events:
        return
    db.execute(insert(t.validation), [_validation(seq, validation) for seq, validation in events])
    changes = {}
    for _, validation in events:
        change: dict[str, object] = {"status": str(validation.status), "decided": True, "disputed": False}
        if validation.verdict in OPINIONS or validation.undoes:
            change["disputed"] = is_disputed(validations_of(db, validation.annotation))
        changes[validation.annotation] = change
    _change(db, changes)


def _validation(seq: int, validation: Validation) -> dict[str, object]:
    return {
        "id": str(validation.id),
        "seq": seq,
        "annotation": validation.annotation,
        "verdict": str(validation.verdict),
        "bulk": str(validation.bulk) if validation.bulk else None,
        "body": _json(validation),
    }


def _correction(db: Connection, seq: int, correction: Correction) -> None:
    _decide(db, [(seq, correction.validation)])
    run = db.execute(select(*t.run.c[_RUN_COLUMNS]).where(t.run.c.id == str(correction.annotation.run))).one()
    human = {"score": 1.0, "confidence": 1.0, "rank": 1.0, "corrects": correction.validation.annotation, "version": 0}
    row = _annotation(run, seq, correction.said) | human
    db.execute(insert(t.annotation).values(row))
    count_all(db, [(row, 1)])
    _decide(db, [(seq, correction.approval)])


def _supersession(db: Connection, _: int, supersession: Supersession) -> None:
    change: dict[str, object]
    if supersession.by:
        change = {"status": "superseded", "replaced_by": supersession.by, "rejected_before": supersession.rejected}
    else:
        run = str(supersession.run)
        change = {"status": "proposed", "replaced_by": None, "said_by": run, "rejected_before": False}
    _change(db, {supersession.annotation: change})


def _change(db: Connection, changes: Mapping[str, Mapping[str, object]]) -> None:
    """Change guesses, all in the same columns, and count them under their new status."""
    moved: list[tuple[dict[Any, Any], int]] = []
    for before in counted(db, changes):
        moved += [(before, -1), (before | {"status": changes[before["iri"]]["status"]}, 1)]
    db.execute(
        _changing(tuple(next(iter(changes.values())))),
        [{"_iri": iri} | {f"_{name}": value for name, value in change.items()} for iri, change in changes.items()],
    )
    count_all(db, moved)


@cache
def _changing(columns: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"_{name}") for name in columns}
    statement = update(t.annotation).where(t.annotation.c.iri == bindparam("_iri"))
    return statement.values(**values, version=t.annotation.c.version + 1)


def _bulk(db: Connection, _: int, bulk: BulkDecision) -> None:
    db.execute(insert(t.bulk).values(id=str(bulk.id), partner=bulk.partner, user=bulk.user, body=_json(bulk)))


def _sample(db: Connection, seq: int, sample: SampleDrawn) -> None:
    db.execute(insert(t.sample).values(id=str(sample.id), partner=sample.partner, seq=seq, body=_json(sample)))


def _review_policy(db: Connection, _: int, policy: ReviewPolicy) -> None:
    row = {"partner": policy.partner, "kind": policy.kind, "body": _json(policy)}
    statement = upsert(db.dialect.name, t.review_policy).values(**row)
    db.execute(statement.on_conflict_do_update(index_elements=["partner", "kind"], set_=row))


_CHANGE: dict[type[Payload], Callable[[Connection, int, Any], None]] = {
    Partner: _partner,
    Item: _item,
    Correction: _correction,
    Supersession: _supersession,
    BulkDecision: _bulk,
    SampleDrawn: _sample,
    ReviewPolicy: _review_policy,
    Admission: _admission,
    RefsetVersion: _refset_version,
    User: _user,
    UserChanged: _user_changed,
    TokenIssued: _secret,
    TokenRevoked: _secret,
    PasswordSet: _secret,
    Erasure: _erasure,
    Processing: _processing,
    Exemption: _exemption,
}

"""Which payload an action of the journal carries, and how events are read back."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select

from give_ld.journal import tables as t
from give_ld.journal.chain import Action
from give_ld.model.bulk import BulkDecision, ReviewPolicy, SampleDrawn
from give_ld.model.decision import Validation
from give_ld.model.erasure import Erasure
from give_ld.model.event import Admission, Correction, Exemption, Payload, Proposal, RefsetVersion, Supersession
from give_ld.model.item import Item, Partner
from give_ld.model.processing import Processing
from give_ld.model.run import Run
from give_ld.model.user import PasswordSet, TokenIssued, TokenRevoked, User, UserChanged

FETCHED = 1000  # rows that are read at once where all are
ACTION: dict[type[Payload], Action] = {
    Partner: Action.PARTNER_ADDED,
    Item: Action.ITEM_RECORDED,
    Run: Action.RUN_RECORDED,
    Proposal: Action.ANNOTATION_PROPOSED,
    Validation: Action.ANNOTATION_DECIDED,
    Correction: Action.ANNOTATION_CORRECTED,
    Supersession: Action.ANNOTATION_SUPERSEDED,
    BulkDecision: Action.BULK_DECIDED,
    SampleDrawn: Action.SAMPLE_DRAWN,
    ReviewPolicy: Action.REVIEW_POLICY_SET,
    Admission: Action.PERSON_ADMITTED,
    RefsetVersion: Action.REFSET_VERSIONED,
    User: Action.USER_ADDED,
    UserChanged: Action.USER_CHANGED,
    TokenIssued: Action.TOKEN_ISSUED,
    TokenRevoked: Action.TOKEN_REVOKED,
    PasswordSet: Action.PASSWORD_SET,
    Erasure: Action.PERSON_ERASED,
    Processing: Action.PROCESSING_SET,
    Exemption: Action.PERSON_EXEMPTED,
}
_MODEL: dict[str, type[Payload]] = {str(action): model for model, action in ACTION.items()}


def read_events(db: Connection, after: int = 0, actions: Collection[Action] = ()) -> Iterator[tuple[int, Payload]]:
    """Yield sequence number and payload of every event after `after`; erased payloads are left out.

    Where actions are given, only theirs.
    """
    query = (
        select(t.event.c.seq, t.event.c.action, t.payload.c.body, t.payload.c.form)
        .join(t.payload, t.payload.c.seq == t.event.c.seq)
        .where(t.event.c.seq > after)
        .order_by(t.event.c.seq)
    )
    if actions:
        query = query.where(t.event.c.action.in_(sorted(actions)))
    for row in db.execute(query.execution_options(yield_per=FETCHED)):
        yield row.seq, _MODEL[row.form or row.action].model_validate_json(row.body)

"""How a person takes back one decision about many guesses: all of it that nobody decided about since."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from give_ld.errors import Conflict, GiveLdError, NotFound
from give_ld.journal import tables as t
from give_ld.journal.lookups import find_all_known
from give_ld.model.bulk import BulkDecision
from give_ld.model.decision import standing
from give_ld.model.status import Verdict
from give_ld.model.user import User
from give_ld.review.case import Bench, Case, Decision
from give_ld.review.many import Many, ManyAsk
from give_ld.review.selected import Selected
from give_ld.review.undo import undo


def find_bulk(db: Connection, user: User, bulk: UUID) -> BulkDecision:
    """Return a decision about many guesses of the user's partner.

    Raises:
        NotFound: there is none.
    """
    query = select(t.bulk.c.body).where(t.bulk.c.id == str(bulk), t.bulk.c.partner == user.partner)
    body = db.scalar(query)
    if body is None:
        raise NotFound(f"there is no decision {bulk} about many guesses of your organisation", rule="bulk")
    return BulkDecision.model_validate_json(body)


def decided_by(db: Connection, bulk: UUID) -> list[str]:
    """Return the guesses that a decision about many was about, and what its corrections made."""
    query = select(t.validation.c.annotation).where(t.validation.c.bulk == str(bulk))
    return list(db.scalars(query.order_by(t.validation.c.seq, t.validation.c.annotation)))


def take_back(db: Connection, bench: Bench, user: User, bulk: UUID, at: datetime) -> Many:
    """Return what taking back the decision would do; nothing is written.

    Raises:
        NotFound: there is no such decision.
        Conflict: it is another person's, too old, or nothing of it stands.
    """
    done = find_bulk(db, user, bulk)
    if done.user != user.id:
        raise Conflict("the decision is another person's; only who took it may undo it", rule="undo")
    if at - done.at > timedelta(seconds=bench.settings.undo_seconds):
        raise Conflict(f"the decision is more than {bench.settings.undo_seconds} s old; decide anew", rule="undo-late")
    known = find_all_known(db, decided_by(db, bulk))
    ask = ManyAsk(Verdict.UNDO, done.selection)
    many = Many(ask, Selected({iri: len(each.validations) for iri, each in known.items()}))
    for iri, each in known.items():
        said = standing(each.validations)
        if each.corrects in known:
            continue  # goes with what it corrects
        try:
            if not said or said[-1].bulk != bulk:
                raise Conflict("somebody decided about it since, or took it back", rule="decided")
            many.events[iri] = undo(Case(db, bench, user, each, Decision(iri, Verdict.UNDO), at, ask.id))
        except GiveLdError as error:
            many.refused[iri] = error
    if not many.events:
        raise Conflict("nothing of this decision stands any more", rule="undo")
    return many

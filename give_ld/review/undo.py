"""How a person takes back the last decision: the same person, soon after, and all of what it did."""

from __future__ import annotations

from datetime import timedelta

from give_ld.errors import Conflict
from give_ld.journal.lookups import decided_together, find_known
from give_ld.model.decision import Known, Validation, standing
from give_ld.model.status import Verdict
from give_ld.review.case import Case


def undo(case: Case) -> tuple[Validation, ...]:
    """Return the decisions that take back the last one: of a correction both halves.

    Raises:
        Conflict: nothing stands, it is another person's or too old, or its other half was decided since.
    """
    last = _last(case, case.known)
    if last.user != case.user.id:
        raise Conflict("the last decision is another person's; only who took it may undo it", rule="undo")
    seconds = case.bench.settings.undo_seconds
    if case.at - last.ended > timedelta(seconds=seconds):
        raise Conflict(f"the last decision is more than {seconds} s old; decide anew", rule="undo-late")
    undone = case.validation(last.before, undoes=last.id)
    if last.verdict is not Verdict.CORRECT:
        return (undone,)
    other = find_known(case.db, decided_together(case.db, last.id, case.known.iri) or "")
    if other is None:
        return (undone,)
    half = _last(case, other)
    if half.id != last.id:
        raise Conflict(f"{other.iri}, the other half of the correction, was decided since", rule="undo")
    return undone, case.validation(half.before, undoes=half.id, of=other)


def _last(case: Case, known: Known) -> Validation:
    if said := standing(known.validations):
        return said[-1]
    raise Conflict(f"no decision stands about {known.iri}; nothing to undo", rule="undo")

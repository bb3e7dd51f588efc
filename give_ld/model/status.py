"""What may become of a guess: its statuses, and which decision leads from which to which."""

from __future__ import annotations

from enum import StrEnum

from give_ld.errors import Conflict


class Status(StrEnum):
    """Where a guess stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    UNSUITABLE = "unsuitable"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What a person says of a guess, or of what was decided about it."""

    APPROVE = "approve"
    REJECT = "reject"
    UNSUITABLE = "unsuitable"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    AGREE = "agree"
    DISAGREE = "disagree"
    UNDO = "undo"


OPINIONS = frozenset({Verdict.AGREE, Verdict.DISAGREE})
"""What a second archivist says of a decision; the status stays."""

UNDECIDED = frozenset({Status.PROPOSED, Status.SUPERSEDED})
"""Where a guess stands about which nobody decided, or no longer."""

_LEADS_TO = {
    Verdict.APPROVE: Status.APPROVED,
    Verdict.REJECT: Status.REJECTED,
    Verdict.UNSUITABLE: Status.UNSUITABLE,
    Verdict.WITHDRAW: Status.WITHDRAWN,
}
# A correction decides about the guess that it replaces, unless it was decided already.
_CORRECTED = {
    Status.PROPOSED: Status.REJECTED,
    Status.SUPERSEDED: Status.REJECTED,
    Status.APPROVED: Status.WITHDRAWN,
}
_FIRST = frozenset({Verdict.APPROVE, Verdict.REJECT, Verdict.UNSUITABLE, Verdict.CORRECT})
_SECOND = OPINIONS | {Verdict.CORRECT, Verdict.UNDO}
_MAY = {
    Status.PROPOSED: _FIRST,
    Status.SUPERSEDED: _FIRST,
    Status.APPROVED: _SECOND | {Verdict.WITHDRAW},
    Status.REJECTED: _SECOND | {Verdict.APPROVE, Verdict.UNSUITABLE},
    Status.UNSUITABLE: _SECOND | {Verdict.APPROVE, Verdict.REJECT},
    Status.WITHDRAWN: _SECOND | {Verdict.APPROVE, Verdict.REJECT, Verdict.UNSUITABLE},
}
# A second look at what was decided must say why; so must taking back what the public has seen.
_DECIDED = frozenset({Status.APPROVED, Status.REJECTED, Status.UNSUITABLE, Status.WITHDRAWN})


def allowed_verdicts(status: Status) -> frozenset[Verdict]:
    """Return what a person may say of a guess in this status; who said what before may forbid it still."""
    return _MAY[status]


def check_verdict(status: Status, verdict: Verdict, *, reasoned: bool) -> None:
    """Check whether the status allows the verdict; `reasoned` says whether a reason is given.

    Raises:
        Conflict: the verdict does not apply to the status, or it needs a reason and has none.
    """
    if verdict not in _MAY[status]:
        may = ", ".join(sorted(_MAY[status]))
        raise Conflict(f"a guess that is {status} cannot get '{verdict}'; it can get: {may}", rule="state")
    if status in _DECIDED and verdict not in (Verdict.AGREE, Verdict.UNDO) and not reasoned:
        raise Conflict(f"to speak against what is {status}, say why", rule="reason")


def next_status(status: Status, verdict: Verdict) -> Status:
    """Return the status after a verdict that the status allows; after an undo it is for the decision to say."""
    if verdict is Verdict.CORRECT:
        return _CORRECTED.get(status, status)
    return _LEADS_TO.get(verdict, status)

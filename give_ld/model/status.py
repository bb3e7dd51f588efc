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
    """What a person says of a guess."""

    APPROVE = "approve"
    REJECT = "reject"
    UNSUITABLE = "unsuitable"
    WITHDRAW = "withdraw"


_LEADS_TO = {
    Verdict.APPROVE: Status.APPROVED,
    Verdict.REJECT: Status.REJECTED,
    Verdict.UNSUITABLE: Status.UNSUITABLE,
    Verdict.WITHDRAW: Status.WITHDRAWN,
}
_FIRST = frozenset({Verdict.APPROVE, Verdict.REJECT, Verdict.UNSUITABLE})
_MAY = {
    Status.PROPOSED: _FIRST,
    Status.SUPERSEDED: _FIRST,
    Status.APPROVED: frozenset({Verdict.WITHDRAW}),
    Status.REJECTED: frozenset({Verdict.APPROVE, Verdict.UNSUITABLE}),
    Status.UNSUITABLE: frozenset({Verdict.APPROVE, Verdict.REJECT}),
    Status.WITHDRAWN: _FIRST,
}
# A second look at what was decided must say why; so must taking back what the public has seen.
_NEEDS_REASON = frozenset({Status.APPROVED, Status.REJECTED, Status.UNSUITABLE, Status.WITHDRAWN})


def allowed_verdicts(status: Status) -> frozenset[Verdict]:
    """Return what a person may say of a guess in this status."""
    return _MAY[status]


def next_status(status: Status, verdict: Verdict, reason: str) -> Status:
    """Return the status after the verdict.

    Raises:
        Conflict: the verdict does not apply to the status, or it needs a reason and has none.
    """
    if verdict not in _MAY[status]:
        may = ", ".join(sorted(_MAY[status]))
        raise Conflict(f"a guess that is {status} cannot get '{verdict}'; it can get: {may}", rule="state")
    if status in _NEEDS_REASON and not reason.strip():
        raise Conflict(f"to change a guess that is {status}, say why", rule="reason")
    return _LEADS_TO[verdict]

"""What a decision about many did or would do, told in counts, reasons and examples."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from give_ld.journal.lookups import find_all_known
from give_ld.model.bulk import SampleDrawn
from give_ld.model.event import Correction, Proposal
from give_ld.review.many import Many
from give_ld.review.policy import find_policy
from give_ld.review.sampling import looked_at, precision_of

EXAMPLES = 5


def outcome(db: Connection, many: Many, *, dry_run: bool) -> dict[str, Any]:
    """Return the outcome as JSON values: what is decided by status, what is refused by rule, and a few of each."""
    firsts = [events[0] for events in many.events.values()]
    decided = [each.validation if isinstance(each, Correction) else each for each in firsts]
    known = find_all_known(db, list(many.events)[:EXAMPLES])
    examples = [
        {
            "iri": iri,
            "kind": each.annotation.kind,
            "label": Proposal(iri=iri, annotation=each.annotation, person=each.person).label,
            "item": each.run.item,
            "confidence": each.confidence,
        }
        for iri, each in known.items()
    ]
    return {
        "id": str(many.ask.id),
        "dry_run": dry_run,
        "verdict": many.ask.verdict,
        "digest": many.selected.digest,
        "selected": len(many.selected.iris) + len(many.selected.unknown),
        "decided": dict(Counter(str(each.status) for each in decided)),
        "refused": _refused(many),
        "passed_over": many.selected.passed_over,
        "examples": examples,
        "precision": many.precision.model_dump(mode="json") if many.precision else None,
    }


def _refused(many: Many) -> list[dict[str, Any]]:
    """Return by rule how many are refused, with the status that each alone would get over HTTP."""
    found: dict[str, dict[str, Any]] = {}
    for iri, error in sorted(many.refused.items()):
        named = {"rule": error.rule, "status": error.status, "count": 0, "message": error.message, "examples": []}
        entry = found.setdefault(error.rule, named)
        entry["count"] += 1
        if len(entry["examples"]) < EXAMPLES:
            entry["examples"].append(iri)
    return list(found.values())


def sample_outcome(db: Connection, drawn: SampleDrawn) -> dict[str, Any]:
    """Return a sample as JSON values, with what it says of the rest as soon as all of it was looked at."""
    policy = find_policy(db, drawn.partner, drawn.band.kind)
    right, checked = looked_at(db, drawn)
    precision = precision_of(db, policy, drawn) if policy else None
    suffices = bool(policy and precision and policy.precision and precision.bound >= policy.precision)
    return {
        **drawn.model_dump(mode="json", exclude={"user"}, exclude_none=True),
        "checked": checked,
        "right": right,
        "precision": precision.model_dump(mode="json") if precision else None,
        "asked": policy.precision if policy else None,
        "suffices": suffices,
    }

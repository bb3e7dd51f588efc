"""What follows for other guesses when a person rejects one: who says the same again need not be asked about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from sqlalchemy import Connection

from give_ld.journal.journal import Writing
from give_ld.journal.lookups import find_all_known
from give_ld.journal.refuted import refuter, sayings
from give_ld.model.decision import Known, Validation, standing
from give_ld.model.event import Correction, Proposal, Supersession
from give_ld.model.status import OPINIONS, Status, Verdict
from give_ld.review.claims import names
from give_ld.review.supersede import SYSTEM


def settle_rejections(writing: Writing, events: Collection[Validation | Correction]) -> int:
    """Journal what decisions mean for undecided guesses that say the same; return for how many.

    What says the same as a guess that is rejected now is set aside; what was set aside because of a guess that is not
    rejected any longer is proposed again, unless another rejection holds it.
    """
    touched = find_all_known(writing.db, _touched(events))
    by_file: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for known in touched.values():
        by_file[known.run.partner, known.run.file.key].append(known)
    count = 0
    for (partner, file), guesses in by_file.items():
        found = list(_consequences(writing.db, partner, file, guesses))
        writing.append_all(((event, partner) for event in found), SYSTEM)
        count += len(found)
    return count


def _touched(events: Iterable[Validation | Correction]) -> list[str]:
    """Return the guesses that may be rejected now and were not, or the other way round."""
    found = [each.validation if isinstance(each, Correction) else each for each in events]
    return list(
        dict.fromkeys(each.annotation for each in found if each.verdict not in OPINIONS and not _is_first(each))
    )


def _is_first(validation: Validation) -> bool:
    undecided = validation.before in (Status.PROPOSED, Status.SUPERSEDED)
    return undecided and validation.verdict in (Verdict.APPROVE, Verdict.UNSUITABLE)


def _consequences(db: Connection, partner: str, file: str, touched: list[Known]) -> Iterator[Supersession]:
    replaced = find_all_known(db, [known.corrects for known in touched if known.corrects]).values()
    said = sayings(db, partner, file, [_said(known) for known in (*touched, *replaced)])
    by_iri = {each.iri: each for each in said}
    for each in said:
        holder = by_iri.get(each.replaced_by or "") if each.rejected_before else None
        loose = each.status == "proposed" or (holder is not None and not holder.refuted)
        if each.decided or not loose:
            continue
        by = refuter(said, each.proposal)
        if by or holder:
            yield Supersession(annotation=each.iri, run=UUID(each.said_by), by=by, rejected=by is not None)


def _said(known: Known) -> Proposal:
    return Proposal(iri=known.iri, annotation=known.annotation, person=known.person)


def rejection_of(db: Connection, known: Known, *, named: bool) -> dict[str, str] | None:
    """Return which rejection holds a guess that was set aside: of which guess, when, by whom; None for any other.

    The organisation is told to whoever sees the guess, the person only where they may be `named`.
    """
    held = sayings(db, known.run.partner, known.run.file.key, [_said(known)])
    by = next((each.replaced_by for each in held if each.iri == known.iri and each.rejected_before), None)
    rejected = find_all_known(db, [by] if by else []).get(by or "")
    if rejected is None or not (said := standing(rejected.validations)):
        return None
    last = said[-1]
    told = {"annotation": rejected.iri, "at": last.ended.isoformat(), "organisation": last.partner}
    return told | ({"by": names(db, [last.user]).get(last.user, ""), "reason": last.reason} if named else {})

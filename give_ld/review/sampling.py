"""Whether a sample that a person looked at suffices for the rest of a band, by the policy of the archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from secrets import SystemRandom
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, select

from give_ld.errors import Conflict, NotFound
from give_ld.journal import tables as t
from give_ld.journal.lookups import find_all_known
from give_ld.model.bulk import Band, Precision, ReviewPolicy, SampleDrawn
from give_ld.model.decision import Known, standing
from give_ld.model.status import OPINIONS, Status
from give_ld.model.user import User
from give_ld.review.policy import find_policy
from give_ld.review.sample import lower_bound
from give_ld.review.selected import Selected, selected


def draw(db: Connection, user: User, band: Band, at: datetime) -> SampleDrawn:
    """Return a sample of the undecided guesses of a band, drawn by chance, as the policy of the archive wants it.

    Raises:
        Conflict: there is no policy that lets a sample suffice here, or nothing to draw from.
        TooLarge: the band holds more than one decision may be about.
    """
    policy = _policy(db, user.partner or "", band)
    chosen = selected(db, user.partner or "", band, Status.PROPOSED)
    if not chosen.iris:
        raise Conflict("nothing in this band waits for a decision", rule="sample")
    size = min(policy.sample_size or 0, len(chosen.iris))
    return SampleDrawn(
        id=uuid4(),
        partner=user.partner or "",
        user=user.id,
        band=band,
        population=len(chosen.iris),
        annotations=tuple(SystemRandom().sample(sorted(chosen.iris), size)),
        at=at,
    )


def find_sample(db: Connection, partner: str, sample: UUID) -> tuple[int, SampleDrawn]:
    """Return a sample that was drawn for a partner, and its place in the journal.

    Raises:
        NotFound: there is none.
    """
    query = select(t.sample.c.seq, t.sample.c.body).where(t.sample.c.id == str(sample), t.sample.c.partner == partner)
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"there is no sample {sample}", rule="sample")
    return row.seq, SampleDrawn.model_validate_json(row.body)


def looked_at(db: Connection, sample: SampleDrawn) -> tuple[int, int]:
    """Return how many of a sample persons found right one by one, and about how many they decided in all."""
    known = find_all_known(db, sample.annotations).values()
    verdicts = [verdict for each in known if (verdict := _verdict(each)) is not None]
    return verdicts.count(True), len(verdicts)


def _verdict(known: Known) -> bool | None:
    """Return whether a person alone with it found a guess right; None where nobody did, or it is disputed."""
    said = [each for each in standing(known.validations) if each.verdict not in OPINIONS]
    if not said or said[-1].bulk is not None or known.disputed:
        return None
    return known.status is Status.APPROVED


def precision_of(db: Connection, policy: ReviewPolicy, sample: SampleDrawn) -> Precision | None:
    """Return what a sample says of the rest; None as long as part of it was not looked at."""
    right, checked = looked_at(db, sample)
    if checked < len(sample.annotations) or policy.level is None:
        return None
    return Precision(
        right=right, checked=checked, level=policy.level, bound=round(lower_bound(right, checked, policy.level), 6)
    )


def check_sample(
    db: Connection, band: Band, sample: UUID | None, chosen: Selected, partner: str
) -> tuple[Precision, Selected]:
    """Return what a sample says of a band, and those of the chosen guesses that it speaks for.

    Raises:
        NotFound: the sample is unknown.
        Conflict: there is no policy, no sample, one of another band, one not looked at, or too little of it was right.
    """
    policy = _policy(db, partner, band)
    if sample is None:
        raise Conflict("to approve a band, draw a sample of it and look at each guess in the sample", rule="sample")
    seq, drawn = find_sample(db, partner, sample)
    if drawn.band != band:
        raise Conflict("the sample was drawn from another band; draw one from this", rule="sample")
    if len(drawn.annotations) < min(policy.sample_size or 0, drawn.population):
        raise Conflict("the policy wants a larger sample by now; draw a new one", rule="sample")
    found = precision_of(db, policy, drawn)
    if found is None:
        _, checked = looked_at(db, drawn)
        message = f"{checked} of {len(drawn.annotations)} guesses of the sample were looked at one by one; do the rest"
        raise Conflict(message, rule="sample")
    if found.bound < (policy.precision or 0.0):
        message = (
            f"{found.right} of {found.checked} were right: at the level {found.level} that says at least {found.bound} "
            f"of all are, and the policy asks for {policy.precision}"
        )
        raise Conflict(message, rule="precision")
    # What came in later was not there to be drawn.
    there = set(db.scalars(select(t.annotation.c.iri).where(_in_band(partner, band), t.annotation.c.seq <= seq)))
    return found, replace(chosen, iris={iri: version for iri, version in chosen.iris.items() if iri in there})


def _in_band(partner: str, band: Band) -> ColumnElement[bool]:
    columns = t.annotation.c
    bounds = and_(columns.rank >= band.low, columns.rank <= band.high)
    return and_(columns.partner == partner, columns.status == "proposed", columns.kind == band.kind, bounds)


def _policy(db: Connection, partner: str, band: Band) -> ReviewPolicy:
    policy = find_policy(db, partner, band.kind)
    if policy is None or policy.sample_from is None:
        message = f"no recorded policy of {partner} lets a sample of {band.kind} suffice; look at each, or set one"
        raise Conflict(message, rule="policy")
    if band.low < policy.sample_from:
        message = f"the policy lets a sample suffice from a confidence of {policy.sample_from} on, not from {band.low}"
        raise Conflict(message, rule="policy")
    return policy

"""How far archivists agree: whenever one gave a second opinion about what another decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from give_ld.journal import tables as t
from give_ld.journal.lookups import find_all_known
from give_ld.model.decision import Known, standing
from give_ld.model.parts import in_parts
from give_ld.model.status import OPINIONS, Status, Verdict

_AT_ONCE = 2_000


@dataclass(frozen=True)
class Agreement:
    """How two archivists of a partner (opaque ids, in alphabetical order) judged the same guesses of a kind.

    `agreed` is the share of the `count` judgements in which they said the same, `kappa` that share beyond what chance
    would give (Cohen 1960); None where both only ever said one thing, since chance then explains everything.
    """

    partner: str
    kind: str
    users: tuple[str, str]
    count: int
    agreed: float
    kappa: float | None


def agreements(db: Connection, partner: str | None = None) -> list[Agreement]:
    """Return the agreement of each pair of archivists by kind, and under the kind 'all' over all kinds."""
    opinions = select(t.validation.c.annotation).where(t.validation.c.verdict.in_(sorted(OPINIONS))).distinct()
    pairs: dict[tuple[str, str, tuple[str, str]], list[tuple[bool, bool]]] = defaultdict(list)
    for some in in_parts(db.scalars(opinions.order_by(t.validation.c.annotation)).all(), _AT_ONCE):
        for known in find_all_known(db, some).values():
            if partner not in (None, known.run.partner):
                continue
            for users, verdicts in _judged_twice(known):
                for kind in (known.annotation.kind, "all"):
                    pairs[known.run.partner, kind, users].append(verdicts)
    return [_agreement(*key, verdicts) for key, verdicts in sorted(pairs.items())]


def _judged_twice(known: Known) -> Iterator[tuple[tuple[str, str], tuple[bool, bool]]]:
    """Yield who judged a guess after whom, and what each said of it: right or not. The last opinion of each counts."""
    decider, right = "", False
    opinions: dict[str, bool] = {}
    for each in standing(known.validations):
        if each.verdict in OPINIONS:
            opinions[each.user] = right if each.verdict is Verdict.AGREE else not right
            continue
        yield from _pairs(decider, right, opinions)
        decider, right, opinions = each.user, each.status is Status.APPROVED, {}
    yield from _pairs(decider, right, opinions)


def _pairs(decider: str, right: bool, opinions: dict[str, bool]) -> Iterator[tuple[tuple[str, str], tuple[bool, bool]]]:
    for other, said in opinions.items():
        if other < decider:
            yield (other, decider), (said, right)
        elif other > decider:
            yield (decider, other), (right, said)


def _agreement(partner: str, kind: str, users: tuple[str, str], verdicts: list[tuple[bool, bool]]) -> Agreement:
    agreed = sum(one is other for one, other in verdicts) / len(verdicts)
    kappa = cohens_kappa(verdicts)
    return Agreement(partner, kind, users, len(verdicts), round(agreed, 4), None if kappa is None else round(kappa, 4))


def cohens_kappa(verdicts: Iterable[tuple[object, object]]) -> float | None:
    """Return Cohen's kappa of pairs of judgements, -1 to 1; None without any, or where chance explains all of it."""
    pairs = list(verdicts)
    if not pairs:
        return None
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(one == other for one, other in pairs) / len(pairs)
    expected = sum(ones[value] * others[value] for value in ones) / len(pairs) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)

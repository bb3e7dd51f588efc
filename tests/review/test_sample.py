"""What a sample says of the rest, and how far two archivists agree: against figures that others published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.review.agreement import cohens_kappa
from give_ld.review.sample import lower_bound


@pytest.mark.parametrize(
    ("right", "checked", "level", "bound"),
    [
        (59, 59, 0.95, 0.9505),
        (10, 10, 0.975, 0.6915),
        (8, 10, 0.975, 0.4439),
        (95, 100, 0.95, 0.8977),
        (0, 5, 0.9, 0.0),
    ],
)
def test_the_bound_is_that_of_clopper_and_pearson(right: int, checked: int, level: float, bound: float) -> None:
    assert lower_bound(right, checked, level) == pytest.approx(bound, abs=1e-4)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_the_bound_is_below_what_was_seen_and_falls_with_every_wrong_one(counts: tuple[int, int], level: float) -> None:
    right, checked = counts
    bound = lower_bound(right, checked, level)
    assert 0 <= bound <= right / checked or right == checked
    assert bound <= lower_bound(min(checked, right + 1), checked, level)


def test_kappa_is_what_agreement_is_beyond_chance() -> None:
    table = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert cohens_kappa(table) == pytest.approx(0.4)
    assert cohens_kappa([("yes", "yes")] * 9) is None
    assert cohens_kappa([]) is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_kappa_is_the_same_whoever_is_named_first(verdicts: list[tuple[bool, bool]]) -> None:
    there, back = cohens_kappa(verdicts), cohens_kappa([(other, one) for one, other in verdicts])
    assert there == pytest.approx(back) if there is not None else back is None
    assert there is None or -1 <= there <= 1

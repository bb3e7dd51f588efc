"""Whether somebody was surely of age: dates that say less than a day count against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.model.age import was_adult


@pytest.mark.parametrize(
    ("made", "born", "adult"),
    [
        ("1986-05-01", "1968-05-01", True),
        ("1986-04-30", "1968-05-01", False),
        ("1987", "1968", True),
        ("1986", "1968", False),
        ("1986-05", "1968-04", True),
        ("1986-05", "1968-05", False),
        ("1996~", "1968-01-01", True),
        ("1995~", "1968-01-01", False),
        ("1997", "1968?", True),
        ("1986-05-01", None, False),
        (None, "1900", False),
        ("-0044", "-0100", True),
        ("1986-03-01", "1968-02-29", True),
    ],
)
def test_who_was_eighteen_for_sure(made: str | None, born: str | None, adult: bool) -> None:
    assert was_adult(made, born) is adult


@given(st.dates(), st.dates(), st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_a_date_that_says_less_never_makes_anybody_older(made: object, born: object, of: int, at: int) -> None:
    if was_adult(str(made)[:of], str(born)[:at]):
        assert was_adult(str(made), str(born))

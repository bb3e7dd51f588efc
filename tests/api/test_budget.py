"""The budget of a client: what is used counts, and time gives it back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.api import budget as budget_module
from give_ld.api.budget import Budget
from give_ld.errors import Spent


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_who_used_up_the_time_waits_as_long_as_the_error_says() -> None:
    clock = Clock()
    budget = Budget(60.0, clock)
    budget.spend("one", 75.0)
    with pytest.raises(Spent) as caught:
        budget.check("one")
    assert (caught.value.status, caught.value.retry_after) == (429, 16)
    budget.check("another")
    clock.now += caught.value.retry_after
    budget.check("one")


def test_time_gives_back_what_was_used() -> None:
    clock = Clock()
    budget = Budget(6.0, clock)
    for _ in range(20):
        budget.check("one")
        budget.spend("one", 5.0)
        clock.now += 50.0


@given(st.lists(st.floats(0, 30), max_size=30), st.floats(1, 100))
def test_nobody_gets_more_than_a_minute_and_one_query_over_the_budget(queries: list[float], most: float) -> None:
    clock = Clock()
    budget, got = Budget(most, clock), 0.0
    for seconds in queries:
        try:
            budget.check("one")
        except Spent:
            continue
        budget.spend("one", seconds)
        got += seconds
    assert got <= most + 30


def test_only_so_many_clients_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget_module, "CLIENTS", 3)
    budget = Budget(1.0, Clock())
    for client in "abcd":
        budget.spend(client, 2.0)
    budget.check("a")
    with pytest.raises(Spent):
        budget.check("d")

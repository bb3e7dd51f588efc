"""Who tries too often waits, ever longer; and one account or address does not shut out the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from give_ld.access import attempts as attempts_module
from give_ld.access.attempts import FREE_FOR_A_CLIENT, FREE_FOR_AN_ACCOUNT, LONGEST_WAIT, Attempts
from give_ld.errors import Spent


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def wait(attempts: Attempts, client: str, account: str | None = None) -> int:
    try:
        attempts.admit(client, account)
    except Spent as error:
        return error.retry_after
    return 0


def test_the_wait_doubles_up_to_a_limit() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    waits = []
    for turn in range(FREE_FOR_AN_ACCOUNT + 15):
        seconds = wait(attempts, f"client {turn}", "Ann")
        if seconds:
            waits.append(seconds)
            clock.now += seconds
            assert wait(attempts, f"another {turn}", "ANN") == 0
    assert waits[:4] == [2, 3, 5, 9]
    assert waits[-1] == LONGEST_WAIT + 1


def test_an_address_waits_whatever_accounts_it_tries() -> None:
    attempts = Attempts(Clock())
    assert [wait(attempts, "one", f"account {turn}") for turn in range(FREE_FOR_A_CLIENT)] == [0] * FREE_FOR_A_CLIENT
    assert wait(attempts, "one", "a new one") > 0
    assert wait(attempts, "two", "a new one") == 0


def test_who_comes_in_is_forgiven_and_a_day_forgets_the_rest() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(FREE_FOR_AN_ACCOUNT):
        attempts.admit("one", "Ann")
    attempts.forgive("one", "Ann")
    assert wait(attempts, "one", "Ann") == 0
    for _ in range(FREE_FOR_A_CLIENT):
        wait(attempts, "three")
    clock.now += 86_401
    assert [wait(attempts, "three") for _ in range(FREE_FOR_A_CLIENT)] == [0] * FREE_FOR_A_CLIENT


@given(st.lists(st.floats(0, 60), min_size=1, max_size=60))
def test_nobody_gets_more_than_the_free_tries_and_one_for_each_doubling(pauses: list[float]) -> None:
    clock = Clock()
    attempts, admitted = Attempts(clock), 0
    for pause in pauses:
        clock.now += pause
        admitted += wait(attempts, "one", "Ann") == 0
    passed = sum(pauses)
    doublings = sum(1 for power in range(60) if 2.0**power - 1 <= passed)
    assert admitted <= FREE_FOR_AN_ACCOUNT + doublings + int(passed / LONGEST_WAIT)


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts_module, "REMEMBERED", 3)
    attempts = Attempts(Clock())
    for client in "abcdef":
        attempts.admit(client)
    assert len(attempts._tries) == 3

"""Passwords: which are good enough, and how they are kept."""

from __future__ import annotations

import threading

import pytest
from argon2 import PasswordHasher

from give_ld.access import passwords as passwords_module
from give_ld.access.passwords import Passwords, check_password
from give_ld.errors import BadInput, Busy
from give_ld.model.decision import Role
from give_ld.model.user import User

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ANN = User(id="a", name="Ann De Smet", roles=(Role.AUDITOR,))


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("elevenchars", "password-length"),
        ("x" * 257, "password-length"),
        ("abababababababab", "password-variety"),
        ("correct horse SMET staple", "password-name"),
        ("banner of annals", "password-name"),
    ],
)
def test_a_weak_password_is_refused_by_a_rule_with_a_name(password: str, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_password(password, ANN)
    assert caught.value.rule == rule
    assert password not in caught.value.message


def test_a_few_words_are_good() -> None:
    check_password("vier paarden op de kade", ANN)


def test_the_same_letters_typed_on_another_machine_are_the_same_password() -> None:
    passwords = Passwords(CHEAP)
    assert passwords.is_right(passwords.hash("caf\u00e9 aan de Leie"), "cafe\u0301 aan de Leie")


def test_what_is_kept_says_argon2id_and_not_the_password() -> None:
    kept = Passwords().hash("vier paarden op de kade")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert "paarden" not in kept


def test_without_a_hash_or_with_a_damaged_one_the_answer_is_no_after_the_same_work() -> None:
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            verified.append(hash)
            return super().verify(hash, password)  # type: ignore[return-value]

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not passwords.is_right(None, "vier paarden op de kade")
    assert not passwords.is_right(None, "a hash that belongs to nobody")
    assert not passwords.is_right("no hash", "vier paarden op de kade")
    assert [str(each).startswith("$argon2id$") for each in verified] == [True, True, False]


def test_a_hash_of_other_parameters_is_outdated() -> None:
    kept = Passwords(CHEAP).hash("vier paarden op de kade")
    assert not Passwords(CHEAP).is_outdated(kept)
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).is_outdated(kept)


def test_only_a_few_hash_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords_module, "LONGEST_WAIT", 0.01)
    passwords, inside, out = Passwords(CHEAP), threading.Barrier(3), threading.Event()

    def hold() -> None:
        with passwords._turn():
            inside.wait()
            out.wait()

    holders = [threading.Thread(target=hold) for _ in range(2)]
    for each in holders:
        each.start()
    inside.wait()
    with pytest.raises(Busy):
        passwords.hash("vier paarden op de kade")
    out.set()
    for each in holders:
        each.join()
    assert passwords.hash("vier paarden op de kade")

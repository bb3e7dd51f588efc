"""What the tests of coming in share: a password that is fast to check."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from give_ld.access.attempts import Attempts
from give_ld.access.passwords import Passwords
from give_ld.access.signin import SignIn
from give_ld.home import Home

GOOD = "vier paarden op de kade"


@pytest.fixture
def fast() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def doors(home: Home, fast: Passwords) -> SignIn:
    return SignIn(home, fast, Attempts())

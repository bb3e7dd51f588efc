"""Which passwords are good enough, and how one is kept and compared: by argon2id, never in clear."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from give_ld.errors import BadInput, Busy
from give_ld.model.user import User

SHORTEST, LONGEST, FEWEST_CHARACTERS = 12, 256, 5
# Each takes 64 MiB: so many at a time, and so long may another wait for its turn.
AT_ONCE, LONGEST_WAIT = 2, 10.0


class Passwords:
    """Hashes and compares passwords, a few at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """Return the hash to keep.

        Raises:
            Busy: too many others are at it.
        """
        with self._turn():
            return self._hasher.hash(_normal(password))

    def is_right(self, kept: str | None, password: str) -> bool:
        """Return whether a password is the one kept; where none is kept it takes as long to say no.

        Raises:
            Busy: too many others are at it.
        """
        with self._turn():
            try:
                # What is too long is no password, and would be costly to normalise.
                self._hasher.verify(kept or self._nobodys, _normal(password[: LONGEST + 1]))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Return whether a hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("a hash that belongs to nobody")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=LONGEST_WAIT):
            raise Busy("too many people sign in at this moment; try again in a few seconds")
        try:
            yield
        finally:
            self._turns.release()


def check_password(password: str, user: User) -> None:
    """Check a new password.

    Raises:
        BadInput: it is too short or too long, has too few different characters, or holds the name.
    """
    normal = _normal(password[: LONGEST + 1])
    if not SHORTEST <= len(normal) <= LONGEST:
        raise BadInput(
            f"a password has {SHORTEST} to {LONGEST} characters; a few words are good", rule="password-length"
        )
    if len(set(normal)) < FEWEST_CHARACTERS:
        raise BadInput(f"a password has {FEWEST_CHARACTERS} different characters or more", rule="password-variety")
    named = [part for part in _normal(user.name).casefold().split() if len(part) > 2]
    if any(part in normal.casefold() for part in named):
        raise BadInput("a password does not hold the name of its user", rule="password-name")


def _normal(password: str) -> str:
    # The same keys give other code points on another machine.
    return unicodedata.normalize("NFKC", password)

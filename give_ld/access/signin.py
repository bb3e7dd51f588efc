"""How somebody comes in: by name and password, by a token, or by a one-time code with which to set a password."""

from __future__ import annotations

import secrets
from datetime import timedelta

from give_ld.access.attempts import Attempts
from give_ld.access.passwords import Passwords, check_password
from give_ld.access.sessions import bearer
from give_ld.errors import NotAuthenticated
from give_ld.home import Home
from give_ld.journal.credentials import (
    Credential,
    count_failure,
    drop_invitations,
    end_sessions,
    find_invitation,
    keep_invitation,
    keep_password,
    password_hash,
)
from give_ld.journal.journal import Writing
from give_ld.journal.lookups import find_user
from give_ld.model.user import ALL_SCOPES, PasswordSet, User
from give_ld.people import OPERATOR

INVITED_FOR = timedelta(hours=24)


class SignIn:
    """The doors of one instance; what was tried is remembered while it serves."""

    def __init__(self, home: Home, passwords: Passwords | None = None, attempts: Attempts | None = None) -> None:
        self._home = home
        self._passwords = passwords or Passwords()
        self._attempts = attempts or Attempts()

    def with_password(self, name: str, password: str, client: str) -> Credential:
        """Return who has this name and password; `client` is the address that asks.

        Raises:
            NotAuthenticated: there is no such user, or the password is another: the same answer, after the same work.
            Spent: too many attempts.
        """
        self._attempts.admit(client, name)
        with self._home.journal.reading() as db:
            user = find_user(db, name)
            kept = password_hash(db, user.id) if user and user.active else None
        right = self._passwords.is_right(kept, password)
        if user is None or kept is None or not right:
            self.refuse()
            raise NotAuthenticated("name or password is wrong", rule="sign-in")
        self._attempts.forgive(client, name)
        if self._passwords.is_outdated(kept):
            self._keep(user, self._passwords.hash(password))
        return Credential(user, frozenset(ALL_SCOPES))

    def with_token(self, token: str, client: str) -> Credential:
        """Return who has this token.

        Raises:
            NotAuthenticated: it is unknown or has expired.
            Spent: too many attempts from this address.
        """
        self.admit(client)
        credential = bearer(self._home, token)
        if credential is None:
            self.refuse()
            raise NotAuthenticated("the token is unknown or has expired", rule="sign-in")
        self.forgive(client)
        return credential

    def admit(self, client: str) -> None:
        """Count a try that names no account.

        Raises:
            Spent: too many attempts from this address.
        """
        self._attempts.admit(client)

    def forgive(self, client: str) -> None:
        """Take back one try of an address: somebody came in."""
        self._attempts.forgive(client)

    def invited(self, code: str, client: str) -> User:
        """Return whom a one-time code is for.

        Raises:
            NotAuthenticated: it is unknown, used or has expired.
            Spent: too many attempts from this address.
        """
        return self._invited(code, client)[0]

    def accept(self, code: str, password: str, client: str) -> User:
        """Set the password of the user whom a one-time code is for; the code is used up, and open sessions end.

        Raises:
            NotAuthenticated: the code is unknown, used or has expired.
            Spent: too many attempts from this address.
            BadInput: the password breaks a rule; the code can be used again.
        """
        user, by = self._invited(code, client)
        made = _hashed(user, password, self._passwords)
        with self._home.writing() as writing:
            if find_invitation(writing.db, code, self._home.journal.clock()) is None:
                raise NotAuthenticated("the code was used just now; ask for a new one", rule="sign-in")
            _record(writing, user, made, by)
        return user

    def _invited(self, code: str, client: str) -> tuple[User, str]:
        self.admit(client)
        with self._home.journal.reading() as db:
            found = find_invitation(db, code, self._home.journal.clock())
        if found is None:
            self.refuse()
            raise NotAuthenticated("the code is unknown, was used or has expired; ask for a new one", rule="sign-in")
        self.forgive(client)
        return found

    def _keep(self, user: User, made: str) -> None:
        with self._home.journal.beside() as db:
            keep_password(db, user.id, made)

    def refuse(self) -> None:
        """Count a sign-in that failed."""
        with self._home.journal.beside() as db:
            count_failure(db, self._home.journal.clock())


def invite(home: Home, user: User, actor: str = OPERATOR) -> str:
    """Return a one-time code with which a user sets a password, good for a day; it takes the place of any other."""
    code = secrets.token_urlsafe(24)
    with home.journal.beside() as db:
        keep_invitation(db, user.id, code, (actor, home.journal.clock() + INVITED_FOR))
    return code


def set_password(
    home: Home, user: User, password: str, actor: str = OPERATOR, passwords: Passwords | None = None
) -> None:
    """Set the password of a user; one-time codes and open sessions end.

    Raises:
        BadInput: it breaks a rule.
    """
    made = _hashed(user, password, passwords or Passwords())
    with home.writing() as writing:
        _record(writing, user, made, actor)


def _hashed(user: User, password: str, passwords: Passwords) -> str:
    check_password(password, user)
    return passwords.hash(password)


def _record(writing: Writing, user: User, made: str, actor: str) -> None:
    keep_password(writing.db, user.id, made)
    drop_invitations(writing.db, user.id)
    end_sessions(writing.db, user.id)
    writing.append(PasswordSet(user=user.id), actor, user.partner or "")

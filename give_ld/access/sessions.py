"""How the server keeps who came in: a session that begins with a sign-in and ends, and the tokens of programs."""

from __future__ import annotations

import secrets
from datetime import timedelta

from give_ld.home import Home
from give_ld.journal.credentials import (
    Credential,
    Limits,
    end_session,
    find_session,
    find_token,
    mark_session,
    mark_token,
    open_session,
)


def bearer(home: Home, token: str) -> Credential | None:
    """Return who has this token, or None where it is unknown or has expired."""
    now = home.journal.clock()
    with home.journal.reading() as db:
        credential = find_token(db, token, now)
    if credential and credential.stale:
        with home.journal.beside() as db:
            mark_token(db, credential.token, now)
    return credential


def session(home: Home, secret: str) -> Credential | None:
    """Return whose session this is, or None where it is unknown or over."""
    now = home.journal.clock()
    with home.journal.reading() as db:
        credential = find_session(db, secret, now, _limits(home))
    if credential and credential.stale:
        with home.journal.beside() as db:
            mark_session(db, credential.session, now)
    return credential


def begin(home: Home, credential: Credential, before: str = "") -> str:
    """Return the secret of a new session; the one whose secret is `before` ends."""
    secret = secrets.token_urlsafe(32)
    with home.journal.beside() as db:
        end_session(db, before)
        open_session(db, secret, credential, home.journal.clock(), _limits(home).most)
    return secret


def end(home: Home, secret: str) -> None:
    """End a session."""
    with home.journal.beside() as db:
        end_session(db, secret)


def _limits(home: Home) -> Limits:
    settings = home.settings
    return Limits(timedelta(seconds=settings.session_idle_seconds), timedelta(seconds=settings.session_seconds))

"""What lies beside the chain about who may come in: tokens, passwords, one-time codes and sessions, never in clear."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from give_ld.journal import tables as t
from give_ld.model.user import ALL_SCOPES, Scope, User

DAYS_OF_FAILURES = 90
_TOKEN = (
    select(*t.token.c["id", "scopes", "used"], t.user.c.body)
    .join(t.user, t.token.c.user == t.user.c.id)
    .where(t.token.c.digest == bindparam("digest"), t.token.c.expires > bindparam("now"))
)
_SESSION = (
    select(t.session, t.user.c.body)
    .join(t.user, t.session.c.user == t.user.c.id)
    .where(t.session.c.digest == bindparam("digest"))
)


@dataclass(frozen=True)
class Credential:
    """Who came in, and for what: by a token that has a name, or by a session of the pages."""

    user: User
    scopes: frozenset[Scope]
    token: str = ""
    session: str = ""
    stale: bool = False


@dataclass(frozen=True)
class Token:
    """A token as it is listed: by name, without the token itself; `used` is the last day of use, '' for never."""

    id: str
    scopes: tuple[Scope, ...]
    expires: str
    used: str


@dataclass(frozen=True)
class Limits:
    """How long a session lasts: without use, and at most."""

    idle: timedelta
    most: timedelta


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a random secret, as lower-case hexadecimal: all that is kept of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keep_token(db: Connection, user: User, token: str, listed: Token) -> None:
    """Keep a new token by its digest."""
    row = {"digest": digest_of(token), "id": listed.id, "user": user.id, "expires": listed.expires}
    db.execute(insert(t.token).values(row | {"scopes": " ".join(listed.scopes)}))


def find_token(db: Connection, token: str, now: datetime) -> Credential | None:
    """Return who has this token; None if it is unknown or has expired, or its user left."""
    row = db.execute(_TOKEN, {"digest": digest_of(token), "now": now.isoformat()}).one_or_none()
    if row is None:
        return None
    user = User.model_validate_json(row.body)
    stale = row.used != now.date().isoformat()
    return Credential(user, _scopes(row.scopes), token=row.id, stale=stale) if user.active else None


def mark_token(db: Connection, token_id: str, now: datetime) -> None:
    """Remember on which day a token was used last; the hour is nobody's business."""
    db.execute(update(t.token).where(t.token.c.id == token_id).values(used=now.date().isoformat()))


def tokens_of(db: Connection, user_id: str) -> list[Token]:
    """Return the tokens of a user, the one that expires first at the head."""
    query = select(t.token).where(t.token.c.user == user_id).order_by(t.token.c.expires, t.token.c.id)
    return [Token(row.id, tuple(sorted(_scopes(row.scopes))), row.expires, row.used) for row in db.execute(query)]


def drop_token(db: Connection, user_id: str, token_id: str) -> bool:
    """Forget a token of a user and the sessions that it opened; return whether there was one."""
    db.execute(delete(t.session).where(t.session.c.user == user_id, t.session.c.token == token_id))
    gone = db.execute(delete(t.token).where(t.token.c.user == user_id, t.token.c.id == token_id))
    return gone.rowcount > 0


def password_hash(db: Connection, user_id: str) -> str | None:
    """Return the hash of a user's password, or None."""
    return db.scalar(select(t.password.c.hash).where(t.password.c.user == user_id))


def keep_password(db: Connection, user_id: str, made: str) -> None:
    """Keep the hash of a password in the place of any other."""
    db.execute(delete(t.password).where(t.password.c.user == user_id))
    db.execute(insert(t.password).values(user=user_id, hash=made))


def keep_invitation(db: Connection, user_id: str, code: str, by: tuple[str, datetime]) -> None:
    """Keep a one-time code with which a user sets a password; `by` says who made it, and until when it is good."""
    db.execute(delete(t.invitation).where(t.invitation.c.user == user_id))
    row = {"digest": digest_of(code), "user": user_id, "by": by[0], "expires": by[1].isoformat()}
    db.execute(insert(t.invitation).values(row))


def find_invitation(db: Connection, code: str, now: datetime) -> tuple[User, str] | None:
    """Return whom a one-time code is for and who made it; None if it is unknown, used or has expired."""
    query = select(t.user.c.body, t.invitation.c.by).join(t.invitation, t.invitation.c.user == t.user.c.id)
    where = (t.invitation.c.digest == digest_of(code), t.invitation.c.expires > now.isoformat())
    row = db.execute(query.where(*where)).one_or_none()
    user = User.model_validate_json(row.body) if row else None
    return (user, row.by) if row and user and user.active else None


def drop_invitations(db: Connection, user_id: str) -> None:
    """Forget the one-time codes of a user."""
    db.execute(delete(t.invitation).where(t.invitation.c.user == user_id))


def open_session(db: Connection, secret: str, credential: Credential, now: datetime, most: timedelta) -> None:
    """Keep a new session by the digest of its secret, and forget those that are over; a token's ends with the token."""
    db.execute(delete(t.session).where(t.session.c.expires <= now.isoformat()))
    ends = db.scalar(select(t.token.c.expires).where(t.token.c.id == credential.token))
    latest = (now + most).isoformat()
    row = {"digest": digest_of(secret), "user": credential.user.id, "scopes": " ".join(sorted(credential.scopes))}
    row |= {"token": credential.token, "seen": now.isoformat(), "expires": min(latest, ends or latest)}
    db.execute(insert(t.session).values(row))


def find_session(db: Connection, secret: str, now: datetime, limits: Limits) -> Credential | None:
    """Return whose session this is; None if it is unknown or over, or its user left."""
    row = db.execute(_SESSION, {"digest": digest_of(secret)}).one_or_none()
    if row is None or row.expires <= now.isoformat():
        return None
    unseen = now - datetime.fromisoformat(row.seen)
    user = User.model_validate_json(row.body)
    if unseen > limits.idle or not user.active:
        return None
    stale = unseen > limits.idle / 10
    return Credential(user, _scopes(row.scopes), token=row.token, session=row.digest, stale=stale)


def mark_session(db: Connection, digest: str, now: datetime) -> None:
    """Remember that a session is in use."""
    db.execute(update(t.session).where(t.session.c.digest == digest).values(seen=now.isoformat()))


def end_session(db: Connection, secret: str) -> None:
    """Forget one session."""
    db.execute(delete(t.session).where(t.session.c.digest == digest_of(secret)))


def end_sessions(db: Connection, user_id: str) -> int:
    """Forget every session of a user; return how many there were."""
    return db.execute(delete(t.session).where(t.session.c.user == user_id)).rowcount


def count_failure(db: Connection, now: datetime) -> None:
    """Count a sign-in that failed, by day: who it was is not kept."""
    day = now.date().isoformat()
    oldest = (now.date() - timedelta(days=DAYS_OF_FAILURES)).isoformat()
    db.execute(delete(t.failure).where(t.failure.c.day < oldest))
    counted = db.execute(update(t.failure).where(t.failure.c.day == day).values(failed=t.failure.c.failed + 1))
    if not counted.rowcount:
        db.execute(insert(t.failure).values(day=day, failed=1))


def failures(db: Connection) -> dict[str, int]:
    """Return how many sign-ins failed, by day."""
    return {row.day: row.failed for row in db.execute(select(*t.failure.c["day", "failed"]).order_by(t.failure.c.day))}


def sessions_by_user(db: Connection) -> dict[str, int]:
    """Return how many sessions each user has, by id."""
    rows = db.execute(select(t.session.c.user, func.count().label("sessions")).group_by(t.session.c.user))
    return {row.user: int(row.sessions) for row in rows}


def _scopes(kept: str) -> frozenset[Scope]:
    return frozenset(Scope(each) for each in kept.split())


def scopes_or_all(scopes: Collection[Scope]) -> tuple[Scope, ...]:
    """Return these scopes, or every one where none is named."""
    return tuple(sorted(set(scopes))) or ALL_SCOPES

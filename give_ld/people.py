"""How partners, users and tokens come to be, change and end; each by a named actor, in the journal."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from datetime import timedelta

from pydantic import ValidationError
from sqlalchemy import Connection

from give_ld.errors import Conflict, NotAllowed, NotFound, NotUsable
from give_ld.home import Home
from give_ld.journal.credentials import (
    Token,
    drop_invitations,
    drop_token,
    end_sessions,
    keep_token,
    scopes_or_all,
    tokens_of,
)
from give_ld.journal.journal import Writing
from give_ld.journal.lookups import find_partner, find_user, find_user_by_id
from give_ld.model.decision import Role
from give_ld.model.item import Partner
from give_ld.model.record import describe
from give_ld.model.user import Scope, TokenIssued, TokenRevoked, User, UserChanged

# Who acts when a command runs on the server's own files before there is any user.
OPERATOR = "operator"


def add_partner(home: Home, partner: Partner, actor: str = OPERATOR) -> None:
    """Record a partner, or its new name; the same again changes nothing."""
    with home.writing() as writing:
        if find_partner(writing.db, partner.id) != partner:
            writing.append(partner, actor, partner.id)


def add_user(home: Home, name: str, roles: list[Role], partner: str | None, actor: str = OPERATOR) -> User:
    """Record a user under a new opaque id and return it.

    Raises:
        NotUsable: the role needs a partner, or the partner is unknown.
        Conflict: the name is taken.
    """
    opaque = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    try:
        user = User(id=opaque, name=name, roles=tuple(roles), partner=partner)
    except ValidationError as error:
        raise NotUsable(f"user '{name}': {describe(error)}") from error
    with home.writing() as writing:
        record_user(writing, user, actor)
    return user


def record_user(writing: Writing, user: User, actor: str) -> None:
    """Record a user whose id is known.

    Raises:
        NotUsable: the partner is unknown.
        Conflict: the name is taken.
    """
    if find_user(writing.db, user.name) is not None:
        raise Conflict(f"there is a user '{user.name}' already")
    _check_partner(writing.db, user.partner)
    writing.append(user, actor, user.partner or "")


def change_user(home: Home, user: User, actor: str = OPERATOR, **changes: object) -> User:
    """Record other roles, another partner or that a user left or came back; return the user as it is then.

    Who left has no session, token or one-time code any more. The same again changes nothing.

    Raises:
        NotUsable: the role needs a partner, or the partner is unknown.
    """
    with home.writing() as writing:
        # As the user is by now: others may have changed something since it was read.
        before = find_user_by_id(writing.db, user.id) or user
        try:
            after = User.model_validate(before.model_dump() | changes)
        except ValidationError as error:
            raise NotUsable(f"user '{user.name}': {describe(error)}") from error
        if after != before:
            record_change(writing, after, actor)
    return after


def record_change(writing: Writing, after: User, actor: str) -> None:
    """Record how a user is from now on.

    Raises:
        NotUsable: the partner is unknown.
    """
    _check_partner(writing.db, after.partner)
    said = UserChanged(user=after.id, roles=after.roles, partner=after.partner, active=after.active)
    writing.append(said, actor, after.partner or "")
    if not after.active:
        for token in tokens_of(writing.db, after.id):
            _revoke(writing, after, token.id, actor)
        drop_invitations(writing.db, after.id)
        end_sessions(writing.db, after.id)


def check_manages(admin: User, partner: str | None) -> None:
    """Check that an administrator may manage the users of a partner, or (None) those of none.

    Raises:
        NotAllowed: the administrator belongs to another partner.
    """
    if not admin.has_role_for(Role.ADMIN, partner):
        raise NotAllowed(f"an administrator of {admin.partner} manages the users of {admin.partner} only")


def issue_token(home: Home, name: str, days: int, actor: str = OPERATOR, scopes: Collection[Scope] = ()) -> str:
    """Return a new bearer token of a user, valid for `days` and for these scopes (none: all); its digest is kept."""
    user = home.user(name)
    token = secrets.token_urlsafe(32)
    expires = home.journal.clock() + timedelta(days=days)
    listed = Token(secrets.token_hex(6), scopes_or_all(scopes), expires.isoformat(), "")
    with home.writing() as writing:
        keep_token(writing.db, user, token, listed)
        issued = TokenIssued(user=user.id, token=listed.id, scopes=listed.scopes, expires=expires)
        writing.append(issued, actor, user.partner or "")
    return token


def revoke_token(home: Home, user: User, token_id: str, actor: str = OPERATOR) -> None:
    """Take back a token of a user, and end the sessions that it opened.

    Raises:
        NotFound: the user has no such token.
    """
    with home.writing() as writing:
        if not _revoke(writing, user, token_id, actor):
            raise NotFound(f"'{user.name}' has no token {token_id}; see: give-ld user tokens '{user.name}'")


def _revoke(writing: Writing, user: User, token_id: str, actor: str) -> bool:
    if not drop_token(writing.db, user.id, token_id):
        return False
    writing.append(TokenRevoked(user=user.id, token=token_id), actor, user.partner or "")
    return True


def _check_partner(db: Connection, partner: str | None) -> None:
    if partner is not None and find_partner(db, partner) is None:
        raise NotUsable(f"partner {partner} is unknown; add it first: give-ld user partner {partner} --name NAME")

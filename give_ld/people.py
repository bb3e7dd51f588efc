"""How partners, users and tokens come to be; each by a named actor, in the journal."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import timedelta

from pydantic import ValidationError
from sqlalchemy import insert

from give_ld.errors import Conflict, NotUsable
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.lookups import find_partner, find_user
from give_ld.model.decision import Role
from give_ld.model.event import TokenIssued
from give_ld.model.item import Partner
from give_ld.model.record import describe
from give_ld.model.user import User

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
        if find_user(writing.db, name) is not None:
            raise Conflict(f"there is a user '{name}' already")
        if partner is not None and find_partner(writing.db, partner) is None:
            raise NotUsable(f"partner {partner} is unknown; add it first: give-ld user partner {partner} --name NAME")
        writing.append(user, actor, partner or "")
    return user


def issue_token(home: Home, name: str, days: int, actor: str = OPERATOR) -> str:
    """Return a new bearer token of a user, valid for `days`; only its digest is kept."""
    user = home.user(name)
    token = secrets.token_urlsafe(32)
    expires = home.journal.clock() + timedelta(days=days)
    with home.writing() as writing:
        digest = hashlib.sha256(token.encode()).hexdigest()
        writing.db.execute(insert(t.token).values(digest=digest, user=user.id, expires=expires.isoformat()))
        writing.append(TokenIssued(user=user.id, expires=expires), actor, user.partner or "")
    return token

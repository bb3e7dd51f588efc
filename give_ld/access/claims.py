"""What the claims of an identity provider make of a person here: which roles, of which partner, under which name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from give_ld.errors import NotAllowed
from give_ld.home import Home
from give_ld.journal.lookups import find_user, find_user_by_id
from give_ld.model.decision import Role
from give_ld.model.user import ClaimRow, User
from give_ld.people import record_change, record_user

Claims = Mapping[str, Any]
LONGEST_NAME = 200
_DEEPEST = 8


def user_of(home: Home, claims: Claims) -> User:
    """Return the user whom claims are about, who is added at the first sign-in and has the roles of the last one.

    Raises:
        NotAllowed: no row of the settings gives this person a role, or the user was deactivated.
        NotUsable: a row names a partner that is unknown.
    """
    roles, partner = granted(claims, home.settings.oidc_roles)
    opaque = opaque_id(home.mint.secret, str(claims["iss"]), str(claims["sub"]))
    with home.writing() as writing:
        known = find_user_by_id(writing.db, opaque)
        if known is None:
            user = User(id=opaque, name=_free_name(writing.db, claims, opaque), roles=roles, partner=partner)
            record_user(writing, user, opaque)
            return user
        if not known.active:
            raise NotAllowed("this user was deactivated", rule="no-role")
        user = known.model_copy(update={"roles": roles, "partner": partner})
        if user != known:
            record_change(writing, user, opaque)
    return user


def granted(claims: Claims, rows: Sequence[ClaimRow]) -> tuple[tuple[Role, ...], str | None]:
    """Return the roles that claims give, and the partner: of the first row that matches, and more rows of the same.

    Raises:
        NotAllowed: no row matches.
    """
    matching = [row for row in rows if row.value in set(values_at(claims, row.claim))]
    if not matching:
        raise NotAllowed("the identity provider gives this person no role here", rule="no-role")
    first = matching[0]
    alone = Role.PIPELINE in first.roles
    same = [first] if alone else [row for row in matching if row.partner == first.partner]
    roles = dict.fromkeys(role for row in same for role in row.roles if alone or role is not Role.PIPELINE)
    return tuple(roles), first.partner


def values_at(claims: Claims, path: str) -> Iterator[str]:
    """Yield the strings in a claim, each whole; and of `Role:Org1,Org2` also `Role:Org1` and `Role:Org2`."""
    # A name may itself hold dots: a claim that is a URL.
    found = claims[path] if path in claims else _walk(claims, path.split("."))
    for value in _strings(found, _DEEPEST):
        yield value
        role, _, organisations = value.partition(":")
        if "," in organisations:
            yield from (f"{role}:{each.strip()}" for each in organisations.split(","))


def opaque_id(secret: bytes, issuer: str, subject: str) -> str:
    """Return the id of a person here: nobody without the secret can say who it is at the provider."""
    said = f"identity provider\0{issuer}\0{subject}".encode()
    return base64.b32encode(hmac.new(secret, said, hashlib.sha256).digest()[:10]).decode().lower()


def name_in(claims: Claims) -> str:
    """Return what claims call the person, without characters that no name has; '' if they do not say."""
    parts = " ".join(_text(claims, part) for part in ("given_name", "family_name")).strip()
    said = _text(claims, "name") or parts or _text(claims, "preferred_username")
    shown = "".join(char for char in said if unicodedata.category(char)[0] != "C")
    return " ".join(shown.split())[:LONGEST_NAME]


def _free_name(db: Connection, claims: Claims, opaque: str) -> str:
    name = name_in(claims) or opaque
    return name if find_user(db, name) is None else f"{name} ({opaque[:6]})"


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _walk(found: Any, path: Sequence[str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _strings(found: Any, deep: int) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(found, str):
        yield found
    elif isinstance(found, list) and deep:
        for each in found:
            yield from _strings(each, deep - 1)

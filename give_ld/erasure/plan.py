"""What an erasure would take out and where, before anything is: what who orders it looks at first."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, func, select

from give_ld.erasure.erase import Order, changes, check_may, meant_by, scope_of
from give_ld.erasure.scope import Scope, UserScope
from give_ld.errors import Stale, Unguarded
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.erasing import quarantined
from give_ld.model.base import Model, Sha256
from give_ld.model.erasure import ErasureKind
from give_ld.model.parts import in_parts
from give_ld.model.user import User


class Plan(Model):
    """What would go. `remove` counts by place as a certificate does; dumps, copies and sidecars come on top of it.

    `guesses` are those that would go, by kind and status, `public` what of it everybody can see now. `partners` owns
    them. `digest` names exactly this: an erasure that carries it takes out nothing that was not seen.
    """

    kind: ErasureKind
    remove: dict[str, int]
    guesses: dict[str, dict[str, int]]
    public: dict[str, int]
    partners: tuple[str, ...]
    namesakes: int
    digest: Sha256

    @property
    def is_empty(self) -> bool:
        """Return whether nothing would go."""
        return not any(self.remove.values())


def plan(home: Home, order: Order, user: User) -> Plan:
    """Return what an erasure would take out; nothing is changed.

    Raises:
        NotAllowed: the user may not erase.
        NotFound: nobody here is meant by the order.
    """
    check_may(user, order.kind)
    with home.journal.reading() as db:
        values, sought = meant_by(db, home.mint.secret, order)
        scope = scope_of(db, order.kind, sought)
        counted = _seen(db, scope)
        aside = _aside(db, scope)
    left = changes(home, scope)
    gone = [seq for seq, after in left if after is None]
    remove = {**_biometrics(home, scope), "payloads": len(gone), "redacted": len(left) - len(gone), **aside}
    said = {"kind": order.kind, "remove": remove, "namesakes": getattr(scope, "namesakes", 0), **counted}
    seen = [sorted(values), sorted(getattr(scope, "guesses", ())), [seq for seq, _ in left], said]
    return Plan(**said, digest=hashlib.sha256(repr(seen).encode()).hexdigest())


def check_seen(found: Plan, digest: str | None) -> None:
    """Check that who orders an erasure saw what it takes out.

    Raises:
        Unguarded: the order does not say what was seen.
        Stale: it would be something else by now.
    """
    if digest is None:
        raise Unguarded("say what you saw: If-Match with the digest of a dry run", rule="if-match")
    if digest != found.digest:
        raise Stale("what would be erased is not what you saw; nothing was erased: look again, then confirm")


def _biometrics(home: Home, scope: Scope | UserScope) -> dict[str, int]:
    if isinstance(scope, UserScope):
        return {"fingerprints": 0, "photos": 0}
    # A vector and a crop each.
    fingerprints = len(home.vault.read(scope.fingerprints)) // 2
    return {"fingerprints": fingerprints, "photos": sum(home.vault.photo(each) is not None for each in scope.photos)}


def _aside(db: Connection, scope: Scope | UserScope) -> dict[str, int]:
    if isinstance(scope, UserScope):
        tokens = select(func.count()).select_from(t.token).where(t.token.c.user.in_(scope.users))
        return {"tokens": db.scalar(tokens) or 0}
    return {"quarantined": len(quarantined(db, scope.sought.finds))}


def _seen(db: Connection, scope: Scope | UserScope) -> dict[str, Any]:
    if isinstance(scope, UserScope):
        return {"guesses": {}, "public": {}, "partners": ()}
    kinds: dict[str, Counter[str]] = {}
    partners = set[str]()
    for part in in_parts(sorted(scope.guesses)):
        for row in db.execute(select(*t.annotation.c["kind", "status", "partner"]).where(t.annotation.c.iri.in_(part))):
            kinds.setdefault(row.kind, Counter())[row.status] += 1
            partners.add(row.partner)
    guesses = {kind: dict(sorted(kinds[kind].items())) for kind in sorted(kinds)}
    return {"guesses": guesses, "public": _public(db, scope), "partners": tuple(sorted(partners))}


def _public(db: Connection, scope: Scope) -> dict[str, int]:
    guesses = {"guesses": _supporting(db, scope.guesses), "transcripts": _supporting(db, scope.captioned)}
    return guesses | {"persons": len(scope.persons)}


def _supporting(db: Connection, guesses: Collection[str]) -> int:
    """Return how many of these guesses the public graph rests on."""
    found = 0
    for part in in_parts(sorted(guesses)):
        rests = select(func.count(t.support.c.annotation.distinct())).where(t.support.c.annotation.in_(part))
        found += db.scalar(rests) or 0
    return found

"""Who is looking at which guesses just now, so that two archivists do not do the same work.

A claim is a word among colleagues that lapses by itself: no event, and nothing is lost where it is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from give_ld.errors import Conflict, NotFound
from give_ld.journal import tables as t
from give_ld.model.parts import in_parts
from give_ld.model.user import User

_HELD = (t.claim.c.annotation.in_(bindparam("iris", expanding=True)), t.claim.c.expires > bindparam("now"))
_HOLDERS = select(*t.claim.c["annotation", "user", "expires"]).where(*_HELD)
_NAMED = (
    select(*t.claim.c["annotation", "id", "user", "expires"], t.user.c.name)
    .join(t.user, t.user.c.id == t.claim.c.user)
    .where(*_HELD)
)


@dataclass(frozen=True)
class Held:
    """Who holds a guess, by name, and until when; `id` names the claim to who made it, and to nobody else."""

    by: str
    until: str
    mine: bool
    id: str


@dataclass(frozen=True)
class Claim:
    """So many guesses that a user (by name, too) holds until an instant; `mine` says whether the asker does."""

    id: str
    by: str
    until: str
    count: int
    mine: bool


def claim(db: Connection, user: User, iris: list[str], now: datetime, seconds: int) -> Claim:
    """Claim those of the guesses that no colleague holds, and return the claim.

    Raises:
        Conflict: colleagues hold them all, or there are none.
    """
    db.execute(delete(t.claim).where(t.claim.c.expires <= now.isoformat()))
    held = holders(db, iris, now)
    free = [iri for iri in iris if held.get(iri, (user.id, ""))[0] == user.id]
    if not free:
        raise Conflict(f"nothing here is free: {_who(db, held)}", rule="claimed")
    until, name = (now + timedelta(seconds=seconds)).isoformat(), str(uuid4())
    for some in in_parts(free):
        db.execute(delete(t.claim).where(t.claim.c.annotation.in_(some)))
    row = {"id": name, "partner": user.partner, "user": user.id, "expires": until}
    db.execute(insert(t.claim), [{"annotation": iri, **row} for iri in free])
    return Claim(name, user.name, until, len(free), mine=True)


def release(db: Connection, user: User, claim_id: str) -> int:
    """Let go of a claim of this user; return how many guesses are free again.

    Raises:
        NotFound: the user has no such claim.
    """
    gone = db.execute(delete(t.claim).where(t.claim.c.id == claim_id, t.claim.c.user == user.id)).rowcount
    if not gone:
        raise NotFound(f"you hold no claim {claim_id}", rule="claim")
    return gone


def claims(db: Connection, user: User, now: datetime) -> list[Claim]:
    """Return the claims that stand among the archivists of a user's partner, the last to lapse first."""
    query = (
        select(t.claim.c.id, t.claim.c.user, t.claim.c.expires, t.user.c.name, func.count())
        .join(t.user, t.user.c.id == t.claim.c.user)
        .where(t.claim.c.partner == user.partner, t.claim.c.expires > now.isoformat())
        .group_by(t.claim.c.id, t.claim.c.user, t.claim.c.expires, t.user.c.name)
        .order_by(t.claim.c.expires.desc(), t.claim.c.id)
    )
    return [Claim(name, who, until, count, by == user.id) for name, by, until, who, count in db.execute(query)]


def holders(db: Connection, iris: Iterable[str], now: datetime) -> dict[str, tuple[str, str]]:
    """Return who holds which of the guesses: the user's id and until when."""
    found: dict[str, tuple[str, str]] = {}
    for some in in_parts(iris):
        rows = db.execute(_HOLDERS, {"iris": some, "now": now.isoformat()})
        found |= {row.annotation: (row.user, row.expires) for row in rows}
    return found


def held(db: Connection, user: User, iris: Iterable[str], now: datetime) -> dict[str, Held]:
    """Return who holds which of the guesses, as a colleague of theirs may know it."""
    found: dict[str, Held] = {}
    for some in in_parts(iris):
        for row in db.execute(_NAMED, {"iris": some, "now": now.isoformat()}):
            mine = row.user == user.id
            found[row.annotation] = Held(row.name, row.expires, mine, row.id if mine else "")
    return found


def names(db: Connection, users: Iterable[str]) -> dict[str, str]:
    """Return the names of users by id: for colleagues of theirs only."""
    query = select(t.user.c.id, t.user.c.name).where(t.user.c.id.in_(set(users)))
    return {row.id: row.name for row in db.execute(query)}


def check_free(db: Connection, user: User, iri: str, now: datetime) -> None:
    """Check that no colleague holds a guess.

    Raises:
        Conflict: somebody does.
    """
    held = {iri: who for iri, who in holders(db, [iri], now).items() if who[0] != user.id}
    if held:
        raise Conflict(f"{_who(db, held)}; ask them, wait, or decide all the same with 'force'", rule="claimed")


def _who(db: Connection, held: dict[str, tuple[str, str]]) -> str:
    if not held:
        return "there is nothing to claim"
    called = names(db, (by for by, _ in held.values()))
    user, until = max(held.values(), key=lambda each: each[1])
    return f"{called.get(user, 'a colleague')} looks at this until {until}"

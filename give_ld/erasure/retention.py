"""What has been kept long enough: unknown faces, rejected guesses, pieces in quarantine and expired tokens."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from give_ld.config import Settings
from give_ld.erasure.erase import erase_scope, erasure_of
from give_ld.erasure.scope import Scope, fingerprints_of
from give_ld.errors import NotAllowed
from give_ld.home import Home, open_home
from give_ld.journal import tables as t
from give_ld.journal.chain import Action
from give_ld.journal.journal import Clock, utc_now
from give_ld.journal.sought import Sought
from give_ld.model.decision import Role
from give_ld.model.erasure import ErasureKind
from give_ld.model.event import Proposal
from give_ld.model.user import User

_REASON = "kept as long as the settings say"


@dataclass(frozen=True)
class Overdue:
    """What is to go: guesses by kind of reason, and how much beside the chain."""

    unknown_faces: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    quarantined: int = 0
    tokens: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Return how much of each there is."""
        guesses = {"unknown_faces": len(self.unknown_faces), "rejected": len(self.rejected)}
        return guesses | {"quarantined": self.quarantined, "tokens": self.tokens}


def retain(settings: Settings, user: str, *, dry_run: bool, clock: Clock = utc_now) -> dict[str, int]:
    """Erase what has been kept long enough from an instance that nobody has open; return how much of what it was.

    A dry run erases nothing. A rejected guess is known again by its digest, and does not come back.

    Raises:
        Conflict: another process has the instance open.
        NotAllowed: the user is no administrator.
    """
    with closing(open_home(settings, clock)) as home:
        overdue = _overdue(home)
        who = home.user(user)
        if Role.ADMIN not in who.roles:
            raise NotAllowed(f"{who.name} is no administrator; only one may let go of what was kept")
        if dry_run or not any(overdue.counts.values()):
            return overdue.counts
        _let_go(home, overdue, who)
    with closing(open_home(settings, clock)) as home:
        home.journal.compact()
        home.vault.compact()
    return overdue.counts


def _overdue(home: Home) -> Overdue:
    settings, now = home.settings, home.journal.clock()
    unknown, rejected = (_before(now, days) for days in (settings.unknown_face_days, settings.rejected_days))
    with home.journal.reading() as db:
        return Overdue(
            _said_before(db, unknown) & _undecided_faces(db),
            _rejected_before(db, rejected),
            _count(db, t.quarantine, t.quarantine.c.received < _before(now, settings.quarantine_days)),
            _count(db, t.token, t.token.c.expires < now.isoformat()),
        )


def _before(now: datetime, days: int) -> str:
    return (now - timedelta(days=days)).isoformat()


def _said_before(db: Connection, cutoff: str) -> set[str]:
    query = select(t.payload.c.body).join(t.event, t.event.c.seq == t.payload.c.seq)
    old = query.where(t.event.c.action == str(Action.ANNOTATION_PROPOSED), t.event.c.time < cutoff)
    faces = db.scalars(old.where(t.payload.c.body.contains('"kind":"face-unknown"')))
    return {Proposal.model_validate_json(body).iri for body in faces}


def _undecided_faces(db: Connection) -> set[str]:
    where = (t.annotation.c.kind == "face-unknown", t.annotation.c.decided.is_(False))
    return set(db.scalars(select(t.annotation.c.iri).where(*where)))


def _rejected_before(db: Connection, cutoff: str) -> set[str]:
    last = select(t.validation.c.annotation, func.max(t.validation.c.seq).label("seq")).group_by(
        t.validation.c.annotation
    )
    decided = last.subquery()
    query = select(decided.c.annotation).join(t.event, t.event.c.seq == decided.c.seq).where(t.event.c.time < cutoff)
    rejected = select(t.annotation.c.iri).where(t.annotation.c.status.in_(["rejected", "unsuitable"]))
    right = select(t.annotation.c.corrects).where(t.annotation.c.corrects.is_not(None))
    # What something else stands in the place of is the ground of that, and stays with it.
    return (set(db.scalars(query)) & set(db.scalars(rejected))) - set(db.scalars(right))


def _count(db: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(table).where(condition)) or 0


def _let_go(home: Home, overdue: Overdue, user: User) -> None:
    sought = Sought.of(home.mint.secret, overdue.rejected)
    now = home.journal.clock()
    guesses = overdue.unknown_faces | overdue.rejected
    with home.journal.reading() as db:
        scope = Scope(sought, guesses=guesses, fingerprints=fingerprints_of(db, guesses))
    # What lies beside the chain goes first: it does not say what it is about, and the erasure is on record last.
    quarantined = t.quarantine.c.received < _before(now, home.settings.quarantine_days)
    with home.journal.writing() as writing:
        writing.db.execute(delete(t.quarantine).where(quarantined))
        writing.db.execute(delete(t.token).where(t.token.c.expires < now.isoformat()))
    erase_scope(home, erasure_of(sought, ErasureKind.RETENTION, (user.id, _REASON), now), scope)

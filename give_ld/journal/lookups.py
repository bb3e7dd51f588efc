"""What the read model answers: who, what, and where a guess stands now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, exists, func, or_, select

from give_ld.errors import NotFound
from give_ld.journal import tables as t
from give_ld.model.decision import Known, Validation
from give_ld.model.event import Admission, Proposal, RefsetVersion
from give_ld.model.fragment import Box, Fragment
from give_ld.model.item import Item, Partner
from give_ld.model.run import MediaFile, Run
from give_ld.model.status import Status
from give_ld.model.user import User

_VARIABLES = 10_000  # of one statement; SQLite takes at most 250,000
_QUEUE_COLUMNS = (
    "iri",
    "pid",
    "kind",
    "label",
    "start_ms",
    "end_ms",
    "score",
    "confidence",
    "version",
    "disputed",
    "corrects",
)
_PLACE = ("start_ms", "end_ms", "x", "y", "width", "height")


def find_known(db: Connection, iri: str) -> Known | None:
    """Return a guess with its run and decisions, or None."""
    columns = t.annotation.c["body", "status", "corrects", "replaced_by"]
    row = db.execute(select(*columns).where(t.annotation.c.iri == iri)).one_or_none()
    if row is None:
        return None
    proposal = Proposal.model_validate_json(row.body)
    run = find_run(db, str(proposal.annotation.run))
    if run is None:
        raise NotFound(f"the run of {iri} is not in the journal")
    return Known(
        iri=iri,
        annotation=proposal.annotation,
        run=run,
        status=Status(row.status),
        person=proposal.person,
        validations=validations_of(db, iri),
        corrects=row.corrects,
        replaced_by=row.replaced_by,
    )


def validations_of(db: Connection, iri: str) -> tuple[Validation, ...]:
    """Return what was decided about a guess, oldest first."""
    decisions = select(t.validation.c.body).where(t.validation.c.annotation == iri).order_by(t.validation.c.seq)
    return tuple(Validation.model_validate_json(body) for body in db.scalars(decisions))


def decided_together(db: Connection, decision: UUID, iri: str) -> str | None:
    """Return the other annotation that a correction is about, the replaced one or the new one, or None."""
    where = (t.validation.c.id == str(decision), t.validation.c.annotation != iri)
    return db.scalar(select(t.validation.c.annotation).where(*where))


def version_of(db: Connection, iri: str) -> int:
    """Return how often the guess changed, its proposal included; 0 where it is unknown."""
    return db.scalar(select(t.annotation.c.version).where(t.annotation.c.iri == iri)) or 0


def find_run(db: Connection, run_id: str) -> Run | None:
    """Return a run, or None."""
    body = db.scalar(select(t.run.c.body).where(t.run.c.id == run_id))
    return Run.model_validate_json(body) if body else None


def find_item(db: Connection, partner: str, pid: str) -> Item | None:
    """Return what the archive said of an item, or None if it said nothing yet."""
    body = db.scalar(select(t.item.c.body).where(t.item.c.partner == partner, t.item.c.pid == pid))
    return Item.model_validate_json(body) if body else None


def find_partner(db: Connection, partner: str) -> Partner | None:
    """Return a partner, or None."""
    body = db.scalar(select(t.partner.c.body).where(t.partner.c.id == partner))
    return Partner.model_validate_json(body) if body else None


def find_user(db: Connection, name: str) -> User | None:
    """Return the user with this name, or None."""
    body = db.scalar(select(t.user.c.body).where(t.user.c.name == name))
    return User.model_validate_json(body) if body else None


def all_users(db: Connection) -> list[User]:
    """Return every user by name."""
    return [User.model_validate_json(body) for body in db.scalars(select(t.user.c.body).order_by(t.user.c.name))]


def find_user_by_id(db: Connection, user_id: str) -> User | None:
    """Return the user with this opaque id, or None."""
    body = db.scalar(select(t.user.c.body).where(t.user.c.id == user_id))
    return User.model_validate_json(body) if body else None


def admissions(db: Connection) -> list[Admission]:
    """Return the admission of every active reference person, by IRI."""
    query = select(t.person.c.body).where(t.person.c.status == "active").order_by(t.person.c.iri)
    return [Admission.model_validate_json(body) for body in db.scalars(query)]


def find_person(db: Connection, *, iri: str = "", wikidata: str = "") -> Admission | None:
    """Return the active reference person with this IRI or Wikidata id, or None."""
    where = t.person.c.iri == iri if iri else t.person.c.wikidata == wikidata
    body = db.scalar(select(t.person.c.body).where(where, t.person.c.status == "active").order_by(t.person.c.iri))
    return Admission.model_validate_json(body) if body else None


def find_refset_version(db: Connection, version: str) -> RefsetVersion | None:
    """Return a version of the reference set, or None."""
    body = db.scalar(select(t.refset_version.c.body).where(t.refset_version.c.version == version))
    return RefsetVersion.model_validate_json(body) if body else None


def queue(db: Connection, partner: str, status: Status, limit: int = 100, offset: int = 0) -> list[dict[str, Any]]:
    """Return the guesses of a partner in a status, the most certain first, the uncalibrated last."""
    # As the index has it: with "nulls last" neither engine would take the index for the order.
    confidence, iri = t.annotation.c.confidence, t.annotation.c.iri
    order = (confidence.is_(None), confidence.desc(), iri)
    mine = (t.annotation.c.partner == partner, t.annotation.c.status == str(status))
    shown = select(iri).where(*mine).order_by(*order).limit(limit).offset(offset)
    query = select(*t.annotation.c[*_QUEUE_COLUMNS, "body"]).where(iri.in_(shown)).order_by(*order)
    rows = [(row._mapping, Proposal.model_validate_json(row.body)) for row in db.execute(query)]
    return [
        {
            **{name: row[name] for name in _QUEUE_COLUMNS},
            "words": proposal.words,
            "meant": proposal.meant,
            "has_crop": getattr(proposal.annotation, "fingerprint", None) is not None,
        }
        for row, proposal in rows
    ]


def counts(db: Connection, partner: str | None = None) -> dict[str, dict[str, int]]:
    """Return how many guesses there are, by kind and status, of one partner or of all."""
    kind, status, number = t.tally.c["kind", "status", "number"]
    query = select(kind, status, func.sum(number)).group_by(kind, status).order_by(kind, status)
    if partner:
        query = query.where(t.tally.c.partner == partner)
    table: dict[str, dict[str, int]] = {}
    for row in db.execute(query.having(func.sum(number) > 0)):
        table.setdefault(row[0], {})[row[1]] = int(row[2])
    return table


def approved_of_item(db: Connection, partner: str, pid: str) -> Iterator[Known]:
    """Yield the approved guesses about an item."""
    query = select(t.annotation.c.iri).where(
        t.annotation.c.partner == partner, t.annotation.c.pid == pid, t.annotation.c.status == "approved"
    )
    for iri in db.scalars(query.order_by(t.annotation.c.iri)).all():
        if known := find_known(db, iri):
            yield known


def rejected_fragments(db: Connection, run: Run, kind: str, subjects: Iterable[str]) -> list[Fragment]:
    """Return where the partner rejected guesses of this kind about one of these subjects in the file of a run."""
    query = select(*t.annotation.c[_PLACE]).where(
        t.annotation.c.partner == run.partner,
        t.annotation.c.file == run.file.key,
        t.annotation.c.kind == kind,
        t.annotation.c.subject.in_(list(subjects)),
        _is_refuted(),
    )
    return [_fragment(row) for row in db.execute(query)]


def has_rejections(db: Connection, run: Run) -> bool:
    """Return whether the partner rejected anything about the file of a run."""
    where = (t.annotation.c.partner == run.partner, t.annotation.c.file == run.file.key)
    return bool(db.scalar(select(exists().where(*where, _is_refuted()))))


def _is_refuted() -> ColumnElement[bool]:
    """Return whether a person said that a guess is wrong: it was rejected, or something else stands in its place."""
    right = t.annotation.alias()
    replaced = exists().where(right.c.corrects == t.annotation.c.iri, right.c.status == "approved")
    return or_(t.annotation.c.status == "rejected", replaced)


@dataclass(frozen=True)
class Said:
    """What the read model knows of a guess that runs may say again, or otherwise; `said_by` is the last such run."""

    iri: str
    kind: str
    subject: str
    fragment: Fragment
    status: str
    decided: bool
    said_by: str
    replaced_by: str | None

    def said_again(self, run: str) -> Said:
        """Return the same as it stands once a run has said it again."""
        return replace(self, status="proposed", said_by=run, replaced_by=None)


def said_of_file(db: Connection, partner: str, file: str) -> list[Said]:
    """Return what runs said about a file, whatever became of it; what persons said is not among it."""
    columns = t.annotation.c["iri", "kind", "subject", "status", "decided", "said_by", "replaced_by", *_PLACE]
    query = select(*columns).where(
        t.annotation.c.partner == partner, t.annotation.c.file == file, t.annotation.c.corrects.is_(None)
    )
    return [
        Said(row.iri, row.kind, row.subject, _fragment(row), row.status, row.decided, row.said_by, row.replaced_by)
        for row in db.execute(query.order_by(t.annotation.c.iri))
    ]


def runs_of_stage(db: Connection, run: Run) -> list[Row[Any]]:
    """Return id, end and place in the journal of every run of the same stage on the same file, this one included."""
    query = select(*t.run.c["id", "ended", "seq"]).where(
        t.run.c.partner == run.partner, t.run.c.file == run.file.key, t.run.c.stage == str(run.stage)
    )
    return list(db.execute(query))


def _fragment(row: Row[Any]) -> Fragment:
    box = None if row.x is None else Box(x=row.x, y=row.y, width=row.width, height=row.height)
    whole = True if row.start_ms is None and box is None else None
    return Fragment(start_ms=row.start_ms, end_ms=row.end_ms, box=box, whole=whole)


def find_file(db: Connection, partner: str, key: str) -> MediaFile | None:
    """Return a media file as the first run that read it described it, or None."""
    query = select(t.run.c.body).where(t.run.c.partner == partner, t.run.c.file == key).order_by(t.run.c.id).limit(1)
    body = db.scalar(query)
    return Run.model_validate_json(body).file if body else None


def runs_of_item(db: Connection, partner: str, pid: str) -> list[Run]:
    """Return every run on a file of an item."""
    query = select(t.run.c.body).where(t.run.c.partner == partner, t.run.c.pid == pid).order_by(t.run.c.id)
    return [Run.model_validate_json(body) for body in db.scalars(query)]


def all_items(db: Connection) -> list[Item]:
    """Return every item that an archive described."""
    return [Item.model_validate_json(body) for body in db.scalars(select(t.item.c.body))]


def which_exist(db: Connection, iris: Iterable[str]) -> set[str]:
    """Return those of the IRIs that are guesses of the journal."""
    return set(db.scalars(select(t.annotation.c.iri).where(t.annotation.c.iri.in_(list(iris)))))


def untouched(db: Connection, iris: Iterable[str]) -> set[str]:
    """Return those of the IRIs that are guesses about which nobody decided anything yet."""
    query = select(t.annotation.c.iri).where(t.annotation.c.version == 1)
    remaining, found = iter(iris), set[str]()
    while some := list(islice(remaining, _VARIABLES)):
        found.update(db.scalars(query.where(t.annotation.c.iri.in_(some))))
    return found

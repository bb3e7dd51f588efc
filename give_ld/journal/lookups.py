"""What the read model answers: who, what, and where a guess stands now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select

from give_ld.errors import NotFound
from give_ld.journal import tables as t
from give_ld.journal.chain import Action
from give_ld.model.decision import Known, Validation
from give_ld.model.event import Admission, Proposal, RefsetVersion
from give_ld.model.fragment import Box, Fragment
from give_ld.model.item import Item, Partner
from give_ld.model.parts import in_parts
from give_ld.model.run import MediaFile, Run
from give_ld.model.status import Status
from give_ld.model.user import User

PLACE = ("start_ms", "end_ms", "x", "y", "width", "height")
# What each decision asks several times is put into words once: that takes four times as long as to answer it.
_KNOWN = select(*t.annotation.c["iri", "body", "status", "corrects", "replaced_by", "run", "version"]).where(
    t.annotation.c.iri.in_(bindparam("iris", expanding=True))
)
_DECISIONS = (
    select(t.validation.c.annotation, t.validation.c.body)
    .where(t.validation.c.annotation.in_(bindparam("iris", expanding=True)))
    .order_by(t.validation.c.seq)
)
_VERSION = select(t.annotation.c.version).where(t.annotation.c.iri == bindparam("iri"))
_RUNS = select(t.run.c.id, t.run.c.body).where(t.run.c.id.in_(bindparam("ids", expanding=True)))
_ITEM = select(t.item.c.body).where(t.item.c.partner == bindparam("partner"), t.item.c.pid == bindparam("pid"))
_PARTNER = select(t.partner.c.body).where(t.partner.c.id == bindparam("partner"))
_ACTIVE = select(t.person.c.body).where(t.person.c.status == "active").order_by(t.person.c.iri)
_PERSON = _ACTIVE.where(t.person.c.iri == bindparam("iri"))
_ENTITY = _ACTIVE.where(t.person.c.wikidata == bindparam("wikidata"))
_REFSET_VERSION = select(t.refset_version.c.body).where(t.refset_version.c.version == bindparam("version"))


def find_known(db: Connection, iri: str) -> Known | None:
    """Return a guess with its run and decisions, or None."""
    return find_all_known(db, [iri]).get(iri)


def find_all_known(db: Connection, iris: Iterable[str]) -> dict[str, Known]:
    """Return guesses with their runs and decisions, by IRI, in the order asked for; what is unknown is left out."""
    found: dict[str, Known] = {}
    runs: dict[str, Run] = {}
    for some in in_parts(iris):
        rows = {row.iri: row for row in db.execute(_KNOWN, {"iris": some})}
        decided = [iri for iri, row in rows.items() if row.version > 1 or row.corrects]
        decisions = _validations(db, decided)
        runs |= find_runs(db, {row.run for row in rows.values()} - runs.keys())
        for iri in (each for each in some if each in rows):
            found[iri] = _known(rows[iri], runs, tuple(decisions.get(iri, ())))
    return found


def _known(row: Row[Any], runs: Mapping[str, Run], decisions: tuple[Validation, ...]) -> Known:
    proposal = Proposal.model_validate_json(row.body)
    if row.run not in runs:
        raise NotFound(f"the run of {row.iri} is not in the journal")
    return Known(
        iri=row.iri,
        annotation=proposal.annotation,
        run=runs[row.run],
        status=Status(row.status),
        person=proposal.person,
        validations=decisions,
        corrects=row.corrects,
        replaced_by=row.replaced_by,
    )


def _validations(db: Connection, iris: list[str]) -> dict[str, list[Validation]]:
    found: dict[str, list[Validation]] = {}
    if iris:
        for row in db.execute(_DECISIONS, {"iris": iris}):
            found.setdefault(row.annotation, []).append(Validation.model_validate_json(row.body))
    return found


def validations_of(db: Connection, iri: str) -> tuple[Validation, ...]:
    """Return what was decided about a guess, oldest first."""
    return tuple(_validations(db, [iri]).get(iri, ()))


def decided_together(db: Connection, decision: UUID, iri: str) -> str | None:
    """Return the other annotation that a correction is about, the replaced one or the new one, or None."""
    where = (t.validation.c.id == str(decision), t.validation.c.annotation != iri)
    return db.scalar(select(t.validation.c.annotation).where(*where))


def version_of(db: Connection, iri: str) -> int:
    """Return how often the guess changed, its proposal included; 0 where it is unknown."""
    return db.scalar(_VERSION, {"iri": iri}) or 0


def find_run(db: Connection, run_id: str) -> Run | None:
    """Return a run, or None."""
    return find_runs(db, [run_id]).get(run_id)


def find_runs(db: Connection, run_ids: Collection[str]) -> dict[str, Run]:
    """Return runs by id; what is unknown is left out."""
    rows = db.execute(_RUNS, {"ids": list(run_ids)}) if run_ids else ()
    return {row.id: Run.model_validate_json(row.body) for row in rows}


def find_item(db: Connection, partner: str, pid: str) -> Item | None:
    """Return what the archive said of an item, or None if it said nothing yet."""
    body = db.scalar(_ITEM, {"partner": partner, "pid": pid})
    return Item.model_validate_json(body) if body else None


def find_partner(db: Connection, partner: str) -> Partner | None:
    """Return a partner, or None."""
    body = db.scalar(_PARTNER, {"partner": partner})
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


def last_change_of_persons(db: Connection) -> int:
    """Return the last entry that admitted or erased somebody, or 0."""
    last = [
        db.scalar(select(func.max(t.event.c.seq)).where(t.event.c.action == str(action)))
        for action in (Action.PERSON_ADMITTED, Action.PERSON_ERASED)
    ]
    return max(each or 0 for each in last)


def find_person(db: Connection, *, iri: str = "", wikidata: str = "") -> Admission | None:
    """Return the active reference person with this IRI or Wikidata id, or None."""
    body = db.scalar(_PERSON, {"iri": iri}) if iri else db.scalar(_ENTITY, {"wikidata": wikidata})
    return Admission.model_validate_json(body) if body else None


def find_refset_version(db: Connection, version: str) -> RefsetVersion | None:
    """Return a version of the reference set, or None."""
    body = db.scalar(_REFSET_VERSION, {"version": version})
    return RefsetVersion.model_validate_json(body) if body else None


def approved_of_item(db: Connection, partner: str, pid: str) -> Iterator[Known]:
    """Yield the approved guesses about an item."""
    query = select(t.annotation.c.iri).where(
        t.annotation.c.partner == partner, t.annotation.c.pid == pid, t.annotation.c.status == "approved"
    )
    yield from find_all_known(db, db.scalars(query.order_by(t.annotation.c.iri)).all()).values()


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
    rejected_before: bool

    def said_again(self, run: str) -> Said:
        """Return the same as it stands once a run has said it again."""
        return replace(self, status="proposed", said_by=run, replaced_by=None)


def said_of_file(db: Connection, partner: str, file: str) -> list[Said]:
    """Return what runs said about a file, whatever became of it; what persons said is not among it."""
    columns = t.annotation.c[
        "iri", "kind", "subject", "status", "decided", "said_by", "replaced_by", "rejected_before", *PLACE
    ]
    query = select(*columns).where(
        t.annotation.c.partner == partner, t.annotation.c.file == file, t.annotation.c.corrects.is_(None)
    )
    return [
        Said(
            row.iri,
            row.kind,
            row.subject,
            fragment_of(row),
            row.status,
            row.decided,
            row.said_by,
            row.replaced_by,
            row.rejected_before,
        )
        for row in db.execute(query.order_by(t.annotation.c.iri))
    ]


def runs_of_stage(db: Connection, run: Run) -> list[Row[Any]]:
    """Return id, end and place in the journal of every run of the same stage on the same file, this one included."""
    query = select(*t.run.c["id", "ended", "seq"]).where(
        t.run.c.partner == run.partner, t.run.c.file == run.file.key, t.run.c.stage == str(run.stage)
    )
    return list(db.execute(query))


def stages_on(db: Connection, files: Collection[tuple[str, str]]) -> list[Row[Any]]:
    """Return id, partner, file and stage of every run on these files, each given with its partner."""
    partners, keys = {partner for partner, _ in files}, {key for _, key in files}
    query = select(*t.run.c["id", "partner", "file", "stage"])
    return list(db.execute(query.where(t.run.c.partner.in_(partners), t.run.c.file.in_(keys))))


def fragment_of(row: Row[Any]) -> Fragment:
    """Return the fragment that the columns of a guess say."""
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
    found = set[str]()
    for some in in_parts(iris):
        found.update(db.scalars(query.where(t.annotation.c.iri.in_(some))))
    return found

"""Whom made records refer to: a partner, an admitted person and a version of the reference set."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from give_ld.bench.made import PARTNER
from give_ld.home import Home
from give_ld.items import ingest_items
from give_ld.model.decision import Role
from give_ld.model.event import Admission, RefsetVersion
from give_ld.model.item import Partner
from give_ld.model.person import Ground, Photo, ReferencePerson, SnapshotHeader
from give_ld.model.processing import Allowed, Processing
from give_ld.model.run import Stage
from give_ld.model.user import User
from give_ld.people import add_partner, add_user
from give_ld.rdf import mapping
from give_ld.rdf.iris import Mint
from give_ld.rdf.terms import Lines

VERSION = "2026-02-28-made"
LICENCE = "VIAA-PUBLIEK-CONTENT"
_ADMITTED = datetime(2026, 2, 28, 9, tzinfo=UTC)


def partner() -> Partner:
    """Return the partner whose records are made."""
    return Partner(id=PARTNER, name="Voorbeeldarchief")


def admission(mint: Mint, user: str) -> Admission:
    """Return the admission of the one person in the reference set, by a user's opaque id."""
    person = ReferencePerson(
        id="0001",
        name="Marie Curie",
        given_name="Marie",
        family_name="Curie",
        birth_date="1867-11-07",
        photos=(Photo(sha256="a" * 64, licence="CC0-1.0", source="a made photo"),),
        ground=Ground.PUBLIC_FIGURE,
        ground_note="scientist in public life",
    )
    return Admission(
        id=UUID(int=1),
        iri=mint.person(person.id),
        person=person,
        user=user,
        partner=PARTNER,
        started=_ADMITTED,
        ended=_ADMITTED,
    )


def everything(user: str) -> Processing:
    """Return the decision that all may be run and unknown faces are kept, by a user's opaque id."""
    allowed = Allowed(stages=tuple(Stage), unknown_faces=True)
    fields = {"id": UUID(int=2), "partner": PARTNER, "allowed": allowed, "user": user, "reason": "made records"}
    return Processing.model_validate({**fields, "started": _ADMITTED, "ended": _ADMITTED})


def version(mint: Mint) -> RefsetVersion:
    """Return the version of the reference set that the made runs name."""
    header = SnapshotHeader(
        schema_version="give-ld-refset/1", version=VERSION, created=_ADMITTED, persons=1, digest="d" * 64
    )
    return RefsetVersion(header=header, persons=(mint.person("0001"),))


def add_people(home: Home) -> User:
    """Add to an instance all that made records refer to, and return the user who brings them."""
    add_partner(home, partner())
    manager = add_user(home, "manager", [Role.REFERENCE_SET_MANAGER], None)
    with home.writing() as writing:
        writing.append(admission(home.mint, manager.id), manager.id, PARTNER)
        writing.append(version(home.mint), manager.id)
        writing.append(everything(manager.id), manager.id, PARTNER)
    return add_user(home, "pipeline", [Role.PIPELINE], PARTNER)


def describe(home: Home, archivist: User, items: int) -> None:
    """Let an archivist describe so many items, openly licensed and broadcast long ago."""
    rows = (f"made{number:06},Bestand {number},video,{LICENCE},1986\n" for number in range(items))
    ingest_items(home, ["pid,title,kind,licences,created\n", *rows], "items.csv", PARTNER, archivist)


def quads(mint: Mint) -> Lines:
    """Return all of this as it stands in the graph."""
    described = version(mint)
    return frozenset[str]().union(
        mapping.partner_quads(mint, partner()),
        mapping.person_quads(mint, admission(mint, "made")),
        mapping.refset_version_quads(mint, described.header, described.persons),
    )

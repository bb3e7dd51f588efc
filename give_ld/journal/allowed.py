"""What the read model says of what partners allow, and of who may be recognised although not surely of age."""

from __future__ import annotations

from sqlalchemy import Connection, select

from give_ld.journal import tables as t
from give_ld.model.event import Exemption
from give_ld.model.processing import Allowed, Processing


def processings(db: Connection, partner: str) -> list[Processing]:
    """Return what a partner allows, by collection; what holds for the rest of it comes first."""
    query = select(t.processing.c.body).where(t.processing.c.partner == partner).order_by(t.processing.c.collection)
    return [Processing.model_validate_json(body) for body in db.scalars(query)]


def find_allowed(db: Connection, partner: str, collection: str | None) -> Allowed | None:
    """Return what a partner allows in a collection, or None where it said nothing that applies."""
    said = {each.allowed.collection: each.allowed for each in processings(db, partner)}
    return said.get(collection) or said.get(None)


def is_exempt(db: Connection, person: str, partner: str, item: str) -> bool:
    """Return whether it was decided that a person may be recognised in an item although not surely of age."""
    found = exemptions(db, person)
    return any(each.item is None or (each.partner, each.item) == (partner, item) for each in found)


def exemptions(db: Connection, person: str | None = None) -> list[Exemption]:
    """Return where somebody, or this person, may be recognised although not surely of age, oldest decision first."""
    query = select(t.exemption.c.body)
    rows = db.scalars(query if person is None else query.where(t.exemption.c.person == person))
    return sorted((Exemption.model_validate_json(body) for body in rows), key=lambda each: each.started)

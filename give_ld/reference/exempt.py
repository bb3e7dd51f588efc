"""How it is decided that somebody may be recognised where it is not certain that they were of age."""

from __future__ import annotations

from uuid import uuid4

from pydantic import ValidationError

from give_ld.errors import BadInput, NotAllowed, NotFound
from give_ld.home import Home
from give_ld.journal.lookups import find_person
from give_ld.model.decision import Role
from give_ld.model.event import Exemption
from give_ld.model.record import describe
from give_ld.model.user import User


def exempt(home: Home, person: str, item: tuple[str, str] | None, user: User, reason: str) -> Exemption:
    """Record that a reference person (IRI) may be recognised in an item (partner, pid), or anywhere, and return that.

    Raises:
        NotAllowed: the user is no reference-set manager.
        NotFound: there is no such reference person.
        BadInput: the reason is missing, or the item has no proper name.
    """
    if Role.REFERENCE_SET_MANAGER not in user.roles:
        raise NotAllowed(f"{user.name} is no reference-set manager; only one may decide so")
    now = home.journal.clock()
    partner, pid = item or (None, None)
    fields = {"id": uuid4(), "person": person, "partner": partner, "item": pid, "user": user.id}
    try:
        exemption = Exemption.model_validate({**fields, "reason": reason.strip(), "started": now, "ended": now})
    except ValidationError as error:
        raise BadInput(describe(error), rule="exemption") from error
    with home.writing() as writing:
        if find_person(writing.db, iri=person) is None:
            raise NotFound(f"{person} is no active reference person")
        writing.append(exemption, user.id, partner or "")
    return exemption

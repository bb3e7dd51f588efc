"""Which person or entity an archivist means who types a name at the desk, so that nobody has to know an IRI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field

from give_ld.api.access import OpenHome, check_form_token, known_asker
from give_ld.api.pages.card import Found, Typed
from give_ld.api.routes.desk import Filters, Seat, desk_page, mine
from give_ld.model.annotation import EntityMention, EntityType
from give_ld.model.base import Model
from give_ld.model.decision import Known, Role
from give_ld.reconcile.service import NameIndex

SHOWN = 8
_LOOKED_AT = 100
router = APIRouter(tags=["review"])


class FindForm(Model):
    """What is typed, and which of the candidates is picked. It comes in the body: names belong in no address."""

    token: str = ""
    name: Annotated[str, Field(max_length=200)] = ""
    pick: Annotated[str, Field(max_length=200)] = ""


@router.post("/review/desk/{local}/find", response_model=None)
def find_right(
    home: OpenHome,
    request: Request,
    local: str,
    filters: Annotated[Filters, Query()],
    form: Annotated[FindForm, Form()],
) -> Response:
    """Return the desk with those whom a name may mean, or with a correction that names the one who was picked."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, form.token)
    names: Callable[[], NameIndex] = request.app.state.names
    with home.journal.reading() as db:
        known = mine(db, user, home.mint.names.id("annotation", local))
        return desk_page(Seat(home, request, db, user, filters), known, _typed(names(), known, form))


def _typed(index: NameIndex, known: Known, form: FindForm) -> Typed:
    rows = _candidates(index, form.name.strip()) if form.name.strip() else []
    if not isinstance(known.annotation, EntityMention):
        # A face is somebody's of the reference set, or nobody's that the archive may name.
        rows = [row for row in rows if _is_reference(row)]
    found = tuple(_found(row) for row in rows[:SHOWN])
    picked = next((row for row in rows if row["id"] == form.pick), None)
    if picked is None:
        return Typed(sought=form.name, found=found)
    kind = EntityType(picked["type"][0]["id"])
    if _is_reference(picked):
        meant: dict[str, Any] = {"person": index.view(picked["id"])}
    else:
        meant = {"entity": picked["id"], "label": picked["name"]}
    if isinstance(known.annotation, EntityMention):
        meant["entity_type"] = kind
    return Typed(sought=form.name, picked=_found(picked), **meant)


def _candidates(index: NameIndex, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = index.answer({"name": {"query": name, "limit": _LOOKED_AT}})["name"].get("result", [])
    return rows


def _is_reference(row: dict[str, Any]) -> bool:
    return any(each["id"] == "in_reference_set" and each["value"] for each in row["features"])


def _found(row: dict[str, Any]) -> Found:
    return Found(row["id"], row["name"], row["description"], row["type"][0]["id"], _is_reference(row))

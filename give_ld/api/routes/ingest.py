"""POST /ingest: records, items and sidecars from machines elsewhere, by a token that is bound to a partner."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import IO, Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from give_ld.api.access import OpenHome, known_asker
from give_ld.doors.formats import DOORS
from give_ld.doors.origin import read_origin
from give_ld.errors import BadInput, NotUsable, TooLarge
from give_ld.home import Home
from give_ld.ingest import Ingest, Report, Source
from give_ld.items import ItemReport, ingest_items
from give_ld.model.decision import Role
from give_ld.model.user import User

router = APIRouter(tags=["ingest"])


class Stated(BaseModel):
    """What a request states of its body: the format, what reports call it, and, as far as the format asks, its origin.

    The names are those of the options of `give-ld ingest`.
    """

    format: str = Field("give", pattern=f"^(give|items|{'|'.join(DOORS)})$")
    name: str = Field("upload", max_length=255, description="what reports call this input")
    partner: str = Field("", description="owner of the items; not with format=give")
    item: str = ""
    media_sha256: str = ""
    media_name: str = ""
    media_type: str = ""
    software: str = ""
    software_version: str = ""
    language: str = ""
    made: str = ""

    def origin(self) -> dict[str, str]:
        """Return what is stated of the origin."""
        return self.model_dump(exclude={"format", "name"})


@router.put("/ingest/sidecars/{name}", status_code=204)
async def put_sidecar(
    home: OpenHome,
    request: Request,
    name: Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,254}$")],
) -> Response:
    """Keep a sidecar until the records that name it arrive; it is removed after they were ingested."""
    user = known_asker(home, request, Role.PIPELINE, Role.ADMIN)
    path = _inbox(home, user) / name
    waiting = sum(each.stat().st_size for each in path.parent.iterdir() if each != path)
    with path.open("wb") as file:
        path.chmod(0o600)
        await _receive(request, file, home.settings.upload_bytes - waiting)
    return Response(status_code=204)


@router.post("/ingest")
async def ingest(
    home: OpenHome,
    request: Request,
    response: Response,
    stated: Annotated[Stated, Query()],
) -> Report | ItemReport:
    """Ingest JSON Lines, a CSV of items, or guesses of another system; 207 where some lines went to quarantine."""
    user = known_asker(home, request)
    if stated.format in DOORS:
        read_origin(stated.origin())
    body = io.BytesIO()
    await _receive(request, body, home.settings.upload_bytes)
    report = await run_in_threadpool(_ingest, home, user, stated, body)
    if report.refused:
        response.status_code = 207
    return report


def _ingest(home: Home, user: User, stated: Stated, body: io.BytesIO) -> Report | ItemReport:
    partner, name = stated.partner, stated.name
    body.seek(0)
    if stated.format == "items":
        if not partner:
            raise NotUsable("say whose items these are: ?partner=OR-…")
        try:
            lines = io.StringIO(body.getvalue().decode("utf-8-sig"), newline="")
        except UnicodeDecodeError as error:
            raise BadInput(f"{name} is not UTF-8: {error}", rule="utf-8") from error
        return ingest_items(home, lines, name, partner, user)
    inbox = _inbox(home, user)
    ingest = Ingest(home, Source(name, inbox, user))
    if stated.format in DOORS:
        return ingest.take(DOORS[stated.format](body.getvalue(), read_origin(stated.origin())))
    report = ingest.read(body)
    for sidecar in ingest.sidecars:
        (inbox / sidecar).unlink(missing_ok=True)
    return report


def _inbox(home: Home, user: User) -> Path:
    """Return where a user's sidecars wait: a directory that no other user's records can name."""
    inbox = home.settings.home / "inbox" / hashlib.sha256(user.id.encode()).hexdigest()[:16]
    inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    return inbox


async def _receive(request: Request, file: IO[bytes], limit: int) -> None:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"the body is larger than {limit} bytes; send it in parts (GIVE_LD_UPLOAD_BYTES)")
        file.write(chunk)

"""POST /ingest: records, items and sidecars from machines elsewhere, by a token that is bound to a partner."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import IO, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from give_ld.api.access import OpenHome, check_form_token, known_asker
from give_ld.api.negotiation import language as preferred
from give_ld.doors.entrance import FORMATS, GIVE, ITEMS, ITEMS_RDF, Brought, take_in
from give_ld.doors.formats import check_statement
from give_ld.doors.origin import Statement, read_statement
from give_ld.doors.report import told_of
from give_ld.doors.wording import LANGUAGES
from give_ld.errors import NotUsable, TooLarge
from give_ld.home import Home
from give_ld.ingest import Ingest, Report, Source
from give_ld.items import ItemReport
from give_ld.model.decision import Role
from give_ld.model.user import Scope, User

router = APIRouter(tags=["ingest"])


class Stated(BaseModel):
    """What a request states of its body: the format, what reports call it, and, as far as the format asks, its origin.

    The names are those of the options of `give-ld ingest`.
    """

    format: str = Field("give", pattern=f"^({'|'.join(FORMATS)})$")
    name: str = Field("upload", max_length=255, description="what reports call this input")
    partner: str = Field("", description="owner of the items; not with format=give")
    owner: list[str] = Field([], description="NAME=OR-…: whose rows they are that name an owner so")
    item: str = ""
    media_sha256: str = ""
    media_name: str = ""
    media_type: str = ""
    software: str = ""
    software_version: str = ""
    language: str = ""
    made: str = ""

    def statement(self) -> Statement:
        """Return what is stated of the origin.

        Raises:
            NotUsable: something has a wrong form, or is needed and missing.
        """
        statement = read_statement(self.model_dump(exclude={"format", "name", "owner"}), self.owner)
        if self.format in (ITEMS, ITEMS_RDF) and statement.partner is None:
            raise NotUsable("say whose items these are: ?partner=OR-…")
        if self.format not in (GIVE, ITEMS, ITEMS_RDF):
            check_statement(self.format, statement)
        return statement


@router.put("/ingest/sidecars/{name}", status_code=204)
async def put_sidecar(
    home: OpenHome,
    request: Request,
    name: Annotated[str, PathParameter(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,254}$")],
) -> Response:
    """Keep a sidecar until the records that name it arrive; it is removed after they were ingested."""
    user = known_asker(home, request, Role.PIPELINE, Role.ADMIN, scope=Scope.INGEST)
    check_form_token(request, request.headers.get("x-form-token", ""))
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
) -> dict[str, Any]:
    """Ingest records, items, or guesses of another system; 207 where some of it went to quarantine.

    What was refused is told in the language of Accept-Language: en, nl or fr.
    """
    user = known_asker(home, request, Role.PIPELINE, Role.ARCHIVIST, Role.ADMIN, scope=Scope.INGEST)
    check_form_token(request, request.headers.get("x-form-token", ""))
    statement = stated.statement()
    body = io.BytesIO()
    await _receive(request, body, home.settings.upload_bytes)
    brought = Brought(stated.name, stated.format, body.getvalue(), statement, _rdf_type(request))
    report = await run_in_threadpool(_ingest, home, user, brought)
    if report.refused:
        response.status_code = 207
    lang = preferred(request.headers.get("accept-language"), LANGUAGES)
    response.headers["Content-Language"] = lang
    return told_of(report, home.settings.base, lang)


def _rdf_type(request: Request) -> str:
    """Return the media type of a body, but not one that a client sends with whatever it has."""
    said = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return "" if said in ("application/octet-stream", "text/plain", "application/x-www-form-urlencoded") else said


def _ingest(home: Home, user: User, brought: Brought) -> Report | ItemReport:
    if brought.form != GIVE:
        return take_in(home, brought, user)
    inbox = _inbox(home, user)
    ingest = Ingest(home, Source(brought.name, inbox, user))
    report = ingest.read(io.BytesIO(brought.content))
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

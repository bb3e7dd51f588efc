"""GET /audit/…: the log of who did what, its export, and the proof that nothing of it was changed, for auditors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from give_ld.api.access import OpenHome, asker, check_form_token, form_token, known_asker
from give_ld.api.negotiation import language
from give_ld.api.pages.audit import LANGUAGES, Asked, log_page, proof_page
from give_ld.errors import BadInput, Damaged, TooLarge
from give_ld.journal.trace import agents
from give_ld.model.decision import Role
from give_ld.trail.export import MEDIA_TYPES, MOST, Export, Form
from give_ld.trail.log import Log
from give_ld.trail.proof import Looked, Prover
from give_ld.trail.wanted import COUNTED, read_wanted, sight_of

PAGE = 50
MOST_OF_A_PAGE = 500
LAST = 2**53  # what JSON carries exactly
PATIENCE = 3.0  # seconds that a request waits for the whole chain to be read
CHECKPOINT_BYTES = 64 * 1024
_PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Accept, Accept-Language, Authorization, Cookie"}
_GET = ["GET", "HEAD"]


class AskedOfLog(Asked):
    """What an address asks of the log, and of which page."""

    before: Annotated[int | None, Field(ge=1, le=LAST, description="only entries before this one")] = None
    size: Annotated[int, Field(ge=1, le=MOST_OF_A_PAGE)] = PAGE


class AskedOfExport(Asked):
    """What an address asks of the export, and of which part."""

    form: Annotated[Form, Field(alias="format")] = Form.TRIG
    after: Annotated[int, Field(ge=0, le=LAST, description="only entries after this one")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST


def audit_routes(prover: Prover) -> APIRouter:
    """Return /audit/log, /audit/export, /audit/verify and /audit/checkpoint over one open instance."""
    router = APIRouter(tags=["audit"])
    router.add_api_route("/audit/log", show_log, methods=_GET, response_model=None)
    router.add_api_route("/audit/export", export, methods=_GET, response_model=None)

    @router.api_route("/audit/verify", methods=_GET, response_model=None)
    def verify(home: OpenHome, request: Request) -> Response:
        """Return whether the chain of the journal is whole, and what to hold against it: a page, or JSON."""
        return _signed_in(home, request, lambda: _proof(home, request, prover, {}))

    @router.post("/audit/verify", response_model=None)
    async def compare(home: OpenHome, request: Request) -> Response:
        """Compare a checkpoint that was kept elsewhere with the journal as it is."""
        known_asker(home, request, Role.AUDITOR, Role.ADMIN)
        content, name, token = await _uploaded(request)
        check_form_token(request, token)
        found = await run_in_threadpool(_compared, prover, content, name)
        return await run_in_threadpool(_proof, home, request, prover, found)

    @router.api_route("/audit/checkpoint", methods=_GET, response_model=None)
    def checkpoint(home: OpenHome, request: Request) -> Response:
        """Return a signed statement of where the journal ends, to keep elsewhere."""
        known_asker(home, request, Role.AUDITOR, Role.ADMIN)
        signed = prover.checkpoint()
        name = f'attachment; filename="checkpoint-{signed.statement.seq}.json"'
        body = signed.model_dump_json(indent=1)
        return Response(body, media_type="application/json", headers=_PRIVATE | {"Content-Disposition": name})

    return router


def show_log(home: OpenHome, request: Request, said: Annotated[AskedOfLog, Query()]) -> Response:
    """Return entries of the journal, the newest first: a page for browsers, JSON for programs."""
    return _signed_in(home, request, lambda: _log(home, request, said))


def export(home: OpenHome, request: Request, said: Annotated[AskedOfExport, Query()]) -> Response:
    """Return entries of the journal, the oldest first, as PROV-O in TriG, CSV or JSON Lines; Link leads to the rest."""
    taken = Export(home.journal, home.mint, sight_of(known_asker(home, request)))
    wanted = read_wanted(said.given())
    part = taken.part(wanted, said.after, said.limit)
    name = f'attachment; filename="journal-after-{said.after}.{said.form}"'
    headers = _PRIVATE | {"Content-Disposition": name}
    if not part.is_last:
        rest = said.address("/audit/export", format=said.form, after=part.last, limit=said.limit)
        headers["Link"] = f'<{rest}>; rel="next"'
    return StreamingResponse(taken.written(said.form, wanted, part), media_type=MEDIA_TYPES[said.form], headers=headers)


def _signed_in(home: OpenHome, request: Request, answer: Callable[[], Response]) -> Response:
    """Return an answer; a browser in which nobody signed in is sent to do that."""
    if _is_for_people(request) and asker(home, request) is None:
        return RedirectResponse("/auth/login", status_code=303)
    response = answer()
    response.headers.update(_PRIVATE)
    return response


def _log(home: OpenHome, request: Request, said: AskedOfLog) -> Response:
    sight = sight_of(known_asker(home, request))
    with home.journal.reading() as db:
        found = Log(db, home.mint, sight).page(read_wanted(said.given()), said.size, said.before)
        software = agents(db)
    following = said.address("/audit/log", before=found.following, size=said.size) if found.following else None
    if _is_for_people(request):
        return log_page(
            found, said, {"agents": software, "following": following, "before": said.before}, _language(request)
        )
    document = {
        "asked": said.given(),
        "matched": min(found.matched, COUNTED),
        "more_than_matched": found.matched > COUNTED,
        "agents": software,
        "entries": [line.document() | {"why": _why(line.annotation)} for line in found.lines],
        "next": following,
    }
    return JSONResponse(document)


def _why(annotation: str) -> str | None:
    return Asked(annotation=annotation).address("/why") if annotation else None


async def _uploaded(request: Request) -> tuple[bytes, str, str]:
    """Return what was sent with a form, the name of the file, and the token of the form.

    Raises:
        TooLarge: no checkpoint is as large, or nobody says how large it is.
        BadInput: there is no file.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > CHECKPOINT_BYTES:
        raise TooLarge(f"a checkpoint has at most {CHECKPOINT_BYTES} bytes; say its length (Content-Length)")
    async with request.form(max_files=1, max_fields=2) as form:
        file, token = form.get("file"), form.get("token", "")
        if not isinstance(file, UploadFile):
            raise BadInput("there is no checkpoint; send it as the file 'file' of a form", rule="checkpoint")
        return await file.read(), file.filename or "checkpoint", str(token)


def _compared(prover: Prover, content: bytes, name: str) -> dict[str, Any]:
    try:
        statement, holds = prover.compare(content, name)
    except Damaged as error:
        return {"compared": {"name": name, "holds": False, "fault": error.message}}
    said = {"entry": statement.seq, "hash": statement.hash, "time": statement.time.isoformat()}
    return {"compared": {"name": name, "holds": holds, "fault": None, **said}}


def _proof(home: OpenHome, request: Request, prover: Prover, more: dict[str, Any]) -> Response:
    known_asker(home, request, Role.AUDITOR, Role.ADMIN)
    looked = prover.look(PATIENCE)
    document = _document(looked, prover.key) | more
    if _is_for_people(request):
        response: Response = proof_page(document, form_token(request), _language(request))
    else:
        response = JSONResponse(document)
    # A program that looks at the status alone knows that there is no answer yet.
    response.status_code = 200 if looked.proof else 202
    response.headers.update(_PRIVATE)
    return response


def _document(looked: Looked, key: str) -> dict[str, Any]:
    proof = looked.proof
    found: dict[str, Any] = {"entries": looked.entries, "read": looked.read, "key": key, "proof": None}
    if proof is None:
        return found
    fault = {"entry": proof.fault.seq, "reason": proof.fault.reason} if proof.fault else None
    return found | {
        "proof": {
            "whole": fault is None,
            "fault": fault,
            "entries": proof.head.seq,
            "hash": proof.head.hash,
            "erased": proof.erased,
            "time": proof.time.isoformat(),
            "seconds": round(proof.seconds, 3),
            "checkpoint": proof.checkpoint.model_dump(mode="json"),
        }
    }


def _is_for_people(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _language(request: Request) -> str:
    return language(request.headers.get("accept-language"), LANGUAGES)

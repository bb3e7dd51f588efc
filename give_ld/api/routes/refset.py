"""The pages of the reference-set manager: who may be recognised and why, admissions, exemptions and snapshots."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import Field
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from give_ld.api.access import OpenHome, asker, check_form_token, form_token, known_asker, spoken
from give_ld.api.pages import private_page
from give_ld.api.pages.refset_words import refset_words
from give_ld.errors import BadInput, GiveLdError
from give_ld.home import Home
from give_ld.journal.allowed import exemptions
from give_ld.journal.lookups import admissions
from give_ld.model.base import Iri, Model
from give_ld.model.decision import Role
from give_ld.model.user import User
from give_ld.reference.admit import admit_from_csv
from give_ld.reference.exempt import exempt
from give_ld.reference.snapshot import write_snapshot

MOST_FILES = 1000
_MANAGER = Role.REFERENCE_SET_MANAGER
_Place = Annotated[str, Field(max_length=200)]
router = APIRouter(tags=["reference set"])


class ExemptionForm(Model):
    """The decision that somebody may be recognised in an item (of a partner), or everywhere if none is named."""

    token: str = ""
    person: Iri
    partner: _Place = ""
    item: _Place = ""
    reason: Annotated[str, Field(max_length=10_000)] = ""


class SnapshotForm(Model):
    """Proof that a snapshot is asked for by our own page."""

    token: str = ""


@router.api_route("/refset", methods=["GET", "HEAD"], response_model=None)
def show_refset(home: OpenHome, request: Request) -> Response:
    """Return the page of the reference set, to its managers."""
    if asker(home, request) is None:
        return RedirectResponse("/auth/login", status_code=303)
    user = known_asker(home, request, _MANAGER)
    return _page(home, request, user)


@router.post("/refset/persons", response_model=None)
async def admit(home: OpenHome, request: Request) -> Response:
    """Admit the persons of a CSV (`table`) with their photos (`photos`); a bad row admits nobody, and is told."""
    # Who may not do this sends nothing that is read.
    user = await run_in_threadpool(known_asker, home, request, _MANAGER)
    async with request.form(max_files=MOST_FILES) as form:
        check_form_token(request, str(form.get("token", "")))
        try:
            await run_in_threadpool(_admit, home, user, form)
        except GiveLdError as error:
            return await run_in_threadpool(_page, home, request, user, error)
    return RedirectResponse("/refset", status_code=303)


@router.post("/refset/exemptions", response_model=None)
def exempt_person(home: OpenHome, request: Request, form: Annotated[ExemptionForm, Form()]) -> Response:
    """Record that somebody may be recognised where it is not certain that they were of age."""
    user = known_asker(home, request, _MANAGER)
    check_form_token(request, form.token)
    where = (form.partner.strip(), form.item.strip())
    try:
        exempt(home, form.person, where if any(where) else None, user, form.reason)
    except BadInput as error:
        return _page(home, request, user, error)
    return RedirectResponse("/refset", status_code=303)


@router.post("/refset/snapshots", response_model=None)
def take_snapshot(home: OpenHome, request: Request, form: Annotated[SnapshotForm, Form()]) -> Response:
    """Return the reference set as the file that the pipeline reads; it holds photos, and no cache keeps it."""
    user = known_asker(home, request, _MANAGER)
    check_form_token(request, form.token)
    directory = TemporaryDirectory(dir=home.settings.home, prefix="snapshot-")
    out = Path(directory.name) / "refset.jsonl"
    try:
        version = write_snapshot(home, out, user).version
    except GiveLdError:
        directory.cleanup()
        raise
    return FileResponse(
        out,
        media_type="application/jsonl",
        filename=f"refset-{version}.jsonl",
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(directory.cleanup),
    )


def _admit(home: Home, user: User, form: FormData) -> None:
    with TemporaryDirectory(dir=home.settings.home, prefix="admission-") as directory:
        table, *_ = (*_kept(form, "table", Path(directory)), None)
        if table is None:
            raise BadInput("send the persons as a CSV file", rule="csv")
        _kept(form, "photos", Path(directory))
        admit_from_csv(home, table, user, user.partner or str(form.get("partner", "")))


def _kept(form: FormData, field: str, directory: Path) -> list[Path]:
    """Write the files of a field into a directory, each under the last part of its name, and return them."""
    found = []
    for each in form.getlist(field):
        if not isinstance(each, UploadFile) or not each.filename:
            continue
        name = each.filename.replace("\\", "/").rpartition("/")[2]
        if name in ("", ".", "..") or not name.isprintable() or len(name.encode()) > 200:
            raise BadInput(f"a file in '{field}' has a name that cannot be used; rename it", rule="file-name")
        path = directory / name
        path.write_bytes(each.file.read())
        found.append(path)
    return found


def _page(home: Home, request: Request, user: User, error: GiveLdError | None = None) -> Response:
    with home.journal.reading() as db:
        persons = [(each.iri, each.person, exemptions(db, each.iri)) for each in admissions(db)]
    values = {"persons": persons, "partner": user.partner or "", "error": error, "token": form_token(request)}
    lang = spoken(request)
    return private_page("refset.html", values | {"w": refset_words(lang)}, error.status if error else 200, lang)

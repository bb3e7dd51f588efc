"""The review API of one guess: all that its archivist may know of it, and the decision about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field, ValidationError

from give_ld.api.access import OpenHome, check_form_token, known_asker
from give_ld.errors import BadInput, NotFound
from give_ld.home import Home
from give_ld.journal.lookups import version_of
from give_ld.model.annotation import EntityType, FaceMatch, UnknownFace
from give_ld.model.base import Iri, Model
from give_ld.model.correction import Right
from give_ld.model.decision import DecisionReason, Known, Role
from give_ld.model.status import Status, Verdict, allowed_verdicts
from give_ld.model.user import User
from give_ld.review.decide import Decision, find_for
from give_ld.review.rejections import rejection_of
from give_ld.review.why.answer import explain_inside
from give_ld.review.why.inside import PrivateGraphs
from give_ld.review.why.question import question

MAX_VERSION_DIGITS = 9
router = APIRouter(tags=["review"])


class Ask(Model):
    """The body of a decision; `right` is what a correction says instead, `force` passes over a claim."""

    reason: Annotated[str, Field(max_length=10_000)] = ""
    ground: DecisionReason | None = None
    right: Right | None = None
    force: bool = False


class Undo(Model):
    """The body of an undo."""

    annotation: Iri
    reason: Annotated[str, Field(max_length=10_000)] = ""


class DecisionForm(Model):
    """A decision from the page; `version` is the state that the page showed. What is left empty is not said."""

    verdict: Verdict
    token: str
    version: int
    reason: Annotated[str, Field(max_length=10_000)] = ""
    ground: DecisionReason | Literal[""] = ""
    person: str = ""
    entity: str = ""
    label: str = ""
    entity_type: EntityType | Literal[""] = ""
    text: str = ""
    force: bool = False

    def right(self) -> Right | None:
        """Return what a correction says instead.

        Raises:
            BadInput: a value does not have the form that it needs.
        """
        fields = {name: getattr(self, name).strip() for name in ("person", "entity", "label", "entity_type", "text")}
        try:
            right = Right.model_validate({name: value for name, value in fields.items() if value})
        except ValidationError as error:
            raise BadInput(f"the correction has no good {error.errors()[0]['loc'][0]}", rule="correction") from error
        return right if self.verdict is Verdict.CORRECT else None

    def decision(self, annotation: str) -> Decision:
        """Return the decision that the form asks for.

        Raises:
            BadInput: as `right`.
        """
        ground = self.ground or None
        return Decision(annotation, self.verdict, self.reason, self.version, ground, self.right(), self.force)


class Decided(Model):
    """What came of a decision; `made` is the annotation that a correction made."""

    annotation: str
    status: Status
    version: int
    decision: str
    made: str | None = None


class Shown(Model):
    """One guess with everything that its archivist may know; `rejected`: which rejection it says again, if any."""

    why: dict[str, Any]
    version: int
    verdicts: tuple[Verdict, ...]
    record: dict[str, Any]
    rejected: dict[str, str] | None = None


@router.api_route("/review/{local}", methods=["GET", "HEAD"])
def show(home: OpenHome, request: Request, response: Response, local: str) -> Shown:
    """Return one guess; the ETag is what If-Match wants."""
    user = known_asker(home, request, Role.ARCHIVIST, Role.AUDITOR)
    known, version = _find(home, user, local)
    response.headers["ETag"] = f'"{version}"'
    with home.journal.reading() as db:
        rejected = rejection_of(db, known, named=True)
    return Shown(
        rejected=rejected,
        why=_why(home, user, known.iri),
        version=version,
        verdicts=tuple(sorted(allowed_verdicts(known.status))),
        record=known.annotation.model_dump(mode="json", by_alias=True, exclude={"fingerprint"}),
    )


@router.api_route("/review/{local}/crop", methods=["GET", "HEAD"])
def show_crop(home: OpenHome, request: Request, local: str) -> Response:
    """Return the face crop of a guess, to those who may decide it."""
    user = known_asker(home, request, Role.ARCHIVIST)
    known, _ = _find(home, user, local)
    if user.partner != known.run.partner:
        raise NotFound("this guess has no face crop")
    guess = known.annotation
    crop = None
    if isinstance(guess, FaceMatch | UnknownFace) and guess.fingerprint:
        crop = home.vault.crop(str(guess.fingerprint), known.run.partner)
    if not crop:
        raise NotFound("this guess has no face crop")
    return Response(crop, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.post("/review/undo")
def undo(home: OpenHome, request: Request, ask: Undo) -> Decided:
    """Take back the archivist's own last decision about a guess, soon after; with If-Match as for a decision."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, request.headers.get("x-form-token", ""))
    seen = _version(request.headers.get("if-match"))
    return _decided(home, user, Decision(ask.annotation, Verdict.UNDO, ask.reason, seen))


@router.post("/review/{local}:{verdict}")
def decide(
    home: OpenHome,
    request: Request,
    local: str,
    verdict: Verdict,
    ask: Ask,
) -> Decided:
    """Record a decision, a correction or an opinion. With If-Match a stale one is refused with 412."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, request.headers.get("x-form-token", ""))
    seen = _version(request.headers.get("if-match"))
    decision = Decision(_iri(home, local), verdict, ask.reason, seen, ask.ground, ask.right, ask.force)
    return _decided(home, user, decision)


def _decided(home: Home, user: User, decision: Decision) -> Decided:
    ruling = home.decide(user, decision, wait=False)
    with home.journal.reading() as db:
        version = version_of(db, decision.annotation)
    return Decided(
        annotation=decision.annotation,
        status=ruling.validation.status,
        version=version,
        decision=home.mint.validation(ruling.validation.id),
        made=ruling.made,
    )


@router.post("/review/{local}")
def decide_by_form(
    home: OpenHome, request: Request, local: str, form: Annotated[DecisionForm, Form()]
) -> RedirectResponse:
    """Record a decision from the page and go back to the queue."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, form.token)
    home.decide(user, form.decision(_iri(home, local)), wait=False)
    return RedirectResponse("/review/queue", status_code=303)


def _iri(home: Home, local: str) -> str:
    return home.mint.names.id("annotation", local)


def _why(home: Home, user: User, iri: str) -> dict[str, Any]:
    with home.journal.reading() as db:
        seen = PrivateGraphs(home.private, db, home.mint, user)
        return explain_inside(seen, question({"annotation": iri}), home.mint.base)


def _find(home: Home, user: User, local: str) -> tuple[Known, int]:
    with home.journal.reading() as db:
        return find_for(db, user, _iri(home, local)), version_of(db, _iri(home, local))


def _version(if_match: str | None) -> int | None:
    """Return the version that If-Match names; 0, which is never current, where it names none of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    tag = if_match.strip().removeprefix("W/").strip('"')
    return int(tag) if tag.isascii() and tag.isdigit() and len(tag) <= MAX_VERSION_DIGITS else 0

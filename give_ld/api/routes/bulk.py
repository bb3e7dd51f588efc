"""Decisions about many guesses over HTTP: what one would do, doing it, and taking all of it back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from pydantic import Field

from give_ld.api.access import OpenHome, check_form_token, known_asker
from give_ld.errors import Unguarded
from give_ld.model.base import Model
from give_ld.model.bulk import Band, Selection
from give_ld.model.correction import Right
from give_ld.model.decision import DecisionReason, Role
from give_ld.model.status import Verdict
from give_ld.review.many import ManyAsk, weigh
from give_ld.review.outcome import outcome, sample_outcome
from give_ld.review.sampling import draw, find_sample
from give_ld.review.unmany import decided_by, find_bulk

router = APIRouter(tags=["review"])


class BulkAsk(Model):
    """The body of a decision about many; `id` may be chosen by who asks, so that the same is not done twice."""

    verdict: Verdict
    select: Selection
    reason: Annotated[str, Field(max_length=10_000)] = ""
    ground: DecisionReason | None = None
    right: Right | None = None
    sample: UUID | None = None
    force: bool = False
    dry_run: bool = False
    id: UUID = Field(default_factory=uuid4)


@router.post("/review/bulk")
def decide_many(home: OpenHome, request: Request, response: Response, ask: BulkAsk) -> dict[str, Any]:
    """Decide about many guesses in one transaction, or (dry_run) say what that would do.

    If-Match carries the digest of a dry run: where the selection changed since, nothing is done (412).
    """
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, request.headers.get("x-form-token", ""))
    seen = _digest(request.headers.get("if-match"))
    if seen is None and not ask.dry_run:
        message = "say which selection you saw: If-Match with the digest of a dry run"
        raise Unguarded(message, rule="if-match")
    own = {name: getattr(ask, name) for name in ("verdict", "reason", "ground", "right", "sample", "force", "id")}
    many_ask = ManyAsk(selection=ask.select, seen=seen, **own)
    if ask.dry_run:
        with home.journal.reading() as db:
            bench = home.bench
            many = weigh(db, bench, user, many_ask, home.journal.clock())
            found = outcome(db, many, dry_run=True)
    else:
        many = home.decide_many(user, many_ask, wait=False)
        with home.journal.reading() as db:
            found = outcome(db, many, dry_run=False)
    response.headers["ETag"] = f'"{found["digest"]}"'
    return found


@router.api_route("/review/bulk/{bulk}", methods=["GET", "HEAD"])
def show_bulk(home: OpenHome, request: Request, bulk: UUID) -> dict[str, Any]:
    """Return a decision about many guesses and which they were; 404 until it is done."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        done = find_bulk(db, user, bulk)
        return {**done.model_dump(mode="json", exclude_none=True), "annotations": decided_by(db, bulk)}


@router.post("/review/bulk/{bulk}:undo")
def undo_many(home: OpenHome, request: Request, bulk: UUID) -> dict[str, Any]:
    """Take back all of a decision about many that nobody decided about since."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, request.headers.get("x-form-token", ""))
    many = home.undo_many(user, bulk, wait=False)
    with home.journal.reading() as db:
        return {**outcome(db, many, dry_run=False), "undoes": str(bulk)}


class SampleAsk(Model):
    """The body that asks for a sample of a band."""

    band: Band


@router.post("/review/samples", status_code=201)
def draw_sample(home: OpenHome, request: Request, ask: SampleAsk) -> dict[str, Any]:
    """Draw a sample of a band by chance, as large as the policy of the archive wants it."""
    user = known_asker(home, request, Role.ARCHIVIST)
    check_form_token(request, request.headers.get("x-form-token", ""))
    with home.writing() as writing:
        drawn = draw(writing.db, user, ask.band, home.journal.clock())
        writing.append(drawn, user.id, drawn.partner)
    with home.journal.reading() as db:
        return sample_outcome(db, drawn)


@router.api_route("/review/samples/{sample}", methods=["GET", "HEAD"])
def show_sample(home: OpenHome, request: Request, sample: UUID) -> dict[str, Any]:
    """Return a sample: its guesses, how many were looked at and right, and whether that suffices."""
    user = known_asker(home, request, Role.ARCHIVIST)
    with home.journal.reading() as db:
        _, drawn = find_sample(db, user.partner or "", sample)
        return sample_outcome(db, drawn)


def _digest(if_match: str | None) -> str | None:
    return None if if_match is None else if_match.strip().removeprefix("W/").strip('"')

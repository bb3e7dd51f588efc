"""GET /why: why an annotation or a plain triple is here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError

from give_ld.api.access import OpenHome, asker
from give_ld.errors import BadInput, Gone, NotFound
from give_ld.home import Home
from give_ld.model.base import Iri, Model
from give_ld.review.publication import is_gone
from give_ld.review.why import Why, asked_about, explain, may_ask


class Asked(Model):
    """What the question is about: an annotation, or a triple s p o."""

    annotation: Iri | None = None
    s: Iri | None = None
    p: Iri | None = None
    o: Iri | None = None


class Answer(Model):
    """Every annotation that supports what was asked about."""

    asked: Asked
    annotations: tuple[Why, ...]


router = APIRouter(tags=["why"])


@router.api_route("/why", methods=["GET", "HEAD"], response_model_exclude_none=True)
def why(
    home: OpenHome,
    request: Request,
    annotation: Annotated[str | None, Query(description="IRI of an annotation")] = None,
    s: Annotated[str | None, Query(description="subject of a triple: an item")] = None,
    p: Annotated[str | None, Query(description="predicate: schema:mentions")] = None,
    o: Annotated[str | None, Query(description="object: a person or another entity")] = None,
) -> Answer:
    """Return score, calibrated confidence, run, software, weights, reference set, fragment, organisation, time."""
    try:
        asked = Asked(annotation=annotation, s=s, p=p, o=o)
    except ValidationError as error:
        raise BadInput(f"not an IRI: {error.errors()[0]['loc'][0]}", rule="iri") from error
    if asked.annotation is None and not (asked.s and asked.p and asked.o):
        raise BadInput("ask about ?annotation=IRI or about a triple with ?s=IRI&p=IRI&o=IRI", rule="question")
    return answer_why(home, asked, request)


def answer_why(home: Home, asked: Asked, request: Request) -> Answer:
    """Return every supporting annotation that the asker may know of.

    Raises:
        NotFound: there is none, or none that the asker may know of.
        Gone: the annotation was public and has been withdrawn.
    """
    user = asker(home, request)
    with home.journal.reading() as db:
        terms = (asked.annotation,) if asked.annotation else (str(asked.s), str(asked.p), str(asked.o))
        visibility = home.settings.visibility
        seen = [known for known in asked_about(db, terms) if may_ask(db, known, user, visibility)]
        if not seen and asked.annotation and is_gone(db, asked.annotation):
            raise Gone(f"{asked.annotation} was public and has been withdrawn")
    if not seen:
        raise NotFound("nothing is known about this, or nothing that you may see")
    return Answer(asked=asked, annotations=tuple(explain(home.mint, each, user) for each in seen))

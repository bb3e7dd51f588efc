"""The command that says why an annotation or a fact is here."""

from __future__ import annotations

import json
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from give_ld.client import Client
from give_ld.commands.options import HomeOption, JsonOption, TokenOption, UrlOption, finish, opened
from give_ld.errors import BadQuery, NotUsable
from give_ld.rdf.namespaces import Namespaces
from give_ld.review.publication import is_gone
from give_ld.review.why.answer import Explainer
from give_ld.review.why.document import turtle
from give_ld.review.why.evidence import store_source
from give_ld.review.why.inside import PrivateGraphs
from give_ld.review.why.question import Question, question_of
from give_ld.review.why.words import told


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSONLD = "jsonld"
    TTL = "ttl"


def why(
    asked: Annotated[
        list[str], typer.Argument(help="IRI of an annotation, or a triple: S P O, or one N-Triples statement.")
    ],
    user: Annotated[str, typer.Option("--as", help="Name of the user who asks; nobody: what the public may see.")] = "",
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    form: Annotated[Format, typer.Option("--format", help="How the answer is printed.")] = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Say why an annotation or a fact is here, and who said so."""
    try:
        question = question_of(asked)
    except BadQuery as error:
        raise NotUsable(error.message, rule=error.rule) from error
    if url:
        with Client(url, token) as client:
            found = client.why(**question.asked)
    else:
        found = _explained(home, question, user)
    finish(found, as_json=as_json, words=_printed(found, form))


def _explained(home: Path | None, question: Question, user: str) -> dict[str, Any]:
    with ExitStack() as stack:
        instance = stack.enter_context(opened(home))
        db = stack.enter_context(instance.journal.reading())
        mint = instance.mint
        explainer = Explainer(store_source(instance.public), mint.base, lambda iri: is_gone(db, mint, iri))
        asking = PrivateGraphs(instance.private, db, mint, instance.user(user)) if user else None
        return explainer.explain(question, asking)


def _printed(found: dict[str, Any], form: Format) -> str:
    if form is Format.TEXT:
        return told(found)
    if form is Format.JSONLD:
        return json.dumps(found, indent=1, ensure_ascii=False)
    return turtle(found, Namespaces(str(found["id"]).rpartition("/why?")[0])).decode("utf-8")

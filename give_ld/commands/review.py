"""Commands of the archivist: the queue, and a decision."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from give_ld.client import Client
from give_ld.commands import many
from give_ld.commands.options import AsOption, HomeOption, JsonOption, TokenOption, UrlOption, finish, opened
from give_ld.errors import NotUsable
from give_ld.journal.pending import Wanted, counts, queue
from give_ld.model.annotation import EntityType
from give_ld.model.correction import Right
from give_ld.model.decision import DecisionReason
from give_ld.model.fragment import parse_fragment
from give_ld.model.record import describe
from give_ld.model.status import Status, Verdict
from give_ld.review.decide import Decision, find_for
from give_ld.review.rejections import rejection_of
from give_ld.review.why.answer import explain_inside
from give_ld.review.why.inside import PrivateGraphs
from give_ld.review.why.question import question
from give_ld.review.why.words import told

review = typer.Typer(no_args_is_help=True, help="Look at guesses and decide about them.")
for _name, _command in (
    ("bulk", many.bulk),
    ("undo-bulk", many.undo_bulk),
    ("sample", many.sample),
    ("policy", many.policy),
    ("agreement", many.agreement),
):
    review.command(_name)(_command)


@review.command("list")
def list_guesses(
    user: AsOption = "",
    status: Annotated[Status, typer.Option(help="Which guesses.")] = Status.PROPOSED,
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the guesses of the archivist's partner, the most certain first."""
    if url:
        with Client(url, token) as client:
            found = client.queue(status)
    else:
        with opened(home) as instance:
            partner = instance.user(user).partner or ""
            with instance.journal.reading() as db:
                rows = queue(db, Wanted(partner, status)).rows
                found = {"partner": partner, "status": status, "rows": rows, "counts": counts(db, partner)}
    lines = [
        f"{r['iri']}  {r['kind']}  {(r['label'] or r['words'] or '-')[:60]}  {_certainty(r)}" for r in found["rows"]
    ]
    finish(found, as_json=as_json, words="\n".join(lines) or f"nothing is {status}")


def _certainty(row: dict[str, Any]) -> str:
    if row["confidence"] is not None:
        return f"p={row['confidence']:.3f}"
    return "score unstated" if row["score"] is None else f"score={row['score']:.3f} (uncalibrated)"


@review.command("show")
def show(annotation: str, user: AsOption, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show one guess with all that led to it."""
    with opened(home) as instance:
        asking = instance.user(user)
        with instance.journal.reading() as db:
            known = find_for(db, asking, annotation)
            rejected = rejection_of(db, known, named=True)
            seen = PrivateGraphs(instance.private, db, instance.mint, asking)
            found = explain_inside(seen, question({"annotation": annotation}), instance.mint.base)
    words = told(found)
    if rejected:
        words += f"\nrejected before: {rejected['annotation']}, on {rejected['at']} by {rejected['by']}"
    finish({**found, "rejected": rejected}, as_json=as_json, words=words)


@review.command("decide")
def decide(
    annotation: Annotated[str, typer.Argument(help="IRI of the guess.")],
    verdict: Annotated[Verdict, typer.Argument(help="What you say of it.")],
    user: AsOption = "",
    reason: Annotated[str, typer.Option(help="Why, in words.")] = "",
    ground: Annotated[DecisionReason | None, typer.Option(help="Why, from the list.")] = None,
    person: Annotated[str | None, typer.Option(help="correct: who it is, IRI of a reference person.")] = None,
    entity: Annotated[str | None, typer.Option(help="correct: what is meant, a Wikidata id; needs --label.")] = None,
    label: Annotated[str | None, typer.Option(help="correct: what the entity is called.")] = None,
    no_entity: Annotated[bool, typer.Option("--no-entity", help="correct: nothing known is meant.")] = False,
    entity_type: Annotated[EntityType | None, typer.Option("--type", help="correct: what sort of name it is.")] = None,
    text: Annotated[str | None, typer.Option(help="correct: what is said.")] = None,
    fragment: Annotated[str | None, typer.Option(help="correct: where, as t=1.0,2.5&xywh=1,2,3,4.")] = None,
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    as_json: JsonOption = False,
) -> None:
    """Approve, reject, call unsuitable, withdraw, correct, agree, disagree or undo."""
    said: dict[str, Any] = {
        "person": person,
        "entity": entity,
        "label": label,
        "entity_type": entity_type,
        "text": text,
    }
    said |= {"no_entity": no_entity, "fragment": parse_fragment(fragment) if fragment else None}
    right = _right({name: value for name, value in said.items() if value})
    _decide(annotation, Decision(annotation, verdict, reason, None, ground, right), (user, home, url, token), as_json)


def _right(said: dict[str, Any]) -> Right | None:
    try:
        return Right.model_validate(said) if said else None
    except ValidationError as error:
        raise NotUsable(f"the correction has no good {error.errors()[0]['loc'][0]}: {describe(error)}") from error


@review.command("undo")
def undo(
    annotation: Annotated[str, typer.Argument(help="IRI of the guess.")],
    user: AsOption = "",
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back your own last decision about a guess, soon after."""
    _decide(annotation, Decision(annotation, Verdict.UNDO), (user, home, url, token), as_json)


def _decide(annotation: str, decision: Decision, way: tuple[str, Path | None, str | None, str], as_json: bool) -> None:
    """Decide on the files as the user named, or through a running server."""
    user, home, url, token = way
    if url:
        said = {"ground": decision.ground, "right": decision.right and decision.right.model_dump(exclude_none=True)}
        with Client(url, token) as client:
            if decision.verdict is Verdict.UNDO:
                result = client.undo(annotation)
            else:
                result = client.decide(annotation, decision.verdict, decision.reason, said=said)
    else:
        if not user:
            raise NotUsable("say who decides: --as USER (or go through a server: --url and --token)")
        with opened(home) as instance:
            ruling = instance.decide(instance.user(user), decision)
            result = {"annotation": annotation, "status": ruling.validation.status, "made": ruling.made}
    made = f"; in its place stands {result['made']}" if result.get("made") else ""
    finish(result, as_json=as_json, words=f"{annotation} is {result['status']}{made}")

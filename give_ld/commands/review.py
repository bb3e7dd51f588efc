"""Commands of the archivist: the queue, a decision, and why something is there."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from give_ld.client import Client
from give_ld.commands.options import AsOption, HomeOption, JsonOption, TokenOption, UrlOption, finish, opened
from give_ld.errors import NotUsable
from give_ld.journal.lookups import counts, queue
from give_ld.model.status import Status, Verdict
from give_ld.review.decide import Decision, find_for
from give_ld.review.why import Why, asked_about, explain, may_ask

review = typer.Typer(no_args_is_help=True, help="Look at guesses and decide about them.")


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
                rows = queue(db, partner, status)
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
            found = explain(instance.mint, find_for(db, asking, annotation), asking)
    finish(found.model_dump(mode="json", exclude_none=True), as_json=as_json, words=_told(found))


@review.command("decide")
def decide(
    annotation: Annotated[str, typer.Argument(help="IRI of the guess.")],
    verdict: Annotated[Verdict, typer.Argument(help="What you say of it.")],
    user: AsOption = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    as_json: JsonOption = False,
) -> None:
    """Approve, reject, call unsuitable, or withdraw what was approved."""
    if url:
        with Client(url, token) as client:
            result = client.decide(annotation, verdict, reason)
    else:
        if not user:
            raise NotUsable("say who decides: --as USER (or go through a server: --url and --token)")
        with opened(home) as instance:
            validation = instance.decide(instance.user(user), Decision(annotation, verdict, reason))
            result = {"annotation": annotation, "status": validation.status}
    finish(result, as_json=as_json, words=f"{annotation} is {result['status']}")


def why(
    asked: Annotated[str, typer.Argument(help="IRI of an annotation, or a triple: 'S P O'.")],
    user: AsOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why an annotation or a fact is here, and who said so."""
    terms = tuple(term.strip("<>") for term in asked.split())
    if len(terms) not in (1, 3):
        raise NotUsable("ask about the IRI of an annotation, or about a triple: 'S P O'")
    with opened(home) as instance:
        asking = instance.user(user) if user else None
        licences = instance.settings.public_licences
        with instance.journal.reading() as db:
            seen = [known for known in asked_about(db, terms) if may_ask(db, known, asking, licences)]
        found = [explain(instance.mint, known, asking) for known in seen]
    words = "\n\n".join(_told(each) for each in found) or "nothing is known about this, or nothing that you may see"
    finish(
        {"annotations": [each.model_dump(mode="json", exclude_none=True) for each in found]},
        as_json=as_json,
        words=words,
    )
    raise typer.Exit(0 if found else 1)


def _told(why: Why) -> str:
    """Return the chain behind a guess as a person would tell it."""
    made, software = why.made, why.made.software
    sure = f"probability {why.confidence} by {why.calibrator.id}" if why.calibrator else "uncalibrated"
    made_at = f"{made.ended:%Y-%m-%d %H:%M:%S}Z" if made.ended else "at an unstated time"
    lines = [
        f"{why.annotation}: {why.kind}, {why.status}",
        f"  says     {why.item} has to do with {why.subject}",
        f"  where    {why.media}",
        f"  score    {'none' if why.score is None else why.score} ({why.score_kind}), {sure}",
        f"  made     {made_at} by {software.name} {software.version or '(version unstated)'}, run {made.run}",
        *(f"  weights  {model.name} sha256:{model.sha256} ({model.licence})" for model in software.models),
        *([f"  matched  against reference set {made.reference_set}"] if made.reference_set else []),
        *(
            f"  decided  {each.status} at {each.time:%Y-%m-%d %H:%M:%S}Z by {each.person or each.organisation}"
            + (f": {each.reason}" if each.reason else "")
            for each in why.decisions
        ),
        *([f"  left out {', '.join(why.left_out)}"] if why.left_out else []),
    ]
    return "\n".join(lines)

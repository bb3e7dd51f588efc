"""Commands of the archive about many guesses: bulk decisions, samples, policies and agreement."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import TypeAdapter, ValidationError

from give_ld.client import Client
from give_ld.commands.options import AsOption, HomeOption, JsonOption, TokenOption, UrlOption, finish, opened
from give_ld.errors import NotUsable
from give_ld.model.bulk import Band, ReviewPolicy, Selection
from give_ld.model.decision import DecisionReason
from give_ld.model.record import describe
from give_ld.model.status import Verdict
from give_ld.review.agreement import agreements
from give_ld.review.many import ManyAsk, weigh
from give_ld.review.outcome import outcome, sample_outcome
from give_ld.review.policy import described, policies, set_policy
from give_ld.review.sampling import draw

_SELECTION: TypeAdapter[Any] = TypeAdapter(Selection)
KindOption = Annotated[str | None, typer.Option("--kind", help="Guesses of this kind.")]
LowOption = Annotated[float | None, typer.Option("--low", help="From this calibrated confidence on.")]
HighOption = Annotated[float | None, typer.Option("--high", help="Up to this calibrated confidence.")]
SubjectOption = Annotated[str | None, typer.Option("--subject", help="About this person, entity or name.")]
ItemOption = Annotated[str | None, typer.Option("--item", help="In this item.")]


def _selection(picked: list[Path | str], said: dict[str, Any]) -> Any:  # noqa: ANN401 - one of four models
    """Return what is selected: IRIs that are named, a cluster, a band of confidence, or a group."""
    fields = {name: value for name, value in said.items() if value is not None}
    if picked:
        fields = {"by": "pick", "annotations": [str(each) for each in picked], **fields}
    elif "cluster" in fields:
        fields["by"] = "cluster"
    else:
        fields["by"] = "band" if {"low", "high"} & fields.keys() else "group"
        if fields["by"] == "band":
            fields = {"low": 0.0} | fields
    try:
        return _SELECTION.validate_python(fields)
    except ValidationError as error:
        message = f"say which guesses: IRIs, --cluster, --kind with --subject, or --kind with --low ({describe(error)})"
        raise NotUsable(message, rule="selection") from error


def bulk(
    verdict: Annotated[Verdict, typer.Argument(help="approve, reject, unsuitable or withdraw.")],
    annotations: Annotated[list[str] | None, typer.Argument(help="IRIs of guesses.")] = None,
    user: AsOption = "",
    kind: KindOption = None,
    subject: SubjectOption = None,
    item: ItemOption = None,
    cluster: Annotated[str | None, typer.Option(help="The unknown faces of this cluster.")] = None,
    low: LowOption = None,
    high: HighOption = None,
    sample: Annotated[UUID | None, typer.Option(help="approve a band: the sample on which that rests.")] = None,
    reason: Annotated[str, typer.Option(help="Why, in words.")] = "",
    ground: Annotated[DecisionReason | None, typer.Option(help="Why, from the list.")] = None,
    seen: Annotated[str | None, typer.Option(help="The digest that a dry run gave: do nothing if it changed.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Also what a colleague claimed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    as_json: JsonOption = False,
) -> None:
    """Decide about many guesses at once; each is logged alone, and one undo takes all of it back."""
    said = {"kind": kind, "subject": subject, "item": item, "cluster": cluster, "low": low, "high": high}
    ask = ManyAsk(verdict, _selection(list(annotations or ()), said), reason, ground, None, seen, sample, force)
    if url:
        body: dict[str, Any] = {"verdict": verdict, "select": ask.selection.model_dump(mode="json"), "reason": reason}
        body |= {"ground": ground, "sample": str(sample) if sample else None, "force": force, "id": str(ask.id)}
        with Client(url, token) as client:
            digest = seen or (None if dry_run else client.decide_many({**body, "dry_run": True})["digest"])
            found = client.decide_many({**body, "dry_run": dry_run}, digest)
    else:
        with opened(home) as instance:
            acting = instance.user(user)
            if dry_run:
                bench = instance.bench
                with instance.journal.reading() as db:
                    many = weigh(db, bench, acting, ask, instance.journal.clock())
            else:
                many = instance.decide_many(acting, ask)
            with instance.journal.reading() as db:
                found = outcome(db, many, dry_run=dry_run)
    finish(found, as_json=as_json, words=_told(found))


def _told(found: dict[str, Any]) -> str:
    doing = "would be" if found["dry_run"] else "are"
    lines = [f"{count} {doing} {status}" for status, count in found["decided"].items()] or [f"nothing {doing} decided"]
    lines += [f"{each['count']} refused ({each['rule']}): {each['message']}" for each in found["refused"]]
    lines += [f"{count} passed over: {why}" for why, count in found["passed_over"].items()]
    return "\n".join([*lines, f"decision {found['id']}", f"seen {found['digest']}"])


def undo_bulk(
    bulk_id: Annotated[UUID, typer.Argument(help="Id of the decision about many.")],
    user: AsOption = "",
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back your own decision about many guesses, soon after."""
    if url:
        with Client(url, token) as client:
            found = client.undo_many(str(bulk_id))
    else:
        with opened(home) as instance:
            many = instance.undo_many(instance.user(user), bulk_id)
            with instance.journal.reading() as db:
                found = outcome(db, many, dry_run=False)
    finish(found, as_json=as_json, words=_told(found))


def sample(
    kind: Annotated[str, typer.Option(help="Guesses of this kind.")],
    low: Annotated[float, typer.Option(help="From this calibrated confidence on.")],
    high: Annotated[float, typer.Option(help="Up to this calibrated confidence.")] = 1.0,
    user: AsOption = "",
    subject: SubjectOption = None,
    item: ItemOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw the sample of a band that the policy of the archive wants a person to look at."""
    band = _selection([], {"kind": kind, "subject": subject, "item": item, "low": low, "high": high})
    assert isinstance(band, Band)  # noqa: S101 - low is given
    with opened(home) as instance:
        acting = instance.user(user)
        with instance.writing() as writing:
            drawn = draw(writing.db, acting, band, instance.journal.clock())
            writing.append(drawn, acting.id, drawn.partner)
        with instance.journal.reading() as db:
            found = sample_outcome(db, drawn)
    finish(found, as_json=as_json, words="\n".join([f"sample {drawn.id}", *drawn.annotations]))


def policy(
    partner: Annotated[str | None, typer.Option(help="OR-id of the archive.")] = None,
    kind: KindOption = None,
    show_from: Annotated[float | None, typer.Option(help="Show nothing below this confidence.")] = None,
    sample_from: Annotated[float | None, typer.Option(help="From here on a sample suffices.")] = None,
    sample_size: Annotated[int | None, typer.Option(help="So many guesses of it are looked at.")] = None,
    precision: Annotated[float | None, typer.Option(help="At least this share must be right.")] = None,
    level: Annotated[float | None, typer.Option(help="With this probability.")] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    user: AsOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the policies of archives, or (with --kind) record one: by which rule guesses are looked at."""
    with opened(home) as instance:
        acting = instance.user(user)
        if kind:
            said = {"partner": partner, "kind": kind, "show_from": show_from, "sample_from": sample_from}
            said |= {"sample_size": sample_size, "precision": precision, "level": level, "reason": reason}
            try:
                said_policy = ReviewPolicy.model_validate(said | {"user": acting.id, "at": instance.journal.clock()})
            except ValidationError as error:
                raise NotUsable(f"the policy is not whole: {describe(error)}", rule="policy") from error
            with instance.writing() as writing:
                set_policy(writing, acting, said_policy)
        with instance.journal.reading() as db:
            found = {"policies": [described(db, each) for each in policies(db, partner or acting.partner)]}
    lines = [f"{each['partner']}  {each['kind']}  {each['reason']}" for each in found["policies"]]
    finish(found, as_json=as_json, words="\n".join(lines) or "there is no policy")


def agreement(user: AsOption = "", home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show how far archivists agree where one gave a second opinion: raw and as Cohen's kappa."""
    with opened(home) as instance:
        acting = instance.user(user)
        with instance.journal.reading() as db:
            found = [asdict(each) for each in agreements(db, acting.partner)]
    lines = [f"{each['kind']}  {'  '.join(each['users'])}  n={each['count']}  kappa={each['kappa']}" for each in found]
    finish({"agreement": found}, as_json=as_json, words="\n".join(lines) or "there is no second opinion")

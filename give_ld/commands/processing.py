"""Commands about what partners allow to be run on their items."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from give_ld.commands.options import AsOption, HomeOption, JsonOption, finish, opened
from give_ld.errors import NotUsable
from give_ld.journal.allowed import processings
from give_ld.model.processing import Allowed
from give_ld.model.run import Stage
from give_ld.processing import allow, policy_of

processing = typer.Typer(no_args_is_help=True, help="What a partner allows to be run on its items.")
_ALL, _NONE = "all", "none"


@processing.command("set")
def set_policy(
    partner: Annotated[str, typer.Argument(help="OR-id of the partner.")],
    actor: AsOption,
    reason: Annotated[str, typer.Option(help="Why; it is journalled.")],
    stage: Annotated[list[Stage], typer.Option(help="A stage that may run; none given: none may.")] = [],  # noqa: B006
    person: Annotated[list[str], typer.Option(help="IRI of who may be looked for; or: all, none.")] = [_ALL],  # noqa: B006
    unknown_faces: Annotated[bool, typer.Option(help="Whether faces without a name are kept.")] = False,
    collection: Annotated[str | None, typer.Option(help="Collection; without it, the rest of the partner.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what may be run, in the place of what was said before; it is a recorded decision."""
    persons = None if person == [_ALL] else () if person == [_NONE] else tuple(person)
    try:
        allowed = Allowed(collection=collection, stages=tuple(stage), persons=persons, unknown_faces=unknown_faces)
    except ValueError as error:
        raise NotUsable("--person is the IRI of a person, or alone: all, none") from error
    with opened(home) as instance:
        said = allow(instance, partner, allowed, instance.user(actor), reason)
    finish(said.model_dump(mode="json"), as_json=as_json)


@processing.command("list")
def list_policy(
    partner: Annotated[str, typer.Argument(help="OR-id of the partner.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what a partner allows, by collection."""
    with opened(home) as instance, instance.journal.reading() as db:
        found = [each.allowed.model_dump(mode="json") for each in processings(db, partner)]
    words = "\n".join(_line(each) for each in found) or "nothing was said: all stages may run, no unknown face is kept"
    finish({"partner": partner, "rules": found}, as_json=as_json, words=words)


def _line(rule: dict[str, object]) -> str:
    persons = rule["persons"]
    looked_for = _ALL if persons is None else persons or _NONE
    said = f"stages: {rule['stages'] or _NONE}, persons: {looked_for}, unknown faces: {rule['unknown_faces']}"
    return f"{rule['collection'] or '(the rest)'}: {said}"


@processing.command("export")
def export(
    partner: Annotated[str, typer.Argument(help="OR-id of the partner.")],
    out: Annotated[Path, typer.Option(help="File for `give-ld pipeline run --policy`.", dir_okay=False)],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what a partner allows as a file that the pipeline obeys."""
    with opened(home) as instance:
        policy = policy_of(instance, partner)
    out.write_text(policy.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    finish({"policy": policy.digest, "out": str(out)}, as_json=as_json, words=f"{policy.digest}: {out}")

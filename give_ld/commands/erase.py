"""Commands that make somebody disappear; nobody else may have the instance open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from give_ld.commands.options import AsOption, HomeOption, JsonOption, finish
from give_ld.config import load_settings
from give_ld.erasure.certificate import in_words
from give_ld.erasure.erase import Order
from give_ld.erasure.procedure import carry_out
from give_ld.errors import NotUsable
from give_ld.model.erasure import ErasureKind

erase = typer.Typer(no_args_is_help=True, help="Make somebody disappear who objects.")
ReasonOption = Annotated[str, typer.Option(help="Why, without saying who; it is journalled.")]


@erase.callback()
def _several() -> None:
    """Make somebody disappear who objects; `refset erase` and `user erase` are for who has a record here."""


@erase.command("subject")
def subject(
    actor: AsOption,
    reason: ReasonOption,
    name: Annotated[list[str], typer.Option(help="A name of the person; as spoken or written.")] = [],  # noqa: B006
    entity: Annotated[list[str], typer.Option(help="A Wikidata id, or the IRI of a person.")] = [],  # noqa: B006
    annotation: Annotated[list[str], typer.Option(help="IRI of a guess in which the person is.")] = [],  # noqa: B006
    cluster: Annotated[list[str], typer.Option(help="Id of a cluster of faces, or of a voice.")] = [],  # noqa: B006
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase somebody who is named, seen or heard in the material; exit code 1 if anything is left."""
    values = (*name, *entity, *annotation, *cluster)
    if not values:
        raise NotUsable("say who: --name, --entity, --annotation or --cluster")
    erase_now(home, Order(ErasureKind.SUBJECT, values, reason), actor, as_json=as_json)


def erase_now(home: Path | None, order: Order, actor: str, *, as_json: bool) -> None:
    """Carry an erasure out and print its certificate; exit code 1 if anything is left."""
    certificate = carry_out(load_settings(home=home), order, actor)
    finish(certificate.model_dump(mode="json"), as_json=as_json, words=in_words(certificate))
    raise typer.Exit(0 if certificate.is_clean else 1)

"""Commands about the knowledge base: the names of persons, places and organisations, with their Wikidata ids."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from give_ld.commands.options import JsonOption, finish
from give_ld.kb.base import SHIPPED, open_kb
from give_ld.kb.build import build_kb

kb = typer.Typer(no_args_is_help=True, help="The knowledge base that names are linked to.")


@kb.command("build")
def build(
    out: Annotated[Path, typer.Option(help="SQLite file to write.", dir_okay=False)],
    table: Annotated[Path, typer.Option(help="TSV of entities; the shipped one if left out.", exists=True)] = SHIPPED,
    as_json: JsonOption = False,
) -> None:
    """Build a knowledge base from a table of entities."""
    build_kb(table, out)
    finish({"out": str(out), "version": open_kb(out).version}, as_json=as_json)


@kb.command("info")
def info(
    file: Annotated[Path | None, typer.Argument(help="A built knowledge base; the shipped one if left out.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say where a knowledge base comes from, and how many names it has."""
    base = open_kb(file)
    facts = {"version": base.version, "source": base.source, "licence": base.licence, "sha256": base.digest}
    finish({**facts, "names": len(base.labels())}, as_json=as_json)

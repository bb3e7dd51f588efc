"""The command that lets go of what has been kept long enough."""

from __future__ import annotations

from typing import Annotated

import typer

from give_ld.commands.options import AsOption, HomeOption, JsonOption, finish
from give_ld.config import load_settings
from give_ld.erasure.retention import retain

retention = typer.Typer(no_args_is_help=True, help="How long things are kept.")


@retention.callback()
def _several() -> None:
    """How long things are kept: the settings say it, in days."""


@retention.command("run")
def run(
    actor: AsOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase unknown faces, rejected guesses, quarantine and tokens that are past their time; journalled."""
    counts = retain(load_settings(home=home), actor, dry_run=dry_run)
    finish({**counts, "dry_run": dry_run}, as_json=as_json)

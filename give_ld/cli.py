"""The command `give-ld`: the service's own commands, and those that the pipeline brings through its entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

import typer
from typer.core import TyperGroup

from give_ld import __version__
from give_ld.commands.data import dump, ingest, rebuild
from give_ld.commands.kb import kb
from give_ld.commands.people import refset, user
from give_ld.commands.review import audit, review, why
from give_ld.commands.serve import serve
from give_ld.demo import demo
from give_ld.errors import GiveLdError


class Commands(TyperGroup):
    """A group whose errors end the process with their own words and exit code."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run a command; an error of give-ld becomes one line on standard error."""
        try:
            return super().invoke(ctx)
        except GiveLdError as error:
            typer.echo(f"{error.rule}: {error.message}", err=True)
            ctx.exit(error.exit_code)


def create_cli() -> typer.Typer:
    """Return the command line, with what entry points of the group `give_ld.commands` add to it."""
    cli = typer.Typer(
        cls=Commands,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="From AI guesses about audio and video to approved, traceable linked data.",
    )
    cli.callback()(_version)
    for command in (demo, ingest, serve, why, rebuild, dump):
        cli.command()(command)
    for name, group in {"review": review, "refset": refset, "user": user, "audit": audit, "kb": kb}.items():
        cli.add_typer(group, name=name)
    for entry in entry_points(group="give_ld.commands"):
        cli.add_typer(entry.load(), name=entry.name)
    return cli


def _version(
    version: bool = typer.Option(False, "--version", help="Print the version and end.", is_eager=True),
) -> None:
    if version:
        typer.echo(f"give-ld {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line."""
    create_cli()()


if __name__ == "__main__":
    main()

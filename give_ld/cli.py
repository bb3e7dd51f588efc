"""The command `give-ld`: each command is loaded when it is asked for, so that none waits for what it does not need."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from give_ld import __version__
from give_ld.errors import GiveLdError

_OWN = {
    "demo": "give_ld.demo:demo",
    "ingest": "give_ld.commands.data:ingest",
    "quarantine": "give_ld.commands.quarantine:quarantine",
    "report": "give_ld.commands.report:report",
    "retention": "give_ld.commands.retention:retention",
    "serve": "give_ld.commands.serve:serve",
    "erase": "give_ld.commands.erase:erase",
    "processing": "give_ld.commands.processing:processing",
    "review": "give_ld.commands.review:review",
    "refset": "give_ld.commands.people:refset",
    "user": "give_ld.commands.users:user",
    "why": "give_ld.commands.why:why",
    "audit": "give_ld.commands.audit:audit",
    "rebuild": "give_ld.commands.data:rebuild",
    "dump": "give_ld.commands.data:dump",
    "publish": "give_ld.commands.publish:publish",
    "backup": "give_ld.commands.backup:backup",
    "restore": "give_ld.commands.backup:restore",
    "kb": "give_ld.commands.kb:kb",
    "bench": "give_ld.commands.bench:bench",
}


class Commands(TyperGroup):
    """The commands of the service and those that other packages bring as entry points of `give_ld.commands`."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401
        """Return the names of all commands."""
        return [*_OWN, *sorted(_brought())]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        """Return a command, loaded now, or None if there is none of this name."""
        if cmd_name in _OWN:
            module, _, name = _OWN[cmd_name].partition(":")
            found = getattr(import_module(module), name)
        elif cmd_name in _brought():
            found = _brought()[cmd_name].load()
        else:
            return None
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False)
            single.command(cmd_name)(found)
            found = single
        command = get_command(found)
        command.name = cmd_name
        return command

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run a command; an error of give-ld becomes one line on standard error and its own exit code."""
        try:
            return super().invoke(ctx)
        except GiveLdError as error:
            typer.echo(f"{error.rule}: {error.message}", err=True)
            ctx.exit(error.exit_code)
        except OSError as error:
            typer.echo(f"{error.filename or 'system'}: {error.strerror or error}", err=True)
            ctx.exit(1)


def _brought() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group="give_ld.commands")}


def _version(value: bool) -> None:
    if value:
        typer.echo(f"give-ld {__version__}")
        raise typer.Exit


def create_cli() -> typer.Typer:
    """Return the command line."""
    cli = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)

    @cli.callback()
    def give_ld(
        version: bool = typer.Option(
            False,
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the version and end.",
        ),
    ) -> None:
        """From AI guesses about audio and video to approved, traceable linked data."""

    return cli


def main() -> None:
    """Run the command line."""
    create_cli()()


if __name__ == "__main__":
    main()

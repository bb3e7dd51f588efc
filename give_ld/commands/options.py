"""Which options every command shares, and how a command ends: for people in words, for machines in one JSON line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from give_ld.config import load_settings
from give_ld.home import Home, open_home

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Directory of the instance (or GIVE_LD_HOME).", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="End with one JSON object on the last line.")]
AsOption = Annotated[str, typer.Option("--as", help="Name of the user who acts; it is journalled.")]
UrlOption = Annotated[
    str | None, typer.Option("--url", envvar="GIVE_LD_URL", help="Go through a running server at this address.")
]
TokenOption = Annotated[str, typer.Option("--token", envvar="GIVE_LD_TOKEN", help="Token for --url.")]
QUARANTINED = 3


@contextmanager
def opened(directory: Path | None, *, mend: bool = False) -> Iterator[Home]:
    """Yield the instance in a directory (or of the settings), closed on leaving; `mend` as in `open_home`."""
    home = open_home(load_settings(home=directory), mend=mend)
    try:
        yield home
    finally:
        home.close()


def finish(result: dict[str, Any], *, as_json: bool, words: str = "") -> None:
    """Print what came of a command."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, default=str))
    else:
        Console(highlight=False, soft_wrap=True).print(
            words or "\n".join(f"{k}: {v}" for k, v in result.items()), markup=False
        )

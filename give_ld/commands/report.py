"""Commands that write what an instance says about itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from give_ld.commands.options import HomeOption, JsonOption, finish, opened
from give_ld.report.dpia import assess
from give_ld.report.dpia_page import dpia_page

report = typer.Typer(no_args_is_help=True, help="What the instance says about itself.")


class Form(StrEnum):
    """In which form a report is written."""

    HTML = "html"
    JSON = "json"


@report.callback()
def _several() -> None:
    """What the instance says about itself, from its configuration and its data."""


@report.command("dpia")
def dpia(
    out: Annotated[Path | None, typer.Option(help="File to write; else it is printed.", dir_okay=False)] = None,
    form: Annotated[Form, typer.Option("--format", help="A page to be signed, or JSON.")] = Form.HTML,
    language: Annotated[str, typer.Option("--lang", help="Language: en, nl or fr.")] = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a data protection impact assessment: what is processed, and the risks with what is done about them."""
    with opened(home) as instance:
        said = assess(instance, language)
    if out is None and (as_json or form is Form.JSON):
        finish(said.model_dump(mode="json"), as_json=True)
        return
    text = dpia_page(said) if form is Form.HTML else said.model_dump_json(indent=1) + "\n"
    if out is None:
        typer.echo(text)
        return
    out.write_text(text, encoding="utf-8")
    finish({"out": str(out), "risks": len(said.risks)}, as_json=as_json)

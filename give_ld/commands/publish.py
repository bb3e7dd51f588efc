"""The command that keeps the public graph on an engine elsewhere up to date."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from give_ld.commands.options import HomeOption, JsonOption, finish
from give_ld.config import load_settings
from give_ld.harvest.publish import Publisher
from give_ld.harvest.touched import changes_of
from give_ld.rdf.namespaces import Namespaces
from give_ld.standing import public_standing
from give_ld.store.remote import Endpoints, RemoteStore

SECONDS = 600.0  # in which an engine counts what it holds, some hundred million quads


def publish(
    to: Annotated[str, typer.Option(help="Address of the engine; an Oxigraph server needs no more.")],
    query: Annotated[str, typer.Option(help="Its query endpoint, if not ADDRESS/query.")] = "",
    update: Annotated[str, typer.Option(help="Its update endpoint, if not ADDRESS/update.")] = "",
    graphs: Annotated[str, typer.Option(help="Its Graph Store endpoint, if not ADDRESS/store.")] = "",
    user: Annotated[str | None, typer.Option(help="Who we are there.", show_default=False)] = None,
    password: Annotated[
        str | None, typer.Option(envvar="GIVE_LD_PUBLISH_PASSWORD", help="The password for it.", show_default=False)
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Compare all that the engine holds, not only what changed.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Push what became public, and what was withdrawn, since the last time, as the journal has it; then compare.

    The first push, one after an erasure or a rebuild, and one after another that failed, compare all quads one by one.
    Nobody else may write to the graphs there whose names begin with the base of this instance; others are left alone.
    What is cut short goes on with the next call. A server of the instance may run meanwhile.
    """
    address = to.rstrip("/")
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        public_standing(load_settings(home=home)) as standing,
        Progress(*columns, transient=True, disable=as_json) as bar,
    ):
        tasks = {what: bar.add_task(f"quads {what}", total=None) for what in ("read", "pushed")}
        remembered = standing.settings.home / "published" / hashlib.sha256(address.encode()).hexdigest()[:16]
        endpoints = Endpoints(
            query=query or f"{address}/query",
            update=update or f"{address}/update",
            graphs=graphs or f"{address}/store",
            user=user,
            password=password,
            seconds=SECONDS,
            within=Namespaces(standing.settings.base).graph(""),
        )
        store = RemoteStore(endpoints)
        try:
            publisher = Publisher(store, remembered, lambda what, quads: bar.advance(tasks[what], quads))
            pushed = publisher.push(standing.snapshot, changes_of(standing), whole=whole)
        finally:
            store.close()
    finish(asdict(pushed), as_json=as_json)

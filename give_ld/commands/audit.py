"""Commands of the auditor: the journal, and whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from give_ld.commands.options import HomeOption, JsonOption, finish, opened
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.chain import Fault
from give_ld.journal.checkpoint import public_key, read_checkpoint, sign

audit = typer.Typer(no_args_is_help=True, help="The journal: who did what, and whether it is whole.")


@audit.command("verify")
def verify(
    against: Annotated[list[Path], typer.Option(exists=True, dir_okay=False, help="A checkpoint kept earlier.")] = [],  # noqa: B006
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every link of the journal, and that it still holds what checkpoints say; exit code 1 names the fault."""
    with opened(home) as instance:
        fault = instance.journal.verify(instance.projection.reached()) or _lost(instance, against)
        entries = instance.journal.head().seq
    result = {"entries": entries, "checkpoints": len(against), "fault": vars(fault) if fault else None}
    words = f"entry {fault.seq} {fault.reason}" if fault else f"{entries} entries, all whole"
    finish(result, as_json=as_json, words=words)
    raise typer.Exit(1 if fault else 0)


def _lost(instance: Home, checkpoints: list[Path]) -> Fault | None:
    key = public_key(instance.mint.secret)
    for path in checkpoints:
        statement = read_checkpoint(path, key).statement
        if not instance.journal.holds(statement.head):
            reason = f"was there at {statement.time:%Y-%m-%d %H:%M:%S}Z ({path.name}), and is gone or was replaced"
            return Fault(statement.seq, reason)
    return None


@audit.command("checkpoint")
def checkpoint(
    out: Annotated[Path, typer.Option(dir_okay=False, help="File for the signed statement; keep it elsewhere.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign where the journal ends; whoever keeps the file can tell later whether entries were lost."""
    with opened(home) as instance:
        head, now = instance.journal.head(), instance.journal.clock()
        signed = sign(instance.mint.secret, instance.settings.base, head, now)
    out.write_text(signed.model_dump_json(indent=1))
    finish({"file": str(out), "seq": signed.statement.seq, "hash": signed.statement.hash}, as_json=as_json)


@audit.command("log")
def log(
    last: Annotated[int, typer.Option(min=1, help="How many entries.")] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the last entries: when, what, by whom (an opaque id), for which partner."""
    columns = t.event.c["seq", "time", "action", "actor", "partner"]
    with opened(home) as instance, instance.journal.reading() as db:
        rows = [dict(row) for row in db.execute(select(*columns).order_by(t.event.c.seq.desc()).limit(last)).mappings()]
    rows.reverse()
    lines = [f"{r['seq']:>6}  {r['time']}  {r['action']}  {r['actor']}  {r['partner']}" for r in rows]
    finish({"entries": rows}, as_json=as_json, words="\n".join(lines) or "the journal is empty")

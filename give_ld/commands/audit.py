"""Commands of the auditor: whether the journal is whole, who did what, and whether the graphs keep every rule."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from sqlalchemy import select

from give_ld.audit import Audit, Audited, Checked
from give_ld.commands.options import HomeOption, JsonOption, finish, opened
from give_ld.home import Home
from give_ld.journal import tables as t
from give_ld.journal.chain import Fault
from give_ld.journal.checkpoint import public_key, read_checkpoint, sign

audit = typer.Typer(no_args_is_help=True, help="The journal and the graphs: who did what, and whether all is whole.")


class Language(StrEnum):
    """In which language a rule says what is wrong."""

    EN = "en"
    NL = "nl"
    FR = "fr"


@audit.command("graph")
def graph(
    language: Annotated[Language, typer.Option("--lang", help="Language of the messages.")] = Language.EN,
    most: Annotated[int, typer.Option(min=1, help="How many findings of a rule are listed; all are counted.")] = 100,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold both graphs against every rule; exit code 1 if one is broken. Warnings are listed and break none."""
    with opened(home) as instance:
        passing = Audit(Audited.of(instance), most)
        checked = list(_shown(passing))
    found = [row for each in checked for row in _rows(each, language)]
    errors, warnings = _count(checked, True), _count(checked, False)
    result = {"rules": len(checked), "errors": errors, "warnings": warnings, "findings": found}
    finish(result, as_json=as_json, words="\n".join([*map(_line, found), _sum(result)]))
    raise typer.Exit(1 if errors else 0)


def _shown(passing: Audit) -> Iterable[Checked]:
    """Return the rules with a bar on standard error that says how far it is, where somebody looks."""
    errors = Console(stderr=True)
    return track(passing, "rules", total=len(passing), console=errors, transient=True, disable=not errors.is_terminal)


def _rows(checked: Checked, language: Language) -> Iterable[dict[str, Any]]:
    for finding in checked.findings:
        broken = finding.violation
        yield {
            "store": checked.store,
            "node": broken.focus,
            "item": finding.item,
            "rule": checked.rule,
            "severity": "error" if broken.refuses else "warning",
            "value": broken.value,
            "message": broken.message(language),
        }


def _count(checked: Iterable[Checked], refusing: bool) -> int:
    return sum(each.count for each in checked if each.findings and each.findings[0].violation.refuses is refusing)


def _line(row: dict[str, Any]) -> str:
    value = "" if row["value"] is None else f" (has: {row['value'][:80]})"
    where = f"{row['severity']}: {row['node']}, item {row['item'] or '?'}"
    return f"{where}: {row['message']}{value} [{row['store']}, {row['rule']}]"


def _sum(result: dict[str, Any]) -> str:
    left_out = result["errors"] + result["warnings"] - len(result["findings"])
    more = f", {left_out} of them not listed" if left_out else ""
    return f"{result['rules']} rules, {result['errors']} errors, {result['warnings']} warnings{more}"


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

"""Commands of the auditor: whether the journal is whole, who did what, and whether the graphs keep every rule."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from give_ld.audit import Audit, Audited, Checked
from give_ld.commands.options import HomeOption, JsonOption, finish, opened
from give_ld.errors import naming_full_disk
from give_ld.home import Home
from give_ld.journal.checkpoint import first_lost, public_key, sign
from give_ld.model.decision import Role
from give_ld.model.user import User
from give_ld.people import OPERATOR
from give_ld.trail.export import MOST, Export, Form
from give_ld.trail.log import Line, Log
from give_ld.trail.wanted import COUNTED, Sight, read_wanted, sight_of

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
        journal, key = instance.journal, public_key(instance.mint.secret)
        fault = journal.verify(instance.projection.reached()) or first_lost(journal, key, against)
        entries = instance.journal.head().seq
    result = {"entries": entries, "checkpoints": len(against), "fault": vars(fault) if fault else None}
    words = f"entry {fault.seq} {fault.reason}" if fault else f"{entries} entries, all whole"
    finish(result, as_json=as_json, words=words)
    raise typer.Exit(1 if fault else 0)


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


PersonOption = Annotated[str, typer.Option(help="Who: an opaque id, or a name where --as may see it.")]
PartnerOption = Annotated[str, typer.Option(help="For which partner (OR-id).")]
FromOption = Annotated[str, typer.Option("--from", help="Day or instant, inclusive.")]
UntilOption = Annotated[str, typer.Option(help="Day, inclusive, or instant, exclusive.")]
AgentOption = Annotated[str, typer.Option(help="Software of the run: name, version and (model).")]
ActionOption = Annotated[str, typer.Option(help="What happened, such as annotation.decided.")]
AnnotationOption = Annotated[str, typer.Option(help="IRI of the annotation.")]
ItemOption = Annotated[str, typer.Option(help="IRI or local id of the item.")]
ReaderOption = Annotated[
    str, typer.Option("--as", help="Read as this user: names and reasons are for auditors and archivists.")
]


@audit.command("log")
def log(
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many entries.")] = 50,
    before: Annotated[int | None, typer.Option(min=1, help="Only entries before this one.")] = None,
    person: PersonOption = "",
    partner: PartnerOption = "",
    since: FromOption = "",
    until: UntilOption = "",
    agent: AgentOption = "",
    action: ActionOption = "",
    annotation: AnnotationOption = "",
    item: ItemOption = "",
    reader: ReaderOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the last entries that match: when, what, by whom (an opaque id, or a name), for which partner."""
    asked = {"person": person, "partner": partner, "from": since, "until": until, "agent": agent, "action": action}
    wanted = read_wanted({**asked, "annotation": annotation, "item": item})
    with opened(home) as instance, instance.journal.reading() as db:
        found = Log(db, instance.mint, _sight(instance, reader)).page(wanted, last, before)
    lines = found.lines[::-1]
    matched = {"matched": min(found.matched, COUNTED), "more_than_matched": found.matched > COUNTED}
    result = {"entries": [line.document() for line in lines], **matched, "next": found.following}
    words = "\n".join(map(_entry, lines)) or "nothing in the journal matches"
    finish(result, as_json=as_json, words=words)


@audit.command("export")
def export(
    out: Annotated[Path, typer.Option(dir_okay=False, help="File to write.")],
    form: Annotated[Form, typer.Option("--format", help="PROV-O in TriG, CSV, or JSON Lines.")] = Form.TRIG,
    after: Annotated[int, typer.Option(min=0, help="Only entries after this one.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many entries a file holds.")] = MOST,
    person: PersonOption = "",
    partner: PartnerOption = "",
    since: FromOption = "",
    until: UntilOption = "",
    agent: AgentOption = "",
    action: ActionOption = "",
    annotation: AnnotationOption = "",
    item: ItemOption = "",
    reader: ReaderOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the entries that match, the oldest first; where there are more, say after which the next file begins."""
    asked = {"person": person, "partner": partner, "from": since, "until": until, "agent": agent, "action": action}
    wanted = read_wanted({**asked, "annotation": annotation, "item": item})
    with opened(home) as instance:
        taken = Export(instance.journal, instance.mint, _sight(instance, reader))
        part = taken.part(wanted, after, limit)
        with naming_full_disk(str(out)), out.open("wb") as file:
            file.writelines(taken.written(form, wanted, part))
    finish({"file": str(out), "next": None if part.is_last else part.last}, as_json=as_json)


def _sight(instance: Home, reader: str) -> Sight:
    """Return what a user sees of the journal; without one, what whoever runs the service needs: no names."""
    return sight_of(instance.user(reader) if reader else User(id=OPERATOR, name=OPERATOR, roles=(Role.ADMIN,)))


def _entry(line: Line) -> str:
    decided = f"{line.verdict} ({line.before} -> {line.status})" if line.verdict else ""
    said = (line.name or line.actor, line.partner, line.annotation or line.item, decided, line.reason or "")
    return "  ".join([f"{line.seq:>6}", line.time, line.action, *(part for part in said if part)])

"""Commands about what was refused: what waits, why, in what form, and once more after it was mended."""

from __future__ import annotations

import base64
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from give_ld.commands.data import LangOption, ReportOption, in_words, spoken
from give_ld.commands.options import QUARANTINED, AsOption, HomeOption, JsonOption, finish, opened
from give_ld.doors.entrance import retry as take_again
from give_ld.doors.report import write_report
from give_ld.doors.wording import tell
from give_ld.errors import NotFound
from give_ld.home import Home
from give_ld.journal.quarantine import Entry, entries
from give_ld.model.decision import Role

quarantine = typer.Typer(no_args_is_help=True, help="What was refused: look at it, take it out, try it again.")
Ids = Annotated[list[int] | None, typer.Argument(metavar="[NUMBER]...", help="Which pieces; none: all.")]


@quarantine.command("list")
def list_refused(
    user: AsOption,
    lang: LangOption = "",
    report: ReportOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits of the user's partner, oldest first: where it stood, what is wrong, and what to do."""
    with opened(home) as instance:
        rows = _told(instance, _waiting(instance, user), spoken(lang))
    if report:
        write_report(report, {"refused": rows}, spoken(lang))
    words = "\n".join(f"{row['id']}: {in_words(row, spoken(lang))}" for row in rows)
    finish({"refused": rows}, as_json=as_json, words=words or "nothing is in quarantine")


@quarantine.command("show")
def show(
    number: int, user: AsOption, lang: LangOption = "", home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Show one piece as it came, with what is wrong with it."""
    with opened(home) as instance:
        (entry,) = _waiting(instance, user, [number])
        (row,) = _told(instance, [entry], spoken(lang))
    piece = row | {"received": entry.received, "format": entry.kept.form, **_raw(entry)}
    finish(
        piece, as_json=as_json, words=f"{in_words(row, spoken(lang))}\n\n{entry.kept.raw.decode('utf-8', 'replace')}"
    )


@quarantine.command("export")
def export(
    out: Annotated[Path, typer.Option(help="Directory for the pieces, a file each, as they came.")],
    user: AsOption,
    ids: Ids = None,
    lang: LangOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write pieces as they came, to mend them and bring them again, with a report beside them. They go on waiting."""
    with opened(home) as instance:
        waiting = _waiting(instance, user, ids or [])
        rows = _told(instance, waiting, spoken(lang))
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for entry in waiting:
        (out / f"{entry.id}.{entry.kept.form}").write_bytes(entry.kept.raw)
    write_report(out / "report.html", {"refused": rows}, spoken(lang))
    finish({"written": len(waiting), "directory": str(out)}, as_json=as_json)


@quarantine.command("retry")
def retry(
    user: AsOption,
    ids: Ids = None,
    sidecars: Annotated[Path, typer.Option(help="Directory with the sidecars that records name.")] = Path(),
    lang: LangOption = "",
    report: ReportOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take pieces in again, after what was missing is there: a person, a partner, a run, a sidecar (exit code 3)."""
    with opened(home) as instance:
        result = take_again(instance, _waiting(instance, user, ids or []), instance.user(user), sidecars)
        told = [asdict(each) for each in tell(result.refused, instance.settings.base, spoken(lang))]
    answer = {"taken": result.taken, "refused": told}
    if report:
        write_report(report, answer, spoken(lang))
    summary = f"taken in: {result.taken}, in quarantine: {len(told)}"
    finish(answer, as_json=as_json, words="\n".join([*(in_words(each, spoken(lang)) for each in told), summary]))
    raise typer.Exit(QUARANTINED if told else 0)


def _waiting(instance: Home, user: str, ids: list[int] | None = None) -> list[Entry]:
    """Return what waits of the user's partner, or for an administrator of everybody.

    Raises:
        NotFound: a number is of nothing that the user may see.
    """
    who = instance.user(user)
    partner = None if who.has_role_for(Role.ADMIN, None) else who.partner or ""
    found = entries(instance.journal, partner, ids or ())
    if missing := set(ids or ()) - {entry.id for entry in found}:
        raise NotFound(f"nothing waits under number {min(missing)}; see: give-ld quarantine list --as {user}")
    return found


def _told(instance: Home, waiting: list[Entry], lang: str) -> list[dict[str, Any]]:
    told = tell([entry.kept.refused for entry in waiting], instance.settings.base, lang)
    return [{"id": entry.id, **asdict(row)} for entry, row in zip(waiting, told, strict=True)]


def _raw(entry: Entry) -> dict[str, str]:
    try:
        return {"raw": entry.kept.raw.decode("utf-8")}
    except UnicodeDecodeError:
        return {"raw_base64": base64.b64encode(entry.kept.raw).decode("ascii")}

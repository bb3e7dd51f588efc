"""Commands that take data in, give it out, and hold the graphs against the journal."""

from __future__ import annotations

import csv
import os
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from give_ld.client import Client
from give_ld.commands.options import (
    QUARANTINED,
    AsOption,
    HomeOption,
    JsonOption,
    TokenOption,
    UrlOption,
    finish,
    opened,
)
from give_ld.config import load_settings
from give_ld.doors.entrance import GIVE, ITEMS, ITEMS_RDF, Brought, take_in
from give_ld.doors.export import read_export
from give_ld.doors.formats import OF_MANY_ITEMS, check_statement
from give_ld.doors.origin import Statement, read_statement
from give_ld.doors.remote import fetch_pages
from give_ld.doors.report import counts_in_words, told_of, write_report
from give_ld.doors.wording import LANGUAGES, catalogue
from give_ld.errors import Damaged, NotUsable, TooLarge
from give_ld.harvest.dump import write_dump
from give_ld.home import Home
from give_ld.ingest import Ingest, Source
from give_ld.journal.checkpoint import first_lost, public_key, sign
from give_ld.journal.journal import utc_now
from give_ld.rebuild import Difference
from give_ld.rebuild import check as check_graphs
from give_ld.rebuild import rebuild as rebuild_graphs
from give_ld.reference.admit import COLUMNS as REFSET_COLUMNS
from give_ld.standing import public_standing


class Format(StrEnum):
    """What `ingest` reads."""

    GIVE = "give"
    ITEMS = "items"
    ITEMS_RDF = "items-rdf"
    VTT = "vtt"
    SRT = "srt"
    CSV = "csv"
    MEEMOO = "meemoo"
    MMIF = "mmif"


_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken(language: str = "") -> str:
    """Return a language of reports: the one asked for, or else that of the environment, or else English.

    Raises:
        NotUsable: the one asked for is none.
    """
    if language and language not in LANGUAGES:
        raise NotUsable(f"reports are in {', '.join(LANGUAGES)}, not in {language}")
    found = next((value for name in _LOCALE if (value := os.environ.get(name))), "")
    return language or (found[:2] if found[:2] in LANGUAGES else LANGUAGES[0])


LangOption = Annotated[str, typer.Option("--lang", help="Language of the report: en, nl or fr; else that of LANG.")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="Write what was refused to FILE.html, .csv or .json.", dir_okay=False)
]


def ingest(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Records (JSON Lines; sidecars beside it), items (CSV, RDF), or guesses of another system; "
            "for meemoo also a directory of an export, or an address that the settings allow.",
        ),
    ],
    user: AsOption = "",
    form: Annotated[Format, typer.Option("--format", help="What the file holds.")] = Format.GIVE,
    partner: Annotated[str, typer.Option(help="Owner of the items; not with --format give.")] = "",
    owner: Annotated[
        list[str] | None, typer.Option(help="NAME=OR-…: whose rows they are that name an owner so; meemoo.")
    ] = None,
    item: Annotated[str, typer.Option(help="Item that the file is about (its pid); this and below: vtt … mmif.")] = "",
    media_sha256: Annotated[str, typer.Option(help="SHA-256 of the media file, if it is known.")] = "",
    media_name: Annotated[str, typer.Option(help="Its base name.")] = "",
    media_type: Annotated[str, typer.Option(help="Its MIME type, such as video/mp4.")] = "",
    software: Annotated[str, typer.Option(help="What made the guesses, where the file does not say.")] = "",
    software_version: Annotated[str, typer.Option(help="Its version, if it is known.")] = "",
    language: Annotated[str, typer.Option(help="Language of the text, where the file does not say; nl, fr …")] = "",
    made: Annotated[str, typer.Option(help="When the guesses were made, if it is known: 2026-03-01T10:00:00Z.")] = "",
    candidates: Annotated[
        Path | None, typer.Option(help="Write the persons of refset_persons to a CSV for `refset import`.")
    ] = None,
    lang: LangOption = "",
    report: ReportOption = None,
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take records or items in. What breaks a rule goes to quarantine and the rest goes on (exit code 3)."""
    stated = {"partner": partner, "item": item, "software": software, "language": language, "made": made}
    stated |= {"media_sha256": media_sha256, "media_name": media_name, "media_type": media_type}
    stated |= {"software_version": software_version}
    speaking = spoken(lang)
    statement = _checked(form, stated, owner or [])
    if not url and not user:
        raise NotUsable("say who acts: --as USER (or go through a server: --url and --token)")
    content = b"" if form == GIVE else _content(source, form, home)
    brought = Brought(_name(source), form, content, statement)
    if url:
        with Client(url, token, speaking) as client:
            told = client.ingest(_file(source)) if form == GIVE else client.ingest_as(brought, stated, owner or [])
    else:
        with opened(home) as instance:
            told = _ingest(instance, _file(source) if form == GIVE else brought, user, speaking)
    if candidates:
        _write_candidates(candidates, told.get("candidates", []))
    _tell(told, report, speaking, as_json=as_json)


def _checked(form: str, stated: dict[str, str], owners: list[str]) -> Statement:
    statement = read_statement(stated, owners)
    if form in (ITEMS, ITEMS_RDF) and not statement.partner:
        raise NotUsable("say whose items these are: --partner OR-…")
    if form not in (GIVE, ITEMS, ITEMS_RDF):
        check_statement(form, statement)
    return statement


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _name(source: str) -> str:
    return source if _is_address(source) else Path(source).name


def _file(source: str) -> Path:
    file = Path(source)
    if not file.is_file():
        raise NotUsable(f"there is no file {source}")
    return file


def _content(source: str, form: str, home: Path | None) -> bytes:
    """Return what a file holds, or for formats of many items a directory or an address."""
    settings = load_settings(home=home)
    if form in OF_MANY_ITEMS and _is_address(source):
        return fetch_pages(source, settings)
    if form in OF_MANY_ITEMS and Path(source).is_dir():
        return read_export(Path(source), settings.upload_bytes)
    file = _file(source)
    if file.stat().st_size > settings.upload_bytes:
        raise TooLarge(f"{file.name} is larger than {settings.upload_bytes} bytes (GIVE_LD_UPLOAD_BYTES)")
    return file.read_bytes()


def _ingest(instance: Home, brought: Brought | Path, user: str, lang: str) -> dict[str, Any]:
    who = instance.user(user)
    if isinstance(brought, Brought):
        report = take_in(instance, brought, who)
    else:
        with brought.open("rb") as records:
            report = Ingest(instance, Source(brought.name, brought.parent, who)).read(records)
    return told_of(report, instance.settings.base, lang)


def _tell(told: dict[str, Any], report: Path | None, lang: str, *, as_json: bool) -> None:
    if report:
        write_report(report, told, lang)
    refused = told["refused"]
    words = catalogue()["words"][lang]
    waiting = f"{counts_in_words(told, lang)}, {words['waiting']}: {len(refused)}"
    if told.get("candidates"):
        waiting += f", {words['candidates']}: {len(told['candidates'])} (--candidates FILE.csv)"
    finish(told, as_json=as_json, words="\n".join([*(in_words(each, lang) for each in refused), waiting]))
    raise typer.Exit(QUARANTINED if refused else 0)


def in_words(row: dict[str, Any], lang: str) -> str:
    """Return a refusal on a line: where it stands, what is wrong, by which value, and what to do."""
    value = f" «{row['value']}»" if row["value"] else ""
    words = catalogue()["words"][lang]
    place = f"{row['source']}, {words['line']} {row['line']}, {words['item']} {row['item'] or '?'}"
    said = f"{place}: {row['message']}{value}"
    return f"{said} [{row['rule']}]\n    → {row['advice']}"


def _write_candidates(file: Path, persons: list[dict[str, str]]) -> None:
    """Write persons as the CSV that `refset import` reads; ground, photos and parts of names are left to people."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, REFSET_COLUMNS, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(persons)


def dump(
    out: Annotated[Path, typer.Option(help="Directory for the dump.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write everything public as dated N-Quads and TriG, with digests, and a signed word on where the journal ends.

    A server of the instance may run meanwhile. Where the directory holds such a word from before, and the journal has
    lost what that attests, nothing is written.
    """
    with public_standing(load_settings(home=home)) as standing:
        # They are the evidence: one that attests more than the journal holds must not be written over.
        kept = sorted(out.glob("give-ld-checkpoint-*.json"))
        if lost := first_lost(standing.journal, public_key(standing.secret), kept):
            message = f"entry {lost.seq} {lost.reason}; keep that file, and restore the journal from a backup"
            raise Damaged(message, rule="journal-truncated")
        now = utc_now()
        today = now.date()
        written = write_dump(standing.snapshot, out, today)
        signed = sign(standing.secret, standing.settings.base, standing.head, now)
    checkpoint = out / f"give-ld-checkpoint-{today.isoformat()}.json"
    draft = checkpoint.with_suffix(".new")
    draft.write_text(signed.model_dump_json(indent=1))
    draft.replace(checkpoint)
    files = (written.nquads.data, written.trig.data, checkpoint)
    words = "\n".join((f"quads: {written.quads}", *map(str, files)))
    finish({**asdict(written), "checkpoint": checkpoint}, as_json=as_json, words=words)


def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Only compare; exit code 1 if they differ.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make tables and both graphs again from the events of the journal, or compare them with what these make."""
    with opened(home, mend=not check) as instance:
        found = check_graphs(instance) if check else rebuild_graphs(instance)
    result = {name: asdict(difference) for name, difference in found.items()}
    words = "\n".join(_compared(name, difference) for name, difference in found.items())
    finish(result, as_json=as_json, words=words)
    raise typer.Exit(1 if check and not all(difference.is_none for difference in found.values()) else 0)


def _compared(name: str, difference: Difference) -> str:
    if difference.is_none:
        return f"{name}: as the events say"
    unit = "rows" if name == "tables" else "quads"
    examples = "".join(f"\n  {example}" for example in difference.examples)
    return f"{name}: {difference.missing} {unit} missing, {difference.planted} too many{examples}"

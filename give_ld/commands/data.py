"""Commands that take data in, give it out, and hold the graphs against the journal."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
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
from give_ld.doors.formats import DOORS
from give_ld.doors.origin import read_origin
from give_ld.errors import NotUsable
from give_ld.harvest.dump import write_dump
from give_ld.home import Home
from give_ld.ingest import Ingest, Source
from give_ld.items import ingest_items
from give_ld.journal.checkpoint import sign
from give_ld.rebuild import check as check_graphs
from give_ld.rebuild import rebuild as rebuild_graphs


class Format(StrEnum):
    """What `ingest` reads."""

    GIVE = "give"
    ITEMS = "items"
    VTT = "vtt"
    SRT = "srt"
    CSV = "csv"
    MEEMOO = "meemoo"
    MMIF = "mmif"


def ingest(
    file: Annotated[
        Path,
        typer.Argument(
            help="Records (JSON Lines; sidecars beside it), a CSV of items, or guesses of another system.",
            exists=True,
            dir_okay=False,
        ),
    ],
    user: AsOption = "",
    form: Annotated[Format, typer.Option("--format", help="What the file holds.")] = Format.GIVE,
    partner: Annotated[str, typer.Option(help="Owner of the items; not with --format give.")] = "",
    item: Annotated[str, typer.Option(help="Item that the file is about (its pid); this and below: vtt … mmif.")] = "",
    media_sha256: Annotated[str, typer.Option(help="SHA-256 of the media file that was looked at.")] = "",
    media_name: Annotated[str, typer.Option(help="Its base name.")] = "",
    media_type: Annotated[str, typer.Option(help="Its MIME type, such as video/mp4.")] = "",
    software: Annotated[str, typer.Option(help="What made the guesses, where the file does not say.")] = "",
    software_version: Annotated[str, typer.Option(help="Its version, if it is known.")] = "",
    language: Annotated[str, typer.Option(help="Language of the text, where the file does not say; nl, fr …")] = "",
    made: Annotated[str, typer.Option(help="When the guesses were made, if it is known: 2026-03-01T10:00:00Z.")] = "",
    home: HomeOption = None,
    url: UrlOption = None,
    token: TokenOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take records or items in. What breaks a rule goes to quarantine and the rest goes on (exit code 3)."""
    stated = {"partner": partner, "item": item, "software": software, "language": language, "made": made}
    stated |= {"media_sha256": media_sha256, "media_name": media_name, "media_type": media_type}
    stated |= {"software_version": software_version}
    if form is Format.ITEMS and not partner:
        raise NotUsable("say whose items these are: --partner OR-…")
    if form in DOORS:
        read_origin(stated)
    if url:
        with Client(url, token) as client:
            report = client.ingest(file) if form is Format.GIVE else client.ingest_as(file, form, stated)
    else:
        if not user:
            raise NotUsable("say who acts: --as USER (or go through a server: --url and --token)")
        with opened(home) as instance:
            report = _ingest(instance, file, form, (stated, user))
    refused = report["refused"]
    lines = [f"{file.name}, line {r['line']}, item {r['item'] or '?'}: {r['message']} [{r['rule']}]" for r in refused]
    summary = ", ".join(f"{name}: {value}" for name, value in report.items() if name != "refused")
    finish(report, as_json=as_json, words="\n".join([*lines, f"{summary}, in quarantine: {len(refused)}"]))
    raise typer.Exit(QUARANTINED if refused else 0)


def _ingest(instance: Home, file: Path, form: Format, by: tuple[dict[str, str], str]) -> dict[str, Any]:
    stated, name = by
    user = instance.user(name)
    if form is Format.ITEMS:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return asdict(ingest_items(instance, lines, file.name, stated["partner"], user))
    reading = Ingest(instance, Source(file.name, file.parent, user))
    if form in DOORS:
        return asdict(reading.take(DOORS[form](file.read_bytes(), read_origin(stated))))
    with file.open("rb") as records:
        return asdict(reading.read(records))


def dump(
    out: Annotated[Path, typer.Option(help="Directory for the dump.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write everything public as dated N-Quads and TriG, with digests, and a signed word on where the journal ends."""
    with opened(home) as instance:
        today = datetime.now(UTC).date()
        written = write_dump(instance.snapshots.current(), out, today)
        signed = sign(instance.mint.secret, instance.settings.base, instance.journal.head(), instance.journal.clock())
    checkpoint = out / f"give-ld-checkpoint-{today.isoformat()}.json"
    checkpoint.write_text(signed.model_dump_json(indent=1))
    finish({**asdict(written), "checkpoint": checkpoint}, as_json=as_json)


def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Only compare; exit code 1 if they differ.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make both graphs again from the journal, or compare them with it."""
    with opened(home) as instance:
        found = check_graphs(instance) if check else rebuild_graphs(instance)
    result = {name: asdict(difference) for name, difference in found.items()}
    words = "\n".join(
        f"{name}: {'as the journal says' if d.is_none else f'{d.missing} quads missing, {d.planted} too many'}"
        + "".join(f"\n  {example}" for example in d.examples)
        for name, d in found.items()
    )
    finish(result, as_json=as_json, words=words)
    raise typer.Exit(1 if check and not all(difference.is_none for difference in found.values()) else 0)

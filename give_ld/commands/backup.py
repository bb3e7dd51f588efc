"""Commands of the operator: copy the instance, and bring a copy back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from give_ld import backup as backups
from give_ld.commands.options import HomeOption, JsonOption, finish
from give_ld.config import load_settings
from give_ld.errors import NotUsable
from give_ld.journal.journal import utc_now
from give_ld.journal.ledger import ledger_path


def backup(
    out: Annotated[Path, typer.Option(help="New directory for the copy; it holds secrets and biometrics.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy journal, biometrics and secret of an instance, also while its server runs."""
    manifest = backups.backup(load_settings(home=home), out, utc_now())
    words = f"{out}: the journal up to entry {manifest.seq}. It holds secrets and biometric data: keep it as safe."
    finish(manifest.model_dump(mode="json"), as_json=as_json, words=words)


def restore(
    source: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Directory of a backup.")],
    erasures: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Ledger of erasures, if not beside the home."),
    ] = None,
    nobody_erased: Annotated[
        bool, typer.Option("--nobody-erased", help="There is no ledger: nobody was erased since the backup.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a backup back into a new directory; what was erased since is erased again before anything is served."""
    settings = load_settings(home=home)
    if not (erasures or nobody_erased or ledger_path(settings.home).exists()):
        message = "the backup may hold who was erased since: give the ledger, which lies beside the home that it is of,"
        raise NotUsable(f"{message} with --erasures HOME.erasures.json, or say --nobody-erased")
    instance = backups.restore(source, settings, erasures)
    try:
        result = {"home": str(instance.settings.home), "entries": instance.journal.head().seq}
        result |= {"private": instance.private.count(), "public": instance.public.count()}
    finally:
        instance.close()
    finish(result, as_json=as_json)

"""How an instance is copied while it works, and how it comes back: journal, biometrics and secret; graphs follow."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from pydantic import ValidationError
from sqlalchemy import Connection

from give_ld import __version__
from give_ld.config import Settings
from give_ld.erasure.procedure import carry_out_again
from give_ld.errors import Conflict, Damaged, NotFound
from give_ld.home import Home, open_home
from give_ld.journal.chain import Head
from give_ld.journal.dialects import postgresql_engines
from give_ld.journal.journal import answering, open_journal
from give_ld.journal.ledger import ledger_path, read_ledger
from give_ld.journal.schema import copy_all
from give_ld.model.base import Model, Sha256
from give_ld.model.record import describe

FORMAT = "give-ld-backup/1"
_JOURNAL, _BIOMETRICS = "journal.sqlite", "biometrics.sqlite"
_INSTANCE = "instance.json"
_MANIFEST = "manifest.json"


class Manifest(Model):
    """What a backup holds: where the chain of the journal ended, and the digest of each file."""

    format: str
    version: str
    created: datetime
    seq: int
    hash: str
    files: dict[str, Sha256]


def backup(settings: Settings, out: Path, now: datetime) -> Manifest:
    """Copy the instance of the settings to the new directory `out`, which only its owner may read; it may be at work.

    The journal is copied before the biometrics, which are kept before the journal names them: none is missing. A
    journal in PostgreSQL becomes a file of SQLite, as any other journal is in a backup.

    Raises:
        NotFound: there is no instance in the home of the settings.
        Conflict: `out` exists.
        Damaged: a database cannot be copied.
        Unreachable: PostgreSQL does not answer.
    """
    home = settings.home
    if not (home / _INSTANCE).is_file():
        raise NotFound(f"{home} holds no instance; say which one with --home")
    with _made_whole(out) as draft:
        if isinstance(settings.journal, Path):
            _copy_database(settings.journal, draft / _JOURNAL)
        else:
            _copy_journal(settings.journal, draft / _JOURNAL)
        _copy_database(home / _BIOMETRICS, draft / _BIOMETRICS)
        shutil.copyfile(home / _INSTANCE, draft / _INSTANCE)
        head = _head(draft)
        digests = {name: _digest(draft / name) for name in (_JOURNAL, _BIOMETRICS, _INSTANCE)}
        manifest = Manifest(
            format=FORMAT, version=__version__, created=now, seq=head.seq, hash=head.hash, files=digests
        )
        (draft / _MANIFEST).write_text(manifest.model_dump_json(indent=1))
    return manifest


def restore(source: Path, settings: Settings, erasures: Path | None = None) -> Home:
    """Bring a backup back into the new directory `settings.home`, make both graphs from its journal, and return it.

    Where the settings name a database, the journal goes into that, wherever it was before. What was erased since the
    backup was made is erased again first; `erasures` is the ledger that says what, if it does not lie beside the home.

    Raises:
        Damaged: a file is missing or altered, or the chain of the journal does not verify; or the ledger is another's.
        Conflict: `settings.home` exists and is not empty, or the database holds a journal.
    """
    manifest = _manifest(source)
    if settings.home.exists() and any(settings.home.iterdir()):
        raise Conflict(f"{settings.home} is not empty; a backup is restored into a new directory")
    for name, digest in manifest.files.items():
        if not (source / name).is_file() or _digest(source / name) != digest:
            raise Damaged(f"{source / name} is missing or altered; use another backup", rule="backup")
    if settings.home.exists():
        settings.home.rmdir()
    with _made_whole(settings.home) as draft:
        for name in manifest.files:
            shutil.copyfile(source / name, draft / name)
        _verify(draft, manifest)
        if isinstance(settings.journal, str):
            _fill(settings.journal, draft / _JOURNAL)
    ledger = erasures or ledger_path(settings.home)
    if erasures or ledger.exists():
        secret = bytes.fromhex(json.loads((settings.home / _INSTANCE).read_text())["secret"])
        carry_out_again(settings, read_ledger(ledger, secret))
    # Of what was copied the events alone count: the tables that follow from them are made anew with the graphs.
    return open_home(settings)


def _verify(directory: Path, manifest: Manifest) -> None:
    journal = open_journal(directory / _JOURNAL)
    try:
        if fault := journal.verify(Head(manifest.seq, manifest.hash)):
            raise Damaged(f"the journal of the backup: entry {fault.seq} {fault.reason}", rule="backup")
    finally:
        journal.close()


@contextmanager
def _made_whole(target: Path) -> Iterator[Path]:
    """Yield a directory that becomes `target` when all went well, and vanishes when it did not."""
    if target.exists():
        raise Conflict(f"{target} exists; name a new directory")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        yield draft
        for path in (*draft.iterdir(), draft):
            path.chmod(0o700 if path.is_dir() else 0o600)
            _sync(path)
        draft.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_database(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
            # In one go: SQLite begins anew whenever somebody writes between two steps, and may never end.
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise Damaged(f"{source} cannot be copied: {error}", rule="backup") from error


def _copy_journal(address: str, target: Path) -> None:
    # Reading only: the server that writes may be at work.
    live = postgresql_engines(address)
    try:
        with answering(), live.reading.connect() as source:
            _write_journal(source, target)
    finally:
        live.dispose()


def _write_journal(source: Connection, target: Path) -> None:
    copy = open_journal(target)
    try:
        with copy.writing() as writing:
            copy_all(source, writing.db)
    finally:
        copy.close()


def _fill(address: str, file: Path) -> None:
    """Move the journal from a file into a database."""
    kept, target = open_journal(file), open_journal(address)
    try:
        with kept.reading() as source, target.writing() as writing:
            copy_all(source, writing.db)
    finally:
        kept.close()
        target.close()
    file.unlink()


def _head(directory: Path) -> Head:
    journal = open_journal(directory / _JOURNAL)
    try:
        return journal.head()
    finally:
        journal.close()


def _manifest(source: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((source / _MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise NotFound(f"{source} holds no backup: {_MANIFEST} is missing") from error
    except ValidationError as error:
        raise Damaged(f"{source / _MANIFEST}: {describe(error)}", rule="backup") from error
    if manifest.format != FORMAT or set(manifest.files) != {_JOURNAL, _BIOMETRICS, _INSTANCE}:
        raise Damaged(f"{source / _MANIFEST} is of another format than {FORMAT}", rule="backup")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

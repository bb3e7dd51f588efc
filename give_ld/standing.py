"""Which copy of the public graph a command reads: its own, or the newest of the server that has the instance open."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from give_ld.config import Settings
from give_ld.errors import Conflict, Unreachable
from give_ld.home import Home, open_home
from give_ld.instance import LOCK, read_instance
from give_ld.journal.chain import Head
from give_ld.journal.journal import Journal, read_journal
from give_ld.review.mark import Mark, read_mark
from give_ld.store.snapshots import noted

_SERVING = re.compile(r" serving (\S+)")
_SECONDS = 30.0


@dataclass(frozen=True)
class Standing:
    """The public graph as it stands: a snapshot of it, its instance, its journal, and where that ends.

    The snapshot holds all that `held` says, and perhaps more.
    """

    snapshot: Path
    settings: Settings
    secret: bytes
    journal: Journal
    head: Head
    held: Mark


def standing_of(home: Home) -> Standing:
    """Return what is public in an instance that this process has open."""
    snapshot = home.snapshots.current()
    held = read_mark(noted(snapshot))
    return Standing(snapshot, home.settings, home.mint.secret, home.journal, home.journal.head(), held)


@contextmanager
def public_standing(settings: Settings) -> Iterator[Standing]:
    """Yield what is public; where a server has the instance open, as it stood when this was asked, or later.

    Raises:
        Conflict: another process has it open, and serves nothing.
        Unreachable: the server that has it open does not answer.
    """
    try:
        home = open_home(settings)
    except Conflict as error:
        serving = _SERVING.search(_said(settings.home / LOCK))
        if error.rule != "one-writer" or serving is None:
            raise
        with _beside(settings, serving[1]) as standing:
            yield standing
        return
    try:
        yield standing_of(home)
    finally:
        home.close()


@contextmanager
def _beside(settings: Settings, url: str) -> Iterator[Standing]:
    settings, secret = read_instance(settings.home / "instance.json", settings)
    # A question makes the server look whether its snapshot is of before; so much may it lag behind.
    time.sleep(settings.sparql_lag_seconds)
    try:
        httpx.get(f"{url}sparql", params={"query": "ASK {}"}, timeout=_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        raise Unreachable(f"the server that has {settings.home} open does not answer at {url}: {error}") from error
    with TemporaryDirectory(dir=settings.home, prefix="standing-") as scratch:
        # The server removes old versions after a while; a snapshot never changes, so links are enough.
        newest = (settings.home / "snapshots" / "current").resolve()
        kept = Path(shutil.copytree(newest, Path(scratch) / newest.name, copy_function=_link))
        journal, held = read_journal(settings.journal), read_mark(noted(newest))
        try:
            yield Standing(kept, settings, secret, journal, journal.head(), held)
        finally:
            journal.close()


def _said(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)

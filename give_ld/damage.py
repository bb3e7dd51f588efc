"""What of an instance is damaged and may be made again: the graphs, never the journal."""

from __future__ import annotations

import shutil
from pathlib import Path

from give_ld.config import Settings
from give_ld.errors import Damaged
from give_ld.journal.journal import Clock, open_journal
from give_ld.store.opening import open_store


def check_journal(settings: Settings, clock: Clock) -> None:
    """Check that the journal can be read: nothing may be made again from one that cannot.

    Raises:
        Damaged: it cannot.
    """
    journal = open_journal(settings.journal, clock)
    try:
        journal.check()
    finally:
        journal.close()


def remove_damaged(directory: Path, mark: str) -> None:
    """Remove the stores that do not open, are empty or do not read, and then the mark that says how far they got."""
    for name in ("private", "public"):
        try:
            store = open_store(directory / name)
            try:
                is_whole = sum(1 for _ in store.lines()) > 0
            finally:
                store.close()
        except Damaged:
            is_whole = False
        if not is_whole:
            # The mark first: with it, a store that is begun anew would pass for a whole one.
            (directory / mark).unlink(missing_ok=True)
            shutil.rmtree(directory / name, ignore_errors=True)

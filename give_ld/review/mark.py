"""How far both graphs follow the journal: remembered in a file, on disk before anybody counts on it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from give_ld.errors import Damaged, naming_full_disk
from give_ld.journal.chain import Head


@dataclass(frozen=True)
class Mark:
    """How far the graphs got: the entry they hold, the last one that is safe on disk, and the table of visibility."""

    seq: int = 0
    hash: str = Head().hash
    flushed: int = 0
    visibility: str = ""

    @property
    def head(self) -> Head:
        """Return the entry of the journal that both graphs hold."""
        return Head(self.seq, self.hash)


def read_mark(path: Path, visibility: str = "") -> Mark:
    """Return what the file says; where there is none, that the graphs hold nothing, under this table of visibility.

    Raises:
        Damaged: the file says something else.
    """
    try:
        return Mark(**json.loads(path.read_text()))
    except FileNotFoundError:
        return Mark(visibility=visibility)
    except (ValueError, TypeError) as error:
        raise Damaged(f"{path} is no mark of a projection; restore it from a backup") from error


def write_mark(path: Path, mark: Mark) -> None:
    """Put a mark in the place of the old one, whole or not at all.

    Raises:
        NoSpace: the disk is full.
    """
    temporary = path.with_suffix(".new")
    with naming_full_disk(str(path)), temporary.open("w") as file:
        json.dump(asdict(mark), file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)

"""How far both graphs follow the journal: remembered in a file that outlives a loss of power, and in one that need not.

After a loss of power the second may be gone or torn. Then the graphs follow again from where the first one says.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
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
        safe = _read(path)
    except FileNotFoundError:
        return Mark(visibility=visibility)
    except (ValueError, TypeError) as error:
        raise Damaged(f"{path} is no mark of a projection; restore it from a backup") from error
    with suppress(FileNotFoundError, ValueError, TypeError):
        ahead = _read(_ahead(path))
        # It goes on from the safe one, and from no other that stood there before.
        if (ahead.flushed, ahead.visibility) == (safe.flushed, safe.visibility) and ahead.seq > safe.seq:
            return ahead
    return safe


def write_mark(path: Path, mark: Mark) -> None:
    """Put a mark in the place of the old one, whole or not at all, and on disk if it says that more is safe there.

    Raises:
        NoSpace: the disk is full.
    """
    with suppress(FileNotFoundError, ValueError, TypeError):
        safe = _read(path)
        if (mark.flushed, mark.visibility) == (safe.flushed, safe.visibility) and mark.seq >= safe.seq:
            _write(_ahead(path), mark, sync=False)
            return
    _write(path, mark, sync=True)
    # Should this not come about any more: the old one goes on from another mark, and does not count.
    _ahead(path).unlink(missing_ok=True)


def note_mark(path: Path, mark: Mark) -> None:
    """Write a mark beside a copy of a graph, which holds all that it says, and perhaps more.

    Raises:
        NoSpace: the disk is full.
    """
    _write(path, mark, sync=False)


def _ahead(path: Path) -> Path:
    return path.with_suffix(".ahead")


def _read(path: Path) -> Mark:
    return Mark(**json.loads(path.read_text()))


def _write(path: Path, mark: Mark, *, sync: bool) -> None:
    temporary = path.with_suffix(".new")
    with naming_full_disk(str(path)), temporary.open("w") as file:
        json.dump(asdict(mark), file)
        file.flush()
        if sync:
            os.fsync(file.fileno())
    temporary.replace(path)

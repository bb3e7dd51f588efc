"""How far the graphs got in following the journal, as it is kept in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from give_ld.errors import Damaged
from give_ld.journal.chain import Head


@dataclass(frozen=True)
class Mark:
    """How far the graphs got: the entry they hold, the last one that is safe on disk, and the table of visibility."""

    seq: int = 0
    hash: str = Head().hash
    flushed: int = 0
    visibility: str = ""


def read_mark(path: Path, visibility: str = "") -> Mark:
    """Return how far the graphs got: nowhere yet, where there is no mark.

    Raises:
        Damaged: the file is no mark.
    """
    try:
        return Mark(**json.loads(path.read_text()))
    except FileNotFoundError:
        return Mark(visibility=visibility)
    except (ValueError, TypeError) as error:
        raise Damaged(f"{path} is no mark of a projection; restore it from a backup") from error

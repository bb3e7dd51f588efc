"""When both graphs, and all copies of them, are thrown away so that they are made anew: after an erasure.

Neither engine nor copy forgets a word that it once held: an engine keeps it in files that nothing points to.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from give_ld.journal.erasing import last_erasure
from give_ld.journal.journal import Journal
from give_ld.review.mark import read_mark

_GRAPHS = ("private", "public", "snapshots", "private-snapshots")
_HELD_BY_ENGINES = "published/*/held*"


def forget_graphs(directory: Path, journal: Journal) -> None:
    """Remove the graphs of an instance if they were last complete before an erasure; opening them makes them anew."""
    mark = directory / "projected.json"
    if not mark.exists():
        forget_pushed(directory)  # they are made anew, and no entry says what that changes
    with journal.reading() as db:
        erased = last_erasure(db)
    if not erased or read_mark(mark).flushed >= erased:
        return
    mark.unlink(missing_ok=True)
    for path in (directory / name for name in _GRAPHS):
        if path.exists():
            shutil.rmtree(path)
    forget_pushed(directory)


def forget_pushed(directory: Path) -> None:
    """Forget what engines elsewhere hold, as far as this instance knows: the next push compares with what is there."""
    for path in directory.glob(_HELD_BY_ENGINES):
        shutil.rmtree(path)

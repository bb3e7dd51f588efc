"""In which order an erasure is carried out on a closed instance, until its certificate lies in the home."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from give_ld.config import Settings
from give_ld.erasure.certificate import Certificate, certify, found_in, keep_certificate
from give_ld.erasure.erase import Erased, Order, erase, erase_again
from give_ld.erasure.scan import Needles, scan
from give_ld.home import Home, open_home
from give_ld.journal.erasing import all_erasures, last_erasure
from give_ld.model.erasure import Erasure
from give_ld.store.protocol import Store

# What an instance makes and mends itself; any other file with the person in it is removed.
_OWN = ("journal.sqlite", "biometrics.sqlite", "instance.json", "lock", "projected.json", "projected.ahead")
_GRAPHS = ("private", "public", "snapshots", "private-snapshots")


@dataclass(frozen=True)
class _Made:
    """What was counted while the instance was open, its journal and graphs made anew."""

    entry: int
    looked_at: dict[str, int]
    found: dict[str, int]


def carry_out(settings: Settings, order: Order, user: str) -> Certificate:
    """Erase somebody from an instance that nobody has open, and return the certificate; it is kept in the home too.

    Raises:
        Conflict: another process has the instance open.
        NotAllowed: the user may not erase.
        NotFound: nobody and nothing here is meant.
        BadInput: the reason is missing, or says who is erased.
    """
    with closing(open_home(settings)) as home:
        done = erase(home, order, home.user(user))
        mint = home.mint
    with closing(open_home(settings)) as home:
        made = _look(home, done)
    directory = settings.home
    removed = _remove_others(directory, done.needles, settings.sidecar_key)
    last = scan(directory, done.needles, settings.sidecar_key)
    certificate = certify(
        mint,
        (done.erasure, made.entry),
        {
            "removed": {**done.counts, "files": removed},
            "looked_at": {**made.looked_at, "files": last.files, "bytes": last.bytes},
            "found": {**made.found, **found_in(directory, last)},
            "namesakes": done.namesakes,
            "engines": len(list(directory.glob("published/*"))),
            "state": last.state,
        },
    )
    keep_certificate(directory, certificate)
    return certificate


def carry_out_again(settings: Settings, erasures: Iterable[Erasure]) -> int:
    """Do those erasures again that the journal of an instance does not know; return how many these were."""
    count = 0
    with closing(open_home(settings, erasures_follow=True)) as home:
        with home.journal.reading() as db:
            known = {each.id for each in all_erasures(db)}
        for earlier in erasures:
            if earlier.id not in known:
                erase_again(home, earlier)
                count += 1
    if count:
        with closing(open_home(settings)) as home:
            home.journal.compact()
            home.vault.compact()
    return count


def _look(home: Home, done: Erased) -> _Made:
    home.journal.compact()
    home.vault.compact()
    with home.journal.reading() as db:
        entry = last_erasure(db)
    counts = {"entries": home.journal.head().seq}
    found: dict[str, int] = {}
    for name, store in (("private quads", home.private), ("public quads", home.public)):
        counts[name], hits = _count(store, done.needles)
        found |= {name: hits} if hits else {}
    return _Made(entry, counts, found)


def _count(store: Store, needles: Needles) -> tuple[int, int]:
    pattern, quads, hits = needles.pattern(), 0, 0
    for quads, line in enumerate(store.lines(), 1):  # noqa: B007
        hits += bool(pattern and pattern.search(line.encode()))
    return quads, hits


def _remove_others(directory: Path, needles: Needles, key: str | None) -> int:
    """Remove dumps, sidecars, copies and all else in the home that holds the person; return how many files."""
    removed = 0
    for path in scan(directory, needles, key).hits:
        first = path.relative_to(directory).parts[0]
        if first in _GRAPHS or (path.name.startswith(_OWN) and path.parent == directory):
            continue
        path.unlink(missing_ok=True)
        # What was made of it: its digest, or the fingerprints of the photos in it.
        for beside in path.parent.glob(f"{glob.escape(path.name)}.*"):
            beside.unlink()
        removed += 1
    return removed

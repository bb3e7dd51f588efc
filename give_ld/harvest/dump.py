"""How the whole public graph leaves as one dated file with its digest."""

from __future__ import annotations

import hashlib
import heapq
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import pyoxigraph

from give_ld.errors import Conflict, Damaged

# About 100 MB of lines in memory at once; more is sorted through temporary files.
LINES_AT_ONCE = 500_000


@dataclass(frozen=True)
class DumpFiles:
    """What was written: sorted N-Quads, the file beside it for `sha256sum -c`, how many quads, and their digest."""

    data: Path
    checksum: Path
    quads: int
    sha256: str


def write_dump(snapshot: Path, out: Path, today: date) -> DumpFiles:
    """Write the quads of a snapshot to `out` as `give-ld-public-YYYY-MM-DD.nq`; the same again changes nothing.

    Raises:
        Conflict: there is a dump of this date with other content.
        Damaged: the snapshot cannot be opened.
    """
    out.mkdir(parents=True, exist_ok=True)
    data = out / f"give-ld-public-{today.isoformat()}.nq"
    with tempfile.TemporaryDirectory(dir=out, prefix=".dump-") as workplace:
        draft = Path(workplace) / data.name
        quads, digest = _write_sorted(_lines(snapshot), draft, Path(workplace))
        if data.exists() and _digest(data) != digest:
            raise Conflict(f"{data}: a dump of this date with other content is there; move it away to write a new one")
        checksum = _write_checksum(data, digest, Path(workplace))
        draft.replace(data)
        checksum.replace(out / checksum.name)
    return DumpFiles(data, out / checksum.name, quads, digest)


def _lines(snapshot: Path) -> Iterator[bytes]:
    try:
        store = pyoxigraph.Store.read_only(str(snapshot))
    except (OSError, RuntimeError) as error:
        raise Damaged(f"{snapshot}: cannot be opened as a snapshot ({error}); publish it again") from error
    # The default graph is the union of the named ones and would say everything twice.
    for graph in store.named_graphs():
        for quad in store.quads_for_pattern(None, None, None, graph):
            yield f"{quad} .\n".encode()


def _write_sorted(lines: Iterator[bytes], target: Path, workplace: Path) -> tuple[int, str]:
    """Write lines in the order of their bytes; return how many there are, and the sha256 of the file."""
    runs: list[Path] = []
    while chunk := sorted(islice(lines, LINES_AT_ONCE)):
        runs.append(workplace / f"run-{len(runs)}")
        runs[-1].write_bytes(b"".join(chunk))
    count, digest = 0, hashlib.sha256()
    with ExitStack() as stack, target.open("wb") as file:
        for line in heapq.merge(*(stack.enter_context(run.open("rb")) for run in runs)):
            file.write(line)
            digest.update(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count, digest.hexdigest()


def _write_checksum(data: Path, digest: str, workplace: Path) -> Path:
    checksum = workplace / f"{data.name}.sha256"
    checksum.write_text(f"{digest}  {data.name}\n", encoding="ascii")
    return checksum


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

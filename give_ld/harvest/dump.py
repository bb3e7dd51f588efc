"""How the whole public graph leaves: as dated, compressed files with their digests."""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, cast

import pyoxigraph

from give_ld.errors import Conflict
from give_ld.harvest.copied import Copied
from give_ld.store.answers import PREFIXES
from give_ld.store.sorted_lines import sort_lines


@dataclass(frozen=True)
class DumpFile:
    """A compressed file, the file beside it for `sha256sum -c`, and its digest."""

    data: Path
    checksum: Path
    sha256: str


@dataclass(frozen=True)
class Dump:
    """The same quads twice: as sorted N-Quads, and as TriG with a block a graph."""

    quads: int
    nquads: DumpFile
    trig: DumpFile


def write_dump(snapshot: Path, out: Path, today: date) -> Dump:
    """Write the quads of a snapshot to `out` as `give-ld-public-YYYY-MM-DD.nq.gz` and `.trig.gz`.

    The same again changes nothing: equal quads are equal bytes.

    Raises:
        Conflict: there is a dump of this date with other content.
        Damaged: the snapshot cannot be opened.
    """
    out.mkdir(parents=True, exist_ok=True)
    name = f"give-ld-public-{today.isoformat()}"
    public = Copied(snapshot)
    with tempfile.TemporaryDirectory(dir=out, prefix=".dump-") as workplace:
        nquads, trig = Path(workplace) / f"{name}.nq.gz", Path(workplace) / f"{name}.trig.gz"
        with _compressed(nquads) as file:
            quads = _write_nquads(sort_lines(public.lines(), Path(workplace)), file)
        with _compressed(trig) as file:
            _write_trig(sort_lines(map(_graph_first, public.lines()), Path(workplace)), file)
        drafts = [_with_checksum(draft) for draft in (nquads, trig)]
        for draft in drafts:
            if (there := out / draft.data.name).exists() and _digest(there) != draft.sha256:
                raise Conflict(f"{there}: a dump of this date with other content is there; move it away first")
        files = [_moved(draft, out) for draft in drafts]
    return Dump(quads, *files)


@contextmanager
def _compressed(path: Path) -> Iterator[IO[bytes]]:
    with path.open("wb") as file:
        # Neither name nor time in the header, so that equal content is equal bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield cast("IO[bytes]", packed)
        file.flush()
        os.fsync(file.fileno())


def _write_nquads(lines: Iterator[bytes], file: IO[bytes]) -> int:
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007
        file.write(line)
    return count


def _graph_first(line: bytes) -> bytes:
    # A graph is the last term but the full stop, and an IRI has no space in it.
    return line.rsplit(b" ", 2)[1] + b" " + line


def _write_trig(lines: Iterator[bytes], file: IO[bytes]) -> None:
    quads = (
        quad for line in lines for quad in pyoxigraph.parse(line.split(b" ", 1)[1], format=pyoxigraph.RdfFormat.N_QUADS)
    )
    pyoxigraph.serialize(quads, file, pyoxigraph.RdfFormat.TRIG, prefixes=PREFIXES)


def _with_checksum(data: Path) -> DumpFile:
    digest, checksum = _digest(data), data.with_name(f"{data.name}.sha256")
    checksum.write_text(f"{digest}  {data.name}\n", encoding="ascii")
    return DumpFile(data, checksum, digest)


def _moved(draft: DumpFile, out: Path) -> DumpFile:
    return DumpFile(
        draft.data.replace(out / draft.data.name), draft.checksum.replace(out / draft.checksum.name), draft.sha256
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

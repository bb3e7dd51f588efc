"""What the sha256 of a file, or of a whole directory, is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

SUMS = "SHA256SUMS"
CHUNK_BYTES = 1024 * 1024


def file_digest(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def tree_digest(directory: Path) -> str:
    """Return the sha256 over the lines `<sha256>  <path>` of all files in a directory, sorted by path."""
    digest = hashlib.sha256()
    for name in sorted(tree_files(directory)):
        digest.update(f"{file_digest(directory / name)}  {name}\n".encode())
    return digest.hexdigest()


def tree_files(directory: Path) -> Iterable[str]:
    """Yield the files below a directory, relative to it; byte code and the list of digests do not count."""
    for path in directory.rglob("*"):
        name = path.relative_to(directory)
        if path.is_file() and "__pycache__" not in name.parts and name.as_posix() != SUMS:
            yield name.as_posix()


def read_sums(path: Path) -> dict[str, str]:
    """Return the digests by file name of a list as `sha256sum` writes it."""
    pairs = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines())
    return {pair[1].lstrip("*").removeprefix("./"): pair[0].lower() for pair in pairs if len(pair) == 2}

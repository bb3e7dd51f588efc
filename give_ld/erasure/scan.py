"""Whether the bytes of any file still hold what was erased: names, identifiers and fingerprints in every spelling."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import unicodedata
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken

_CHUNK = 4 * 1024 * 1024
_OVERLAP = 64 * 1024
# Of a blob: pieces of this size, so many bytes apart. A page of a database may split a blob anywhere.
_PIECE, _APART = 48, 240
_TELLING = 8  # different bytes: a run of zeros stands in any file
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Needles:
    """What no file may hold: texts and blobs. `others` are texts of somebody else that may begin like one of them."""

    texts: tuple[str, ...]
    blobs: tuple[bytes, ...] = ()
    others: tuple[str, ...] = ()

    def pattern(self) -> re.Pattern[bytes] | None:
        """Return what finds any of them in bytes, or None if there is nothing to find."""
        texts = [spelled for text in self.texts if text for spelled in self._text(text)]
        pieces = {re.escape(piece) for blob in self.blobs for piece in _pieces(blob)}
        found = b"|".join([*sorted(set(texts)), *sorted(pieces)])
        return re.compile(found, re.DOTALL) if found else None

    def _text(self, text: str) -> Iterator[bytes]:
        tails = {other[len(text) :] for other in self.others if other != text and other.startswith(text)}
        no_other = b"".join(b"(?!" + re.escape(tail.encode()) + b")" for tail in sorted(tails))
        end = rb"(?![0-9])" if text[-1].isdigit() else rb"(?![a-z])"
        for spelled in _spellings(text):
            yield b"(?i:" + re.escape(spelled) + b")" + no_other + end


def _spellings(text: str) -> set[bytes]:
    """Return the bytes that a text may be: in both normal forms, and with escapes as in JSON, RDF and addresses."""
    forms = {unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)}
    escaped = {json.dumps(form)[1:-1] for form in forms}
    addresses = {quote(form) for form in forms} | {form.replace(" ", "_") for form in forms}
    return {form.encode() for form in forms | escaped | addresses}


def _pieces(blob: bytes) -> Iterator[bytes]:
    for begin in range(0, max(len(blob) - _PIECE, 0) + 1, _APART):
        piece = blob[begin : begin + _PIECE]
        if len(set(piece)) < _TELLING:
            continue
        yield piece
        yield b64encode(piece[: len(piece) // 3 * 3])  # `begin` is a multiple of three: aligned as the whole is


@dataclass
class Scan:
    """What a scan looked at and found: files, bytes (unpacked ones included), hits by file, and a digest of it all."""

    files: int = 0
    bytes: int = 0
    hits: dict[Path, int] = field(default_factory=dict)
    state: str = ""


def scan(directory: Path, needles: Needles, key: str | None, without: Iterable[Path] = ()) -> Scan:
    """Look for needles in every file under a directory; `key` is the Fernet key of sidecars, if they are encrypted.

    What is packed with gzip is looked at unpacked too. The digest is over the path and the content of each file.
    """
    pattern, left_out = needles.pattern(), set(without)
    found, digest = Scan(), hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        if path.is_symlink() or not path.is_file() or path in left_out:
            continue
        content = hashlib.sha256()
        hits = 0
        for part in _parts(path, key):
            hits += _search(part, pattern, found, content)
        found.files += 1
        if hits or (pattern and pattern.search(path.name.encode())):
            found.hits[path] = max(hits, 1)
        digest.update(f"{path.relative_to(directory)} {content.hexdigest()}\n".encode())
    found.state = digest.hexdigest()
    return found


def _parts(path: Path, key: str | None) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        start = file.read(6)
        file.seek(0)
        yield file
        if start.startswith(_GZIP):
            file.seek(0)
            with gzip.open(file) as unpacked:
                yield unpacked  # type: ignore[misc]
        elif key and start == b"gAAAAA":
            file.seek(0)
            yield from _decrypted(file.read(), key)


def _decrypted(content: bytes, key: str) -> Iterator[IO[bytes]]:
    from io import BytesIO

    try:
        yield BytesIO(Fernet(key).decrypt(content))
    except (InvalidToken, ValueError):
        return


def _search(part: IO[bytes], pattern: re.Pattern[bytes] | None, found: Scan, digest: hashlib._Hash) -> int:
    hits, tail = 0, b""
    try:
        while chunk := part.read(_CHUNK):
            digest.update(chunk)
            found.bytes += len(chunk)
            if pattern:
                hits += sum(1 for each in pattern.finditer(tail + chunk) if each.end() > len(tail))
            tail = chunk[-_OVERLAP:]
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return hits  # it only looked like a packed file, and was read as it is
    return hits

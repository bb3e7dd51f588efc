"""Where fingerprints, crops and reference photos lie, and how one is taken out again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from give_ld.errors import Damaged, naming_full_disk

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fingerprint(
    id TEXT PRIMARY KEY, partner TEXT NOT NULL, run TEXT NOT NULL, model_sha256 TEXT NOT NULL,
    vector BLOB NOT NULL, crop BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS photo(sha256 TEXT PRIMARY KEY, image BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Fingerprint:
    """A face embedding (little-endian float32) with the crop (JPEG) that it was made from."""

    id: str
    run: str
    partner: str
    model_sha256: str
    vector: bytes
    crop: bytes


class Vault:
    """An SQLite file of its own; what is deleted is overwritten (`secure_delete`)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch(mode=0o600)
        try:
            with self._open() as db:
                db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise Damaged(f"the biometric store {path.name} cannot be opened ({error}); restore it") from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        full = naming_full_disk(f"the biometric store {self._path.name}", sqlite3.OperationalError)
        with full, closing(sqlite3.connect(self._path, timeout=30)) as db:
            db.execute("PRAGMA secure_delete=ON")
            db.execute("PRAGMA synchronous=FULL")
            with db:
                yield db

    def add_fingerprints(self, fingerprints: Iterable[Fingerprint]) -> None:
        """Keep fingerprints; one that is there already stays as it is."""
        rows = [(f.id, f.partner, f.run, f.model_sha256, f.vector, f.crop) for f in fingerprints]
        with self._open() as db:
            db.executemany("INSERT OR IGNORE INTO fingerprint VALUES (?, ?, ?, ?, ?, ?)", rows)

    def crop(self, fingerprint: str, partner: str) -> bytes | None:
        """Return the face crop (JPEG) of a partner's fingerprint, or None."""
        query = "SELECT crop FROM fingerprint WHERE id = ? AND partner = ?"
        with self._open() as db:
            row = db.execute(query, (fingerprint, partner)).fetchone()
        return row[0] if row else None

    def read(self, fingerprints: Iterable[str]) -> list[bytes]:
        """Return the vectors and crops of fingerprints."""
        query = "SELECT vector, crop FROM fingerprint WHERE id = ?"
        with self._open() as db:
            rows = [row for each in fingerprints for row in db.execute(query, (each,))]
        return [blob for row in rows for blob in row]

    def erase(self, fingerprints: Iterable[str], photos: Iterable[str]) -> tuple[int, int]:
        """Take fingerprints with their crops and photos out; return how many of each there were."""
        with self._open() as db:
            prints = db.executemany("DELETE FROM fingerprint WHERE id = ?", [(each,) for each in fingerprints]).rowcount
            images = db.executemany("DELETE FROM photo WHERE sha256 = ?", [(each,) for each in photos]).rowcount
        return max(prints, 0), max(images, 0)

    def counts(self) -> tuple[int, int]:
        """Return how many fingerprints and photos there are."""
        with self._open() as db:
            row = db.execute("SELECT (SELECT count(*) FROM fingerprint), (SELECT count(*) FROM photo)").fetchone()
        return int(row[0]), int(row[1])

    def compact(self) -> None:
        """Write the file anew without free pages."""
        with closing(sqlite3.connect(self._path, timeout=30)) as db:
            db.execute("VACUUM")

    def add_photo(self, sha256: str, image: bytes) -> None:
        """Keep a reference photo under its digest."""
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO photo VALUES (?, ?)", (sha256, image))

    def photo(self, sha256: str) -> bytes | None:
        """Return a reference photo, or None."""
        with self._open() as db:
            row = db.execute("SELECT image FROM photo WHERE sha256 = ?", (sha256,)).fetchone()
        return row[0] if row else None

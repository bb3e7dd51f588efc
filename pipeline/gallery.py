"""What the faces of the reference persons look like: one fingerprint a person, the mean of those of the photos."""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from give_ld.errors import BadMedia
from give_ld.model.person import SnapshotPerson, SnapshotPhoto
from pipeline.embedding import Detection, FacePack, Image, Vector, unit
from pipeline.isolation import Decoder
from pipeline.media import read_picture
from pipeline.snapshot import Snapshot

DIMENSIONS = 512


@dataclass(frozen=True)
class Gallery:
    """The persons who have a face, row by row as in `means` (persons x 512, each of length 1)."""

    version: str
    persons: tuple[SnapshotPerson, ...]
    means: NDArray[np.float32]
    problems: tuple[str, ...] = ()


def build_gallery(snapshot: Snapshot, pack: FacePack, decoder: Decoder) -> Gallery:
    """Return the gallery of a snapshot; a photo without a usable face is a problem that is told of, never fatal.

    Fingerprints are kept beside the snapshot, in a file of mode 0600 that names the recognition model.
    """
    cache = snapshot.path.with_name(f"{snapshot.path.name}.{pack.sha256[:8]}.npz")
    known = _read_cache(cache)
    wanted = {photo.sha256: photo for person in snapshot.persons for photo in person.photos}
    problems: list[str] = []
    vectors: dict[str, Vector] = {}
    for digest, photo in wanted.items():
        try:
            vectors[digest] = known[digest] if digest in known else photo_fingerprint(photo, pack, decoder)
        except BadMedia as error:
            problems.append(error.message)
    if set(vectors) != set(known):
        problems.extend(_write_cache(cache, vectors))
    rows = [[vectors[photo.sha256] for photo in each.photos if photo.sha256 in vectors] for each in snapshot.persons]
    seen = [(person, unit(np.mean(row, axis=0))) for person, row in zip(snapshot.persons, rows, strict=True) if row]
    means = np.stack([mean for _, mean in seen]) if seen else np.zeros((0, DIMENSIONS), np.float32)
    return Gallery(snapshot.header.version, tuple(person for person, _ in seen), means, tuple(problems))


def photo_fingerprint(photo: SnapshotPhoto, pack: FacePack, decoder: Decoder) -> Vector:
    """Return the fingerprint of the face that a reference photo shows in its middle.

    Raises:
        BadMedia: it is no picture, not the one that the snapshot names, or shows no face.
    """
    name = f"reference photo {photo.sha256[:12]}"
    try:
        data = b64decode(photo.image, validate=True)
    except Base64Error as error:
        raise BadMedia(f"{name}: not base64") from error
    if hashlib.sha256(data).hexdigest() != photo.sha256:
        raise BadMedia(f"{name}: its bytes have another digest")
    frame = read_picture(data, name, decoder)
    image = np.ascontiguousarray(np.rot90(frame.image, frame.turns))
    face = central(pack.detect(image), image)
    if face is None:
        raise BadMedia(f"{name}: it shows no face")
    return pack.embed(pack.align(image, face))


def central(faces: Sequence[Detection], image: Image) -> Detection | None:
    """Return the face nearest the middle: squared distance of the box's centre less half its area is smallest."""
    height, width = image.shape[:2]

    def distance(face: Detection) -> float:
        x1, y1, x2, y2 = face.box
        away = ((x1 + x2) / 2 - width / 2) ** 2 + ((y1 + y2) / 2 - height / 2) ** 2
        return float(away - (x2 - x1) * (y2 - y1) / 2)

    return min(faces, key=distance, default=None)


def _read_cache(path: Path) -> Mapping[str, Vector]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return dict(zip(stored["photo"].tolist(), stored["vector"].astype(np.float32), strict=True))
    except (OSError, ValueError, KeyError, BadZipFile):
        return {}  # a cache that cannot be read is made again


def _write_cache(path: Path, vectors: Mapping[str, Vector]) -> Iterator[str]:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            np.savez(file, photo=np.array(list(vectors)), vector=np.array(list(vectors.values()), dtype=np.float32))
        temporary.replace(path)
    except OSError as error:
        yield f"reference fingerprints cannot be kept in {path} ({error.strerror}) and will be made again next time"

"""Media files, weights and evaluation material for the tests of the pipeline."""

from __future__ import annotations

import hashlib
import os
import wave
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from give_ld.errors import MissingWeights
from give_ld.model.person import SnapshotHeader, SnapshotPerson, SnapshotPhoto, snapshot_digest
from pipeline.isolation import Decoder
from pipeline.weights import WeightsOnDisk, directories, find
from tests.conftest import EVALUATION

RATE = 16_000


@pytest.fixture
def sound(tmp_path: Path) -> Callable[..., Path]:
    """Make a WAV file with a tone."""

    def make(name: str = "tone.wav", seconds: float = 1.0) -> Path:
        np = pytest.importorskip("numpy", reason="needs the extra [ai]")
        path = tmp_path / name
        tone = (np.sin(np.arange(int(RATE * seconds)) / 10) * 8000).astype("<i2")
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(tone.tobytes())
        return path

    return make


@pytest.fixture
def film(tmp_path: Path) -> Callable[..., Path]:
    """Make a film without sound whose pictures grow brighter."""
    av = pytest.importorskip("av", reason="needs the extra [ai]")
    np = pytest.importorskip("numpy", reason="needs the extra [ai]")

    def make(name: str = "film.mp4", seconds: int = 2, size: tuple[int, int] = (64, 48)) -> Path:
        path = tmp_path / name
        container_format = "matroska" if name.endswith(".mkv") else "mp4"
        with path.open("wb") as file, av.open(file, "w", format=container_format) as out:
            stream = out.add_stream("mpeg4", rate=10)
            stream.width, stream.height, stream.time_base = *size, Fraction(1, 10)
            for number in range(10 * seconds):
                image = np.full((size[1], size[0], 3), number % 256, np.uint8)
                out.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
            out.mux(stream.encode())
        return path

    return make


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Make a PNG file of one colour."""
    cv2 = pytest.importorskip("cv2", reason="needs the extra [ai]")
    np = pytest.importorskip("numpy", reason="needs the extra [ai]")

    def make(name: str = "picture.png", size: tuple[int, int] = (64, 48)) -> Path:
        path = tmp_path / name
        _, data = cv2.imencode(".png", np.full((size[1], size[0], 3), 127, np.uint8))
        path.write_bytes(data.tobytes())
        return path

    return make


@pytest.fixture(scope="session")
def decoder() -> Decoder:
    pytest.importorskip("av", reason="needs the extra [ai]")
    return Decoder()


@pytest.fixture(scope="session")
def face_weights() -> WeightsOnDisk:
    return _weights("faceplugin")


@pytest.fixture(scope="session")
def lfw() -> Path:
    """The LFW development subset."""
    found = EVALUATION / "data" / "faces" / "lfw-dev"
    if not (found / "identify-dev.tsv").is_file():
        pytest.skip(f"no evaluation material: {found} is missing; set GIVE_LD_EVAL")
    return found


def _weights(name: str) -> WeightsOnDisk:
    try:
        return find(name, directories(os.environ))
    except MissingWeights as error:
        pytest.skip(error.message)


@pytest.fixture(scope="session")
def write_refset() -> Callable[[Path, Mapping[str, Sequence[bytes]]], Path]:
    """Write a reference-set snapshot: persons by name, each with these photos."""
    return _write_refset


def _write_refset(path: Path, photos: Mapping[str, Sequence[bytes]]) -> Path:
    lines = [_person(name, images).model_dump_json(exclude_none=True) + "\n" for name, images in photos.items()]
    digest = snapshot_digest(lines)
    header = SnapshotHeader(
        schema_version="give-ld-refset/1",
        version=f"2026-11-01-{digest[:8]}",
        created=datetime(2026, 11, 1, tzinfo=UTC),
        persons=len(lines),
        digest=digest,
    )
    path.write_text(header.model_dump_json(by_alias=True) + "\n" + "".join(lines), encoding="utf-8")
    return path


def _person(name: str, images: Sequence[bytes]) -> SnapshotPerson:
    photos = [SnapshotPhoto(sha256=hashlib.sha256(each).hexdigest(), image=b64encode(each).decode()) for each in images]
    return SnapshotPerson(id=f"https://example.org/id/person/{name}", name=name, language="en", photos=tuple(photos))

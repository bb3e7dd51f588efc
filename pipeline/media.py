"""How a media file is looked at, heard and seen: as itself, unchanged, through a process that never learns its name."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from give_ld.errors import BadMedia
from give_ld.model.run import MediaFile
from pipeline.digest import CHUNK_BYTES
from pipeline.isolation import Decoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000  # Hz
SAMPLE_BYTES = 2
STRETCH_S = 600  # of sound that is held in memory at a time
SEARCH_S = 30  # at the end of a stretch, where the quietest moment is looked for
MOMENT_S = 0.1

Warn = Callable[[str], object]
Stamp = tuple[int, int, int, int]


@dataclass(frozen=True)
class Source:
    """A file as it was when its digest was taken; `stamp` tells whether it still is that file."""

    path: Path
    sha256: str
    stamp: Stamp

    @property
    def name(self) -> str:
        """The name without the path; bytes that are no UTF-8 are replaced."""
        return base_name(self.path)


@dataclass(frozen=True)
class Frame:
    """A picture as coded: height x width x 3, blue-green-red, 8 bits.

    `time_ms` counts from the start of the file and is None for a still image; `turns` is how many quarter turns,
    anticlockwise, put the picture upright.
    """

    time_ms: int | None
    image: NDArray[np.uint8]
    turns: int


@dataclass(frozen=True)
class Stretch:
    """Sound from `start_s` seconds of the file on: mono at 16 kHz, -1 to 1."""

    start_s: float
    samples: NDArray[np.float32]


_MIME_TYPES = {  # by demuxer: with pictures, with sound only
    "mov": ("video/mp4", "audio/mp4"),
    "matroska": ("video/x-matroska", "audio/x-matroska"),
    "mpegts": ("video/mp2t", "audio/mp2t"),
    "avi": ("video/x-msvideo", "audio/x-msvideo"),
    "mxf": ("application/mxf", "application/mxf"),
    "flac": ("video/x-flac", "audio/flac"),
    "wav": ("video/x-wav", "audio/wav"),
    "mp3": ("video/mpeg", "audio/mpeg"),
    "ogg": ("video/ogg", "audio/ogg"),
    "asf": ("video/x-ms-wmv", "audio/x-ms-wma"),
    "mpeg": ("video/mpeg", "audio/mpeg"),
    "mpegvideo": ("video/mpeg", "audio/mpeg"),
    "jpeg_pipe": ("image/jpeg", ""),
    "png_pipe": ("image/png", ""),
    "webp_pipe": ("image/webp", ""),
    "bmp_pipe": ("image/bmp", ""),
    "tiff_pipe": ("image/tiff", ""),
    "jpegxl_pipe": ("image/jxl", ""),
    "apng": ("image/apng", ""),
    "gif": ("image/gif", ""),
}


def read_source(path: Path) -> Source:
    """Return what a file is before anybody looks into it.

    Raises:
        BadMedia: it is no readable file.
    """
    digest = hashlib.sha256()
    with _opened(path) as file:
        stamp = _stamp(file)
        try:
            while chunk := os.read(file, CHUNK_BYTES):
                digest.update(chunk)
        except OSError as error:
            raise BadMedia(f"{base_name(path)}: cannot be read: {error.strerror}", rule="readable") from error
    return Source(path, digest.hexdigest(), stamp)


def probe(source: Source, decoder: Decoder) -> MediaFile:
    """Return what a media file is: digest, type, length and the size of its pictures as coded.

    Raises:
        BadMedia: it is empty or no media, must not be decoded, or has changed.
    """
    found: dict[str, Any] = {}
    with _unchanged(source) as file:
        for header, _ in decoder.messages(file, source.name, {"do": "probe"}):
            found = header if header["kind"] == "media" else found
    try:
        length = found["duration_s"]
        return MediaFile(
            sha256=source.sha256,
            name=source.name,
            mime_type=_mime_type(found),
            duration_ms=None if length is None else round(length * 1000),
            width=found.get("width"),
            height=found.get("height"),
        )
    except (KeyError, TypeError, ValidationError) as error:
        raise BadMedia(f"{source.name}: the decoder's answer makes no sense", rule="died") from error


def read_sound(source: Source, decoder: Decoder, warn: Warn = lambda _: None) -> Iterator[Stretch]:
    """Yield the sound from the start of the file on, in stretches that end in quiet moments; none where there is none.

    Args:
        source: the media file.
        decoder: what decodes it.
        warn: told of what is damaged or cut off; the sound is what could be decoded.

    Raises:
        BadMedia: it cannot be decoded, must not be, or has changed.
    """
    samples, start = bytearray(), 0
    with _unchanged(source) as file:
        for header, payload in decoder.messages(file, source.name, {"do": "audio"}):
            if header["kind"] == "note":
                warn(header["text"])
            samples += payload
            while len(samples) >= STRETCH_S * SAMPLE_RATE * SAMPLE_BYTES:
                end = _quiet_moment(samples)
                yield _stretch(samples[:end], start)
                del samples[:end]
                start += end // SAMPLE_BYTES
    if samples:
        yield _stretch(samples, start)


def read_frames(source: Source, fps: float, decoder: Decoder, warn: Warn = lambda _: None) -> Iterator[Frame]:
    """Yield pictures in order of time, at most `fps` a second, in constant memory; nothing where there are none.

    Raises:
        BadMedia: it cannot be decoded, must not be, or has changed.
    """
    with _unchanged(source) as file:
        yield from _frames(file, source.name, fps, decoder, warn)


def read_picture(data: bytes, name: str, decoder: Decoder) -> Frame:
    """Return the picture that the bytes of an image file hold; of a film, the first.

    Raises:
        BadMedia: they hold none, or must not be decoded.
    """
    with TemporaryFile() as file:
        file.write(data)
        file.flush()
        for frame in _frames(file.fileno(), name, 1.0, decoder, lambda _: None):
            return frame
    raise BadMedia(f"{name}: it holds no picture")


def base_name(path: Path) -> str:
    """Return the name of a file without its path; bytes that are no UTF-8 are replaced."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _stretch(samples: bytearray, start: int) -> Stretch:
    import numpy as np

    whole = np.frombuffer(bytes(samples), dtype="<i2").astype(np.float32)
    whole /= 32768
    return Stretch(start / SAMPLE_RATE, whole)


def _quiet_moment(samples: bytearray) -> int:
    """Return how many bytes there are before the quietest moment near the end of the first stretch."""
    import numpy as np

    moment = round(MOMENT_S * SAMPLE_RATE)
    count = round(SEARCH_S / MOMENT_S)
    last = STRETCH_S * SAMPLE_RATE * SAMPLE_BYTES
    first = last - count * moment * SAMPLE_BYTES
    tail = np.frombuffer(bytes(samples[first:last]), dtype="<i2").astype(np.float32).reshape(count, moment)
    quietest = int((tail**2).sum(axis=1).argmin())
    return first + quietest * moment * SAMPLE_BYTES + moment // 2 * SAMPLE_BYTES


def _frames(file: int, name: str, fps: float, decoder: Decoder, warn: Warn) -> Iterator[Frame]:
    import numpy as np

    for header, payload in decoder.messages(file, name, {"do": "frames", "fps": fps}):
        if header["kind"] == "frame":
            shape = (header["height"], header["width"], 3)
            yield Frame(header["time_ms"], np.frombuffer(payload, dtype=np.uint8).reshape(shape), header["turns"])
        elif header["kind"] == "note":
            warn(header["text"])


@contextmanager
def _unchanged(source: Source) -> Iterator[int]:
    """Open the file for reading, and refuse it where it is empty or not, or no longer, the one that was digested."""
    with _opened(source.path) as file:
        if os.fstat(file).st_size == 0:
            raise BadMedia(f"{source.name}: the file is empty", rule="empty")
        _check_stamp(source, file)
        yield file
        _check_stamp(source, file)


def _check_stamp(source: Source, file: int) -> None:
    if source.stamp != _stamp(file):
        raise BadMedia(f"{source.name}: the file changed while it was worked on; run it again", rule="changed")


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        # Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadMedia(f"{base_name(path)}: cannot be opened: {reason}", rule="readable") from error
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise BadMedia(f"{base_name(path)}: not a file but a directory, pipe or device", rule="readable")
        yield file
    finally:
        os.close(file)


def _stamp(file: int) -> Stamp:
    status = os.fstat(file)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _mime_type(found: dict[str, Any]) -> str:
    demuxer = str(found["format"]).split(",")[0]
    subtype = demuxer.replace("_", "-")
    moving, sound = _MIME_TYPES.get(demuxer, (f"video/x-{subtype}", f"audio/x-{subtype}"))
    return moving if found["video"] else sound

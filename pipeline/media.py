"""How a media file is looked at and decoded: by a locked-down process that is handed the open file, never its name."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import select
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from give_ld.errors import BadMedia, NotUsable
from give_ld.model.run import MediaFile
from pipeline.digest import CHUNK_BYTES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000  # Hz
MAX_HEADER_BYTES = 64 * 1024
GIB = 1024**3

Warn = Callable[[str], object]
Message = tuple[dict[str, Any], bytearray]


@dataclass(frozen=True)
class Limits:
    """What decoding one file may cost."""

    pixels: int = 64_000_000  # of one picture
    streams: int = 64
    duration_s: int = 86_399  # a time in a record has less than 24 hours
    memory_bytes: int = 4 * GIB
    cpu_s: int = 6 * 3600
    stall_s: int = 60  # without a sign of life from the decoder


@dataclass(frozen=True)
class Frame:
    """A picture as coded: height x width x 3, blue-green-red, 8 bits.

    `time_ms` counts from the start of the file and is None for a still image; `turns` is how many quarter turns,
    anticlockwise, put the picture upright.
    """

    time_ms: int | None
    image: NDArray[np.uint8]
    turns: int


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
    "gif": ("image/gif", ""),
}


def probe(path: Path, limits: Limits) -> MediaFile:
    """Return what a media file is: digest, type, length and the size of its pictures as coded.

    Raises:
        BadMedia: it cannot be read, is empty, is no media, or must not be decoded.
        NotUsable: the library av is not installed.
    """
    digest = sha256_of(path)
    found = None
    with _opened(path) as file:
        for header, _ in _messages(file, base_name(path), {"do": "probe"}, limits):
            found = header if header["kind"] == "media" else found
    if found is None:
        raise BadMedia(f"{path.name}: the decoder said nothing about it")
    length = found["duration_s"]
    return MediaFile(
        sha256=digest,
        name=base_name(path),
        mime_type=_mime_type(found),
        duration_ms=None if length is None else round(length * 1000),
        width=found.get("width"),
        height=found.get("height"),
    )


def read_audio(path: Path, limits: Limits, warn: Warn = lambda _: None) -> NDArray[np.float32] | None:
    """Return the sound, mono at 16 kHz, -1 to 1, from the start of the file on; None where there is none.

    Args:
        path: the media file.
        limits: what decoding may cost.
        warn: told of what is damaged or cut off; the sound is what could be decoded.

    Raises:
        BadMedia: it cannot be decoded, or must not be.
    """
    import numpy as np

    samples = bytearray()
    with _opened(path) as file:
        for header, payload in _messages(file, base_name(path), {"do": "audio"}, limits):
            if header["kind"] == "samples":
                samples += payload
            elif header["kind"] == "note":
                warn(header["text"])
    if not samples:
        return None
    return np.frombuffer(samples, dtype="<i2").astype(np.float32) / 32768.0


def read_frames(path: Path, fps: float, limits: Limits, warn: Warn = lambda _: None) -> Iterator[Frame]:
    """Yield pictures in order of time, at most `fps` a second, in constant memory; nothing where there are none.

    Raises:
        BadMedia: it cannot be decoded, or must not be.
    """
    with _opened(path) as file:
        yield from _frames(file, base_name(path), fps, limits, warn)


def read_picture(data: bytes, name: str, limits: Limits) -> Frame:
    """Return the picture that the bytes of an image file hold; of a film, the first.

    Raises:
        BadMedia: they hold none, or must not be decoded.
    """
    with TemporaryFile() as file:
        file.write(data)
        file.flush()
        for frame in _frames(file.fileno(), name, 1.0, limits, lambda _: None):
            return frame
    raise BadMedia(f"{name}: it holds no picture")


def _frames(file: int, name: str, fps: float, limits: Limits, warn: Warn) -> Iterator[Frame]:
    import numpy as np

    for header, payload in _messages(file, name, {"do": "frames", "fps": fps}, limits):
        if header["kind"] == "frame":
            shape = (header["height"], header["width"], 3)
            yield Frame(header["time_ms"], np.frombuffer(payload, dtype=np.uint8).reshape(shape), header["turns"])
        elif header["kind"] == "note":
            warn(header["text"])


def sha256_of(path: Path) -> str:
    """Return the digest of a media file, in hexadecimal.

    Raises:
        BadMedia: it is no readable file, or it is empty.
    """
    digest = hashlib.sha256()
    with _opened(path) as file:
        while chunk := os.read(file, CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def base_name(path: Path) -> str:
    """Return the name of a file without its path; bytes that are no UTF-8 are replaced."""
    return os.fsencode(path.name).decode("utf-8", "replace")


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        # Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadMedia(f"{base_name(path)}: cannot be opened: {reason}", rule="readable") from error
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise BadMedia(f"{base_name(path)}: not a file but a directory, pipe or device", rule="readable")
        if status.st_size == 0:
            raise BadMedia(f"{base_name(path)}: the file is empty", rule="empty")
        yield file
    finally:
        os.close(file)


def _messages(file: int, name: str, task: dict[str, Any], limits: Limits) -> Iterator[Message]:
    if importlib.util.find_spec("av") is None:
        raise NotUsable("decoding needs the library av: install give-ld with the extra [ai]")
    os.lseek(file, 0, os.SEEK_SET)
    script = str(Path(__file__).with_name("decoder.py"))
    child = subprocess.Popen(  # noqa: S603 - this Python, a script of this package
        [sys.executable, "-I", script, json.dumps({**task, "limits": asdict(limits)})],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    try:
        yield from _conversation(child, name, limits)
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _conversation(child: subprocess.Popen[bytes], name: str, limits: Limits) -> Iterator[Message]:
    if child.stdout is None:
        raise BadMedia(f"{name}: the decoder did not start")
    pipe = child.stdout.fileno()
    while True:
        try:
            header, payload = _receive(pipe, limits)
        except TimeoutError as error:
            raise BadMedia(
                f"{name}: decoding was stopped after {limits.stall_s} s without progress", rule="time"
            ) from error
        except EOFError as error:
            raise BadMedia(
                f"{name}: the decoder died, or went over its limit of memory or time", rule="died"
            ) from error
        if header["kind"] == "error":
            raise BadMedia(f"{name}: {header['text']}", rule="decode")
        if header["kind"] == "end":
            return
        yield header, payload


def _receive(pipe: int, limits: Limits) -> Message:
    deadline = time.monotonic() + limits.stall_s
    length = int.from_bytes(_read(pipe, 4, deadline), "big")
    if length > MAX_HEADER_BYTES:
        raise EOFError
    header = json.loads(bytes(_read(pipe, length, deadline)))
    count = int(header["bytes"])
    # A decoder that a hostile file has taken over must not make this process allocate without bound.
    if not 0 <= count <= limits.pixels * 3:
        raise EOFError
    return header, _read(pipe, count, deadline)


def _read(pipe: int, count: int, deadline: float) -> bytearray:
    data = bytearray(count)
    view, done, poll = memoryview(data), 0, select.poll()
    poll.register(pipe, select.POLLIN)
    while done < count:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        got = os.readv(pipe, [view[done:]])
        if got == 0:
            raise EOFError
        done += got
    return data


def _mime_type(found: dict[str, Any]) -> str:
    demuxer = str(found["format"]).split(",")[0]
    subtype = demuxer.replace("_", "-")
    moving, sound = _MIME_TYPES.get(demuxer, (f"video/x-{subtype}", f"audio/x-{subtype}"))
    return moving if found["video"] else sound

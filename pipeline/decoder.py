"""What is in a media file: decoded from standard input, told in messages on standard output.

A message is four bytes (the length of its header, big-endian), a JSON header, and as many bytes as its `bytes` says.
Only `pipeline.jail` runs this, and nothing else of the project is loaded in its process.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from av.container import InputContainer

DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi,mxf,flac,wav,w64,mp3,ogg,aac,aiff,caf,au,amr,asf,flv,mpeg,"
    "mpegvideo,m4v,dv,gif,jpeg_pipe,png_pipe,apng,webp_pipe,bmp_pipe,tiff_pipe,jpegxl_pipe"
)
SAMPLE_RATE = 16_000  # Hz, what the speech model hears
DAMAGED_PACKETS = 1_000  # after so many the rest is given up
GAP_S = 0.1  # seconds without sound that are filled with silence
SHORTER_S = 1.0  # seconds that may lack before a file counts as cut off
ESTIMATED = ("aac", "amr", "mpegvideo", "m4v")  # formats that do not say how long they last
LONGEST_SIDE = 65_535  # pixels; a record holds no more


class Refused(Exception):
    """The file cannot be decoded, or must not be."""


class Reader:
    """The bytes of the file; without a name, so that none is taken for a URL, a pattern or an option."""

    def __init__(self) -> None:
        stream = open(0, "rb", closefd=False)  # noqa: SIM115 - it lives as long as the process
        stream.seek(0)
        self.read, self.seek, self.tell = stream.read, stream.seek, stream.tell


def load() -> None:
    """Load all that decoding needs, so that processes that are forked later have it."""
    import av.audio.resampler
    import av.logging

    av.logging.set_level(None)


def decode(task: dict[str, Any]) -> None:
    """Do a task, within its limits of memory and time."""
    limits = task["limits"]
    for limit, value in ((resource.RLIMIT_AS, limits["memory_bytes"]), (resource.RLIMIT_CPU, limits["cpu_s"])):
        resource.setrlimit(limit, (value, value))
    try:
        if task["do"] == "probe":
            probe(limits)
        elif task["do"] == "audio":
            audio(limits)
        else:
            pictures(limits, task["fps"])
        send({"kind": "end"})
    except Refused as error:
        send({"kind": "error", "text": str(error)})
    except MemoryError:
        send({"kind": "error", "text": f"it needs more than {limits['memory_bytes']} bytes of memory"})


def send(header: dict[str, Any], payload: bytes | memoryview = b"") -> None:
    """Write one message."""
    text = json.dumps({**header, "bytes": len(payload)}).encode()
    for part in (len(text).to_bytes(4, "big") + text, payload):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(1, rest) :]


def note(text: str) -> None:
    """Send what is wrong with the file but stops nothing."""
    send({"kind": "note", "text": text})


def open_media(streams: int) -> InputContainer:
    """Return the container that the file is.

    Raises:
        Refused: its format is unknown or not allowed, or it has too many streams.
    """
    import av

    try:
        container = av.open(Reader(), mode="r", options={"format_whitelist": DEMUXERS, "protocol_whitelist": "file"})
    except (av.FFmpegError, ValueError) as error:
        raise Refused(
            "no audio, video or image format that is allowed here, or cut off or damaged at the start"
        ) from error
    if len(container.streams) > streams:
        raise Refused(f"it has {len(container.streams)} streams, allowed are {streams}")
    return container


def pick(container: InputContainer, kind: str, pixels: int) -> Any:  # noqa: ANN401 - sound and pictures share no useful type
    """Return the first stream of this kind that has a decoder; the cover picture of a sound file does not count."""
    from av.stream import Disposition

    streams: Iterable[Any] = container.streams
    for stream in streams:
        cover = stream.disposition & Disposition.attached_pic
        if stream.type == kind and stream.codec_context is not None and not cover:
            stream.codec_context.options = {"max_pixels": str(pixels)}
            stream.codec_context.thread_type = "AUTO"
            if kind == "video":
                check_size(stream, pixels)
            return stream
    return None


def check_size(picture: Any, pixels: int) -> None:  # noqa: ANN401 - a stream or a frame
    """Refuse pictures that are too large, before they are decoded where the file says so."""
    if picture.width * picture.height > pixels:
        raise Refused(f"a picture has more than {pixels} pixels")
    if max(picture.width, picture.height) > LONGEST_SIDE:
        raise Refused(f"a side of a picture has more than {LONGEST_SIDE} pixels")


def frames(container: InputContainer, stream: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield the decoded frames of a stream; what is damaged or cut off is passed over and told of in notes."""
    import av

    damaged, furthest = 0, 0.0
    packets = container.demux()
    while damaged < DAMAGED_PACKETS:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            # Of all streams: one that ends before the others is not cut off.
            furthest = max(furthest, seconds((packet.pts or 0) + (packet.duration or 0), packet.time_base) or 0.0)
            if packet.stream.index == stream.index:
                yield from packet.decode()
        except av.FFmpegError as error:
            if isinstance(error, MemoryError):
                raise
            damaged += 1
    if damaged:
        note(f"{damaged} packets of {stream.type} are damaged")
    declared = duration(container) or 0.0
    if container.format.name not in ESTIMATED and furthest < declared - SHORTER_S:
        note(f"the file declares {declared:.1f} s, but only {furthest:.1f} s can be read: is it cut off?")


def seconds(value: int | None, base: Fraction | None) -> float | None:
    """Return a time stamp in seconds."""
    return None if value is None or base is None else float(value * base)


def start_of(container: InputContainer) -> float:
    """Return the time stamp with which the file begins, in seconds."""
    return (container.start_time or 0) / 1_000_000


def duration(container: InputContainer) -> float | None:
    """Return the length that the file declares, in seconds."""
    if container.format.name.endswith("_pipe"):
        return None
    if container.duration and container.duration > 0:
        return container.duration / 1_000_000
    declared = (seconds(stream.duration, stream.time_base) for stream in container.streams)
    return max((length for length in declared if length and length > 0), default=None)


def probe(limits: dict[str, Any]) -> None:
    """Send what the file is, after decoding the first frame of each kind.

    Raises:
        Refused: nothing in it decodes, or it is too long.
    """
    found: dict[str, Any] = {}
    for kind in ("audio", "video"):
        container = open_media(limits["streams"])
        stream = pick(container, kind, limits["pixels"])
        first = next(frames(container, stream), None) if stream is not None else None
        found |= {"format": container.format.name, "duration_s": duration(container), kind: first is not None}
        if kind == "video" and first is not None:
            found |= {"width": first.width, "height": first.height}
        container.close()
    if not found["audio"] and not found["video"]:
        raise Refused(
            "it holds no sound and no picture that decodes; is it cut off or damaged, "
            f"or a picture of more than {limits['pixels']} pixels?"
        )
    if (found["duration_s"] or 0) > limits["duration_s"]:
        raise Refused(f"it lasts {found['duration_s']:.0f} s, allowed are {limits['duration_s']} s")
    send({"kind": "media", **found})


def audio(limits: dict[str, Any]) -> None:
    """Send the sound as mono samples of 16 bits at 16 kHz, from the start of the file on."""
    from av.audio.resampler import AudioResampler

    container = open_media(limits["streams"])
    stream = pick(container, "audio", limits["pixels"])
    if stream is None:
        return
    resampler, sent = AudioResampler("s16", "mono", SAMPLE_RATE), 0
    start, declared = start_of(container), duration(container) or limits["duration_s"]
    for frame in frames(container, stream):
        if frame.time is not None:
            sent += fill_gap(frame.time - start, sent, declared)
        for piece in resampler.resample(frame):
            sent += send_samples(piece)
        if sent > limits["duration_s"] * SAMPLE_RATE:
            raise Refused(f"its sound lasts more than {limits['duration_s']} s")
    for piece in resampler.resample(None):
        send_samples(piece)


def fill_gap(at: float, sent: int, declared: float) -> int:
    """Send silence for what is missing before a frame at `at` seconds, so that times stay true; return its samples."""
    missing = int(at * SAMPLE_RATE) - sent
    if missing < GAP_S * SAMPLE_RATE or at > declared:
        return 0
    for begin in range(0, missing, SAMPLE_RATE):
        send({"kind": "samples"}, bytes(2 * min(SAMPLE_RATE, missing - begin)))
    return missing


def send_samples(frame: Any) -> int:  # noqa: ANN401 - frames have no type before av is imported
    """Send the samples of a resampled frame and return how many they are."""
    send({"kind": "samples"}, memoryview(frame.planes[0])[: frame.samples * 2])
    return int(frame.samples)


def pictures(limits: dict[str, Any], fps: float) -> None:
    """Send frames as coded, blue-green-red, at most `fps` a second; a still image has one, without a time."""
    container = open_media(limits["streams"])
    stream = pick(container, "video", limits["pixels"])
    if stream is None:
        return
    if container.format.name.endswith("_pipe"):
        still_picture(limits)
        return
    start, last, due = start_of(container), 0.0, 0.0
    for frame in frames(container, stream):
        last = max(last, (frame.time or 0.0) - start)
        if last > limits["duration_s"]:
            raise Refused(f"its pictures last more than {limits['duration_s']} s")
        if last + 1e-6 >= due:
            due = due + 1 / fps if due + 1 / fps > last else last + 1 / fps
            send_picture(frame, round(last * 1000), limits["pixels"])


def still_picture(limits: dict[str, Any]) -> None:
    """Send the picture of a still image; of a damaged one, what the decoder makes of it, after a note."""
    for strictness in ("explode", "crccheck"):
        container = open_media(limits["streams"])
        stream = pick(container, "video", limits["pixels"])
        stream.codec_context.options |= {"err_detect": strictness}
        if (frame := next(frames(container, stream), None)) is not None:
            send_picture(frame, None, limits["pixels"])
            return


def send_picture(frame: Any, time_ms: int | None, pixels: int) -> None:  # noqa: ANN401
    """Send one picture with the quarter turns, anticlockwise, that put it upright."""
    check_size(frame, pixels)
    if frame.is_corrupt:
        note("a picture is damaged")
    turns = round((frame.rotation or 0) / 90) % 4
    header = {"kind": "frame", "time_ms": time_ms, "width": frame.width, "height": frame.height, "turns": turns}
    send(header, packed(frame.reformat(format="bgr24")))


def packed(frame: Any) -> bytes:  # noqa: ANN401
    """Return the pixels of a picture row by row, without the padding at the end of each row."""
    plane, row = frame.planes[0], frame.width * 3
    pixels = memoryview(plane)
    if plane.line_size == row:
        return bytes(pixels[: row * frame.height])
    return b"".join(pixels[start : start + row] for start in range(0, plane.line_size * frame.height, plane.line_size))

"""How media is decoded inside a locked-down process: the file on standard input, messages on standard output.

A message is four bytes (the length of its header, big-endian), a JSON header, and as many bytes as its `bytes` says.
It is run as a script in isolated mode and imports nothing of this project; the other end is `pipeline.media`.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

if TYPE_CHECKING:
    from av.container import InputContainer

CLONE_NEWUSER, CLONE_NEWNET, PR_SET_NO_NEW_PRIVS = 0x10000000, 0x40000000, 38
DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi,mxf,flac,wav,w64,mp3,ogg,aac,aiff,caf,au,amr,asf,flv,mpeg,"
    "mpegvideo,m4v,dv,gif,jpeg_pipe,png_pipe,webp_pipe,bmp_pipe,tiff_pipe,jpegxl_pipe"
)
SAMPLE_RATE = 16_000  # Hz, what the speech model hears
DAMAGED_PACKETS = 1_000  # after so many without a frame, the rest is given up
GAP_S = 0.1  # seconds without sound that are filled with silence
SHORTER_S = 1.0  # seconds that may lack before a file counts as cut off
OPEN_FILES = 64


class Refused(Exception):
    """The file cannot be decoded, or must not be."""


class Reader:
    """The bytes on standard input; without a name, so that none is taken for a URL, a pattern or an option."""

    def __init__(self, stream: BinaryIO) -> None:
        self.read, self.seek, self.tell = stream.read, stream.seek, stream.tell


def lock_down(memory_bytes: int, cpu_s: int) -> None:
    """Give up network (where the kernel lets us), new privileges, writing, memory and time, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def send(header: dict[str, Any], payload: bytes | memoryview = b"") -> None:
    """Write one message."""
    text = json.dumps({**header, "bytes": len(payload)}).encode()
    sys.stdout.buffer.write(len(text).to_bytes(4, "big") + text)
    sys.stdout.buffer.write(payload)
    sys.stdout.buffer.flush()


def open_media(streams: int) -> InputContainer:
    """Return the container on standard input.

    Raises:
        Refused: its format is unknown or not allowed, or it has too many streams.
    """
    import av

    try:
        container = av.open(
            Reader(sys.stdin.buffer), mode="r", options={"format_whitelist": DEMUXERS, "protocol_whitelist": "file"}
        )
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
        if stream.type == kind and stream.codec_context is not None:
            if stream.disposition & Disposition.attached_pic:
                continue
            stream.codec_context.options = {"max_pixels": str(pixels)}
            stream.codec_context.thread_type = "AUTO"
            if kind == "video" and stream.width * stream.height > pixels:
                raise Refused(f"a picture has more than {pixels} pixels")
            return stream
    return None


def frames(container: InputContainer, stream: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield decoded frames; packets that do not decode are passed over and told of in a note."""
    import av

    damaged = 0
    packets = container.demux(stream)
    while damaged < DAMAGED_PACKETS:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            yield from packet.decode()
        except av.FFmpegError as error:
            if isinstance(error, MemoryError):
                raise
            damaged += 1
    if damaged:
        send({"kind": "note", "text": f"{damaged} packets of {stream.type} are damaged"})


def seconds(value: int | None, base: Fraction | None) -> float | None:
    """Return a time stamp in seconds."""
    return None if value is None or base is None else float(value * base)


def duration(container: InputContainer) -> float | None:
    """Return the length that the file declares, in seconds."""
    if container.format.name.endswith("_pipe"):
        return None
    if container.duration:
        return container.duration / 1_000_000
    return max((found for s in container.streams if (found := seconds(s.duration, s.time_base))), default=None)


def probe(limits: dict[str, Any]) -> None:
    """Send what the file is, after decoding the first frame of each kind.

    Raises:
        Refused: nothing in it decodes, or it is too long.
    """
    found: dict[str, Any] = {}
    for kind in ("audio", "video"):
        sys.stdin.buffer.seek(0)
        container = open_media(limits["streams"])
        stream = pick(container, kind, limits["pixels"])
        first = next(frames(container, stream), None) if stream is not None else None
        found |= {"format": container.format.name, "duration_s": duration(container), kind: first is not None}
        if kind == "video" and first is not None:
            found |= {"width": first.width, "height": first.height}
        container.close()
    if not found["audio"] and not found["video"]:
        raise Refused("it holds no sound and no picture that decodes; is it cut off or damaged?")
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
    start, declared = (container.start_time or 0) / 1_000_000, duration(container) or 0.0
    for frame in frames(container, stream):
        if frame.time is not None:
            sent += fill_gap(frame.time - start, sent, declared)
        for piece in resampler.resample(frame):
            sent += send_samples(piece)
        if sent > limits["duration_s"] * SAMPLE_RATE:
            raise Refused(f"its sound lasts more than {limits['duration_s']} s")
    sent += sum(send_samples(piece) for piece in resampler.resample(None))
    note_if_short(declared, sent / SAMPLE_RATE)


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
    still, last, due = container.format.name.endswith("_pipe"), 0.0, 0.0
    start = (container.start_time or 0) / 1_000_000
    for frame in frames(container, stream):
        last = max(last, (frame.time or 0.0) - start)
        if last > limits["duration_s"]:
            raise Refused(f"its pictures last more than {limits['duration_s']} s")
        if not still and last + 1e-6 < due:
            continue
        due = max(due + 1 / fps, last)
        send_picture(frame, None if still else round(last * 1000), limits["pixels"])
        if still:
            return
    note_if_short(seconds(stream.duration, stream.time_base) or duration(container), last)


def send_picture(frame: Any, time_ms: int | None, pixels: int) -> None:  # noqa: ANN401
    """Send one picture with the quarter turns, anticlockwise, that put it upright."""
    if frame.width * frame.height > pixels:
        raise Refused(f"a picture has more than {pixels} pixels")
    if frame.is_corrupt:
        send({"kind": "note", "text": "a picture is damaged"})
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


def note_if_short(declared: float | None, decoded: float) -> None:
    """Send a note where a file ends long before the end that it declares."""
    if declared is not None and decoded < declared - SHORTER_S:
        send(
            {
                "kind": "note",
                "text": f"the file declares {declared:.1f} s, but only {decoded:.1f} s decode: is it cut off?",
            }
        )


def main() -> None:
    """Do the task that the only argument describes, as JSON."""
    task = json.loads(sys.argv[1])
    limits = task["limits"]
    lock_down(limits["memory_bytes"], limits["cpu_s"])
    try:
        import av.logging

        av.logging.set_level(None)
        if task["do"] == "probe":
            probe(limits)
        elif task["do"] == "audio":
            audio(limits)
        else:
            pictures(limits, task["fps"])
    except Refused as error:
        fail(str(error))
    except MemoryError:
        fail(f"it needs more than {limits['memory_bytes']} bytes of memory")
    except ImportError as error:
        fail(f"the decoder's library av cannot be loaded: {error}")
    send({"kind": "end"})


def fail(text: str) -> NoReturn:
    """Send an error and end at once: the threads of a decoder are not waited for."""
    send({"kind": "error", "text": text})
    os._exit(1)


if __name__ == "__main__":
    main()

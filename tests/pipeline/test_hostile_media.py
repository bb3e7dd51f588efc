"""Which files are refused, and what a file that means harm can do to the process that decodes it."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from give_ld.errors import BadMedia

pytest.importorskip("av", reason="needs the extra [ai]")

import av
import numpy as np

from pipeline import jail
from pipeline.isolation import Decoder, Limits
from pipeline.media import probe, read_frames, read_picture, read_sound, read_source

Make = Callable[..., Path]


def refused(path: Path, decoder: Decoder) -> str:
    with pytest.raises(BadMedia) as caught:
        probe(read_source(path), decoder)
    assert caught.value.message.startswith(f"{path.name}: ")
    return caught.value.message


@pytest.mark.parametrize(
    "name",
    [
        b"two words.wav",
        b'it\'s "quoted"\nand broken.wav',
        b"-i.wav",
        "ünïcödé ž.wav".encode(),
        b"caf\xe9.wav",
        b"%03d.wav",
        b"concat:a|b.wav",
        b"http:.wav",
        b"x" * 251 + b".wav",
        b"\xff" * 255,
    ],
)
def test_a_file_name_is_never_taken_for_anything_else(sound: Make, decoder: Decoder, name: bytes) -> None:
    path = sound().rename(sound().with_name(os.fsdecode(name)))
    source = read_source(path)
    assert probe(source, decoder).name == name.decode("utf-8", "replace")
    assert len(list(read_sound(source, decoder))) == 1


def test_a_relative_name_that_starts_with_a_dash_is_a_file(
    sound: Make, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sound("-rf.wav").parent)
    assert probe(read_source(Path("-rf.wav")), decoder).duration_ms == 1000


def test_an_empty_file_is_refused(tmp_path: Path, decoder: Decoder) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert "empty" in refused(path, decoder)


def test_sound_of_no_length_is_refused(sound: Make, decoder: Decoder) -> None:
    assert "no sound and no picture" in refused(sound(seconds=0), decoder)


@pytest.mark.parametrize(
    "content",
    [
        b"ffconcat version 1.0\nfile 'secret.wav'\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.wav\n#EXT-X-ENDLIST\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='secret.wav'/></svg>",
        b"1\n00:00:01,000 --> 00:00:02,000\nsubtitles\n",
        b"just some text\n" * 50,
        bytes(range(256)) * 40,
        bytes(1_000_000),
        b"\x00\x00\x01\xb3" * 100_000,
        b"%PDF-1.7\n",
    ],
    ids=["ffconcat", "hls", "dash", "sdp", "svg", "srt", "text", "bytes", "zeros", "mpeg", "pdf"],
)
def test_what_is_no_media_is_refused_whatever_its_name(
    sound: Make, tmp_path: Path, decoder: Decoder, content: bytes
) -> None:
    sound("secret.wav")
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    assert "no audio, video or image format" in refused(path, decoder)


def test_a_film_cut_off_before_its_index_is_refused(film: Make, tmp_path: Path, decoder: Decoder) -> None:
    whole = film().read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    assert "cut off" in refused(path, decoder)


def test_a_film_whose_pictures_are_said_to_lie_in_another_file_reads_only_itself(
    film: Make, picture: Make, decoder: Decoder
) -> None:
    path = film(seconds=1)
    data, elsewhere = bytearray(path.read_bytes()), str(picture()).encode() + b"\0"
    at = data.index(b"url \x00\x00\x00\x01")  # ISO 14496-12, 8.7.2: flag 1 means "in this file"
    data[at + 4 : at + 8] = bytes(4)
    whole = len(list(read_frames(read_source(path), 10.0, decoder)))
    path.write_bytes(data)
    assert elsewhere not in data
    assert len(list(read_frames(read_source(path), 10.0, decoder))) in (0, whole)


def test_a_directory_a_pipe_a_device_a_loop_and_a_missing_file_are_refused(tmp_path: Path, decoder: Decoder) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "directory").mkdir()
    assert "directory" in refused(tmp_path / "directory", decoder)
    assert "pipe" in refused(tmp_path / "pipe", decoder)
    assert "device" in refused(Path("/dev/zero"), decoder)
    assert "cannot be read" in refused(Path("/proc/self/mem"), decoder)
    assert "cannot be opened" in refused(tmp_path / "loop", decoder)
    assert "cannot be opened" in refused(tmp_path / "missing.mp4", decoder)


def a_png(path: Path, width: int, height: int) -> Path:
    """Write a PNG that declares a size and has no pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (70_000, 100), (7000, 9000)])
def test_a_picture_that_is_small_to_store_and_large_to_decode_is_refused(
    tmp_path: Path, decoder: Decoder, width: int, height: int
) -> None:
    assert "pixels" in refused(a_png(tmp_path / "bomb.png", width, height), decoder)


def test_pictures_over_the_limit_of_pixels_are_refused(picture: Make, film: Make) -> None:
    few = Decoder(Limits(pixels=1000))
    refused(picture(), few)
    refused(film(), few)
    with pytest.raises(BadMedia):
        read_picture(picture().read_bytes(), "photo", few)


def test_a_file_of_too_many_streams_is_refused(tmp_path: Path, decoder: Decoder) -> None:
    path = tmp_path / "many.mkv"
    with path.open("wb") as file, av.open(file, "w", format="matroska") as out:
        for stream in [out.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in range(65)]:
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
            frame.rate, frame.pts, frame.time_base = 8000, 0, Fraction(1, 8000)
            out.mux(stream.encode(frame))
    assert "65 streams, allowed are 64" in refused(path, decoder)


def test_sound_over_the_limit_of_length_is_refused(sound: Make) -> None:
    path, short = sound(seconds=3), Decoder(Limits(duration_s=2))
    assert "allowed are 2 s" in refused(path, short)
    with pytest.raises(BadMedia, match="more than 2 s"):
        list(read_sound(read_source(path), short))


def test_a_picture_that_needs_more_memory_than_allowed_is_refused(picture: Make, decoder: Decoder) -> None:
    source = read_source(picture(size=(7000, 7000)))
    with pytest.raises(BadMedia, match=r"memory"):
        list(read_frames(source, 5.0, Decoder(Limits(memory_bytes=400_000_000))))
    assert len(list(read_frames(source, 5.0, decoder))) == 1


def test_a_decoder_that_makes_no_progress_is_stopped_and_the_next_file_is_decoded(sound: Make, film: Make) -> None:
    impatient = Decoder(Limits(stall_s=0))
    with pytest.raises(BadMedia, match="without progress"):
        list(read_frames(read_source(film(seconds=20)), 10.0, impatient))
    assert processes_of(impatient) == []


def test_a_decoder_that_was_killed_is_started_again(sound: Make) -> None:
    decoder, source = Decoder(), read_source(sound())
    probe(source, decoder)
    assert decoder._server is not None
    decoder._server.kill()
    decoder._server.wait()
    assert probe(source, decoder).duration_ms == 1000


def test_two_files_may_be_read_at_the_same_time(film: Make, sound: Make, decoder: Decoder) -> None:
    frames = read_frames(read_source(film(seconds=2)), 5.0, decoder)
    next(frames)
    assert len(list(read_sound(read_source(sound()), decoder))) == 1
    assert len(list(frames)) == 9


def processes_of(decoder: Decoder) -> list[str]:
    """Return the processes that decode at this moment; those that have ended do not count."""
    assert decoder._server is not None
    server = decoder._server.pid
    children = Path(f"/proc/{server}/task/{server}/children")
    if not children.exists():
        pytest.skip("this system does not list child processes")
    states = {child: Path(f"/proc/{child}/stat").read_text().split()[2] for child in children.read_text().split()}
    return [child for child, state in states.items() if state != "Z"]


def test_reading_may_stop_early_and_leaves_no_process(film: Make) -> None:
    decoder = Decoder()
    frames = read_frames(read_source(film(seconds=20)), 10.0, decoder)
    next(frames)
    assert len(processes_of(decoder)) == 1
    frames.close()  # type: ignore[attr-defined]
    assert processes_of(decoder) == []


def test_a_process_holds_the_file_its_pipe_and_nothing_else(film: Make) -> None:
    decoder = Decoder()
    path = film(seconds=20)
    frames = read_frames(read_source(path), 10.0, decoder)
    next(frames)
    (process,) = processes_of(decoder)
    held = {Path(link).name: os.readlink(link) for link in Path(f"/proc/{process}/fd").iterdir()}
    assert held.pop("0") == str(path)
    assert held.pop("1").startswith("pipe:")
    assert set(held.values()) == {"/dev/null"}
    assert Path(f"/proc/{process}/environ").read_bytes() == b""


@pytest.mark.skipif(
    shutil.which("unshare") is None or subprocess.run(["unshare", "-Urn", "true"], check=False).returncode != 0,
    reason="this system lets nobody cut a network off",
)
def test_the_decoder_has_no_network_and_cannot_write(tmp_path: Path) -> None:
    script = (
        f"import runpy, socket; space = runpy.run_path({jail.__file__!r}, run_name='jail');"
        "space['lock_down'](); print([name for _, name in socket.if_nameindex()]);"
        f"open({str(tmp_path / 'written')!r}, 'wb', 0).write(b'x' * 10)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['lo']"
    assert done.returncode != 0
    assert (tmp_path / "written").stat().st_size == 0

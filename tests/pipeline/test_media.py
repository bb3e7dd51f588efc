"""Which media files are read, and which are refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from give_ld.errors import BadMedia

pytest.importorskip("av", reason="needs the extra [ai]")

import av
import numpy as np

from pipeline import decoder
from pipeline.media import Limits, base_name, probe, read_audio, read_frames, read_picture

Make = Callable[..., Path]
LIMITS = Limits()


def test_sound_is_read_as_mono_samples_at_16_khz(sound: Make) -> None:
    path = sound(seconds=1.5)
    file = probe(path, LIMITS)
    samples = read_audio(path, LIMITS)
    assert (file.mime_type, file.duration_ms, file.width) == ("audio/wav", 1500, None)
    assert samples is not None
    assert len(samples) == 24_000
    assert 0.24 < abs(samples).max() < 0.25


def test_a_film_gives_pictures_at_the_rate_asked_for_in_order_of_time(film: Make) -> None:
    path = film(seconds=2)
    frames = list(read_frames(path, 5.0, LIMITS))
    assert [frame.time_ms for frame in frames] == [0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]
    assert {frame.image.shape for frame in frames} == {(48, 64, 3)}
    assert frames[0].image.mean() < frames[-1].image.mean()


def test_a_film_without_sound_has_no_samples_and_sound_has_no_pictures(film: Make, sound: Make) -> None:
    assert read_audio(film(), LIMITS) is None
    assert list(read_frames(sound(), 5.0, LIMITS)) == []


def test_a_still_image_is_one_picture_without_a_time(picture: Make) -> None:
    path = picture(size=(63, 41))
    file = probe(path, LIMITS)
    frames = list(read_frames(path, 5.0, LIMITS))
    assert (file.mime_type, file.duration_ms, file.width, file.height) == ("image/png", None, 63, 41)
    assert [(frame.time_ms, frame.image.shape) for frame in frames] == [(None, (41, 63, 3))]
    assert (frames[0].image == 127).all()


def test_sound_that_starts_later_than_the_pictures_keeps_its_time(tmp_path: Path) -> None:
    path = tmp_path / "late.mkv"
    with path.open("wb") as file, av.open(file, "w", format="matroska") as out:
        pictures, tone = out.add_stream("mpeg4", rate=10), out.add_stream("pcm_s16le", rate=16_000, layout="mono")
        pictures.width, pictures.height = 64, 48
        for _ in range(30):
            out.mux(pictures.encode(av.VideoFrame(64, 48, "yuv420p")))
        out.mux(pictures.encode())
        frame = av.AudioFrame.from_ndarray(np.full((1, 16_000), 9000, np.int16), format="s16", layout="mono")
        frame.rate, frame.pts, frame.time_base = 16_000, 2 * 16_000, Fraction(1, 16_000)
        out.mux(tone.encode(frame))
        out.mux(tone.encode())
    samples = read_audio(path, LIMITS)
    assert samples is not None
    assert len(samples) == pytest.approx(48_000, abs=200)
    assert abs(samples[:31_000]).max() == 0
    assert abs(samples[33_000:47_000]).min() > 0.2


@pytest.mark.parametrize(
    "name", ["two words.wav", 'it\'s "quoted".wav', "-i.wav", "ünïcödé ž.wav", "%03d.wav", "a:b.wav"]
)
def test_a_file_name_is_never_taken_for_anything_else(sound: Make, name: str) -> None:
    path = sound(name)
    assert probe(path, LIMITS).name == name
    assert read_audio(path, LIMITS) is not None


def test_a_relative_name_that_starts_with_a_dash_is_a_file(sound: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sound("-rf.wav")
    monkeypatch.chdir(path.parent)
    assert probe(Path("-rf.wav"), LIMITS).duration_ms == 1000


def test_a_name_that_is_no_utf_8_is_shown_with_replacements() -> None:
    assert base_name(Path(os.fsdecode(b"/tmp/caf\xe9.wav"))) == "caf�.wav"


def _refused(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(BadMedia) as caught:
        probe(path, limits)
    assert path.name in caught.value.message
    return caught.value.message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert "empty" in _refused(path)


def test_sound_of_no_length_is_refused(sound: Make) -> None:
    assert "no sound and no picture" in _refused(sound(seconds=0))


@pytest.mark.parametrize(
    "content",
    [
        b"ffconcat version 1.0\nfile 'secret.wav'\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.wav\n#EXT-X-ENDLIST\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>",
        b"just some text\n" * 50,
        bytes(range(256)) * 40,
        b"%PDF-1.7\n",
    ],
    ids=["ffconcat", "hls", "dash", "text", "bytes", "pdf"],
)
def test_what_is_no_media_is_refused_whatever_its_name(sound: Make, tmp_path: Path, content: bytes) -> None:
    sound("secret.wav")
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    assert "no audio, video or image format" in _refused(path)


def test_a_film_cut_off_before_its_index_is_refused(film: Make, tmp_path: Path) -> None:
    whole = film().read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    assert "cut off" in _refused(path)


def test_of_a_file_cut_off_later_what_decodes_is_used_and_told_of(sound: Make, film: Make, tmp_path: Path) -> None:
    notes: list[str] = []
    for path in (sound(seconds=4), film("film.mkv", seconds=4)):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    samples = read_audio(tmp_path / "tone.wav", LIMITS)
    frames = list(read_frames(tmp_path / "film.mkv", 5.0, LIMITS, notes.append))
    assert samples is not None
    assert 31_000 < len(samples) < 33_000
    assert 0 < len(frames) < 20
    assert len(notes) == 1
    assert "cut off" in notes[0]


def test_a_directory_a_pipe_a_loop_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "directory").mkdir()
    assert "directory" in _refused(tmp_path / "directory")
    assert "pipe" in _refused(tmp_path / "pipe")
    assert "cannot be opened" in _refused(tmp_path / "loop")
    assert "cannot be opened" in _refused(tmp_path / "missing.mp4")


def test_pictures_over_the_limit_of_pixels_are_refused(picture: Make, film: Make) -> None:
    few = Limits(pixels=1000)
    _refused(picture(), few)
    _refused(film(), few)
    with pytest.raises(BadMedia):
        read_picture(picture().read_bytes(), "photo", few)


def test_sound_over_the_limit_of_length_is_refused(sound: Make) -> None:
    path = sound(seconds=3)
    assert "allowed are 2 s" in _refused(path, Limits(duration_s=2))
    with pytest.raises(BadMedia, match="more than 2 s"):
        read_audio(path, Limits(duration_s=2))


def test_a_picture_that_needs_more_memory_than_allowed_is_refused(picture: Make) -> None:
    path = picture(size=(7000, 7000))
    with pytest.raises(BadMedia, match=r"memory"):
        list(read_frames(path, 5.0, Limits(memory_bytes=400_000_000)))
    assert len(list(read_frames(path, 5.0, LIMITS))) == 1


def test_reading_may_stop_early_and_leaves_no_process(film: Make) -> None:
    frames = read_frames(film(seconds=20), 10.0, LIMITS)
    next(frames)
    frames.close()  # type: ignore[attr-defined]
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("this system does not list child processes")
    commands = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children.read_text().split()]
    assert not [command for command in commands if b"decoder.py" in command]


@pytest.mark.skipif(
    shutil.which("unshare") is None or subprocess.run(["unshare", "-Urn", "true"], check=False).returncode != 0,
    reason="this system lets nobody cut a network off",
)
def test_the_decoder_has_no_network_and_cannot_write(tmp_path: Path) -> None:
    script = (
        f"import sys, runpy, socket; space = runpy.run_path({decoder.__file__!r}, run_name='decoder');"
        "space['lock_down'](1 << 32, 60); print([name for _, name in socket.if_nameindex()]);"
        f"open({str(tmp_path / 'written')!r}, 'wb', 0).write(b'x' * 10)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['lo']"
    assert done.returncode != 0
    assert (tmp_path / "written").stat().st_size == 0


def test_a_picture_that_a_camera_turned_says_how_to_put_it_upright(tmp_path: Path) -> None:
    image_module = pytest.importorskip("PIL.Image", reason="needs Pillow to write an orientation")
    exif = image_module.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    path = tmp_path / "turned.jpg"
    image_module.new("RGB", (60, 40)).save(path, exif=exif)
    (frame,) = read_frames(path, 1.0, LIMITS)
    assert (frame.image.shape, frame.turns) == ((40, 60, 3), 3)

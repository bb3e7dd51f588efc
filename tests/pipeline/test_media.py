"""What is read from media files: sound, pictures, their times, and how they stand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest

pytest.importorskip("av", reason="needs the extra [ai]")
pytest.importorskip("cv2", reason="needs the extra [ai]")

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from give_ld.errors import BadMedia
from give_ld.model.run import MediaFile
from pipeline import media
from pipeline.isolation import Decoder
from pipeline.media import Frame, Source, probe, read_frames, read_sound, read_source

Make = Callable[..., Path]


def look(path: Path, decoder: Decoder) -> MediaFile:
    return probe(read_source(path), decoder)


def hear(path: Path, decoder: Decoder, warn: media.Warn = print) -> NDArray[np.float32]:
    stretches = [stretch.samples for stretch in read_sound(read_source(path), decoder, warn)]
    return np.concatenate(stretches) if stretches else np.zeros(0, np.float32)


def see(path: Path, decoder: Decoder, fps: float = 5.0, warn: media.Warn = print) -> list[Frame]:
    return list(read_frames(read_source(path), fps, decoder, warn))


def a_film(path: Path, pictures_from_s: float = 0, sound_from_s: float = 0) -> Path:
    """Write two seconds of pictures, white in the second half of them, and one second of a tone."""
    codecs: dict[str, tuple[Literal["aac", "pcm_s16le", "mp2"], str]]
    codecs = {".mp4": ("aac", "mp4"), ".mkv": ("pcm_s16le", "matroska"), ".ts": ("mp2", "mpegts")}
    audio_codec, form = codecs[path.suffix]
    packets = []
    with path.open("wb") as file, av.open(file, "w", format=form) as out:
        pictures = out.add_stream("mpeg2video", rate=25)
        tone = out.add_stream(audio_codec, rate=16_000, layout="mono")
        pictures.width, pictures.height, pictures.pix_fmt, pictures.codec_context.max_b_frames = 64, 48, "yuv420p", 0
        for number in range(50):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 255 * (number >= 25), np.uint8), format="rgb24")
            frame.pts, frame.time_base = number + round(pictures_from_s * 25), Fraction(1, 25)
            packets += pictures.encode(frame)
        samples = (np.sin(np.arange(16_000) / 10) * 9000).astype(np.int16)[None]
        for begin in range(0, 16_000, 1000):
            piece = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[:, begin : begin + 1000]), format="s16", layout="mono"
            )
            piece.rate, piece.time_base = 16_000, Fraction(1, 16_000)
            piece.pts = round(sound_from_s * 16_000) + begin
            packets += tone.encode(piece)
        packets += [*pictures.encode(), *tone.encode()]
        out.mux(sorted(packets, key=lambda packet: float((packet.dts or 0) * packet.time_base)))
    return path


def test_sound_is_read_as_mono_samples_at_16_khz(sound: Make, decoder: Decoder) -> None:
    path = sound(seconds=1.5)
    file, samples = look(path, decoder), hear(path, decoder)
    assert (file.mime_type, file.duration_ms, file.width) == ("audio/wav", 1500, None)
    assert len(samples) == 24_000
    assert 0.24 < abs(samples).max() < 0.25


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1"])
def test_all_channels_are_heard(tmp_path: Path, decoder: Decoder, layout: str) -> None:
    path, channels = tmp_path / "tone.wav", {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    tone = (np.sin(np.arange(48_000) / 20) * 8000).astype(np.int16)
    with path.open("wb") as file, av.open(file, "w", format="wav") as out:
        stream = out.add_stream("pcm_s16le", rate=48_000, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, channels)[None], format="s16", layout=layout)
        frame.rate = 48_000
        out.mux([*stream.encode(frame), *stream.encode()])
    samples = hear(path, decoder)
    assert len(samples) == pytest.approx(16_000, abs=20)
    assert abs(samples).max() == pytest.approx(8000 / 32768, abs=0.01)


def test_long_sound_comes_in_stretches_that_end_in_a_quiet_moment(
    tmp_path: Path, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "STRETCH_S", 10)
    monkeypatch.setattr(media, "SEARCH_S", 5)
    loud = np.random.default_rng(0).normal(0, 5000, 16_000 * 24).astype(np.int16)
    for second in (7, 15):
        loud[second * 16_000 : second * 16_000 + 3200] = 0
    path = tmp_path / "noise.mka"
    with path.open("wb") as file, av.open(file, "w", format="matroska") as out:
        stream = out.add_stream("pcm_s16le", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(loud[None], format="s16", layout="mono")
        frame.rate = 16_000
        out.mux([*stream.encode(frame), *stream.encode()])
    stretches = list(read_sound(read_source(path), decoder))
    assert [each.start_s for each in stretches] == pytest.approx([0, 7.1, 15.1], abs=0.1)
    assert (np.concatenate([each.samples for each in stretches]) == loud.astype(np.float32) / 32768).all()


def test_a_film_gives_pictures_at_the_rate_asked_for_in_order_of_time(film: Make, decoder: Decoder) -> None:
    frames = see(film(seconds=2), decoder)
    assert [frame.time_ms for frame in frames] == [0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]
    assert {frame.image.shape for frame in frames} == {(48, 64, 3)}
    assert frames[0].image.mean() < frames[-1].image.mean()


def test_a_film_without_sound_has_no_samples_and_sound_has_no_pictures(
    film: Make, sound: Make, decoder: Decoder
) -> None:
    assert len(hear(film(), decoder)) == 0
    assert see(sound(), decoder) == []


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts"])
@pytest.mark.parametrize(("pictures_s", "sound_s"), [(0, 1.5), (1.0, 0), (10, 11.5)])
def test_sound_and_pictures_keep_their_times_whenever_they_start(
    tmp_path: Path, decoder: Decoder, name: str, pictures_s: float, sound_s: float
) -> None:
    path = a_film(tmp_path / name, pictures_s, sound_s)
    samples, frames = hear(path, decoder), see(path, decoder, 25.0)
    start = min(pictures_s, sound_s) if name != "film.mp4" or pictures_s > 5 else 0
    white = [frame.time_ms or 0 for frame in frames if frame.image.mean() > 200]
    assert np.argmax(abs(samples) > 0.1) / 16_000 == pytest.approx(sound_s - start, abs=0.1)
    assert white[0] / 1000 == pytest.approx(pictures_s - start + 1, abs=0.1)
    assert (frames[-1].time_ms or 0) / 1000 == pytest.approx(pictures_s - start + 1.96, abs=0.1)


def test_a_stream_that_ends_before_the_others_is_not_cut_off(tmp_path: Path, decoder: Decoder) -> None:
    notes: list[str] = []
    path = a_film(tmp_path / "film.mkv", pictures_from_s=4)
    hear(path, decoder, notes.append)
    assert see(path, decoder, warn=notes.append)
    assert notes == []


def test_a_still_image_is_one_picture_without_a_time(picture: Make, decoder: Decoder) -> None:
    path = picture(size=(63, 41))
    file, frames = look(path, decoder), see(path, decoder)
    assert (file.mime_type, file.duration_ms, file.width, file.height) == ("image/png", None, 63, 41)
    assert [(frame.time_ms, frame.image.shape) for frame in frames] == [(None, (41, 63, 3))]
    assert (frames[0].image == 127).all()


@pytest.mark.parametrize(
    ("mode", "name", "times"),
    [
        ("L", "grey.jpg", [None]),
        ("CMYK", "print.jpg", [None]),
        ("CMYK", "print.tiff", [None]),
        ("P", "palette.png", [None]),
        ("P", "palette.gif", [0]),
        ("LA", "clear.png", [None]),
        ("RGBA", "clear.webp", [None]),
        ("I;16", "deep.png", [None]),
    ],
)
def test_pictures_of_every_kind_come_as_8_bits_of_three_colours(
    tmp_path: Path, decoder: Decoder, mode: str, name: str, times: list[int | None]
) -> None:
    image_module = pytest.importorskip("PIL.Image", reason="needs Pillow to write pictures of this kind")
    path, half = tmp_path / name, np.repeat([[51] * 32 + [204] * 32], 48, axis=0).astype(np.uint8)
    if mode == "I;16":
        cv2.imwrite(str(path), half.astype(np.uint16) * 257)
    else:
        image_module.fromarray(half).convert("RGB").convert(mode).save(path)
    frames = see(path, decoder)
    assert [frame.time_ms for frame in frames] == times
    assert np.abs(frames[0].image[:, 4:28].astype(int) - 51).mean() < 8
    assert np.abs(frames[0].image[:, 36:60].astype(int) - 204).mean() < 8


@pytest.mark.parametrize("name", ["moving.gif", "moving.png"])
def test_a_moving_image_is_a_film(tmp_path: Path, decoder: Decoder, name: str) -> None:
    image_module = pytest.importorskip("PIL.Image", reason="needs Pillow to write moving images")
    pages = [image_module.new("RGB", (64, 48), (shade, shade, shade)) for shade in (0, 90, 180)]
    pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:], duration=200)
    assert look(tmp_path / name, decoder).mime_type in ("image/gif", "image/apng")
    assert [frame.time_ms for frame in see(tmp_path / name, decoder)] == [0, 200, 400]


def test_a_photograph_that_a_camera_turned_says_how_to_put_it_upright(tmp_path: Path, decoder: Decoder) -> None:
    image_module = pytest.importorskip("PIL.Image", reason="needs Pillow to write an orientation")
    exif = image_module.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    path = tmp_path / "turned.jpg"
    image_module.new("RGB", (60, 40)).save(path, exif=exif)
    (frame,) = see(path, decoder)
    assert (frame.image.shape, frame.turns) == ((40, 60, 3), 3)


def test_a_film_that_a_telephone_turned_says_how_to_put_it_upright(film: Make, decoder: Decoder) -> None:
    path = film(seconds=1)
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 44  # ISO 14496-12, 8.3.2: behind the times, the layer and the volume
    assert data[matrix : matrix + 4] == b"\x00\x01\x00\x00"
    quarter = (0, 0x10000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000)
    data[matrix : matrix + 36] = b"".join(value.to_bytes(4, "big") for value in quarter)
    path.write_bytes(data)
    assert {(frame.image.shape, frame.turns) for frame in see(path, decoder)} == {((48, 64, 3), 3)}


def test_of_a_file_cut_off_later_what_decodes_is_used_and_told_of(sound: Make, film: Make, decoder: Decoder) -> None:
    heard: list[str] = []
    seen: list[str] = []
    for path in (tone := sound(seconds=4), moving := film("film.mkv", seconds=4)):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    assert 31_000 < len(hear(tone, decoder, heard.append)) < 33_000
    assert 0 < len(see(moving, decoder, warn=seen.append)) < 20
    assert "cut off" in seen[0]


@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_of_a_photograph_cut_off_what_decodes_is_used_and_told_of(
    tmp_path: Path, decoder: Decoder, keep: float
) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    whole = cv2.imencode(".jpg", noise)[1].tobytes()
    path, notes = tmp_path / "cut.jpg", list[str]()
    path.write_bytes(whole[: int(len(whole) * keep)])
    (frame,) = see(path, decoder, warn=notes.append)
    assert frame.image.shape == (200, 200, 3)
    assert len(notes) == 1
    assert "damaged" in notes[0]


def test_a_source_is_the_file_that_was_digested_and_no_other(sound: Make, decoder: Decoder) -> None:
    path = sound(seconds=2)
    source = read_source(path)
    assert isinstance(source, Source)
    stretches = read_sound(source, decoder)
    path.write_bytes(path.read_bytes())
    with pytest.raises(BadMedia, match="changed"):
        list(stretches)

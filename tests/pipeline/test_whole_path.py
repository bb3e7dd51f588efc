"""What comes out of all stages together: a film with speech and a face, and recordings in which nobody speaks."""

from __future__ import annotations

import os
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("av", reason="needs the extra [ai]")
pytest.importorskip("cv2", reason="needs the extra [ai]")
pytest.importorskip("faster_whisper", reason="needs the extra [ai]")
pytest.importorskip("insightface", reason="needs the extra [ai]")
pytest.importorskip("skimage", reason="needs the extra [ai]")
pytest.importorskip("spacy", reason="needs the extra [ai]")

import av
import cv2
import numpy as np
import skimage.data

from give_ld.errors import MissingWeights
from give_ld.model.annotation import Annotation, EntityMention, Transcript, UnknownFace
from give_ld.model.fragment import Box
from give_ld.model.run import Outcome
from give_ld.model.run import Stage as StageName
from pipeline.lineup import ALL_STAGES, Lineup, load_stages
from pipeline.run import Order, Result, process
from pipeline.stage import Stage
from pipeline.voice import speak
from pipeline.weights import directories

pytestmark = pytest.mark.ai
RATE = 16_000
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def stages() -> list[Stage]:
    try:
        return load_stages(ALL_STAGES, Lineup(directories(os.environ)), [])
    except MissingWeights as error:
        pytest.skip(error.message)


@pytest.fixture
def run(stages: list[Stage], tmp_path: Path) -> Run:
    """Send a file through some stages."""

    def run(path: Path, *names: StageName) -> Result:
        chosen = [stage for stage in stages if stage.name in names or not names]
        order = Order(chosen, "OR-abcdef0", tmp_path / f"{path.name}.jsonl")
        (result,) = process([path], order, lambda: datetime.now(UTC))
        return result

    return run


def guesses(result: Result) -> list[Annotation]:
    return [guess for execution in result.executions for guess in execution.output.annotations]


def portrait() -> np.ndarray:
    """A NASA photograph of Eileen Collins, blue-green-red; her face is near the top left."""
    return np.ascontiguousarray(skimage.data.astronaut()[:, :, ::-1])  # type: ignore[no-untyped-call]


def a_film_of_speech_and_a_face(directory: Path) -> Path:
    """Write 8 s of film: the voice begins at 1.5 s, the face is there from 2 s to 4 s."""
    speak("London is the capital. Winston Churchill lived in London.", directory / "voice.wav")
    path, face = directory / "film.mp4", np.ascontiguousarray(portrait()[:320, 80:400])
    with av.open(str(directory / "voice.wav")) as source, path.open("wb") as file, av.open(file, "w", "mp4") as out:
        pictures, voice = out.add_stream("libx264", rate=10), out.add_stream("aac", rate=22_050, layout="mono")
        pictures.width, pictures.height, pictures.pix_fmt = 320, 320, "yuv420p"
        packets = []
        for number in range(80):
            image = face if 20 <= number < 40 else np.full((320, 320, 3), 100, np.uint8)
            packets += pictures.encode(av.VideoFrame.from_ndarray(image, format="bgr24"))
        for frame in source.decode(audio=0):
            frame.pts, frame.time_base = (frame.pts or 0) + round(1.5 * 22_050), Fraction(1, 22_050)
            packets += voice.encode(frame)
        packets += [*pictures.encode(), *voice.encode()]
        out.mux(sorted(packets, key=lambda packet: float((packet.dts or 0) * packet.time_base)))
    return path


def test_a_film_gives_a_transcript_mentions_and_a_face_at_their_times(run: Run, tmp_path: Path) -> None:
    result = run(a_film_of_speech_and_a_face(tmp_path))
    found = guesses(result)
    (transcript,) = [guess for guess in found if isinstance(guess, Transcript)]
    mentions = [guess for guess in found if isinstance(guess, EntityMention) and guess.entity == "Q84"]
    (face,) = [guess for guess in found if isinstance(guess, UnknownFace)]
    assert not result.failed
    assert transcript.fragment.start_ms == pytest.approx(1500, abs=500)
    assert mentions[0].text == "London"
    assert mentions[0].fragment.start_ms == pytest.approx(1500, abs=500)
    assert (mentions[-1].fragment.start_ms or 0) > 3500
    assert (face.fragment.start_ms, face.fragment.end_ms) == (2000, 4000)
    speech, entities, faces = (execution.run for execution in result.executions)
    assert [model.name for model in speech.agent.models] == ["whisper-base"]
    assert [model.name for model in entities.agent.models][1:] == ["en_core_web_sm"]
    assert len(faces.agent.models) == 3


@pytest.mark.parametrize("kind", ["silence", "white noise"])
def test_where_nobody_speaks_there_is_no_transcript(run: Run, tmp_path: Path, kind: str) -> None:
    noise = np.random.default_rng(0).normal(0, 3000, 60 * RATE).astype("<i2")
    path = tmp_path / "quiet.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(noise.tobytes() if kind == "white noise" else bytes(2 * 60 * RATE))
    result = run(path)
    assert guesses(result) == []
    assert [(execution.run.outcome, execution.run.note) for execution in result.executions] == [
        (Outcome.SUCCESS, "no speech"),
        (Outcome.SUCCESS, "no transcript to find names in"),
        (Outcome.SUCCESS, "no picture in the file"),
    ]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_lies_on_the_picture_as_coded_however_the_camera_was_held(
    run: Run, tmp_path: Path, orientation: int
) -> None:
    image_module = pytest.importorskip("PIL.Image", reason="needs Pillow to write an orientation")
    upright, exif = portrait()[:, :, ::-1], image_module.Exif()
    exif[0x0112] = orientation
    # What the camera stored: the upright picture turned and mirrored back (EXIF 2.32, 4.6.5, Orientation).
    turned = {1: 0, 2: 0, 3: 2, 4: 2, 5: 1, 6: 1, 7: 3, 8: 3}[orientation]
    stored = np.rot90(upright, turned)
    if orientation in (2, 4, 5, 7):
        stored = stored[:, ::-1] if orientation in (2, 4) else stored[::-1]
    path = tmp_path / "photo.jpg"
    image_module.fromarray(np.ascontiguousarray(stored)).save(path, exif=exif, quality=95)
    (face,) = [guess for guess in guesses(run(path, StageName.FACES)) if isinstance(guess, UnknownFace)]
    mask = np.zeros(upright.shape[:2], np.uint8)
    cv2.rectangle(mask, (175, 60), (270, 190), 1, -1)  # where the face is in the upright picture
    mask = np.rot90(mask, turned)
    if orientation in (2, 4, 5, 7):
        mask = mask[:, ::-1] if orientation in (2, 4) else mask[::-1]
    assert face.fragment.box is not None
    assert covered(mask, face.fragment.box) > 0.6


def covered(mask: np.ndarray, box: Box) -> float:
    """Return how much of the box and the marked region together both have."""
    inside = int(mask[box.y : box.y + box.height, box.x : box.x + box.width].sum())
    return inside / (int(mask.sum()) + box.width * box.height - inside)

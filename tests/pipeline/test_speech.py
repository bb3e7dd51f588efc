"""What is said in a file, and when."""

from __future__ import annotations

import csv
import importlib.util
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("faster_whisper", reason="needs the extra [ai]")

from give_ld.errors import MissingWeights
from give_ld.model.annotation import Transcript
from give_ld.model.calibration import ScoreKind
from give_ld.model.run import Outcome
from pipeline import media
from pipeline.isolation import Decoder
from pipeline.media import probe, read_source
from pipeline.speech import SpeechOptions, SpeechStage, span_ms
from pipeline.stage import Execution, Work, execute
from pipeline.weights import directories, find
from tests.conftest import EVALUATION

pytestmark = pytest.mark.ai


@pytest.fixture(scope="module")
def stage() -> SpeechStage:
    try:
        return SpeechStage(find("whisper-base", directories(os.environ)))
    except MissingWeights as error:
        pytest.skip(error.message)


@pytest.fixture(scope="module")
def wer() -> ModuleType:
    """The word error rate of the evaluation material."""
    spec = importlib.util.spec_from_file_location("wer", EVALUATION / "tools" / "wer.py")
    if not (EVALUATION / "data" / "speech").is_dir() or spec is None or spec.loader is None:
        pytest.skip(f"no evaluation material: {EVALUATION / 'data' / 'speech'} is missing; set GIVE_LD_EVAL")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listen(stage: SpeechStage, path: Path) -> Execution:
    source, decoder = read_source(path), Decoder()
    work = Work(source, probe(source, decoder), "OR-abc1234", "item", path.with_suffix(".jsonl"), decoder)
    return execute(stage, work, lambda: datetime(2026, 3, 1, tzinfo=UTC))


def transcript_of(execution: Execution) -> Transcript:
    [transcript] = execution.output.annotations
    assert isinstance(transcript, Transcript)
    return transcript


@pytest.mark.evaluation
def test_english_is_heard_without_an_error_and_flemish_with_few(stage: SpeechStage, wer: ModuleType) -> None:
    with (EVALUATION / "data" / "speech" / "transcripts.tsv").open(encoding="utf-8", newline="") as rows:
        clips = list(csv.DictReader(rows, delimiter="\t"))
    heard = {
        clip["file"]: transcript_of(listen(stage, EVALUATION / "data" / "speech" / clip["file"])) for clip in clips
    }
    assert {clip["file"]: heard[clip["file"]].language for clip in clips} == {
        clip["file"]: clip["language"] for clip in clips
    }
    errors, words = {"en": 0, "nl": 0}, {"en": 0, "nl": 0}
    for clip in clips:
        said, found = (wer.normalise(text).split() for text in (clip["text"], heard[clip["file"]].text))
        errors[clip["language"]] += wer.distance(said, found)
        words[clip["language"]] += len(said)
    print(f"words wrong: English {errors['en']} of {words['en']}, Flemish {errors['nl']} of {words['nl']}")
    assert errors["en"] == 0
    assert errors["nl"] / words["nl"] <= 0.25


@pytest.mark.evaluation
@pytest.mark.usefixtures("wer")
def test_a_transcript_is_whole_and_its_words_stand_where_they_say(stage: SpeechStage) -> None:
    execution = listen(stage, EVALUATION / "data" / "speech" / "jfk.flac")
    transcript, words = transcript_of(execution), execution.output.words
    assert transcript.text == " ".join(segment.text for segment in transcript.segments)
    assert transcript.score_kind is ScoreKind.MEAN_TOKEN_LOG_PROBABILITY
    assert transcript.score < 0
    assert transcript.confidence is None
    assert transcript.fragment.end_ms == transcript.segments[-1].end_ms <= 11_000
    assert [transcript.text[word.begin : word.end] for word in words] == transcript.text.split()
    assert [word.start_ms for word in words] == sorted(word.start_ms for word in words)
    assert execution.run.agent.models[0].sha256.startswith("d01c3014")
    assert execution.run.parameters["condition_on_previous_text"] is False


@pytest.mark.evaluation
@pytest.mark.usefixtures("wer")
def test_only_an_allowed_language_is_heard(stage: SpeechStage) -> None:
    dutch_or_french = SpeechStage(stage._weights, SpeechOptions(languages=("nl", "fr")))
    transcript = transcript_of(listen(dutch_or_french, EVALUATION / "data" / "speech" / "vl12745.wav"))
    assert transcript.language == "nl"
    assert 0.5 < transcript.language_probability <= 1


@pytest.mark.evaluation
@pytest.mark.usefixtures("wer")
def test_a_recording_of_several_stretches_is_one_transcript_with_true_times(
    stage: SpeechStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = EVALUATION / "data" / "speech" / "jfk.flac"
    whole = listen(stage, path)
    monkeypatch.setattr(media, "STRETCH_S", 6)
    monkeypatch.setattr(media, "SEARCH_S", 4)
    parts = listen(stage, path)
    assert len(transcript_of(parts).segments) > len(transcript_of(whole).segments)
    assert transcript_of(parts).language == "en"
    for one, other in zip(whole.output.words[-3:], parts.output.words[-3:], strict=True):
        assert other.start_ms == pytest.approx(one.start_ms, abs=300)


def test_a_tone_is_no_speech(stage: SpeechStage, sound: Callable[..., Path]) -> None:
    execution = listen(stage, sound(seconds=5))
    assert execution.output.annotations == ()
    assert (execution.run.outcome, execution.run.note) == (Outcome.SUCCESS, "no speech")


def test_a_film_without_sound_is_said_to_have_none(stage: SpeechStage, film: Callable[..., Path]) -> None:
    execution = listen(stage, film())
    assert execution.output.annotations == ()
    assert (execution.run.outcome, execution.run.note) == (Outcome.SUCCESS, "no sound in the file")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [((1.0, 2.5), (1000, 2500)), ((3, 3), (3000, 3001)), ((-0.02, 0.1), (0, 100)), ((1e9, 1e9), (86399998, 86399999))],
)
def test_a_span_never_is_empty_nor_out_of_range(seconds: tuple[float, float], expected: tuple[int, int]) -> None:
    assert span_ms(*seconds) == expected

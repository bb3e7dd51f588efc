"""What is said in a file, and when: the stage that turns speech into a transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from give_ld import __version__
from give_ld.model.annotation import Segment, Transcript
from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.fragment import Fragment
from give_ld.model.run import SCHEMA, Agent, Outcome
from give_ld.model.run import Stage as StageName
from pipeline.media import read_audio
from pipeline.stage import Parameters, StageOutput, Word, Work
from pipeline.weights import WeightsOnDisk

BEAM_SIZE = 5
LAST_MS = 86_399_999  # a time in a record has less than 24 hours


@dataclass(frozen=True)
class SpeechOptions:
    """On what the decoder computes, and which languages it may hear; none given means any."""

    device: str = "cpu"
    compute_type: str = "int8"
    cpu_threads: int = 2
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Heard:
    """What the decoder says of a file: its segments, the language, and how probable the language is."""

    segments: list[Any]
    language: str
    probability: float


class SpeechStage:
    """Transcribes with Whisper through faster-whisper (Radford et al. 2023), one transcript a file."""

    name = StageName.SPEECH
    calibrators: tuple[Calibrator, ...] = ()
    reference_set: str | None = None

    def __init__(self, weights: WeightsOnDisk, options: SpeechOptions | None = None) -> None:
        """Load a model from weights whose digests have been checked; nothing is fetched."""
        self._weights, self._options = weights, options or SpeechOptions()
        self._model = WhisperModel(
            str(weights.directory),
            device=self._options.device,
            compute_type=self._options.compute_type,
            cpu_threads=self._options.cpu_threads,
            local_files_only=True,
        )

    @property
    def agent(self) -> Agent:
        """This software with the speech model."""
        return Agent(name="give-ld-speech", version=__version__, models=self._weights.model_files())

    @property
    def parameters(self) -> Parameters:
        """How the decoder is run."""
        return {
            "device": self._options.device,
            "compute_type": self._options.compute_type,
            "beam_size": BEAM_SIZE,
            "vad_filter": True,
            "condition_on_previous_text": False,
            "languages": ",".join(self._options.languages) or "any",
        }

    def run(self, work: Work, run: UUID) -> StageOutput:
        """Return one transcript with the times of its words, or a note where nobody speaks.

        Raises:
            BadMedia: the sound cannot be decoded.
        """
        notes: dict[str, None] = {}  # in order, each once
        audio = read_audio(work.path, work.limits, lambda note: notes.setdefault(note))
        outcome = Outcome.WARNING if notes else Outcome.SUCCESS
        if audio is None:
            return StageOutput(note="; ".join(["no sound in the file", *notes]), outcome=outcome)
        heard = self._listen(audio)
        if not heard.segments:
            return StageOutput(note="; ".join(["no speech", *notes]), outcome=outcome)
        transcript = _transcript(heard, run)
        return StageOutput((transcript,), "; ".join(notes) or None, outcome, words=tuple(_words(heard.segments)))

    def _listen(self, audio: NDArray[np.float32]) -> _Heard:
        language, probability = self._language(audio)
        segments, info = self._model.transcribe(
            audio,
            language=language,
            beam_size=BEAM_SIZE,
            # Without it silence is transcribed, as words that nobody said.
            vad_filter=True,
            # With it, text of earlier stretches may come again in place of what is said.
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        spoken = [segment for segment in segments if segment.text.strip()]
        return _Heard(spoken, info.language, probability if language else info.language_probability)

    def _language(self, audio: NDArray[np.float32]) -> tuple[str | None, float]:
        """Return the most probable of the allowed languages, its probability among them; None where any may be."""
        if not self._options.languages:
            return None, 1.0
        _, _, every = self._model.detect_language(audio, vad_filter=True)
        allowed = {code: chance for code, chance in every if code in self._options.languages}
        if not allowed:
            return self._options.languages[0], 0.0
        best = max(sorted(allowed), key=lambda code: allowed[code])
        return best, allowed[best] / (sum(allowed.values()) or 1.0)


def _transcript(heard: _Heard, run: UUID) -> Transcript:
    segments = tuple(map(_segment, heard.segments))
    lengths = [segment.end_ms - segment.start_ms for segment in segments]
    doubt = sum(segment.avg_logprob * length for segment, length in zip(segments, lengths, strict=True))
    return Transcript(
        schema_version=SCHEMA,
        run=run,
        fragment=Fragment(start_ms=segments[0].start_ms, end_ms=max(segment.end_ms for segment in segments)),
        score=round(doubt / sum(lengths), 4),
        score_kind=ScoreKind.MEAN_TOKEN_LOG_PROBABILITY,
        text=" ".join(segment.text for segment in segments),
        language=heard.language,
        language_probability=_probability(heard.probability),
        segments=segments,
    )


def _segment(spoken: Any) -> Segment:  # noqa: ANN401 - the library's own type is not exported
    start, end = span_ms(spoken.start, spoken.end)
    return Segment(
        start_ms=start,
        end_ms=end,
        text=spoken.text.strip(),
        avg_logprob=round(float(spoken.avg_logprob), 4),
        no_speech_prob=_probability(spoken.no_speech_prob),
    )


def _words(segments: Iterable[Any]) -> Iterator[Word]:
    """Yield the words where they stand in the segments' texts, joined by a space as in the transcript."""
    offset = 0
    for segment in segments:
        text, at = segment.text.strip(), 0
        for word in segment.words or ():
            spoken = word.word.strip()
            found = text.find(spoken, at) if spoken else -1
            if found < 0:
                continue
            at = found + len(spoken)
            yield Word(offset + found, offset + at, *span_ms(word.start, word.end), _probability(word.probability))
        offset += len(text) + 1


def span_ms(start_s: float, end_s: float) -> tuple[int, int]:
    """Return a span of seconds in milliseconds; it never is empty, nor beyond what a record can hold."""
    start = min(max(0, round(float(start_s) * 1000)), LAST_MS - 1)
    return start, min(max(start + 1, round(float(end_s) * 1000)), LAST_MS)


def _probability(value: float) -> float:
    return round(min(1.0, max(0.0, float(value))), 4)

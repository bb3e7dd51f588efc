"""What is said in a file, and when: the stage that turns speech into a transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from give_ld import __version__
from give_ld.model.annotation import Segment, Transcript
from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.fragment import Fragment
from give_ld.model.run import SCHEMA, Agent, Outcome
from give_ld.model.run import Stage as StageName
from pipeline.media import STRETCH_S, read_sound
from pipeline.stage import LAST_MS, Parameters, StageOutput, Word, Work
from pipeline.weights import WeightsOnDisk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BEAM_SIZE = 5


@dataclass(frozen=True)
class SpeechOptions:
    """On what the decoder computes, and which languages it may hear; none given means any."""

    device: str = "cpu"
    compute_type: str = "int8"
    cpu_threads: int = 2
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Heard:
    """What is heard in a file: segments as faster-whisper has them, the language, and how probable the language is."""

    segments: tuple[Any, ...] = ()
    language: str = ""
    probability: float = 0.0


class SpeechStage:
    """Transcribes with Whisper through faster-whisper (Radford et al. 2023), one transcript a file."""

    name = StageName.SPEECH
    calibrators: tuple[Calibrator, ...] = ()
    reference_set: str | None = None

    def __init__(self, weights: WeightsOnDisk, options: SpeechOptions | None = None) -> None:
        """Take weights; they are loaded for the first file that has sound, and nothing is fetched."""
        self._weights, self._options = weights, options or SpeechOptions()

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401 - faster-whisper has no types
        from faster_whisper import WhisperModel

        return WhisperModel(
            str(self._weights.checked().directory),
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
            "stretch_s": STRETCH_S,
            "condition_on_previous_text": False,
            "languages": ",".join(self._options.languages) or "any",
        }

    def run(self, work: Work, run: UUID) -> StageOutput:
        """Return one transcript with the times of its words, or a note where nobody speaks.

        Raises:
            BadMedia: the sound cannot be decoded.
        """
        notes: dict[str, None] = {}  # in order, each once
        heard: _Heard | None = None
        for stretch in read_sound(work.source, work.decoder, lambda note: notes.setdefault(note)):
            heard = self._listen(stretch.samples, stretch.start_s, heard or _Heard())
        outcome = Outcome.WARNING if notes else Outcome.SUCCESS
        if heard is None or not heard.segments:
            nothing = "no sound in the file" if heard is None else "no speech"
            return StageOutput(note="; ".join([nothing, *notes]), outcome=outcome)
        transcript = _transcript(heard, run)
        return StageOutput((transcript,), "; ".join(notes) or None, outcome, words=tuple(_words(heard.segments)))

    def _listen(self, samples: NDArray[np.float32], start_s: float, before: _Heard) -> _Heard:
        """Return what was heard before and what is said in the samples, in the same language."""
        language, probability = (before.language, before.probability) if before.segments else self._language(samples)
        segments, info = self._model.transcribe(
            samples,
            language=language,
            beam_size=BEAM_SIZE,
            # Without it silence is transcribed, as words that nobody said.
            vad_filter=True,
            # With it, text of earlier stretches may come again in place of what is said.
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        spoken = tuple(_moved(segment, start_s) for segment in segments if segment.text.strip())
        return _Heard(
            (*before.segments, *spoken), info.language, probability if language else info.language_probability
        )

    def _language(self, samples: NDArray[np.float32]) -> tuple[str | None, float]:
        """Return the most probable of the allowed languages, its probability among them; None where any may be."""
        if not self._options.languages:
            return None, 1.0
        _, _, every = self._model.detect_language(samples, vad_filter=True)
        allowed = {code: chance for code, chance in every if code in self._options.languages}
        if not allowed:
            return self._options.languages[0], 0.0
        best = max(sorted(allowed), key=lambda code: allowed[code])
        return best, allowed[best] / (sum(allowed.values()) or 1.0)


def _transcript(heard: _Heard, run: UUID) -> Transcript:
    segments = tuple(map(_segment, heard.segments))
    lengths = [segment.end_ms - segment.start_ms for segment in segments]
    doubts = [round(float(spoken.avg_logprob), 4) for spoken in heard.segments]
    doubt = sum(each * length for each, length in zip(doubts, lengths, strict=True))
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


def _moved(spoken: Any, by_s: float) -> Any:  # noqa: ANN401
    """Return a segment and its words at a later time."""
    words = [replace(word, start=word.start + by_s, end=word.end + by_s) for word in spoken.words or ()]
    return replace(spoken, start=spoken.start + by_s, end=spoken.end + by_s, words=words)


def _words(segments: Iterable[Any]) -> Iterator[Word]:
    """Yield the words where they stand in the segments' texts, joined by a space as in the transcript."""
    offset = 0
    for segment in segments:
        text, at = segment.text.strip(), 0
        for word in segment.words:
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

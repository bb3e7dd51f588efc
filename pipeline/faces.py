"""Whose faces a file shows: the stage that finds, follows, fingerprints and matches faces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import numpy as np
from cryptography.fernet import Fernet

from give_ld import __version__
from give_ld.model.annotation import Annotation, FaceMatch, UnknownFace
from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.fragment import Box, Fragment
from give_ld.model.run import SCHEMA, Agent, Outcome
from give_ld.model.run import Stage as StageName
from pipeline.embedding import MIN_SCORE, Detection, FacePack, Vector, unit
from pipeline.gallery import Gallery
from pipeline.match import MIN_COSINE, MIN_NAMED_SIDE, Match, best_match, confidence
from pipeline.media import Frame, read_frames
from pipeline.records import sidecar_path
from pipeline.sidecar import Fingerprint, write_sidecar
from pipeline.stage import LAST_MS, Parameters, StageOutput, Work
from pipeline.tracks import MAX_SAMPLES, Sample, Track, Tracker, track_of
from pipeline.unknowns import group

FRAMES_PER_SECOND = 5.0
MIN_KEPT_SIDE = 28.0  # pixels; smaller faces cannot even be grouped
SAME_FACE_COSINE = 0.35  # below it two samples of a track are two persons


@dataclass(frozen=True)
class Seen:
    """A face of a file: where, its best sample, its fingerprint, and who it may be named as."""

    fragment: Fragment
    best: Sample
    vector: Vector
    samples: int
    id: UUID
    match: Match | None


class FacesStage:
    """Finds faces and says whom of the reference set each looks like; whom it does not know it keeps as unknown."""

    name = StageName.FACES

    def __init__(
        self,
        pack: FacePack,
        gallery: Gallery | None,
        calibrator: Calibrator | None = None,
        cipher: Fernet | None = None,
        *,
        keeps_unknown: bool = True,
    ) -> None:
        self._pack, self._gallery, self._calibrator, self._cipher = pack, gallery, calibrator, cipher
        self._keeps_unknown = keeps_unknown

    @property
    def agent(self) -> Agent:
        """This software with the face pack; the recognition model scores."""
        return Agent(name="give-ld-faces", version=__version__, models=self._pack.models)

    @property
    def parameters(self) -> Parameters:
        """The thresholds and the sampling."""
        return {
            "frames_per_second": FRAMES_PER_SECOND,
            "detector_min_score": MIN_SCORE,
            "min_side_px": MIN_KEPT_SIDE,
            "named_min_side_px": MIN_NAMED_SIDE,
            "named_min_cosine": MIN_COSINE,
            "max_samples": MAX_SAMPLES,
        }

    @property
    def calibrators(self) -> tuple[Calibrator, ...]:
        """The calibrator, if it was fitted for this recognition model."""
        calibrator = self._calibrator
        return (calibrator,) if calibrator is not None and calibrator.model_sha256 == self._pack.sha256 else ()

    @property
    def reference_set(self) -> str | None:
        """The version of the gallery."""
        return None if self._gallery is None else self._gallery.version

    def run(self, work: Work, run: UUID) -> StageOutput:
        """Return a guess for each face; fingerprints and crops go into the sidecar.

        Raises:
            BadMedia: the pictures cannot be decoded.
        """
        notes: dict[str, None] = {}  # in order, each once
        frames = read_frames(work.source, FRAMES_PER_SECOND, work.decoder, lambda note: notes.setdefault(note))
        first = next(frames, None)
        if first is None:
            return StageOutput(note="; ".join(["no picture in the file", *notes]))
        tracks = self._tracks(chain([first], frames))
        seen = [self._look(track) for track in tracks if track.best().face.side >= MIN_KEPT_SIDE]
        seen = [each for each in seen if self._keeps_unknown or each.match is not None]
        outcome = Outcome.WARNING if notes else Outcome.SUCCESS
        if not seen:
            return StageOutput(note="; ".join(["no face", *notes]), outcome=outcome)
        guesses = tuple(self._guesses(seen, work.file.key, run))
        fingerprints = [Fingerprint(each.id, each.vector, each.best.crop) for each in seen]
        beside = sidecar_path(work.records, run)
        sidecar = write_sidecar(beside, fingerprints, self._pack.sha256, self._cipher)
        return StageOutput(guesses, "; ".join(notes) or None, outcome, sidecar)

    def _tracks(self, frames: Iterator[Frame]) -> Iterator[Track]:
        tracker = Tracker()
        for frame in frames:
            samples = self._samples(frame)
            if frame.time_ms is None:
                yield from map(track_of, samples)
            else:
                yield from tracker.step(frame.time_ms, samples)
        yield from tracker.finish()

    def _samples(self, frame: Frame) -> list[Sample]:
        image = np.ascontiguousarray(np.rot90(frame.image, frame.turns))
        size = (image.shape[1], image.shape[0])
        return [
            Sample(frame.time_ms, face, self._pack.align(image, face), frame.turns, size)
            for face in self._pack.detect(image)
        ]

    def _look(self, track: Track) -> Seen:
        best = track.best()
        vectors = [self._pack.embed(sample.crop) for sample in track.chosen()]
        vector = unit(np.mean(vectors, axis=0))
        may_name = best.good and best.face.side >= MIN_NAMED_SIDE and one_person(vectors)
        match = best_match(vector, self._gallery) if self._gallery is not None and may_name else None
        if match is not None and match.score < MIN_COSINE:
            match = None
        return Seen(fragment_of(track), best, vector, len(vectors), uuid4(), match)

    def _guesses(self, seen: Sequence[Seen], file_sha256: str, run: UUID) -> Iterator[Annotation]:
        unknown = [each for each in seen if each.match is None]
        first = group([each.vector for each in unknown])
        for each in seen:
            if each.match is not None:
                yield self._named(each, each.match, run)
        for each, leader in zip(unknown, first, strict=True):
            place = f"urn:sha256:{file_sha256}#{unknown[leader].fragment.media_fragment()}"
            yield UnknownFace(
                schema_version=SCHEMA,
                run=run,
                fragment=each.fragment,
                score=round(min(1.0, each.best.face.score), 6),
                score_kind=ScoreKind.DETECTOR_SCORE,
                cluster=uuid5(NAMESPACE_URL, place),
                samples=each.samples,
                fingerprint=each.id,
            )

    def _named(self, seen: Seen, match: Match, run: UUID) -> FaceMatch:
        probability, calibrator = confidence(match, self._calibrator, self._pack.sha256) or (None, None)
        return FaceMatch(
            schema_version=SCHEMA,
            run=run,
            fragment=seen.fragment,
            score=round(match.score, 6),
            score_kind=ScoreKind.COSINE_SIMILARITY,
            confidence=probability,
            calibrator=calibrator,
            person=match.person.id,
            person_name=match.person.name,
            margin=None if match.margin is None else round(match.margin, 6),
            samples=seen.samples,
            fingerprint=seen.id,
        )


def one_person(vectors: Sequence[Vector]) -> bool:
    """Return whether all samples of a track look alike; where they do not, it has followed two persons."""
    return all(float(a @ b) >= SAME_FACE_COSINE for a, b in combinations(vectors, 2))


def fragment_of(track: Track) -> Fragment:
    """Return where a track is seen: from its first to its last picture, with the box of its best sample."""
    best = track.best()
    box = coded_box(best.face, best.turns, best.size)
    if track.first_ms is None or track.last_ms is None:
        return Fragment(box=box)
    end = min(track.last_ms + round(1000 / FRAMES_PER_SECOND), LAST_MS)
    return Fragment(start_ms=min(track.first_ms, end - 1), end_ms=end, box=box)


def coded_box(face: Detection, turns: int, size: tuple[int, int]) -> Box:
    """Return a box of the upright picture in whole pixels of the picture as coded, clipped to it."""
    width, height = size
    x1, y1, x2, y2 = (float(value) for value in face.box)
    for _ in range(turns):  # each takes back one quarter turn anticlockwise
        x1, y1, x2, y2 = height - y2, x1, height - y1, x2
        width, height = height, width
    left, top = min(max(0, round(x1)), width - 1), min(max(0, round(y1)), height - 1)
    right, bottom = max(left + 1, min(width, round(x2))), max(top + 1, min(height, round(y2)))
    return Box(x=left, y=top, width=right - left, height=bottom - top)

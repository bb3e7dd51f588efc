"""Which detections in successive pictures are the same face, and which few samples of it are worth a fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.embedding import Detection, Image

MIN_IOU = 0.25  # overlap from which two boxes may be the same face
MAX_GAP_MS = 1000  # how long a face may be out of sight
MAX_SAMPLES = 5  # fingerprints that are averaged for a track
MIN_SIDE = 32.0  # pixels of a good sample
MIN_SHARPNESS = 20.0  # variance of the Laplacian of a good sample


@dataclass(frozen=True)
class Sample:
    """A face at one moment: where, how sure, and the aligned crop."""

    time_ms: int | None
    face: Detection
    crop: Image
    turns: int = 0
    size: tuple[int, int] = (0, 0)  # width and height of the upright picture

    @property
    def good(self) -> bool:
        """Whether a fingerprint of it can be relied on."""
        return self.face.side >= MIN_SIDE and sharpness(self.crop) >= MIN_SHARPNESS

    @property
    def quality(self) -> tuple[bool, float]:
        """What samples are ranked by: good ones first, then large and sure ones."""
        return self.good, self.face.side * self.face.score


@dataclass
class Track:
    """One face over a stretch of time. It keeps the best sample of each of at most five stretches of equal length."""

    samples: dict[int, Sample] = field(default_factory=dict)
    stretch_ms: int = 1
    first_ms: int | None = None
    last_ms: int | None = None
    last_box: NDArray[np.float64] = field(default_factory=lambda: np.zeros(4))

    def add(self, sample: Sample) -> None:
        """Take a further sighting of the face."""
        if self.first_ms is None:
            self.first_ms = sample.time_ms
        self.last_ms, self.last_box = sample.time_ms, sample.face.box
        self._keep(self.samples, sample)
        while len(self.samples) > MAX_SAMPLES:
            self.stretch_ms *= 2
            kept, self.samples = self.samples, {}
            for each in kept.values():
                self._keep(self.samples, each)

    def _keep(self, samples: dict[int, Sample], sample: Sample) -> None:
        stretch = ((sample.time_ms or 0) - (self.first_ms or 0)) // self.stretch_ms
        if stretch not in samples or sample.quality > samples[stretch].quality:
            samples[stretch] = sample

    def best(self) -> Sample:
        """Return the best sample."""
        return max(self.samples.values(), key=lambda sample: sample.quality)

    def chosen(self) -> list[Sample]:
        """Return the samples to be averaged: the good ones, or the best where none is good."""
        return [sample for sample in self.samples.values() if sample.good] or [self.best()]


class Tracker:
    """Follows faces from picture to picture by the overlap of their boxes."""

    def __init__(self) -> None:
        self._open: list[Track] = []

    def step(self, time_ms: int, samples: Sequence[Sample]) -> list[Track]:
        """Take the faces of the next picture and return the tracks that have ended before it."""
        ended = [track for track in self._open if time_ms - (track.last_ms or 0) > MAX_GAP_MS]
        self._open = [track for track in self._open if time_ms - (track.last_ms or 0) <= MAX_GAP_MS]
        followed = _pairs(self._open, samples)
        for at, sample in enumerate(samples):
            if at in followed:
                followed[at].add(sample)
            else:
                self._open.append(track_of(sample))
        return ended

    def finish(self) -> list[Track]:
        """Return the tracks that are still open."""
        ended, self._open = self._open, []
        return ended


def track_of(sample: Sample) -> Track:
    """Return a new track; of a still image each face is one."""
    track = Track()
    track.add(sample)
    return track


def overlap(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the intersection over union of two boxes."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return float(width * height / (areas - width * height))


def sharpness(crop: Image) -> float:
    """Return the variance of the Laplacian of a crop: low where it is blurred."""
    return float(cv2.Laplacian(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var())


def _pairs(tracks: Sequence[Track], samples: Sequence[Sample]) -> dict[int, Track]:
    if not tracks or not samples:
        return {}
    from scipy.optimize import linear_sum_assignment  # it takes half a second to load

    overlaps = np.array([[overlap(track.last_box, sample.face.box) for sample in samples] for track in tracks])
    rows, columns = linear_sum_assignment(-overlaps)
    return {
        int(column): tracks[row] for row, column in zip(rows, columns, strict=True) if overlaps[row, column] > MIN_IOU
    }

"""Which detections become one track, and which samples are kept of it."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="needs the extra [ai]")

import numpy as np

from pipeline.embedding import Detection
from pipeline.faces import coded_box, fragment_of
from pipeline.tracks import MAX_SAMPLES, Sample, Track, Tracker, overlap, track_of

SHARP = np.random.default_rng(1).integers(0, 255, (112, 112, 3), dtype=np.uint8)
BLURRED = np.full((112, 112, 3), 90, np.uint8)


def _sample(time_ms: int | None, x: float = 0, side: float = 50, score: float = 0.9) -> Sample:
    box = np.array([x, 10.0, x + side, 10.0 + side])
    return Sample(time_ms, Detection(box, score), SHARP, 0, (640, 360))


def _follow(pictures: list[tuple[int, list[float]]]) -> list[Track]:
    tracker, ended = Tracker(), []
    for time_ms, places in pictures:
        ended += tracker.step(time_ms, [_sample(time_ms, x) for x in places])
    return [*ended, *tracker.finish()]


def test_a_face_that_moves_a_little_is_one_track() -> None:
    (track,) = _follow([(time, [time / 20]) for time in range(0, 2000, 200)])
    assert (track.first_ms, track.last_ms) == (0, 1800)


def test_two_faces_side_by_side_are_two_tracks_that_do_not_swap() -> None:
    tracks = _follow([(0, [0, 200]), (200, [205, 5]), (400, [10, 210])])
    assert sorted(track.last_box[0] for track in tracks) == [10, 210]


def test_a_face_out_of_sight_for_more_than_a_second_is_a_new_track() -> None:
    assert len(_follow([(0, [0]), (1000, [0])])) == 1
    assert len(_follow([(0, [0]), (1200, [0])])) == 2


def test_a_face_elsewhere_is_a_new_track() -> None:
    assert len(_follow([(0, [0]), (200, [300])])) == 2


def test_a_long_track_keeps_a_few_samples_spread_over_its_time() -> None:
    (track,) = _follow([(time, [0]) for time in range(0, 60_000, 200)])
    times = sorted(sample.time_ms or 0 for sample in track.samples.values())
    assert 3 <= len(times) <= MAX_SAMPLES
    assert times[-1] - times[0] > 20_000


def test_of_a_stretch_the_largest_and_surest_sample_is_kept_and_a_blurred_one_last() -> None:
    track = track_of(_sample(0))
    track.stretch_ms = 1000
    track.add(_sample(100, side=80))
    track.add(_sample(200, side=60))
    assert track.best().face.side == 80
    blurred = Sample(300, Detection(np.array([0.0, 0, 100, 100]), 0.99), BLURRED)
    track.add(blurred)
    assert track.best().face.side == 80
    assert not blurred.good


def test_overlap_is_intersection_over_union() -> None:
    a = np.array([0.0, 0, 10, 10])
    assert overlap(a, a) == 1
    assert overlap(a, np.array([5.0, 0, 15, 10])) == pytest.approx(1 / 3)
    assert overlap(a, np.array([10.0, 0, 20, 10])) == 0


def test_the_fragment_of_a_track_ends_after_its_last_picture() -> None:
    (track,) = _follow([(0, [0]), (200, [0])])
    fragment = fragment_of(track)
    assert (fragment.start_ms, fragment.end_ms) == (0, 400)
    still = fragment_of(track_of(_sample(None)))
    assert (still.start_ms, still.end_ms) == (None, None)
    assert still.box is not None


def test_a_box_is_clipped_to_the_picture() -> None:
    box = coded_box(Detection(np.array([-5.2, -3.0, 700.0, 20.4]), 1.0), 0, (640, 360))
    assert (box.x, box.y, box.width, box.height) == (0, 0, 640, 20)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_box_of_a_turned_picture_is_given_in_the_picture_as_coded(turns: int) -> None:
    coded = np.zeros((40, 60), np.uint8)
    coded[5:15, 20:50] = 1
    upright = np.rot90(coded, turns)
    rows, columns = np.nonzero(upright)
    found = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], dtype=float)
    box = coded_box(Detection(found, 1.0), turns, (upright.shape[1], upright.shape[0]))
    assert (box.x, box.y, box.width, box.height) == (20, 5, 30, 10)

"""Who a fingerprint is taken for, how sure that is, and which unknown faces belong together."""

from __future__ import annotations

from datetime import date

import pytest

pytest.importorskip("cv2", reason="needs the extra [ai]")

import numpy as np

from give_ld.errors import BadInput
from give_ld.model.calibration import Calibrator
from give_ld.model.person import SnapshotPerson, SnapshotPhoto
from pipeline.calibrate import Observation, Trial, expected_calibration_error, fit
from pipeline.embedding import unit
from pipeline.gallery import Gallery
from pipeline.lineup import load_calibrator
from pipeline.match import Match, best_match, confidence
from pipeline.unknowns import group
from pipeline.weights import lookup

MODEL = "a" * 64


def _gallery(*rows: list[float]) -> Gallery:
    photo = SnapshotPhoto(sha256="0" * 64, image="")
    persons = [
        SnapshotPerson(id=f"urn:p:{n}", name=f"Person {n}", language="nl", photos=(photo,)) for n in range(len(rows))
    ]
    return Gallery("v1", tuple(persons), np.array([unit(np.array(row)) for row in rows], np.float32).reshape(-1, 3))


def _trial(seed: int = 3, count: int = 400) -> Trial:
    random = np.random.default_rng(seed)
    score, margin = random.uniform(0, 1, count), random.uniform(0, 0.5, count)
    right = random.uniform(0, 1, count) < 1 / (1 + np.exp(-(-6 + 12 * score + 4 * margin)))
    rows = zip(score.tolist(), margin.tolist(), right.tolist(), strict=True)
    return Trial(tuple(Observation(*row) for row in rows), 7)


def test_the_best_person_is_found_with_the_margin_to_the_second() -> None:
    match = best_match(unit(np.array([1.0, 0, 0])), _gallery([0, 1, 0], [3, 4, 0], [0.6, 0.8, 0.8]))
    assert match is not None
    assert match.person.name == "Person 1"
    assert match.score == pytest.approx(0.6)
    assert match.margin == pytest.approx(0.6 - 0.6 / 1.64**0.5)


def test_a_lone_person_has_no_margin_and_an_empty_gallery_no_match() -> None:
    vector = unit(np.array([1.0, 0, 0]))
    lone = best_match(vector, _gallery([1, 0, 0]))
    assert lone is not None
    assert lone.margin is None
    assert best_match(vector, _gallery()) is None


def test_a_calibrator_of_another_model_gives_no_confidence() -> None:
    calibrator = fit(_trial(), MODEL, "test", date(2026, 11, 1)).calibrator
    match = Match(_gallery([1, 0, 0]).persons[0], 0.9, 0.4)
    assert confidence(match, calibrator, "b" * 64) is None
    assert confidence(match, None, MODEL) is None
    assert confidence(match, calibrator, MODEL) == (calibrator.probability(0.9, 0.4), "face-match-test-2026-11")


def test_fitting_finds_the_curve_that_the_observations_were_drawn_from() -> None:
    found = fit(_trial(count=20_000), MODEL, "test", date(2026, 11, 1))
    assert found.calibrator.intercept == pytest.approx(-6, abs=0.4)
    assert found.calibrator.score_weight == pytest.approx(12, abs=0.6)
    assert found.calibrator.margin_weight == pytest.approx(4, abs=0.6)
    assert found.ece < 0.02
    assert (found.calibrator.fitted_count, found.calibrator.created) == (20_000, date(2026, 11, 1))
    assert "7 reference persons" in found.calibrator.fitted_on


def test_a_calibrator_cannot_be_fitted_where_every_answer_is_right() -> None:
    with pytest.raises(BadInput, match="right and wrong"):
        fit(Trial((Observation(0.9, 0.3, True),) * 50, 1), MODEL, "test", date(2026, 11, 1))


def test_the_calibration_error_is_nought_for_true_chances_and_large_for_false_ones() -> None:
    right = np.array([1.0, 1, 1, 0])
    assert expected_calibration_error(np.full(4, 0.75), right) == 0
    assert expected_calibration_error(np.full(4, 0.05), right) == pytest.approx(0.7)


def test_the_shipped_calibrator_was_fitted_for_the_shipped_face_pack() -> None:
    calibrator = load_calibrator("faceplugin")
    assert isinstance(calibrator, Calibrator)
    assert calibrator.model_sha256 == lookup("faceplugin").files["fr_feature.onnx"]
    assert calibrator.probability(0.75, 0.5) > 0.99
    assert calibrator.probability(0.3, 0.05) < 0.05
    assert load_calibrator("another") is None


def test_unknown_faces_that_are_alike_get_one_group() -> None:
    a, b, c = (unit(np.array(row)) for row in ([1.0, 0.1, 0], [0.0, 1, 0], [1.0, 0, 0.1]))
    assert group([a, b, c]) == [0, 1, 0]
    assert group([a]) == [0]
    assert group([]) == []

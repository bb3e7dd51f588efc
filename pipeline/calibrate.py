"""How sure a cosine makes us: a logistic regression fitted on faces of whom it is known who they are."""

from __future__ import annotations

import csv
import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from give_ld.errors import BadInput, BadMedia
from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.person import SnapshotPerson, SnapshotPhoto
from pipeline.embedding import FacePack, Vector, unit
from pipeline.gallery import Gallery, photo_fingerprint
from pipeline.isolation import Decoder
from pipeline.match import best_match

LIST = "identify-dev.tsv"  # columns person, file, role: gallery, probe or unknown
RIDGE = 1e-3  # weight of the squared coefficients: keeps them finite where right and wrong do not overlap
STEPS = 100  # of Newton's method; it needs about ten
FOLDS = 10
BINS = 10  # of the expected calibration error

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Observation:
    """A probe against the gallery: cosine to the best person, margin to the second, and whether the best is right."""

    score: float
    margin: float
    right: bool


@dataclass(frozen=True)
class Trial:
    """Every probe against a gallery of so many persons."""

    observations: tuple[Observation, ...]
    persons: int


@dataclass(frozen=True)
class Fit:
    """A calibrator, with its cross-validated expected calibration error and Brier score."""

    calibrator: Calibrator
    ece: float
    brier: float


def observe(faces: Path, pack: FacePack, decoder: Decoder) -> Trial:
    """Return what the probes of a directory with `identify-dev.tsv` and `lfw/` give against its gallery.

    Raises:
        BadInput: the list is missing or is not of this form.
    """
    rows = _rows(faces)
    vectors = [_fingerprint(faces / "lfw" / row["person"] / row["file"], pack, decoder) for row in rows]
    known = [(row, vector) for row, vector in zip(rows, vectors, strict=True) if vector is not None]
    people: dict[str, list[Vector]] = {}
    for row, vector in known:
        if row["role"] == "gallery":
            people.setdefault(row["person"], []).append(vector)
    photo = SnapshotPhoto(sha256="0" * 64, image="")
    persons = tuple(
        SnapshotPerson(id=f"urn:person:{name}", name=name, language="en", photos=(photo,)) for name in people
    )
    gallery = Gallery(LIST, persons, np.stack([unit(np.mean(each, axis=0)) for each in people.values()]))
    probes = [(row["person"], vector) for row, vector in known if row["role"] != "gallery"]
    return Trial(tuple(_compare(person, vector, gallery) for person, vector in probes), len(persons))


def fit(trial: Trial, model_sha256: str, pack: str, today: date) -> Fit:
    """Return the calibrator that a trial gives, with its errors on observations left out of the fit.

    Raises:
        BadInput: there are too few observations, or all are right, or all are wrong.
    """
    features = np.array([[1.0, each.score, each.margin] for each in trial.observations]).reshape(-1, 3)
    right = np.array([float(each.right) for each in trial.observations])
    if len(right) < FOLDS * 2 or right.min() == right.max():
        raise BadInput(f"a calibrator needs right and wrong answers, {FOLDS * 2} at least; there are {len(right)}")
    held_out = np.zeros(len(right))
    for fold in range(FOLDS):
        test = np.arange(len(right)) % FOLDS == fold
        held_out[test] = probabilities(features[test], logistic(features[~test], right[~test]))
    intercept, score_weight, margin_weight = (round(float(value), 6) for value in logistic(features, right))
    calibrator = Calibrator(
        id=f"face-match-{pack}-{today:%Y-%m}",
        label=f"Face match, {pack}, logistic on cosine and margin",
        from_score=ScoreKind.COSINE_SIMILARITY,
        model_sha256=model_sha256,
        intercept=intercept,
        score_weight=score_weight,
        margin_weight=margin_weight,
        lone_margin=0.0,
        fitted_on=f"LFW development subset, {trial.persons} reference persons, {len(right)} probes",
        fitted_count=len(right),
        created=today,
    )
    return Fit(calibrator, expected_calibration_error(held_out, right), float(np.mean((held_out - right) ** 2)))


def logistic(features: Matrix, right: Matrix) -> Matrix:
    """Return the coefficients of a logistic regression with a small ridge, by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(STEPS):
        chance = probabilities(features, weights)
        gradient = features.T @ (right - chance) - RIDGE * weights
        curvature = (features * (chance * (1 - chance))[:, None]).T @ features + RIDGE * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def probabilities(features: Matrix, weights: Matrix) -> Matrix:
    """Return the probability of being right of each row."""
    return np.asarray(1 / (1 + np.exp(-np.clip(features @ weights, -60, 60))))


def expected_calibration_error(chances: Matrix, right: Matrix) -> float:
    """Return the mean distance of chance and outcome over bins of equal width, by size (Naeini et al. 2015)."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    gaps = [abs(chances[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def _rows(faces: Path) -> list[dict[str, str]]:
    try:
        with (faces / LIST).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
    except OSError as error:
        raise BadInput(f"{faces / LIST} cannot be read: {error.strerror}") from error
    if not rows or not {"person", "file", "role"} <= set(rows[0]):
        raise BadInput(f"{faces / LIST} must have the columns person, file and role")
    return rows


def _fingerprint(path: Path, pack: FacePack, decoder: Decoder) -> Vector | None:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from error
    photo = SnapshotPhoto(sha256=hashlib.sha256(data).hexdigest(), image=b64encode(data).decode("ascii"))
    try:
        return photo_fingerprint(photo, pack, decoder)
    except BadMedia:
        return None


def _compare(person: str, vector: Vector, gallery: Gallery) -> Observation:
    match = best_match(vector, gallery)
    if match is None:
        raise BadInput(f"{LIST} has no gallery photo with a face")
    return Observation(match.score, match.margin or 0.0, match.person.name == person)

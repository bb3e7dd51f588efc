"""Who a fingerprint looks like: the best person of the gallery, the distance to the second, and whether to say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from give_ld.model.calibration import Calibrator, ScoreKind
from give_ld.model.person import SnapshotPerson
from pipeline.embedding import Vector
from pipeline.gallery import Gallery

MIN_COSINE = 0.50  # 99 % of the names given at it were right on LFW
MIN_NAMED_SIDE = 40.0  # pixels; smaller faces get no name


@dataclass(frozen=True)
class Match:
    """The person most like a fingerprint: cosine, and the cosine less that of the second best (None if alone)."""

    person: SnapshotPerson
    score: float
    margin: float | None


def best_match(fingerprint: Vector, gallery: Gallery) -> Match | None:
    """Return the person of the gallery most like the fingerprint, however little; None of an empty gallery."""
    if not gallery.persons:
        return None
    scores = gallery.means @ fingerprint
    order = np.argsort(-scores)
    margin = float(scores[order[0]] - scores[order[1]]) if len(order) > 1 else None
    return Match(gallery.persons[order[0]], float(scores[order[0]]), margin)


def confidence(match: Match, calibrator: Calibrator | None, model_sha256: str) -> tuple[float, str] | None:
    """Return the calibrated probability and the calibrator's id; None where none was fitted for this model."""
    if calibrator is None or calibrator.model_sha256 != model_sha256:
        return None
    if calibrator.from_score is not ScoreKind.COSINE_SIMILARITY:
        return None
    return calibrator.probability(match.score, match.margin), calibrator.id

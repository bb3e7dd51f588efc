"""How a raw score becomes a probability, and on what that rests."""

from __future__ import annotations

import math
from datetime import date
from enum import StrEnum
from typing import Literal

from give_ld.model.base import Count, Label, Model, Number, Sha256, Slug


class ScoreKind(StrEnum):
    """What a raw score measures."""

    COSINE_SIMILARITY = "cosine-similarity"
    MEAN_TOKEN_LOG_PROBABILITY = "mean-token-log-probability"  # noqa: S105
    LINKER_SCORE = "linker-score"
    DETECTOR_SCORE = "detector-score"
    HUMAN = "human"
    UNSTATED = "unstated"


class Calibrator(Model):
    """A logistic regression (Platt 1999) from a score and its margin to the probability of being right.

    `margin` is the score minus that of the best other candidate; a lone candidate counts with `lone_margin`.
    """

    id: Slug
    label: Label
    method: Literal["logistic"] = "logistic"
    from_score: ScoreKind
    model_sha256: Sha256
    intercept: Number
    score_weight: Number
    margin_weight: Number = 0.0
    lone_margin: Number = 0.0
    fitted_on: Label
    fitted_count: Count
    created: date

    def probability(self, score: float, margin: float | None = None) -> float:
        """Return the probability of being right, 0 to 1, rounded to four places."""
        margin = self.lone_margin if margin is None else margin
        logit = self.intercept + self.score_weight * score + self.margin_weight * margin
        logit = max(-60.0, min(60.0, logit))
        return round(1 / (1 + math.exp(-logit)), 4)

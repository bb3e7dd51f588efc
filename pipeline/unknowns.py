"""Which unknown faces of one file are the same person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.embedding import Vector

MIN_COSINE = 0.50  # mean cosine between two groups from which they are one


def group(fingerprints: Sequence[Vector]) -> list[int]:
    """Return for each fingerprint the position of the first one of its group (average linkage on the cosine)."""
    if len(fingerprints) < 2:
        return list(range(len(fingerprints)))
    from scipy.cluster.hierarchy import fcluster, linkage  # it takes half a second to load

    tree = linkage(np.stack(fingerprints).astype(np.float64), method="average", metric="cosine")
    labels = fcluster(tree, t=1 - MIN_COSINE, criterion="distance").tolist()
    return [labels.index(label) for label in labels]

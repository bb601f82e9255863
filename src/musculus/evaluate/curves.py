"""Rates over all thresholds at once, and over many weightings of the rows at once: what all ranking metrics are read
from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Curve:
    """Rates for "positive if score >= threshold", thresholds falling; the last axis runs over them, a leading one over
    weightings.

    `fpr` and `tpr` are shares of the negatives and of the positives, shape (..., k + 1), from 0 to 1; NaN where there
    are none.
    `thresholds`, shape (k + 1,), begin with inf. Equal scores are one threshold: ties are never broken.
    """

    fpr: Floats
    tpr: Floats
    thresholds: Floats


def curve(positive: npt.ArrayLike, score: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Curve:
    """The curve of labels (True or 1 = positive) and scores (higher = more positive), both of shape (n,).

    `weights`, shape (n,) or (b, n), counts each row so often; `positive` may be (b, n) too. Raises DataError for NaN
    among the scores, and for labels that aren't 0 and 1.

    >>> curve([0, 1, 1], [0.1, 0.1, 0.9]).tpr
    array([0. , 0.5, 1. ])
    """
    labels, scores = as_labels(positive), as_scores(score)
    if labels.shape[-1:] != scores.shape:
        raise DataError(f"{labels.shape[-1] if labels.ndim else 0} labels for {len(scores)} scores")
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))  # the last row of each run of equal scores
    weight = np.ones(1) if weights is None else np.asarray(weights, dtype=np.float64)
    hits, alarms = (_rate(np.where(side, weight, 0.0)[..., order], ends) for side in (labels, ~labels))
    return Curve(alarms, hits, np.concatenate([[np.inf], scores[order][ends]]))


def as_labels(positive: npt.ArrayLike) -> Bools:
    """Labels as bool.

    Raises DataError for anything but two kinds of them, 0 and 1.
    """
    labels = np.asarray(positive)
    if labels.dtype != np.bool_ and not np.isin(labels, (0, 1)).all():
        raise DataError(
            f"labels are {', '.join(map(str, np.unique(labels)[:5].tolist()))}; expected 0 and 1, 1 = positive"
        )
    return labels.astype(np.bool_)


def as_scores(score: npt.ArrayLike) -> Floats:
    """Scores as float64, shape (n,).

    Raises DataError for NaN.
    """
    scores = np.asarray(score, dtype=np.float64)
    if np.isnan(scores).any():
        row = int(np.flatnonzero(np.isnan(scores))[0])
        raise DataError(
            f"the score of row {row} is NaN; leave out rows that can't be scored, and say how many they are"
        )
    return scores


def _rate(weight: Floats, ends: npt.NDArray[np.intp]) -> Floats:
    summed = np.cumsum(weight, axis=-1)[..., ends]
    summed = np.concatenate([np.zeros((*summed.shape[:-1], 1)), summed], axis=-1)
    total = summed[..., -1:]
    rate: Floats = np.divide(summed, total, out=np.full(summed.shape, np.nan), where=total > 0)
    return rate

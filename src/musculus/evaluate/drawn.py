"""What a report draws of one set of scores: the ROC curve at few points, and whether probabilities come true."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.evaluate.calibration import brier, calibration_error, reliability
from musculus.evaluate.curves import curve

POINTS = 120


def drawn(positive: npt.ArrayLike, score: npt.ArrayLike) -> dict[str, list[float]]:
    """False and true positive rates, as many points as an eye can tell apart; empty where one kind is missing.

    >>> drawn([0, 1], [0.1, 0.9])
    {'fpr': [0.0, 0.0, 1.0], 'tpr': [0.0, 1.0, 1.0]}
    """
    found = curve(positive, score)
    if np.isnan(found.fpr).any() or np.isnan(found.tpr).any():
        return {"fpr": [], "tpr": []}
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(found.fpr)) + np.abs(np.diff(found.tpr)))])
    chosen = np.unique(np.searchsorted(way, np.linspace(0, way[-1], POINTS)).clip(max=len(way) - 1))
    if len(way) <= POINTS:
        chosen = np.arange(len(way))
    return {"fpr": found.fpr[chosen].round(5).tolist(), "tpr": found.tpr[chosen].round(5).tolist()}


def calibrated_across(positive: npt.ArrayLike, score: npt.ArrayLike, groups: npt.ArrayLike) -> dict[str, Any]:
    """`calibrated` for scores that are no probabilities: turned into ones by what the other half of the groups says.

    Empty where a half lacks one of the labels, or where its scores fall as the label gets likelier.
    """
    said = probabilities_across(positive, score, groups)
    return {} if said is None else calibrated(positive, said)


def probabilities_across(
    positive: npt.ArrayLike, score: npt.ArrayLike, groups: npt.ArrayLike
) -> npt.NDArray[np.float64] | None:
    """A probability for each score, (n,), by what the other half of the groups says; None where that can't be."""
    from musculus.errors import DataError
    from musculus.models.calibration import logistic_calibration
    from musculus.score.scorer import calibrated as by

    labels, scores = np.asarray(positive, bool), np.asarray(score, np.float64)
    names, code = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    half = (np.random.default_rng(0).permutation(len(names)) % 2)[code]
    said = np.empty(len(scores))
    try:
        for side in (0, 1):
            fitted = logistic_calibration(scores[half != side], labels[half != side])
            said[half == side] = by(scores[half == side], fitted)
    except DataError:
        return None
    return said


def calibrated(positive: npt.ArrayLike, probability: npt.ArrayLike) -> dict[str, Any]:
    """The table of a calibration plot, with the Brier score and the expected calibration error."""
    table = reliability(positive, probability)
    return {
        "rows": table.rows.tolist(),
        "said": table.said.round(5).tolist(),
        "came_true": table.came_true.round(5).tolist(),
        "brier": round(brier(positive, probability), 5),
        "error": round(calibration_error(positive, probability), 5),
    }

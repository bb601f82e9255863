"""Scores to numbers in 0..1 whose meaning can be said: a share of people, or a probability."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.score.manifest import Calibration


def share_calibration(scores: npt.ArrayLike, steps: int = 100) -> Calibration:
    """Share of the target's rows that score lower than this one: 0.01 means that one of a hundred people's rows is as
    odd.

    >>> share_calibration([0.0, 1.0, 2.0], steps=2).knots
    [0.0, 1.0, 2.0]
    """
    knots = np.quantile(np.asarray(scores, dtype=np.float64), np.linspace(0.0, 1.0, steps + 1))
    return Calibration(
        "share",
        knots=np.maximum.accumulate(knots).tolist(),
        meaning="share of the target's training rows that score lower",
    )


def logistic_calibration(scores: npt.ArrayLike, is_target: npt.ArrayLike) -> Calibration:
    """Platt's: log odds linear in the score, fitted by logistic regression; scores should come from rows the model
    hasn't seen.

    Raises DataError where only one kind of row is there, or where scores fall as the target gets likelier.
    """
    from sklearn.linear_model import LogisticRegression

    found, labels = np.asarray(scores, dtype=np.float64), np.asarray(is_target).astype(bool)
    if labels.all() or not labels.any():
        raise DataError("a calibration needs rows of the target and others; take share_calibration for people only")
    centre, width = float(found.mean()), max(float(found.std()), 1e-12)
    fitted: Any = LogisticRegression(C=1e6, max_iter=1000).fit(((found - centre) / width)[:, None], labels)
    slope = float(fitted.coef_[0, 0]) / width
    if slope < 0:
        raise DataError("higher scores go with fewer rows of the target: is the label the wrong way round?")
    meaning = f"probability of the target where it is {labels.mean():.1%} of the rows"
    return Calibration("logistic", slope=slope, offset=float(fitted.intercept_[0]) - slope * centre, meaning=meaning)


def default_calibration(kind: str, scores: npt.ArrayLike) -> Calibration:
    """What fits a kind of score: its own probability where the family gives one, else the share of the target's rows
    below.
    """
    if kind == "probability":
        return Calibration("identity", meaning="probability by the model, at the training data's shares")
    if kind == "log odds":
        return Calibration(
            "logistic", slope=1.0, offset=0.0, meaning="probability by the model, at the training data's shares"
        )
    return share_calibration(scores)

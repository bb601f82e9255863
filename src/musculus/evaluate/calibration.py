"""Do probabilities come true?  Brier score, log loss, expected calibration error and the table behind them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.curves import Floats, as_labels, as_scores


class Reliability(NamedTuple):
    """Rows by predicted probability: how many, the mean said, the share that came true; empty bins are left out."""

    rows: npt.NDArray[np.int64]
    said: Floats
    came_true: Floats


def brier(positive: npt.ArrayLike, probability: npt.ArrayLike) -> float:
    """Mean squared distance of probability and outcome: 0 is perfect, a constant 1/2 gives 0.25; NaN without rows.

    >>> brier([0, 1], [0.5, 0.5])
    0.25
    """
    labels, said = _checked(positive, probability)
    return float(np.mean((said - labels) ** 2)) if labels.size else float("nan")


def log_loss(positive: npt.ArrayLike, probability: npt.ArrayLike) -> float:
    """Mean of -log of the probability given to what came true, nats; probabilities are kept 1e-15 from 0 and 1. NaN
    without rows.

    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    """
    labels, said = _checked(positive, probability)
    if not labels.size:
        return float("nan")
    said = np.clip(said, 1e-15, 1 - 1e-15)
    return float(-np.mean(np.where(labels, np.log(said), np.log1p(-said))))


def calibration_error(positive: npt.ArrayLike, probability: npt.ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: mean over rows of |said - came true| of the row's bin; NaN without rows.

    >>> calibration_error([0, 0, 0, 1], [0.25, 0.25, 0.25, 0.25])
    0.0
    """
    table = reliability(positive, probability, bins)
    return (
        float(table.rows @ np.abs(table.said - table.came_true) / table.rows.sum()) if table.rows.size else float("nan")
    )


def reliability(positive: npt.ArrayLike, probability: npt.ArrayLike, bins: int = 10) -> Reliability:
    """The table behind a calibration plot: equally many rows in each bin, equal probabilities never apart."""
    labels, said = _checked(positive, probability)
    if not labels.size:
        return Reliability(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    edges = np.unique(np.quantile(said, np.linspace(0, 1, bins + 1)[1:-1]))
    place = np.searchsorted(edges, said, side="right")
    count = np.bincount(place, minlength=len(edges) + 1)
    full = count > 0
    means = (np.bincount(place, values, len(count))[full] / count[full] for values in (said, labels.astype(np.float64)))
    return Reliability(count[full], *means)


def _checked(positive: npt.ArrayLike, probability: npt.ArrayLike) -> tuple[npt.NDArray[np.bool_], Floats]:
    labels, said = as_labels(positive), as_scores(probability)
    if labels.shape != said.shape:
        raise DataError(f"{labels.size} labels for {said.size} probabilities")
    if said.size and (said.min() < 0 or said.max() > 1):
        raise DataError(f"probabilities run from {said.min():g} to {said.max():g}; expected 0 to 1")
    return labels, said

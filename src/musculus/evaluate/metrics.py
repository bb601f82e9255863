"""Metrics of scores and of decisions, as plain floats; NaN where undefined, and `undefined` says why.

Labels are 0 and 1 with 1 = positive, and higher scores mean positive. Where people are 1 (the house's rule: higher is
more human), a rate of bots found at a share of people accused is `tpr_at_fpr(1 - y, -score, 0.01)`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.errors import UnknownName
from musculus.evaluate.curves import Bools, Curve, Floats, as_labels, curve

MIN_FALSE = 1.0  # a rate of false alarms can be set where at least this many negatives make it up


def roc_auc(positive: npt.ArrayLike, score: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Area under the ROC curve: the share of (positive, negative) pairs with the positive scored higher, ties half.

    NaN without positives or without negatives.

    >>> roc_auc([0, 1, 1], [0.2, 0.2, 0.9])
    0.75
    """
    return float(_auc(curve(positive, score, weights)))


def eer(positive: npt.ArrayLike, score: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Equal error rate: where false acceptance equals false rejection.

    Both rates are known at the thresholds that occur; between two of them the ROC curve is taken as straight, and the
    value is read where it crosses FAR = FRR. NaN without positives or without negatives.

    >>> eer([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])
    0.5
    """
    return float(_eer(curve(positive, score, weights)))


def tpr_at_fpr(
    positive: npt.ArrayLike, score: npt.ArrayLike, fpr: float, weights: npt.ArrayLike | None = None
) -> float:
    """The largest share of positives found at a threshold that accuses at most `fpr` of the negatives.

    Nothing is interpolated: the value is that of a threshold which occurs, equal scores together. NaN with fewer than 1
    / `fpr` negatives, where no threshold can show such a rate.

    >>> tpr_at_fpr([0] * 100 + [1, 1], [*range(100), 98.5, 200.0], 0.01)
    1.0
    """
    if undefined("tpr_at_fpr", positive, fpr=fpr):
        return float("nan")
    return float(_tpr_at_fpr(curve(positive, score, weights), fpr))


def far_frr(positive: npt.ArrayLike, score: npt.ArrayLike, threshold: float) -> tuple[float, float]:
    """False acceptance rate (negatives with score >= threshold) and false rejection rate (positives below it); NaN of
    none.

    >>> far_frr([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9], 0.5)
    (0.5, 0.5)
    """
    labels, accepted = as_labels(positive), np.asarray(score, dtype=np.float64) >= threshold
    return _share(accepted[~labels]), _share(~accepted[labels])


def f1(positive: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Harmonic mean of precision and recall of decisions; 0 where no positive is found, NaN without positives in label
    and decision.

    >>> f1([0, 1, 1, 1], [1, 1, 1, 0])
    0.6666666666666666
    """
    labels, said = as_labels(positive), as_labels(predicted)
    return float(_f1(labels, said.astype(np.float64), np.ones(labels.shape)))


def f1_macro(positive: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """The mean of F1 with either class as the positive one: fair where neither is the one sought, as with sex.

    >>> f1_macro([0, 0, 1, 1], [0, 1, 1, 1])
    0.7333333333333334
    """
    labels, said = as_labels(positive), as_labels(predicted)
    return float(_f1_macro(labels, said.astype(np.float64), np.ones(labels.shape)))


class Metric(NamedTuple):
    """A metric of many weightings of the same rows at once.

    `batch(labels, scores, weights)` takes labels of shape (n,) or (b, n), scores (n,) (decisions 0 and 1 for `f1` and
    the like), weights (n,) or (b, n), and gives shape (b,). `better` is +1 where higher is better.
    """

    batch: Callable[[Bools, Floats, Floats], Floats]
    better: int = 1


def _auc(found: Curve) -> Floats:
    return np.asarray(np.trapezoid(found.tpr, found.fpr, axis=-1))


def _eer(found: Curve) -> Floats:
    gap = found.fpr - (1.0 - found.tpr)  # rises from -1 to 1
    at = np.argmax(gap >= 0, axis=-1)[..., None]
    before, after = (np.take_along_axis(gap, np.maximum(at + step, 0), axis=-1) for step in (-1, 0))
    low, high = (np.take_along_axis(found.fpr, np.maximum(at + step, 0), axis=-1) for step in (-1, 0))
    with np.errstate(invalid="ignore"):
        return np.asarray((low - before / (after - before) * (high - low))[..., 0])


def _tpr_at_fpr(found: Curve, fpr: float) -> Floats:
    allowed = found.fpr <= fpr * (1 + 1e-12)  # 1 of 100 is 0.01 whatever the rounding
    best = np.where(allowed, found.tpr, -1.0).max(axis=-1)
    return np.where(best < 0, np.nan, best)


def _counts(labels: Bools, said: Floats, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Weighted true positives, false positives, false negatives, true negatives, each of shape (b,)."""
    accepted = said >= 0.5
    cells = (labels & accepted, ~labels & accepted, labels & ~accepted, ~labels & ~accepted)
    first, second, third, fourth = (np.where(cell, weights, 0.0).sum(axis=-1) for cell in cells)
    return first, second, third, fourth


def _ratio(part: Floats, whole: Floats) -> Floats:
    ratio: Floats = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) > 0)
    return ratio


def _f1(labels: Bools, said: Floats, weights: Floats) -> Floats:
    hit, alarm, miss, _ = _counts(labels, said, weights)
    return _ratio(2 * hit, 2 * hit + alarm + miss)


def _f1_macro(labels: Bools, said: Floats, weights: Floats) -> Floats:
    hit, alarm, miss, quiet = _counts(labels, said, weights)
    return (_ratio(2 * hit, 2 * hit + alarm + miss) + _ratio(2 * quiet, 2 * quiet + alarm + miss)) / 2


def _accuracy(labels: Bools, said: Floats, weights: Floats) -> Floats:
    hit, alarm, miss, quiet = _counts(labels, said, weights)
    return _ratio(hit + quiet, hit + alarm + miss + quiet)


METRICS = MappingProxyType(
    {
        "auc": Metric(lambda y, s, w: _auc(curve(y, s, w))),
        "eer": Metric(lambda y, s, w: _eer(curve(y, s, w)), better=-1),
        "tpr_at_fpr_0.01": Metric(lambda y, s, w: _tpr_at_fpr(curve(y, s, w), 0.01)),
        "tpr_at_fpr_0.001": Metric(lambda y, s, w: _tpr_at_fpr(curve(y, s, w), 0.001)),
        "f1": Metric(_f1),
        "f1_macro": Metric(_f1_macro),
        "accuracy": Metric(_accuracy),
        "far": Metric(lambda y, s, w: _ratio(_counts(y, s, w)[1], np.where(y, 0.0, w).sum(axis=-1)), better=-1),
        "frr": Metric(lambda y, s, w: _ratio(_counts(y, s, w)[2], np.where(y, w, 0.0).sum(axis=-1)), better=-1),
    }
)


def metric(name: str) -> Metric:
    """A metric by name.

    Raises UnknownName.
    """
    if name not in METRICS:
        raise UnknownName("metric", name, METRICS)
    return METRICS[name]


def undefined(name: str, positive: npt.ArrayLike, fpr: float = 0.0) -> str:
    """Why a metric is NaN on such labels, or an empty text where it isn't.

    >>> undefined("auc", [1, 1, 1])
    'no negatives among 3 rows'
    """
    labels = as_labels(positive)
    for kind, count in (("positives", int(labels.sum())), ("negatives", int((~labels).sum()))):
        if not count:
            return f"no {kind} among {labels.size} rows"
    rate = float(name.removeprefix("tpr_at_fpr_")) if name.startswith("tpr_at_fpr_") else fpr
    negatives = int((~labels).sum())
    if rate and negatives * rate < MIN_FALSE - 1e-9:
        return f"a false alarm rate of {rate:g} needs at least {round(1 / rate):,} negatives, there are {negatives:,}"
    return ""


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return float(flags.mean()) if flags.size else float("nan")

"""How sure is a figure?  Bootstrap over people or sessions, and the difference of two models on the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.evaluate.curves import Bools, Floats, as_labels, as_scores
from musculus.evaluate.metrics import metric as named_metric
from musculus.evaluate.metrics import undefined
from musculus.evaluate.resample import bootstrap_weights, group_codes

TIMES = 2000
MAX_UNDEFINED = 0.05

Plain = Callable[[Bools, Floats], float]


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval.

    `groups` is what was resampled: people, sessions; an interval says how far the figure would move with other ones.
    NaN has its `reason`. `p` is for differences only: two-sided, of no difference.
    """

    value: float
    low: float
    high: float
    level: float
    groups: int
    rows: int
    reason: str = ""
    p: float = float("nan")


def bootstrap(
    metric: str | Plain,
    positive: npt.ArrayLike,
    score: npt.ArrayLike,
    groups: npt.ArrayLike | None = None,
    *,
    strata: npt.ArrayLike | None = None,
    times: int = TIMES,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """A metric with its percentile interval over resampled groups; seeded.

    `metric` is a name of `METRICS` (for "f1" and the like `score` holds decisions) or any `f(positive, score) ->
    float`, which is slower. Rows of one group (a person, a session) are drawn together; with `strata` (say, people and
    generators) each stratum is drawn by itself. The interval is NaN, with the reason, for a single group, and where
    more than 5 % of the resamples leave the metric undefined.

    >>> found = bootstrap("auc", [0, 1] * 50, [0.1, 0.9, 0.8, 0.2] * 25, times=200)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (0.75, 0.63, 0.84)
    """
    labels, scores = as_labels(positive), as_scores(score)
    codes = group_codes(groups, len(scores))
    value = float(_measured(metric, labels, scores, np.ones((1, len(scores))))[0])
    why = undefined(metric, labels) if isinstance(metric, str) else ""
    if why:
        return _nothing(float("nan"), level, codes, why)
    rng = np.random.default_rng(seed)
    weights = bootstrap_weights(codes, times, rng, strata)
    drawn = np.concatenate([_measured(metric, labels, scores, some) for some in weights])
    return _estimate(value, drawn, level, codes)


def paired_difference(
    metric: str | Plain,
    positive: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    groups: npt.ArrayLike | None = None,
    *,
    strata: npt.ArrayLike | None = None,
    times: int = TIMES,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """The metric of `first` less that of `second` on the same rows, with interval and p.

    Both are measured on the same resamples, so what moves them together drops out. `p` is twice the share of
    resamples on the other side of 0, with one added to each count.
    """
    labels, one, other = as_labels(positive), as_scores(first), as_scores(second)
    codes = group_codes(groups, len(one))
    why = undefined(metric, labels) if isinstance(metric, str) else ""
    if why:
        return _nothing(float("nan"), level, codes, why)

    def difference(weights: Floats) -> Floats:
        return _measured(metric, labels, one, weights) - _measured(metric, labels, other, weights)

    value = float(difference(np.ones((1, len(one))))[0])
    drawn = np.concatenate(
        [difference(some) for some in bootstrap_weights(codes, times, np.random.default_rng(seed), strata)]
    )
    defined = drawn[~np.isnan(drawn)]
    beyond = min(int((defined <= 0).sum()), int((defined >= 0).sum()))
    return _estimate(value, drawn, level, codes, p=min(1.0, 2 * (beyond + 1) / (len(defined) + 1)))


def _measured(metric: str | Plain, labels: Bools, scores: Floats, weights: Floats) -> Floats:
    """The metric at each weighting, shape (b,)."""
    if isinstance(metric, str):
        return np.asarray(named_metric(metric).batch(labels, scores, weights), dtype=np.float64)
    rows = np.arange(len(scores))
    found = [metric(labels[drawn], scores[drawn]) for drawn in (np.repeat(rows, w.astype(np.intp)) for w in weights)]
    return np.array(found, dtype=np.float64)


def _estimate(
    value: float, drawn: Floats, level: float, codes: npt.NDArray[np.intp], p: float = float("nan")
) -> Estimate:
    n_groups = len(np.unique(codes))
    if n_groups < 2:
        return _nothing(value, level, codes, "one group only: nothing to resample")
    missing = float(np.isnan(drawn).mean())
    if missing > MAX_UNDEFINED:
        return _nothing(value, level, codes, f"undefined in {missing:.0%} of the resamples: too few groups of one kind")
    low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high), level, n_groups, len(codes), p=p)


def _nothing(value: float, level: float, codes: npt.NDArray[np.intp], reason: str) -> Estimate:
    return Estimate(value, float("nan"), float("nan"), level, len(np.unique(codes)), len(codes), reason)

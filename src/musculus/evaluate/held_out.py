"""What a model file keeps of how it did on rows it had not seen: a ROC curve with its band, and a calibration table.

A few dozen numbers each, so that whoever holds the file can draw them (the Models page does), with the number of rows
and of groups (people, families of bots, sessions) that they rest on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.evaluate.curves import Curve, Floats, curve
from musculus.evaluate.drawn import probabilities_across
from musculus.evaluate.metrics import roc_auc
from musculus.evaluate.resample import bootstrap_weights, group_codes

KEY: Final = "curves"  # in a manifest's `more`
RATES: Final = 32  # false positive rates, equal steps of their logarithm
BINS: Final = 10
TIMES: Final = 400
SHARES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
LEVEL: Final = (0.025, 0.975)
Names = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]


class Axes(NamedTuple):
    """What the two rates are shares of, in words; `groups` are of the negatives and of the positives.

    `refit` says that the file's model learned from these rows later, so that they speak of its recipe; without it they
    are the file's own model's.
    """

    of: str
    false: str
    true: str
    groups: tuple[str, str]
    came_true: str = "positives"
    refit: bool = True


def told(
    axes: Axes,
    positive: npt.ArrayLike,
    score: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    strata: npt.ArrayLike | None = None,
    line: float | None = None,
) -> dict[str, Any]:
    """The ROC curve of scores (higher is more positive) by rows that the model had not seen, ready for JSON.

    `roc` has, at false positive rates a logarithm's step apart from 1 / n on, the largest true positive rate within
    each, with a 95 % band over resampled `groups` (one name a row; with `strata` each kind among its own); `n` counts
    rows and groups, `scores` are quantiles of those of negatives and of positives; `line` is a threshold in use, which
    the answer marks with its two rates. Empty where one kind of rows is missing.
    """
    labels, scores = np.asarray(positive, bool), np.asarray(score, np.float64)
    if labels.all() or not labels.any():
        return {}
    names = _apart(groups, strata)
    n = [int((~labels).sum()), int(labels.sum())]
    at = np.unique(np.rint(np.logspace(-np.log10(n[0]), 0, RATES) * n[0])) / n[0]
    codes = group_codes(names, len(labels))
    found = curve(labels, scores)
    weights = bootstrap_weights(codes, TIMES, np.random.default_rng(0), strata)
    drawn = np.vstack([_many(labels, scores, some, at) for some in weights])
    low, high = np.nanquantile(drawn, LEVEL, axis=0)
    document = {
        **axes._asdict(),
        "n": n,
        "of_groups": [len(np.unique(names[labels == side])) for side in (False, True)],
        "auc": _round(roc_auc(labels, scores)),
        "roc": {"fpr": _rounds(at), "tpr": _rounds(_at(found, at)), "low": _rounds(low), "high": _rounds(high)},
    }
    document["scores"] = [_rounds(np.quantile(scores[labels == side], SHARES)) for side in (False, True)]
    if line is not None:
        document["line"] = [_round(float((scores[labels == side] >= line).mean())) for side in (False, True)]
    return document


def _apart(groups: npt.ArrayLike, strata: npt.ArrayLike | None) -> Names:
    """Names of groups, of each stratum its own: a person may be called as a program is."""
    names = np.asarray(groups).astype(str)
    return names if strata is None else np.char.add(np.asarray(strata).astype(str), names)


def _at(found: Curve, rates: Floats) -> Floats:
    """The largest true positive rate within each rate of false positives."""
    place = np.searchsorted(found.fpr, rates * (1 + 1e-12), side="right") - 1
    return np.asarray(found.tpr[np.maximum(place, 0)])


def _many(labels: Bools, scores: Floats, weights: Floats, rates: Floats) -> Floats:
    """The same at each weighting, (b, n_rates); NaN where a resample has no rows of one kind."""
    found = curve(labels, scores, weights)
    each = (Curve(f, t, found.thresholds) for f, t in zip(found.fpr, found.tpr, strict=True))
    return np.stack([np.full(len(rates), np.nan) if np.isnan(c.fpr[-1] + c.tpr[-1]) else _at(c, rates) for c in each])


def reliability(
    came_true: npt.ArrayLike,
    said: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    weights: Floats | None = None,
    strata: npt.ArrayLike | None = None,
) -> dict[str, Any]:
    """Probabilities beside what came true, in ten bins of equal weight: `rows`, `said`, `share`, `low`, `high`.

    `weights` are the rows' own (people and bots at evens, say). The band is over resampled groups; a bin in which all
    came true, or none, has no band: null. `error` is the mean distance of said and share.
    """
    labels, p = np.asarray(came_true, bool), np.asarray(said, np.float64)
    own = np.ones(len(p)) if weights is None else weights
    place = _bins(p, own)
    codes = group_codes(_apart(groups, strata), len(p))
    drawn = np.vstack(list(_shares(labels, own, place, bootstrap_weights(codes, TIMES, _rng(), strata))))
    low, high = np.nanquantile(drawn, LEVEL, axis=0)
    total = np.bincount(place, own)
    means = [np.bincount(place, own * of) / total for of in (p, labels.astype(np.float64))]
    sure = (means[1] == 0) | (means[1] == 1)
    return {
        "rows": np.bincount(place).tolist(),
        "said": _rounds(means[0]),
        "share": _rounds(means[1]),
        "low": [None if s else v for s, v in zip(sure.tolist(), _rounds(low), strict=True)],
        "high": [None if s else v for s, v in zip(sure.tolist(), _rounds(high), strict=True)],
        "error": _round(float(total @ np.abs(means[0] - means[1]) / total.sum())),
        "brier": _round(float(own @ (p - labels) ** 2 / own.sum())),
    }


def _bins(p: Floats, weights: Floats) -> npt.NDArray[np.int64]:
    """A bin for each row, equal weight in each, equal probabilities never apart, none empty."""
    order = np.argsort(p, kind="stable")
    level = np.cumsum(weights[order]) / weights.sum()
    edges = np.unique(p[order][np.searchsorted(level, np.linspace(0, 1, BINS + 1)[1:-1])])
    return np.asarray(np.unique(np.searchsorted(edges, p, side="right"), return_inverse=True)[1])


def _shares(labels: Bools, own: Floats, place: Names, drawn: Iterator[Floats]) -> Iterator[Floats]:
    """Of each resample the share that came true in each bin, (b, n_bins)."""
    inside = np.eye(int(place.max()) + 1)[place]
    for weights in drawn:
        mine = weights * own
        with np.errstate(invalid="ignore", divide="ignore"):
            yield ((mine * labels) @ inside) / (mine @ inside)


def with_halves(positive: npt.ArrayLike, score: npt.ArrayLike, groups: npt.ArrayLike) -> dict[str, Any]:
    """`reliability` for scores that are no probabilities: each half of the groups is calibrated by the other half."""
    said = probabilities_across(positive, score, groups)
    return {} if said is None else reliability(positive, said, groups)


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


def _round(value: float) -> float:
    return float(f"{value:.4g}")


def _rounds(values: Floats) -> list[float]:
    return [_round(v) for v in values.tolist()]

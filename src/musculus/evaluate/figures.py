"""The figures of the contract for one set of scores: AUC, EER, F1, TPR at FPR, each with an interval, and a null."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.evaluate.curves import curve
from musculus.evaluate.intervals import Estimate, bootstrap
from musculus.evaluate.nulls import permutation_null

TIMES = 1000


def figures(
    positive: npt.ArrayLike, score: npt.ArrayLike, groups: npt.ArrayLike, *, dealt_in: Any = "groups"
) -> dict[str, Any]:
    """`auc`, `eer`, `f1`, `tpr_at_fpr` and `null` as JSON-ready numbers; NaN becomes None.

    Intervals are 95 %, resampled over `groups`; the null deals labels in the same groups, or in those of `dealt_in`.
    F1 is at the threshold of the equal error rate, found on these very scores: it says how well the classes part, not
    how a threshold chosen beforehand would do.
    """
    labels, scores = np.asarray(positive, bool), np.asarray(score, np.float64)
    among = groups if isinstance(dealt_in, str) else dealt_in
    null = permutation_null("auc", labels, scores, among, times=TIMES)
    return {
        "auc": estimate(bootstrap("auc", labels, scores, groups, times=TIMES)),
        "eer": estimate(bootstrap("eer", labels, scores, groups, times=TIMES)),
        "f1": estimate(bootstrap("f1", labels, scores >= eer_threshold(labels, scores), groups, times=TIMES)),
        "tpr_at_fpr": {"0.01": estimate(bootstrap("tpr_at_fpr_0.01", labels, scores, groups, times=TIMES))},
        "null": {"auc_95": number(null.high), "p": number(null.p), "dealt": null.dealt},
        "n": {"positive": int(labels.sum()), "negative": int((~labels).sum())},
    }


def eer_threshold(positive: npt.NDArray[np.bool_], score: npt.NDArray[np.float64]) -> float:
    """The score at which false alarms and misses come closest."""
    found = curve(positive, score)
    at = int(np.abs(found.fpr - (1 - found.tpr)).argmin())
    return float(found.thresholds[at])


def estimate(e: Estimate) -> dict[str, Any]:
    """A figure with its interval as JSON can hold it, with the reason where it is undefined."""
    found = {"value": number(e.value), "low": number(e.low), "high": number(e.high)}
    return {**found, "reason": e.reason} if e.reason else found


def number(v: float) -> float | None:
    """A figure as JSON can hold it: six decimals, None for NaN and infinity."""
    return None if math.isnan(v) or math.isinf(v) else round(float(v), 6)

"""Was anything fitted on the test rows?  As far as a fitted model, its threshold and its scores can show."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.evaluate.leaks import Leak
from musculus.evaluate.splits import Split


def audit_model(model: Any, X: npt.ArrayLike, labels: npt.ArrayLike, split: Split) -> list[Leak]:
    """Fit every transform of a pipeline again on the training rows alone; one that then says something else has seen
    more.

    Looks at all steps but the last. A transform that differs from itself when fitted twice can't be judged and is left
    out.
    """
    from sklearn.base import clone

    table, y = np.asarray(X, dtype=np.float64), np.asarray(labels)
    train, both = table[split.train], table[np.concatenate([split.train, split.test])]
    y_both = y[np.concatenate([split.train, split.test])]
    found: list[Leak] = []
    for name, step in getattr(model, "steps", [])[:-1]:
        if step in (None, "passthrough"):
            continue
        alone = clone(step).fit(train, y[split.train])
        if _same(alone.transform(both), clone(step).fit(train, y[split.train]).transform(both)):
            seen = _who_saw(step, alone, clone(step).fit(both, y_both), both)
            if seen:
                fix = "fit the whole pipeline on the training rows, in one call"
                found.append(Leak("transform_fitted_on_test", f"{name} {seen}", fix))
        train, both = (np.asarray(step.transform(some), dtype=np.float64) for some in (train, both))
    return found


def audit_threshold(threshold: float, train_scores: npt.ArrayLike, test_scores: npt.ArrayLike) -> list[Leak]:
    """A threshold that lies exactly on a test score, or midway between two, and on no training score, was chosen on the
    test.

    A threshold from quantiles of the test scores shows only where the quantile is a score or a middle.
    """
    train, test = (np.unique(np.asarray(scores, dtype=np.float64)) for scores in (train_scores, test_scores))
    if _touches(threshold, test) and not _touches(threshold, train):
        seen = f"{threshold:.9g} is one of the test scores, or midway between two, and none of the training scores"
        return [Leak("threshold_from_test", seen, "choose thresholds on training rows, or on rows held out from them")]
    return []


def _who_saw(step: Any, alone: Any, together: Any, rows: npt.NDArray[np.float64]) -> str:
    found = step.transform(rows)
    if _same(found, alone.transform(rows)):
        return ""
    if _same(found, together.transform(rows)):
        return "is what fitting on training and test rows together gives"
    return "isn't what fitting on the training rows gives"


def _same(one: Any, other: Any) -> bool:
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    return first.shape == second.shape and np.allclose(first, second, rtol=1e-9, atol=1e-12, equal_nan=True)


def _touches(threshold: float, scores: npt.NDArray[np.float64]) -> bool:
    if not len(scores):
        return False
    known = np.concatenate([scores, (scores[1:] + scores[:-1]) / 2])
    return bool((np.abs(known - threshold) <= 1e-12 * np.maximum(1.0, np.abs(known))).any())

"""Any metric by group: by mouse, by sex, by site."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.metrics import undefined


class GroupValue(NamedTuple):
    """One group's value; `reason` says why it is NaN."""

    group: str
    value: float
    rows: int
    positives: int
    reason: str


def by_group(
    metric: Callable[..., float], positive: npt.ArrayLike, score: npt.ArrayLike, groups: npt.ArrayLike, **options: float
) -> list[GroupValue]:
    """`metric(positive, score, **options)` within each group, groups in the order of their names.

    >>> from musculus.evaluate.metrics import roc_auc
    >>> by_group(roc_auc, [0, 1, 1], [0.1, 0.2, 0.3], ["a", "a", "b"])[1].reason
    'no negatives among 1 rows'
    """
    labels, scores, names = np.asarray(positive), np.asarray(score), np.asarray(groups).astype(str)
    if not labels.shape == scores.shape == names.shape:
        raise DataError(f"{labels.size} labels, {scores.size} scores and {names.size} groups")
    found = []
    for name in np.unique(names).tolist():
        mine = names == name
        value = metric(labels[mine], scores[mine], **options)
        reason = undefined(metric.__name__, labels[mine], **options) if np.isnan(value) else ""
        found.append(GroupValue(name, value, int(mine.sum()), int((labels[mine] == 1).sum()), reason))
    return found

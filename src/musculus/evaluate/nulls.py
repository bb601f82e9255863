"""What would chance give?  The same scores against labels dealt anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.evaluate.curves import Bools, as_labels, as_scores
from musculus.evaluate.metrics import metric as named_metric
from musculus.evaluate.metrics import undefined
from musculus.evaluate.resample import Codes, chunks, group_codes


@dataclass(frozen=True)
class Null:
    """A figure among those of dealt labels.

    `low` and `high` are the null's 5 % and 95 % quantiles, `p` the share of deals (with the real one) at least as good.
    `dealt` says how: between groups, or within them.
    """

    value: float
    mean: float
    low: float
    high: float
    p: float
    times: int
    dealt: str
    reason: str = ""


def permutation_null(
    metric: str,
    positive: npt.ArrayLike,
    score: npt.ArrayLike,
    groups: npt.ArrayLike | None = None,
    *,
    times: int = 1000,
    seed: int = 0,
) -> Null:
    """A named metric's null distribution; seeded.

    Where every group has one label (a person's sex), labels are dealt between groups, all rows of a group together:
    rows of one person aren't so many proofs. Where groups hold both labels, they are dealt within each group. This asks
    whether the scores know the labels; it doesn't train the model again on dealt labels.

    >>> permutation_null("auc", [0] * 9 + [1] * 9, range(18), times=200).p < 0.01
    True
    """
    labels, scores = as_labels(positive), as_scores(score)
    codes = group_codes(groups, len(scores))
    reason = undefined(metric, labels)
    dealt = "between groups" if _one_label_each(labels, codes) else "within groups"
    if reason:
        nan = float("nan")
        return Null(nan, nan, nan, nan, nan, 0, dealt, reason)
    chosen = named_metric(metric)
    ones = np.ones(len(scores))
    rng = np.random.default_rng(seed)
    deals = _between(labels, codes, times, rng) if dealt == "between groups" else _within(labels, codes, times, rng)
    found = np.concatenate([chosen.batch(deal, scores, ones) for deal in deals])
    value = float(chosen.batch(labels, scores, ones))
    as_good = int((found * chosen.better >= value * chosen.better - 1e-12).sum())
    low, high = (float(q) for q in np.nanquantile(found, [0.05, 0.95]))
    return Null(value, float(np.nanmean(found)), low, high, (as_good + 1) / (times + 1), times, dealt)


def _one_label_each(labels: Bools, codes: Codes) -> bool:
    first = np.zeros(int(codes.max()) + 1 if codes.size else 0, dtype=np.bool_)
    first[codes] = labels
    return bool(np.array_equal(first[codes], labels))


def _between(labels: Bools, codes: Codes, times: int, rng: np.random.Generator) -> Iterator[Bools]:
    own = np.zeros(int(codes.max()) + 1, dtype=np.bool_)
    own[codes] = labels
    for size in chunks(len(labels), times):
        yield rng.permuted(np.tile(own, (size, 1)), axis=1)[:, codes]


def _within(labels: Bools, codes: Codes, times: int, rng: np.random.Generator) -> Iterator[Bools]:
    by_group = np.argsort(codes, kind="stable")
    for size in chunks(len(labels), times):
        keys = codes[by_group] + rng.random((size, len(labels)))  # a group's rows stay among themselves, in a new order
        dealt = np.empty((size, len(labels)), dtype=np.bool_)
        dealt[:, by_group] = labels[by_group][np.argsort(keys, axis=1)]
        yield dealt

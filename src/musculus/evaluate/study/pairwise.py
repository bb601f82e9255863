"""Two configurations at a time: Wilcoxon's signed ranks, and how large the difference is.

All pairs of configurations and all features at once: an array of means by person, configuration and feature goes in.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
EXACT: Final = 12  # people, up to which all flips of signs are tried
LEVEL: Final = 0.95


class Pairs(NamedTuple):
    """What pairs of configurations differ in, arrays of shape (n_pairs, n_features).

    `pairs` holds the indices of the two configurations. `effect` is the rank-biserial correlation of the second less
    the first: 1 where the second is higher for everybody, -1 where it is lower for everybody, 0 where they balance;
    `low` and `high` its 95 % interval. `people` is how many of them have both and differ.
    """

    pairs: tuple[tuple[int, int], ...]
    p: Floats
    effect: Floats
    low: Floats
    high: Floats
    people: npt.NDArray[np.int64]


def pairwise(cells: Floats) -> Pairs:
    """Wilcoxon's test for each pair and feature of `cells` (n_people, n_configurations, n_features), NaN for missing.

    People without a difference are left out. Up to 12 people p is exact (all flips of signs), with more the normal
    approximation with ties corrected. The interval is Wilson's, so that a few people who agree make no certainty. NaN
    where nobody differs.

    >>> two = np.array([[1.0, 2], [4, 5.5], [0, 7], [2, 3.2], [3, 2]])[:, :, None]
    >>> found = pairwise(two)
    >>> found.effect.round(3).tolist(), found.p.round(3).tolist()
    ([[0.8]], [[0.188]])
    """
    pairs = tuple(combinations(range(cells.shape[1]), 2))
    if not pairs:
        nothing = np.empty((0, cells.shape[2]))
        return Pairs(pairs, nothing, nothing, nothing, nothing, nothing.astype(np.int64))
    differences = np.concatenate([cells[:, b] - cells[:, a] for a, b in pairs], axis=1)
    size = (len(pairs), cells.shape[2])
    p, effect, low, high, people = (v.reshape(size) for v in _signed(differences))
    return Pairs(pairs, p, effect, low, high, people.astype(np.int64))


def _signed(differences: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """(p, effect, low, high, people) of each column of differences, shape (n_people, n)."""
    from scipy.stats import norm, rankdata

    counts = np.isfinite(differences) & (np.round(differences / _size(differences), 12) != 0)
    ranks = rankdata(np.where(counts, np.abs(differences), np.inf), axis=0) * counts
    signed = np.sign(np.where(counts, differences, 0.0)) * ranks
    n = counts.sum(axis=0).astype(np.float64)
    whole = n * (n + 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        effect = signed.sum(axis=0) / whole
        p = 2 * norm.sf(np.abs(signed.sum(axis=0)) / np.sqrt((ranks**2).sum(axis=0)))
        low, high = _interval(effect, differences, counts)
    if len(differences) <= EXACT:
        p = _exact(signed, ranks)
    return np.where(n > 0, p, np.nan), effect, low, high, n


def _interval(effect: Floats, differences: Floats, counts: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Wilson's interval of the share of pairs of people (each with itself, too) whose differences add up to above 0.

    How many independent trials that share is worth is estimated from how people differ in it, and lies between half
    their number and their number: so at a share of 0 or 1, too, where nothing can be estimated.
    """
    from scipy.stats import norm

    share, z2 = (effect + 1) / 2, norm.ppf((1 + LEVEL) / 2) ** 2
    worth = np.full(len(share), np.nan)
    for j, (column, counted) in enumerate(zip(differences.T, counts.T, strict=True)):
        own = np.sort(column[counted])
        if len(own) > 1:
            above = 1 - np.searchsorted(own, -own, side="right") / len(own)
            spread = 4 * float(above.var(ddof=1)) / len(own)
            trials = share[j] * (1 - share[j]) / spread if spread > 0 else 0.0
            worth[j] = min(max(trials, len(own) / 2), len(own))
    middle = (share + z2 / (2 * worth)) / (1 + z2 / worth)
    reach = np.sqrt(z2 * (share * (1 - share) / worth + z2 / (4 * worth**2))) / (1 + z2 / worth)
    low, high = 2 * (middle - reach) - 1, 2 * (middle + reach) - 1
    return np.where(effect <= -1, -1.0, low), np.where(effect >= 1, 1.0, high)


def _exact(signed: Floats, ranks: Floats) -> Floats:
    """The share of all flips of signs that give as large a sum."""
    n = len(signed)
    flips = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    seen = np.abs(signed.sum(axis=0))
    return np.asarray((np.abs(flips @ ranks) >= seen - 1e-9).mean(axis=0))


def _size(differences: Floats) -> Floats:
    """The largest difference of each column: what is 1e-12 of it is rounding."""
    largest = np.max(np.where(np.isfinite(differences), np.abs(differences), 0.0), axis=0)
    return np.where(largest > 0, largest, 1.0)

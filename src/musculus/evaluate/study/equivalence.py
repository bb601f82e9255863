"""Is a measure the same with every configuration?  That no difference was found doesn't say so; this test does."""

from __future__ import annotations

from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BOUND: Final = 0.5  # standard deviations between people


class Equivalence(NamedTuple):
    """Two one-sided tests for each pair of configurations, (n_pairs, n_features), and all of them, (n_features,).

    `difference` is the mean paired difference in standard deviations between people, `p` that of the test that it is
    beyond the bound, `worst` the largest p of a feature's pairs: below 0.05 all of its configurations are equivalent.
    """

    difference: Floats
    p: Floats
    worst: Floats
    bound: float


def equivalence(cells: Floats, bound: float = BOUND) -> Equivalence:
    """Equivalence of each pair of configurations of `cells` (n_people, n_configurations, n_features), NaN for missing.

    Two one-sided t tests on paired differences: they are equivalent where the mean difference is shown to lie within
    `bound` standard deviations between people (pooled over configurations) of 0. All pairs must pass, and so no
    correction is due between them. NaN for fewer than three people with both, or where people don't differ at all.

    >>> rng = np.random.default_rng(0)
    >>> person = rng.normal(0, 1, (40, 1, 2))
    >>> noise = rng.normal(0, 0.2, (40, 3, 2)) + np.array([0, 0, 1.0])[:, None] * np.array([0, 1.0])
    >>> equivalence(person + noise).worst.round(3).tolist()  # the second feature jumps at the third configuration
    [0.0, 1.0]
    """
    spread = _spread(cells)
    differences, ps = [], []
    for a, b in combinations(range(cells.shape[1]), 2):
        mean, p = _tost(cells[:, b] - cells[:, a], bound * spread)
        differences.append(mean / np.where(spread > 0, spread, np.nan))
        ps.append(p)
    p_all = np.array(ps).reshape(-1, cells.shape[2])
    worst = p_all.max(axis=0) if len(p_all) else np.full(cells.shape[2], np.nan)  # NaN where any pair has none
    return Equivalence(np.array(differences).reshape(p_all.shape), p_all, worst, bound)


def _tost(differences: Floats, margin: Floats) -> tuple[Floats, Floats]:
    """(mean, p) of each column of differences against its margin."""
    from scipy.stats import t

    n = np.isfinite(differences).sum(axis=0)
    enough = (n >= 3) & (margin > 0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mean = np.nansum(differences, axis=0) / n
        error = np.sqrt(np.nansum((differences - mean) ** 2, axis=0) / (n - 1) / n)
        error = np.maximum(error, 1e-12 * margin)  # differences that are all the same
        p = t.sf((margin - np.abs(mean)) / error, n - 1)
    return mean, np.where(enough, p, np.nan)


def _spread(cells: Floats) -> Floats:
    """Standard deviation between people with the same configuration, pooled, (n_features,)."""
    n = np.isfinite(cells).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        centred = cells - np.nansum(cells, axis=0) / n
        return np.asarray(np.sqrt(np.nansum(centred**2, axis=(0, 1)) / np.maximum(n - 1, 0).sum(axis=0)))

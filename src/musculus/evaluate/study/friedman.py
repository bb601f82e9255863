"""Does the configuration change a measure, person by person?  Friedman's test; aligned ranks where cells are missing.

All features at once: an array of means by person, configuration and feature goes in.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.evaluate.study.pairwise import pairwise
from musculus.models.selection.corrections import corrected

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ALPHA: Final = 0.05
CELLS: Final = 4_000_000  # tested at once: ranks of millions of blocks take their size several times over
FRIEDMAN, WILCOXON, ALIGNED, NONE = "friedman", "wilcoxon", "aligned ranks", ""


class Tests(NamedTuple):
    """One test a feature, each array of shape (n_features,).

    `statistic` is Friedman's chi-square or the F of aligned ranks, as `way` says (empty: no test could be made).
    `kendall_w` is the share of the variance of ranks within people that goes with the configuration: 0 none, 1 all.
    `people` is how many people had a part in it.
    """

    statistic: Floats
    p: Floats
    kendall_w: Floats
    people: npt.NDArray[np.int64]
    way: npt.NDArray[np.str_]


def friedman(cells: Floats) -> Tests:
    """A test for each feature of `cells`, shape (n_people, n_configurations, n_features), NaN for a missing cell.

    Friedman's test with people as blocks and correction for ties, where everybody has every cell; of two configurations
    p is that of Wilcoxon's signed ranks, as Friedman's would look at signs only. Where somebody lacks a cell nobody is
    thrown away: people's means, fitted together with the configurations', are taken off, what is left is ranked over
    all cells and tested by F beside the people (aligned ranks; Hodges & Lehmann 1962, Higgins 2004). People with one
    cell say nothing and are left out. NaN for fewer than two people, or for a feature that is the same everywhere.

    >>> rising = np.array([[1.0, 2, 3], [4, 5, 9], [0, 7, 8], [2, 3, 4]])[:, :, None]
    >>> t = friedman(rising)
    >>> t.statistic.tolist(), t.kendall_w.tolist(), t.p.round(4).tolist()
    ([8.0], [1.0], [0.0183])
    """
    n_features = cells.shape[2]
    out = Tests(
        np.full(n_features, np.nan), np.full(n_features, np.nan), np.full(n_features, np.nan),
        np.zeros(n_features, np.int64), np.full(n_features, NONE, dtype="U16"),
    )  # fmt: skip
    there = ~np.isnan(cells)
    patterns: dict[bytes, list[int]] = {}
    for j in range(n_features):
        patterns.setdefault(there[:, :, j].tobytes(), []).append(j)
    for same in patterns.values():
        mask = there[:, :, same[0]]
        who = mask.sum(axis=1) >= 2
        if who.sum() < 2 or mask[who].any(axis=0).sum() < 2:
            continue
        at_once = max(1, CELLS // mask.size)
        for begin in range(0, len(same), at_once):
            _fill(out, cells, mask, who, same[begin : begin + at_once])
    return out


def _fill(out: Tests, cells: Floats, mask: Bools, who: Bools, same: list[int]) -> None:
    """Test these features, which all have the same cells, in place."""
    met = mask[who].any(axis=0)  # a configuration in which nobody has the feature says nothing
    part, seen = cells[np.ix_(np.flatnonzero(who), np.flatnonzero(met), np.array(same))], mask[who][:, met]
    whole = bool(seen.all())
    found = _complete(part) if whole else _aligned(part, seen)
    for column, values in zip(out, found, strict=False):
        column[same] = values
    out.people[same] = int(who.sum())
    way = ALIGNED if not whole else WILCOXON if part.shape[1] == 2 else FRIEDMAN
    out.way[same] = np.where(np.isnan(found[1]), NONE, way)


def holm_findings(cells: Floats, alpha: float = ALPHA) -> int:
    """How many features the configuration changes, after Holm's correction."""
    return int((corrected(friedman(cells).p, "holm") < alpha).sum())


def _complete(cells: Floats) -> tuple[Floats, Floats, Floats]:
    """(chi-square, p, W) of features without a missing cell."""
    from scipy.stats import chi2, rankdata

    n, k, _ = cells.shape
    ranks = rankdata(cells, axis=1)
    centred = ranks - (k + 1) / 2
    between = n * (centred.mean(axis=0) ** 2).sum(axis=0)
    whole = (centred**2).sum(axis=(0, 1))  # less than n k (k² - 1) / 12 where values are tied: that is the correction
    with np.errstate(invalid="ignore", divide="ignore"):
        w = between / whole
    if k > 2:
        return n * (k - 1) * w, chi2.sf(n * (k - 1) * w, k - 1), w
    return n * w, pairwise(cells).p[0], w


def _aligned(cells: Floats, there: Bools) -> tuple[Floats, Floats, Floats]:
    """(F, p, share of the variance) of features that all lack the same cells."""
    from scipy.stats import f, rankdata

    person, configuration = np.nonzero(there)
    people = np.eye(there.shape[0])[person]
    chosen = np.flatnonzero(there.any(axis=0))
    effect = np.eye(there.shape[1])[configuration][:, chosen[1:]]
    both = np.hstack([people, effect])
    rank = np.linalg.matrix_rank(both)
    df, rest = int(rank - np.linalg.matrix_rank(people)), int(len(person) - rank)
    if df < 1 or rest < 1:
        return (np.full(cells.shape[2], np.nan),) * 3
    values = cells[there]
    fitted = np.linalg.lstsq(both, values, rcond=None)[0]
    aligned = values - people @ fitted[: people.shape[1]]
    ranks = rankdata(np.round(aligned / _scale(aligned), 9), axis=0)  # what differs by rounding is tied
    within = ranks - people @ np.linalg.lstsq(people, ranks, rcond=None)[0]
    residual = ranks - both @ np.linalg.lstsq(both, ranks, rcond=None)[0]
    error = (residual**2).sum(axis=0)
    gained = np.maximum((within**2).sum(axis=0) - error, 0.0)
    flat = np.ptp(aligned, axis=0) <= 1e-12 * np.abs(values).max(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = np.where(flat, np.nan, (gained / df) / (error / rest))
        share = np.where(flat, np.nan, gained / (gained + error))
    return statistic, f.sf(statistic, df, rest), share


def _scale(aligned: Floats) -> Floats:
    spread = np.abs(aligned).max(axis=0)
    return np.where(spread > 0, spread, 1.0)

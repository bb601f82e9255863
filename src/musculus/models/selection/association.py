"""Does a column go with the labels?  One statistic and one p value a column, each on the rows where it is defined."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError

Floats = npt.NDArray[np.float64]
NOTHING = (float("nan"), float("nan"))
BINS = 10  # of a column (and of a number to be predicted) for mutual information


def mann_whitney(column: Floats, labels: npt.NDArray[Any]) -> tuple[float, float]:
    """Two labels: the share of pairs in which the second label's value is higher (0.5: no difference), and p.

    DataError for more labels.
    """
    from scipy.stats import mannwhitneyu

    parts = _by_label(column, labels)
    if len(parts) > 2:
        raise DataError(f"mann_whitney compares two labels, there are {len(parts)}; take kruskal")
    if len(parts) < 2:
        return NOTHING
    found = mannwhitneyu(parts[1], parts[0], method="asymptotic")
    return float(found.statistic) / (len(parts[0]) * len(parts[1])), float(found.pvalue)


def anova(column: Floats, labels: npt.NDArray[Any]) -> tuple[float, float]:
    """F of the means by label, and p."""
    from scipy.stats import f_oneway

    parts = _by_label(column, labels)
    if len(parts) < 2 or sum(map(len, parts)) <= len(parts) or not any(np.ptp(part) > 0 for part in parts):
        return NOTHING
    found = f_oneway(*parts)
    return float(found.statistic), float(found.pvalue)


def kruskal(column: Floats, labels: npt.NDArray[Any]) -> tuple[float, float]:
    """Kruskal and Wallis' H of the ranks by label, and p."""
    from scipy.stats import kruskal as by_ranks

    parts = _by_label(column, labels)
    if len(parts) < 2:
        return NOTHING
    found = by_ranks(*parts)
    return float(found.statistic), float(found.pvalue)


def spearman(column: Floats, target: npt.NDArray[Any]) -> tuple[float, float]:
    """Rank correlation with a number to be predicted, and p."""
    from scipy.stats import spearmanr

    if len(column) < 3 or np.ptp(column) == 0 or np.ptp(target) == 0:
        return NOTHING
    found = spearmanr(column, target)
    return float(found.statistic), float(found.pvalue)


def mutual_information(column: Floats, labels: npt.NDArray[Any]) -> tuple[float, float]:
    """Mutual information (nats) of the column's tenths and the labels, and the p of its G test."""
    from scipy.stats import chi2

    _, place = np.unique(_tenths(column), return_inverse=True)
    _, code = np.unique(_tenths(labels) if is_number(labels) else labels, return_inverse=True)
    table = np.zeros((place.max() + 1, code.max() + 1))
    np.add.at(table, (place, code), 1)
    if min(table.shape) < 2:
        return NOTHING
    share = table / table.sum()
    expected = share.sum(axis=1, keepdims=True) * share.sum(axis=0)
    full = share > 0
    bits = float((share[full] * np.log(share[full] / expected[full])).sum())
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    return bits, float(chi2.sf(2 * len(column) * bits, freedom))


Association = Callable[[Floats, npt.NDArray[Any]], tuple[float, float]]
TESTS: MappingProxyType[str, Association] = MappingProxyType(
    {
        "mann_whitney": mann_whitney,
        "anova": anova,
        "kruskal": kruskal,
        "spearman": spearman,
        "mutual_information": mutual_information,
    }
)


def associations(table: Floats, labels: npt.NDArray[Any], test: Association) -> tuple[Floats, Floats]:
    """Statistic and p of each column, shape (n_columns,) each; NaN for a column that is constant or undefined."""
    found = np.full((table.shape[1], 2), np.nan)
    for j, column in enumerate(table.T):
        defined = ~np.isnan(column)
        values = column[defined]
        if len(values) and values.min() < values.max():
            found[j] = test(values, labels[defined])
    return found[:, 0], found[:, 1]


def is_number(target: npt.NDArray[Any]) -> bool:
    """Whether this is a number to be predicted rather than a label."""
    from sklearn.utils.multiclass import type_of_target

    return str(type_of_target(target)) == "continuous"


def _by_label(column: Floats, labels: npt.NDArray[Any]) -> list[Floats]:
    return [column[labels == label] for label in np.unique(labels)]


def _tenths(values: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    return np.searchsorted(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]), values, side="right")

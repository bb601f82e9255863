"""Which groups are drawn how often: the weights of a bootstrap, in chunks that stay small."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.names import group_names

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
CELLS = 2_000_000  # rows x resamples held at once: 16 MB an array


def group_codes(groups: npt.ArrayLike | None, n_rows: int) -> Codes:
    """Groups as numbers 0, 1, 2 ..., shape (n,); None makes each row its own group.

    Raises DataError where there isn't one name of a group for each row.
    """
    if groups is None:
        return np.arange(n_rows)
    names = group_names(groups, "group")
    if len(names) != n_rows:
        raise DataError(f"{len(names)} groups for {n_rows} rows")
    return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.intp)


def chunks(n_rows: int, times: int) -> Iterator[int]:
    """How many resamples to hold at once, until all are done."""
    size = max(1, CELLS // max(n_rows, 1))
    while times > 0:
        yield min(size, times)
        times -= size


def bootstrap_weights(
    codes: Codes, times: int, rng: np.random.Generator, strata: npt.ArrayLike | None = None
) -> Iterator[Floats]:
    """Weights of shape (b, n_rows), chunk by chunk: whole groups drawn with replacement, as many as there are.

    With `strata`, one value per row and the same within a group, each stratum's groups are drawn among themselves.
    Raises DataError for a group in two strata.
    """
    n_groups = int(codes.max()) + 1 if codes.size else 0
    stratum = np.zeros(n_groups, dtype=np.intp)
    if strata is not None:
        row_stratum = group_codes(strata, len(codes))
        stratum[codes] = row_stratum
        if not np.array_equal(stratum[codes], row_stratum):
            raise DataError("a group lies in two strata; strata must be the same for all rows of a group")
    for size in chunks(len(codes), times):
        drawn = np.zeros((size, n_groups))
        for number in np.unique(stratum):
            mine = np.flatnonzero(stratum == number)
            drawn[:, mine] = rng.multinomial(len(mine), np.full(len(mine), 1 / len(mine)), size=size)
        yield drawn[:, codes]

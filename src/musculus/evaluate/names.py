"""Group labels as text, none of them missing: what has no name can't be kept apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError


def group_names(values: npt.ArrayLike, what: str) -> npt.NDArray[np.str_]:
    """One name for each row, shape (n,).

    Raises DataError for a row without one (None, NaN, empty).

    >>> group_names([1, 2, None], "person")
    Traceback (most recent call last):
    musculus.errors.DataError: row 2 has no person; leave such rows out before splitting (1 of 3)
    """
    given: npt.NDArray[Any] = np.asarray(values)
    if given.ndim != 1:
        raise DataError(f"{what}: expected one value per row, found shape {given.shape}")
    names = given.astype(str)
    missing = np.isin(names, ("None", "nan", "NaT", "<NA>", ""))
    if missing.any():
        row = int(np.argmax(missing))
        raise DataError(
            f"row {row} has no {what}; leave such rows out before splitting ({int(missing.sum())} of {len(names)})"
        )
    return names

"""Features that say little or nothing, seen by themselves: constant, duplicated, telescoping, mostly undefined."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

UNDEFINED: Final = 0.5  # share of rows
TINY: Final = 1e-9
MOSTLY: Final = 0.95


class Flag(NamedTuple):
    """What is odd about a feature: its name, the kind of oddity, and what was seen."""

    name: str
    kind: str
    seen: str


def flags(names: Sequence[str], values: npt.ArrayLike) -> list[Flag]:
    """The oddities of a table of shape (n_rows, n_features), in the order of its columns.

    `constant`: one value in all rows. `undefined`: NaN in more than half of them. `telescoping`: nearly all values are
    rounding noise around 0, as the time-weighted mean of a derivative gives. `duplicated`: equal to an earlier column.

    >>> flags(["a", "b", "c"], [[1, 2, 2], [1, 3, 3]])
    [Flag(name='a', kind='constant', seen='1 in every row'), Flag(name='c', kind='duplicated', seen='the same as b')]
    """
    table = np.asarray(values, dtype=np.float64)
    found: list[Flag] = []
    seen_before: dict[bytes, str] = {}
    for name, column in zip(names, table.T, strict=True):
        defined = column[~np.isnan(column)]
        missing = 1 - len(defined) / max(len(column), 1)
        if missing > UNDEFINED:
            found.append(Flag(name, "undefined", f"in {missing:.0%} of the rows"))
        if not len(defined):
            continue
        if defined.min() == defined.max():
            found.append(Flag(name, "constant", f"{defined[0]:g} in every row"))
            continue
        tiny = float((np.abs(defined) < TINY).mean())
        if tiny >= MOSTLY and (defined != 0).mean() > 1 - MOSTLY:
            found.append(Flag(name, "telescoping", f"{tiny:.0%} of the values are below {TINY:g}: rounding noise"))
        key = hashlib.blake2b((column + 0.0).tobytes()).digest()  # 0.0 and -0.0 are one
        if key in seen_before:
            found.append(Flag(name, "duplicated", f"the same as {seen_before[key]}"))
        seen_before.setdefault(key, name)
    return found

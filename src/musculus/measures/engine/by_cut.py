"""One number a cut from a series: sums, extremes, counts. NaN entries are left out."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SUM, MIN, MAX, COUNT, MEAN, SD, FIRST, LAST = range(8)
OPS: Final = ("sum", "min", "max", "count", "mean", "sd", "first", "last")


@kernel("void(f8[::1], i8[::1], i8, f8[::1])")
def reduce_cuts(values, offsets, op, out):  # type: ignore[no-untyped-def]
    """Reduce the finite values of each cut; in the order of the series, so that a cut gives the same in any chunk."""
    for c in range(len(offsets) - 1):
        n, total, low, high, first, last = 0, 0.0, np.inf, -np.inf, np.nan, np.nan
        for i in range(offsets[c], offsets[c + 1]):
            v = values[i]
            if np.isfinite(v):
                if n == 0:
                    first = v
                last = v
                n += 1
                total += v
                low = min(low, v)
                high = max(high, v)
        if op == SUM:
            out[c] = total
        elif op == COUNT:
            out[c] = n
        elif op == MIN:
            out[c] = low if n else np.nan
        elif op == MAX:
            out[c] = high if n else np.nan
        elif op == MEAN:
            out[c] = total / n if n else np.nan
        elif op == FIRST:
            out[c] = first
        elif op == LAST:
            out[c] = last
        elif n < 2:
            out[c] = np.nan
        else:
            mean, m2 = total / n, 0.0
            for i in range(offsets[c], offsets[c + 1]):
                if np.isfinite(values[i]):
                    m2 += (values[i] - mean) ** 2
            out[c] = np.sqrt(m2 / (n - 1))


def reduce(values: npt.NDArray[np.generic], offsets: Ints, op: str) -> Floats:
    """`sum min max count mean sd first last` of the finite values of each cut, shape (n_cuts,).

    An empty cut gives 0 for `sum` and `count` and NaN for the others; `sd` has n - 1 and needs two values.

    >>> reduce(np.array([1.0, 2.0, np.nan, 4.0]), np.array([0, 2, 4]), "sum")
    array([3., 4.])
    """
    out = np.empty(len(offsets) - 1)
    reduce_cuts(np.ascontiguousarray(values, np.float64), offsets, OPS.index(op), out)
    return out


def ratio(over: npt.NDArray[np.generic], under: npt.NDArray[np.generic]) -> Floats:
    """Quotient by cut, NaN where the divisor is 0 (never inf)."""
    under = np.asarray(under, np.float64)
    out: Floats = np.full(np.shape(under), np.nan)
    return np.divide(over, under, out=out, where=(under != 0))

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

_CODE: Final = {op: code for code, op in enumerate(OPS)}


@kernel("void(f8[::1], i8[::1], i8, f8[::1])")
def reduce_cuts(values, offsets, op, out):  # type: ignore[no-untyped-def]
    """Reduce the finite values of each cut; in the order of the series, so that a cut gives the same in any chunk."""
    for c in range(len(offsets) - 1):
        part = values[offsets[c] : offsets[c + 1]]
        n, total, found = 0, 0.0, np.nan
        if op == FIRST:
            for i in range(len(part)):
                if np.isfinite(part[i]):
                    found = part[i]
                    break
        elif op == LAST:
            for i in range(len(part) - 1, -1, -1):
                if np.isfinite(part[i]):
                    found = part[i]
                    break
        elif op == MIN:
            for i in range(len(part)):
                if abs(part[i]) < np.inf and not part[i] >= found:
                    found = part[i]
        elif op == MAX:
            for i in range(len(part)):
                if abs(part[i]) < np.inf and not part[i] <= found:
                    found = part[i]
        else:
            for i in range(len(part)):
                finite = abs(part[i]) < np.inf
                total += part[i] if finite else 0.0
                n += finite
            if op == SUM:
                found = total
            elif op == COUNT:
                found = n
            elif op == MEAN and n > 0:
                found = total / n
            elif op == SD and n > 1:
                mean, m2 = total / n, 0.0
                for i in range(len(part)):
                    off = part[i] - mean
                    m2 += off * off if abs(part[i]) < np.inf else 0.0
                found = np.sqrt(m2 / (n - 1))
        out[c] = found


def reduce(values: npt.NDArray[np.generic], offsets: Ints, op: str) -> Floats:
    """`sum min max count mean sd first last` of the finite values of each cut, shape (n_cuts,).

    An empty cut gives 0 for `sum` and `count` and NaN for the others; `sd` has n - 1 and needs two values.

    >>> reduce(np.array([1.0, 2.0, np.nan, 4.0]), np.array([0, 2, 4]), "sum")
    array([3., 4.])
    """
    out = np.empty(len(offsets) - 1)
    reduce_cuts(np.ascontiguousarray(values, np.float64), offsets, _CODE[op], out)
    return out


def ratio(over: npt.NDArray[np.generic], under: npt.NDArray[np.generic]) -> Floats:
    """Quotient by cut, NaN where the divisor is 0 (never inf)."""
    under = np.asarray(under, np.float64)
    out: Floats = np.full(np.shape(under), np.nan)
    np.divide(over, under, out=out, where=(under != 0))
    return out

"""Changes of sign of a series by cut: flips, inflections, crossings of a line."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ON_LINE: Final = 1e-9  # px: so close to a line is on it
_NOWHERE: Final = np.zeros(0)


@numba.njit(nogil=True, error_model="numpy")
def place_of_change(values, along, j, i):  # type: ignore[no-untyped-def]
    """Where between entries j and i, of opposite signs, the sign changes."""
    if i == j + 1:
        a, b = abs(values[j]), abs(values[i])
        return along[j] + (along[i] - along[j]) * (a / (a + b))
    total = 0.0
    for k in range(j + 1, i):
        total += along[k]
    return total / (i - j - 1)


@kernel("void(f8[::1], i8[::1], f8, f8, f8[::1], f8[::1], f8[:, ::1])")
def fill_sign_changes(values, offsets, skip, drop, along, limit, out):  # type: ignore[no-untyped-def]
    """Write each cut's changes of sign, and those that remain when runs of one sign that sum up to little are dropped.

    Values whose absolute value is at most `skip`, and NaN, have no sign. Where `along` is given (a place for each
    value), a change counts only if it happens between -ON_LINE and `limit` of its cut + ON_LINE: at the mean place of
    the values without a sign in between, or else by linear interpolation.
    """
    everywhere = len(along) == 0
    for c in range(len(offsets) - 1):
        changes, kept, sign, kept_sign, total, j = 0, 0, 0, 0, 0.0, -1
        for i in range(offsets[c], offsets[c + 1]):
            v = values[i]
            if not abs(v) > skip:
                continue
            now = 1 if v > 0 else -1
            if now == sign:
                total += v
            else:
                if sign != 0:
                    place = 0.0
                    if not everywhere:
                        place = place_of_change(values, along, j, i)
                    if everywhere or (place >= -ON_LINE and place <= limit[c] + ON_LINE):
                        changes += 1
                    if abs(total) > drop:
                        kept += kept_sign == -sign
                        kept_sign = sign
                sign, total = now, v
            j = i
        if sign != 0 and abs(total) > drop:
            kept += kept_sign == -sign
        out[c, 0], out[c, 1] = changes, kept


def sign_changes(values: Floats, offsets: Ints, *, skip: float = 0.0, drop: float = 0.0) -> Floats:
    """Changes of sign by cut, shape (n_cuts, 2): of all values, and without runs whose sum is at most `drop`.

    >>> sign_changes(np.array([1.0, 0.0, 2.0, -1.0, 3.0]), np.array([0, 5]), drop=1.0)
    array([[2., 0.]])
    """
    out = np.empty((len(offsets) - 1, 2))
    fill_sign_changes(values, offsets, skip, drop, _NOWHERE, _NOWHERE, out)
    return out


def crossings(deviation: Floats, progress: Floats, length: Floats, offsets: Ints) -> Floats:
    """How often a path changes sides of a line of some length, passing it between its ends, shape (n_cuts,)."""
    out = np.empty((len(offsets) - 1, 2))
    fill_sign_changes(deviation, offsets, ON_LINE, 0.0, progress, length, out)
    return out[:, 0]

"""First significant digits, counted by cut."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
HALF: Final = 5e-12  # half of the 12th significant digit: 99.9999999999999 px/s is 100 px/s
ONE: Final = 307  # place of 10⁰ among the powers
_POWERS: Final = np.array([float(f"1e{k}") for k in range(-ONE, 309)])


@kernel("void(f8[::1], i8[::1], f8[::1], i8[:, ::1])")
def count_digits(values, offsets, powers, out):  # type: ignore[no-untyped-def]
    """Count the first digits (1 to 9) of each cut's positive values; the power of ten is sought from the last one's."""
    k, top = ONE, len(powers) - 1
    for c in range(len(offsets) - 1):
        out[c, :] = 0
        for i in range(offsets[c], offsets[c + 1]):
            v = values[i]
            if not (powers[0] <= v < np.inf):
                continue
            while k < top and v >= powers[k + 1]:
                k += 1
            while v < powers[k]:
                k -= 1
            digit = int(v / powers[k] + HALF)
            out[c, 0 if digit == 10 else digit - 1] += 1


def first_digit_shares(values: Floats, offsets: Ints) -> Floats:
    """Share of each digit 1 to 9 among the positive values of each cut, shape (n_cuts, 9); NaN without one.

    The digit is that of the value rounded to 12 significant digits; what is below 1e-307 is left out.

    >>> first_digit_shares(np.array([0.0012, 7.0, 99.99999999999999, 0.0]), np.array([0, 4])).round(2)[0]
    array([0.67, 0.  , 0.  , 0.  , 0.  , 0.  , 0.33, 0.  , 0.  ])
    """
    counts = np.empty((len(offsets) - 1, 9), np.int64)
    count_digits(values, offsets, _POWERS, counts)
    with np.errstate(invalid="ignore"):
        shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares

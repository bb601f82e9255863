"""Derivatives on the 10 ms grid by local polynomials of order 4 (Savitzky & Golay 1964)."""

from __future__ import annotations

from functools import lru_cache
from math import factorial
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ORDER: Final = 4
WINDOWS: Final = (11, 11, 15, 21)  # samples, for the 1st to the 4th derivative
SECONDS: Final = 0.01  # of a step of the grid
SLOW: Final = 20.0  # px/s: below this speed a heading has no change worth the name


@lru_cache(maxsize=1)
def weights() -> Floats:
    """Weights of the samples 1 to 10 steps after the centre for the 1st to 4th derivative, shape (4, 11).

    Those before the centre have the same weights, for odd derivatives with the other sign.
    """
    table = np.zeros((4, 11))
    for d, window in enumerate(WINDOWS, start=1):
        half = window // 2
        places = np.arange(-half, half + 1) / half  # in -1..1: well conditioned
        fit = np.linalg.pinv(np.vander(places, ORDER + 1, increasing=True))[d]
        scale = factorial(d) / (half * SECONDS) ** d
        table[d - 1, 1 : half + 1] = (fit[half + 1 :] + (-1) ** d * fit[half - 1 :: -1]) / 2 * scale
    return table


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def derive(z, a, n, d, half, weight, out):  # type: ignore[no-untyped-def]
    """Write the d-th derivative of z[a:a + n] where the window is full; differences, so that standing gives 0."""
    for i in range(half, n - half):
        out[i] = 0.0
    for k in range(1, half + 1):
        w = weight[d - 1, k]
        if d % 2:
            for i in range(half, n - half):
                out[i] += w * (z[a + i + k] - z[a + i - k])
        else:
            for i in range(half, n - half):
                out[i] += w * ((z[a + i + k] - z[a + i]) - (z[a + i] - z[a + i - k]))


@kernel("void(f8[::1], f8[::1], i8[::1], f8[:, ::1], f8[:, ::1])")
def fill_derivatives(x, y, runs, weight, out):  # type: ignore[no-untyped-def]
    """Write speed, acceleration, jerk, snap, angular velocity and curvature beside the grid."""
    longest = 0
    for r in range(len(runs) - 1):
        longest = max(longest, runs[r + 1] - runs[r])
    x1, y1, x2, y2 = np.empty(longest), np.empty(longest), np.empty(longest), np.empty(longest)
    out[:, :] = np.nan
    for r in range(len(runs) - 1):
        a, n = runs[r], runs[r + 1] - runs[r]
        derive(x, a, n, 1, 5, weight, x1)
        derive(y, a, n, 1, 5, weight, y1)
        derive(x, a, n, 2, 5, weight, x2)
        derive(y, a, n, 2, 5, weight, y2)
        for i in range(5, n - 5):
            v2 = x1[i] * x1[i] + y1[i] * y1[i]
            v = np.sqrt(v2)
            turn = x1[i] * y2[i] - y1[i] * x2[i]
            out[0, a + i] = v
            out[1, a + i] = np.sqrt(x2[i] * x2[i] + y2[i] * y2[i])
            out[4, a + i] = turn / v2 if v >= SLOW else np.nan
            out[5, a + i] = turn / (v2 * v) if v >= SLOW else np.nan
        for d in range(3, 5):
            half = 7 if d == 3 else 10
            derive(x, a, n, d, half, weight, x1)
            derive(y, a, n, d, half, weight, y1)
            for i in range(half, n - half):
                out[d - 1, a + i] = np.sqrt(x1[i] * x1[i] + y1[i] * y1[i])


def derivatives(x: Floats, y: Floats, runs: Ints) -> Floats:
    """Velocity, acceleration, jerk, snap (magnitudes), angular velocity and curvature, shape (6, n_grid)."""
    out = np.empty((6, len(x)))
    fill_derivatives(x, y, runs, weights(), out)
    return out

"""A sum of strokes: velocities whose size is a lognormal in time and whose heading turns along an arc (Plamondon).

A stroke has six numbers, in seconds and px, chosen so that a fit converges: [0] when its speed peaks, [1] log of its
width there (the deviation of the bell it looks like), [2] log of sigma, [3] log of its length D, [4] heading at its
start, [5] how far the heading turns. Data and model are smoothed alike, by a bell of 20 ms, so that the clock and the
pixel grid are taken off without making the strokes look wider than they are.
"""

from __future__ import annotations

import math
from typing import Final

import numba
import numpy as np

NUMBERS: Final = 6
STEP: Final = 0.01  # s, of the grid
TAPS: Final = 6  # steps at which the bell of 20 ms is cut
_BELL: Final = np.exp(-0.125 * np.arange(-TAPS, TAPS + 1) ** 2)
WEIGHTS: Final = _BELL / _BELL.sum()
_ROOT_TAU: Final = math.sqrt(2.0 * math.pi)
_ROOT_2: Final = math.sqrt(2.0)
FAR: Final = 12.0  # deviations of the logarithm beyond which a stroke is over


@numba.njit(nogil=True, error_model="numpy")
def smooth(v, out):  # type: ignore[no-untyped-def]
    """Weighted mean of each row of v (n, columns) and the rows beside it; beyond the ends there is nothing."""
    n, columns = v.shape
    for i in range(n):
        for q in range(columns):
            out[i, q] = 0.0
        for k in range(max(-TAPS, -i), min(TAPS, n - 1 - i) + 1):
            weight = WEIGHTS[k + TAPS]
            for q in range(columns):
                out[i, q] += v[i + k, q] * weight


@numba.njit(nogil=True, error_model="numpy")
def classical(p, j):  # type: ignore[no-untyped-def]
    """Start time (s), mu (of seconds), sigma and D of stroke j."""
    sigma = np.exp(p[j, 2])
    ahead = np.exp(p[j, 1]) / sigma  # from the start to the peak
    return p[j, 0] - ahead, np.log(ahead) + sigma * sigma, sigma, np.exp(p[j, 3])


@numba.njit(nogil=True, error_model="numpy")
def add_velocity(p, j, v):  # type: ignore[no-untyped-def]
    """Add the velocity of stroke j in the middle of each grid step, px/s, to v (n, 2)."""
    t0, mu, sigma, d = classical(p, j)
    for i in range(len(v)):
        after = (i + 0.5) * STEP - t0
        if after <= 0.0:
            continue
        z = (np.log(after) - mu) / sigma
        if abs(z) < FAR:
            size = d * np.exp(-0.5 * z * z) / (sigma * _ROOT_TAU * after)
            heading = p[j, 4] + p[j, 5] * 0.5 * (1.0 + math.erf(z / _ROOT_2))
            v[i, 0] += size * np.cos(heading)
            v[i, 1] += size * np.sin(heading)


@numba.njit(nogil=True, error_model="numpy")
def slopes(p, j, out):  # type: ignore[no-untyped-def]
    """Write the derivatives of stroke j's velocity by its six numbers to out (n, 12): across by each, then down."""
    t0, mu, sigma, d = classical(p, j)
    ahead, m = np.exp(p[j, 1]) / sigma, 2.0 * sigma * sigma - 1.0
    for i in range(len(out)):
        for k in range(2 * NUMBERS):
            out[i, k] = 0.0
        after = (i + 0.5) * STEP - t0
        if after <= 0.0:
            continue
        z = (np.log(after) - mu) / sigma
        if abs(z) >= FAR:
            continue
        bell = np.exp(-0.5 * z * z) / _ROOT_TAU
        share = 0.5 * (1.0 + math.erf(z / _ROOT_2))
        size, heading, turn = d * bell / (sigma * after), p[j, 4] + p[j, 5] * share, p[j, 5] * bell / sigma
        # by start time, mu and sigma: of the size (over the size), and of the heading
        size_t, size_m, size_s = (1.0 + z / sigma) / after, z / sigma, (z * z - 1.0) / sigma
        turn_t, turn_m, turn_s = -turn / after, -turn, -turn * z
        by_size = (
            size_t, size_m - ahead * size_t, ahead * size_t + m * size_m + sigma * size_s, 1.0, 0.0, 0.0,
        )  # fmt: skip
        by_turn = (
            turn_t, turn_m - ahead * turn_t, ahead * turn_t + m * turn_m + sigma * turn_s, 0.0, 1.0, share,
        )  # fmt: skip
        c, s = size * np.cos(heading), size * np.sin(heading)
        for k in range(NUMBERS):
            out[i, k] = by_size[k] * c - by_turn[k] * s
            out[i, NUMBERS + k] = by_size[k] * s + by_turn[k] * c

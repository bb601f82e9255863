"""Length of a path smoothed by a moving polynomial of order 2 (Savitzky & Golay 1964), its edges by the fit."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
WINDOW: Final = 9  # samples; of shorter paths the largest odd number
FEWEST: Final = 5


@lru_cache(maxsize=1)
def weights() -> Floats:
    """Weights of the fitted value at each place of a window of 5, 7 and 9 samples, shape (3, 9 places, 9 samples)."""
    table = np.zeros((3, WINDOW, WINDOW))
    for k, window in enumerate((5, 7, 9)):
        q, _ = np.linalg.qr(np.vander(np.linspace(-1, 1, window), 3))
        table[k, :window, :window] = q @ q.T
    return table


@kernel("void(f8[::1], f8[::1], i8[::1], f8[:, :, ::1], f8[::1])")
def fill_smoothed_lengths(x, y, offsets, weight, out):  # type: ignore[no-untyped-def]
    """Write the length of each cut's smoothed path; NaN for fewer than FEWEST samples."""
    longest = 0
    for c in range(len(offsets) - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    sx, sy = np.empty(longest), np.empty(longest)
    w1, w2, w3, w4 = weight[2, 4, 5], weight[2, 4, 6], weight[2, 4, 7], weight[2, 4, 8]
    for c in range(len(offsets) - 1):
        a, n = offsets[c], offsets[c + 1] - offsets[c]
        if n < FEWEST:
            out[c] = np.nan
            continue
        window = min(WINDOW, n if n % 2 else n - 1)
        half = window // 2
        full = window == WINDOW
        # Differences from the sample itself: what stands still has a length of exactly 0.
        for i in range(n):
            if full and i >= half and i < n - half:
                continue
            first = min(max(i - half, 0), n - window)
            sx[i], sy[i] = x[a + i], y[a + i]
            for k in range(window):
                w = weight[half - 2, i - first, k]
                sx[i] += w * (x[a + first + k] - x[a + i])
                sy[i] += w * (y[a + first + k] - y[a + i])
        if full:
            for i in range(a + 4, a + n - 4):
                p, q = 2.0 * x[i], 2.0 * y[i]
                sx[i - a] = (
                    x[i]
                    + w1 * (x[i - 1] + x[i + 1] - p)
                    + w2 * (x[i - 2] + x[i + 2] - p)
                    + w3 * (x[i - 3] + x[i + 3] - p)
                    + w4 * (x[i - 4] + x[i + 4] - p)
                )
                sy[i - a] = (
                    y[i]
                    + w1 * (y[i - 1] + y[i + 1] - q)
                    + w2 * (y[i - 2] + y[i + 2] - q)
                    + w3 * (y[i - 3] + y[i + 3] - q)
                    + w4 * (y[i - 4] + y[i + 4] - q)
                )
        total = 0.0
        for i in range(1, n):
            total += np.sqrt((sx[i] - sx[i - 1]) ** 2 + (sy[i] - sy[i - 1]) ** 2)
        out[c] = total


def smoothed_length(x: Floats, y: Floats, offsets: Ints) -> Floats:
    """Length of each cut's smoothed path, shape (n_cuts,), in the unit of x and y; NaN for fewer than 5 samples.

    >>> x = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0])  # six steps of 1 px that lead nowhere
    >>> smoothed_length(x, x * 0, np.array([0, 7])).round(2)
    array([0.95])
    """
    out = np.empty(len(offsets) - 1)
    fill_smoothed_lengths(x, y, offsets, weights(), out)
    return out

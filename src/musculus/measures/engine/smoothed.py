"""Length of a path smoothed by a moving polynomial of order 2 (Savitzky & Golay 1964), its edges by the fit."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.measures.engine.profile import steps

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
WINDOW: Final = 9  # samples; of shorter paths the largest odd number
HALF: Final = WINDOW // 2
FEWEST: Final = 5


def weights(window: int) -> Floats:
    """Weights of the samples of a window for the fitted value at each of its places, shape (window, window).

    >>> weights(5)[2].round(3)
    array([-0.086,  0.343,  0.486,  0.343, -0.086])
    """
    q, _ = np.linalg.qr(np.vander(np.linspace(-1, 1, window), 3))
    return np.asarray(q @ q.T, np.float64)


CENTRE: Final = tuple(float(w) for w in weights(WINDOW)[HALF, HALF + 1 :])  # constants: unrolled and vectorised


@numba.njit(nogil=True, error_model="numpy")
def smooth_inside(z, out):  # type: ignore[no-untyped-def]
    """Write the smoothed values whose window is full."""
    for i in range(len(z) - 2 * HALF):
        here = z[i + HALF]
        total = 0.0
        for k in range(HALF):
            total += CENTRE[k] * ((z[i + HALF + 1 + k] - here) + (z[i + HALF - 1 - k] - here))
        out[i + HALF] = here + total


@numba.njit(nogil=True, error_model="numpy")
def smooth_edge(z, i, start, weight, out):  # type: ignore[no-untyped-def]
    """Write one smoothed value whose window begins at `start`."""
    total = 0.0
    for k in range(len(weight)):
        total += weight[k] * (z[start + k] - z[i])
    out[i] = z[i] + total


@numba.njit(nogil=True, error_model="numpy")
def way(x, y, room):  # type: ignore[no-untyped-def]
    """Length of the path from one (x, y) to the next, its steps added up in their order."""
    n, total = len(x) - 1, 0.0
    steps(x, y, room[:n])
    for i in range(n):
        total += room[i]
    return total


@kernel("void(f8[::1], f8[::1], i8[::1], f8[:, :, ::1], f8[:, ::1])")
def fill_lengths(x, y, offsets, edges, out):  # type: ignore[no-untyped-def]
    """Write the length of each cut's path and of the same smoothed; NaN for fewer than FEWEST samples."""
    longest = 0
    for c in range(len(offsets) - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    sx, sy, room = np.empty(longest), np.empty(longest), np.empty(longest)
    for c in range(len(offsets) - 1):
        zx, zy = x[offsets[c] : offsets[c + 1]], y[offsets[c] : offsets[c + 1]]
        n = len(zx)
        if n < FEWEST:
            out[c, :] = np.nan
            continue
        window = min(WINDOW, n if n % 2 else n - 1)
        half = window // 2
        if window == WINDOW:
            smooth_inside(zx, sx)
            smooth_inside(zy, sy)
        i = 0
        while i < n:
            start = min(max(i - half, 0), n - window)
            weight = edges[half - 2, i - start, :window]
            smooth_edge(zx, i, start, weight, sx)
            smooth_edge(zy, i, start, weight, sy)
            i = n - half if window == WINDOW and i == half - 1 else i + 1
        out[c, 0], out[c, 1] = way(zx, zy, room), way(sx[:n], sy[:n], room)


@lru_cache(maxsize=1)
def _edges() -> Floats:
    table = np.zeros((3, WINDOW, WINDOW))
    for k, window in enumerate((5, 7, 9)):
        table[k, :window, :window] = weights(window)
    return table


def lengths(x: Floats, y: Floats, offsets: Ints) -> tuple[Floats, Floats]:
    """Length of each cut's path, and of the same smoothed, in the unit of x and y; NaN for fewer than 5 samples.

    >>> x = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0])  # six steps of 1 px that lead nowhere
    >>> [float(length[0].round(2)) for length in lengths(x, x * 0, np.array([0, 7]))]
    [6.0, 0.86]
    """
    out = np.empty((len(offsets) - 1, 2))
    fill_lengths(x, y, offsets, _edges(), out)
    return out[:, 0], out[:, 1]

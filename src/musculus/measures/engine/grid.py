"""The 10 ms grid: positions at even times, so that what is measured on it doesn't depend on the rate of events."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.measures.engine.polynomials import Derivatives, derivatives
from musculus.measures.engine.series import change

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STEP: Final = 10.0  # ms
REST: Final = 500.0  # ms: a gap of this length ends a run
HOLD: Final = 2.5  # median intervals: over a longer gap the pointer stood still and sent nothing


@numba.njit(nogil=True, error_model="numpy")
def median(a, n):  # type: ignore[no-untyped-def]
    """The median of a[:n], which it reorders."""
    k = n // 2
    low, high = 0, n - 1
    while low < high:
        pivot = a[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while a[i] < pivot:
                i += 1
            while a[j] > pivot:
                j -= 1
            if i <= j:
                a[i], a[j] = a[j], a[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    if n % 2:
        return a[k]
    below = a[0]
    for i in range(1, k):
        below = max(below, a[i])
    return 0.5 * (below + a[k])


@kernel("Tuple((f8[::1], f8[::1], i8[::1], i8[::1], b1[::1]))(f8[::1], f8[::1], f8[::1], i8[::1])")
def lay_grid(t, x, y, offsets):  # type: ignore[no-untyped-def]
    """Lay the runs of each cut on the grid; give x, y, offsets of the runs, of the cuts, and which have one run only.

    Between samples the way is linear; over a gap of more than HOLD median intervals of its run the old position holds
    until one median interval before the next sample.
    """
    n_runs, room, longest = 0, 0, 1
    for c in range(len(offsets) - 1):
        a = offsets[c]
        for i in range(a, offsets[c + 1]):
            if i + 1 == offsets[c + 1] or t[i + 1] - t[i] >= REST:
                room += int(np.floor((t[i] - t[a]) / STEP + 1e-9)) + 1
                n_runs += 1
                longest = max(longest, i + 1 - a)
                a = i + 1
    gx, gy = np.empty(room), np.empty(room)
    run_offsets, cut_offsets = np.zeros(n_runs + 1, np.int64), np.zeros(len(offsets), np.int64)
    whole = np.empty(len(offsets) - 1, np.bool_)
    gaps = np.empty(longest)
    r, g = 0, 0
    for c in range(len(offsets) - 1):
        a, r0 = offsets[c], r
        for last in range(a, offsets[c + 1]):
            if last + 1 < offsets[c + 1] and t[last + 1] - t[last] < REST:
                continue
            n = last - a
            usual = np.inf
            if n >= 2:
                for i in range(n):
                    gaps[i] = t[a + i + 1] - t[a + i]
                usual = median(gaps, n)
            k, begin, end = a - 1, 0.0, 0.0  # the interval k, k + 1, and when in it the pointer moves
            for s in range(int(np.floor((t[last] - t[a]) / STEP + 1e-9)) + 1):
                now = STEP * s
                while k < a or (k + 1 < last and end <= now):
                    k += 1
                    if k < last:
                        begin, end = t[k] - t[a], t[k + 1] - t[a]
                        if end - begin > HOLD * usual:
                            begin = end - usual
                if now <= begin or k == last:
                    gx[g], gy[g] = x[k], y[k]
                else:
                    share = min((now - begin) / (end - begin), 1.0)
                    gx[g], gy[g] = x[k] + (x[k + 1] - x[k]) * share, y[k] + (y[k + 1] - y[k]) * share
                g += 1
            r += 1
            run_offsets[r] = g
            a = last + 1
        cut_offsets[c + 1], whole[c] = g, r - r0 <= 1
    return gx, gy, run_offsets, cut_offsets, whole


class Grid:
    """Positions of many cuts on the 10 ms grid, and their derivatives by local polynomials.

    Attributes
    ----------
    x, y : (n_grid,) px
    runs : (n_runs + 1,) offsets of the runs (no gap of 500 ms or more) that are gridded apart
    offsets : (n_cuts + 1,) offsets of the cuts: their runs pooled
    whole : (n_cuts,) which cuts have no such gap
    """

    def __init__(self, t: Floats, x: Floats, y: Floats, offsets: Ints) -> None:
        self.x: Floats
        self.y: Floats
        self.runs: Ints
        self.offsets: Ints
        self.whole: npt.NDArray[np.bool_]
        self.x, self.y, self.runs, self.offsets, self.whole = lay_grid(t, x, y, offsets)

    @cached_property
    def size(self) -> Ints:
        """Samples of each cut, shape (n_cuts,)."""
        size: Ints = np.diff(self.offsets)
        return size

    @cached_property
    def step(self) -> Floats:
        """Length of the step to each sample, px; NaN at the head of each cut."""
        dx, dy = change(self.x, self.offsets), change(self.y, self.offsets)
        return np.sqrt(dx * dx + dy * dy)

    @cached_property
    def derivatives(self) -> Derivatives:
        """Speed, acceleration, jerk, snap, angular velocity and curvature beside the grid."""
        return derivatives(self.x, self.y, self.runs)

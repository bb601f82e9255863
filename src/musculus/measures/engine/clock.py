"""What the intervals between records say about the clock and the rate that made them, in one pass by cut."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CLOCK: Final = ("resolution", "cv", "mode_share", "entropy", "zero_share", "regressions")
STEPS: Final = 200  # steps tried, of 0.1 ms each
NEAR: Final = 0.05 + 1e-9  # ms from a multiple; differences of two times are off by their rounding
SHARE: Final = 0.95
STEP: Final = np.arange(STEPS + 1) / 10.0  # ms
PER_MS: Final = 10.0 / np.maximum(np.arange(STEPS + 1), 1)


@numba.njit(nogil=True, error_model="numpy")
def coarsest(positive, n, allowed, size):  # type: ignore[no-untyped-def]
    """Number of the largest step that more than `allowed` of `positive[:n]` don't fall short of; `size` is room.

    An interval below a step is no multiple of it (unless it is as good as 0), so larger steps need no closer look.
    """
    if allowed == 0:
        least = np.inf
        for i in range(n):
            if positive[i] > NEAR:
                least = min(least, positive[i])
        return int(min((least + NEAR) * 10.0, float(STEPS)))
    for k in range(STEPS + 1):
        size[k] = 0
    for i in range(n):
        v = positive[i]
        size[int(min((v + NEAR) * 10.0, float(STEPS))) if v > NEAR else STEPS] += 1
    top, below = 0, size[0]
    while top < STEPS and below <= allowed:
        top += 1
        below += size[top]
    return top


@numba.njit(nogil=True, error_model="numpy")
def resolution(positive, n, size):  # type: ignore[no-untyped-def]
    """Largest step of which 95 % of `positive[:n]` are multiples; `size` is room for STEPS + 1 counts."""
    allowed = n - int(np.ceil(SHARE * n - 1e-9))
    for k in range(coarsest(positive, n, allowed, size), 0, -1):
        step, over, missed = STEP[k], PER_MS[k], 0
        for i in range(n):
            v = positive[i]
            if abs(v - np.rint(v * over) * step) > NEAR:
                missed += 1
                if missed > allowed:
                    break
        if missed <= allowed:
            return step
    return np.nan


@numba.njit(nogil=True, error_model="numpy")
def tally(step, bins_per_ms, n, room, key, count):  # type: ignore[no-untyped-def]
    """Count the intervals `step[:n]` by bin in an open hash of `room` places (a power of two)."""
    count[:room] = 0
    mask = room - 1
    for i in range(n):
        b = int(np.rint(step[i] * bins_per_ms))
        at = (b ^ (b >> 7)) & mask
        while count[at] > 0 and key[at] != b:
            at = (at + 1) & mask
        key[at] = b
        count[at] += 1


@kernel("void(f8[::1], i8[::1], f8[:, ::1])")
def fill_clock(t, offsets, out):  # type: ignore[no-untyped-def]
    """Write the numbers named in CLOCK of each cut's times, which stand in arrival order."""
    longest = 1
    for c in range(len(offsets) - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    most = 16
    while most < 2 * longest:
        most *= 2
    step, positive = np.empty(longest), np.empty(longest)
    key, count, size = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(STEPS + 1, np.int64)
    for c in range(len(offsets) - 1):
        a, n = offsets[c], offsets[c + 1] - offsets[c] - 1
        out[c, :] = np.nan
        if n >= 0:
            out[c, 5] = 0
        if n < 1:
            continue
        m, back, total = 0, 0, 0.0
        for i in range(n):
            d = t[a + i + 1] - t[a + i]
            step[i] = d
            if d > 0:
                positive[m] = d
                m += 1
                total += d
            elif d < 0:
                back += 1
        out[c, 4], out[c, 5] = (n - m) / n, back
        if m > 0:
            out[c, 0] = resolution(positive, m, size)
        if m > 1:
            mean, m2 = total / m, 0.0
            for i in range(m):
                m2 += (positive[i] - mean) ** 2
            out[c, 1] = np.sqrt(m2 / (m - 1)) / mean
        room = 16
        while room < 2 * n:
            room *= 2
        tally(step, 10.0, n, room, key, count)
        most_often = 0
        for at in range(room):
            most_often = max(most_often, count[at])
        out[c, 2] = most_often / n
        tally(step, 1.0, n, room, key, count)
        bits = 0.0
        for at in range(room):
            if count[at] > 0:
                share = count[at] / n
                bits -= share * np.log2(share)
        out[c, 3] = bits + 0.0  # one bin only is 0 and not -0


def clock(t: Floats, offsets: Ints) -> Floats:
    """The numbers named in `CLOCK` of each cut, shape (n_cuts, 6).

    All are NaN where there is no interval (`regressions` 0 for one row), those of positive intervals where there is
    none, and `cv` with fewer than two.

    >>> clock(np.array([0.0, 16.0, 32.0, 64.0]), np.array([0, 4]))[0, [0, 2, 4]]
    array([16.        ,  0.666...,  0.        ])
    """
    out = np.empty((len(offsets) - 1, len(CLOCK)))
    fill_clock(np.ascontiguousarray(t, np.float64), offsets, out)
    return out

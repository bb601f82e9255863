"""Taking a movement apart into strokes: the largest one that is left, again and again, all refined together."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.measures.engine.descent import descend, residual
from musculus.measures.engine.strokes import NUMBERS, STEP, classical, smooth

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
FITTED: Final = ("components", "snr", "D", "t0", "mu", "sigma", "theta_start", "theta_end")
MOST: Final = 20  # strokes
LEAST: Final = 10  # grid samples: two velocities in each step between them, against the six numbers of a stroke
LARGEST: Final = 3000  # grid samples (30 s); nothing so long without a rest is a stroke
ENOUGH: Final = 25.0  # dB: what is left then is the pixel grid and the clock
WORTH: Final = 0.5  # dB that a further stroke has to bring
HALF: Final = float(np.sqrt(2.0 * np.log(2.0)))  # where a bell has fallen to half, in deviations


@numba.njit(nogil=True, error_model="numpy")
def guess(left, skew, p):  # type: ignore[no-untyped-def]
    """Write to p (1, 6) the stroke that the highest peak of what is left looks like, if its sides are as `skew` to one.

    With `skew` 0 the ratio is read from the peak's own two sides.
    """
    n = len(left)
    top, at = -1.0, 0
    for i in range(n):
        size = np.hypot(left[i, 0], left[i, 1])
        if size > top:
            top, at = size, i
    a, b = at, at
    while a > 0 and np.hypot(left[a, 0], left[a, 1]) > 0.5 * top:
        a -= 1
    while b < n - 1 and np.hypot(left[b, 0], left[b, 1]) > 0.5 * top:
        b += 1
    before, after = max(at - a, 1) * STEP, max(b - at, 1) * STEP
    ratio = min(max(after / before, 1.1), 3.0) if skew == 0.0 else skew
    sigma = np.log(ratio) / HALF
    ahead = (before + after) / (ratio - 1.0 / ratio)
    p[0, 0], p[0, 1], p[0, 2] = (at + 0.5) * STEP, np.log(ahead * sigma), np.log(sigma)
    p[0, 3] = np.log(top * sigma * ahead * np.sqrt(2.0 * np.pi)) + 0.5 * sigma * sigma
    p[0, 4], p[0, 5] = np.arctan2(left[at, 1], left[at, 0]), 0.0


@numba.njit(nogil=True, error_model="numpy")
def add_stroke(p, k, left, longest):  # type: ignore[no-untyped-def]
    """Write to row k of p the stroke that takes most off what is left, of three guesses refined on it alone."""
    best = np.inf
    one = np.empty((1, NUMBERS))
    for skew in (0.0, 1.3, 2.0):
        guess(left, skew, one)
        cost = descend(one, left, longest, np.int64(12), 1e-3)
        if cost < best:
            best = cost
            for q in range(NUMBERS):
                p[k, q] = one[0, q]


@numba.njit(nogil=True, error_model="numpy")
def square(v):  # type: ignore[no-untyped-def]
    """Sum of the squares of v (n, 2)."""
    s = 0.0
    for i in range(len(v)):
        s += v[i, 0] * v[i, 0] + v[i, 1] * v[i, 1]
    return s


@numba.njit(nogil=True, error_model="numpy")
def decibels(signal, noise):  # type: ignore[no-untyped-def]
    """How far signal is above noise (both squared)."""
    return 10.0 * np.log10(signal / max(noise, 1e-12 * signal))


@numba.njit(nogil=True, error_model="numpy")
def take_apart(data, strokes):  # type: ignore[no-untyped-def]
    """Write to `strokes` (MOST, 6) what the smoothed velocity (n, 2) is made of; give their number and the SNR, dB."""
    n = len(data)
    raw, left = np.empty((n, 2)), data.copy()
    signal, longest = square(data), 0.0
    for i in range(n):
        longest += 2.0 * STEP * np.hypot(data[i, 0], data[i, 1])
    k, snr = np.int64(0), 0.0
    trial = np.empty((MOST, NUMBERS))
    while k < min(MOST, n // 3) and snr < ENOUGH:
        for j in range(k):
            for q in range(NUMBERS):
                trial[j, q] = strokes[j, q]
        add_stroke(trial, k, left, longest)
        reached = decibels(signal, descend(trial[: k + 1], data, longest, np.int64(30), 1e-3))
        if reached < snr + WORTH:
            break
        k, snr = k + 1, reached
        for j in range(k):
            for q in range(NUMBERS):
                strokes[j, q] = trial[j, q]
        residual(strokes[:k], data, raw, left)
    if k:
        snr = decibels(signal, descend(strokes[:k], data, longest, np.int64(100), 1e-7))
    return k, snr


@numba.njit(nogil=True, error_model="numpy")
def longest_of(strokes, k):  # type: ignore[no-untyped-def]
    """Which of the first k strokes is the longest."""
    best = 0
    for j in range(1, k):
        if strokes[j, 3] > strokes[best, 3]:
            best = j
    return best


@kernel("void(f8[::1], f8[::1], i8[::1], b1[::1], f8[:, ::1])")
def fill_lognormals(x, y, offsets, whole, out):  # type: ignore[no-untyped-def]
    """Write the numbers named in FITTED of each cut's positions on the grid."""
    strokes = np.empty((MOST, NUMBERS))
    for c in range(len(offsets) - 1):
        a, n = offsets[c], offsets[c + 1] - offsets[c] - 1
        for q in range(len(FITTED)):
            out[c, q] = np.nan
        if not whole[c] or n + 1 < LEAST or n + 1 > LARGEST:
            continue
        raw, data = np.empty((n, 2)), np.empty((n, 2))
        for i in range(n):
            raw[i, 0], raw[i, 1] = (x[a + i + 1] - x[a + i]) / STEP, (y[a + i + 1] - y[a + i]) / STEP
        if not 0.0 < square(raw) < np.inf:
            continue
        smooth(raw, data)
        k, snr = take_apart(data, strokes)
        out[c, 0], out[c, 1] = k, snr
        if k == 0:
            continue
        j = longest_of(strokes, k)
        t0, mu, sigma, d = classical(strokes, j)
        start, end = strokes[j, 4], strokes[j, 4] + strokes[j, 5]
        out[c, 2], out[c, 3], out[c, 4], out[c, 5] = d, t0 * 1e3, mu + np.log(1e3), sigma
        out[c, 6], out[c, 7] = np.arctan2(np.sin(start), np.cos(start)), np.arctan2(np.sin(end), np.cos(end))


def lognormals(x: Floats, y: Floats, offsets: Ints, whole: Flags) -> Floats:
    """The numbers named in `FITTED` of each cut's positions on the 10 ms grid, shape (n_cuts, 8).

    Times in ms, mu the logarithm of ms. NaN for fewer than 10 samples, more than 3,000, a cut with a rest of 500 ms
    in it, and where nothing moved.
    """
    out = np.empty((len(offsets) - 1, len(FITTED)))
    fill_lognormals(x, y, offsets, whole, out)
    return out

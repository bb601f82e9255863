"""The speed profile of a cut on the 10 ms grid: its peaks, its jerk without dimension, its spectral arc length."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.measures.engine.grid import Grid
from musculus.measures.engine.polynomials import SECONDS
from musculus.measures.engine.spectrum import AMPLITUDE, LONGEST, Waves, long_arc_length, waves

Floats = npt.NDArray[np.float64]
SIGMA: Final = 2.0  # steps of the grid (20 ms)
CUT: Final = 8  # steps: 4 sigma
LEVELS: Final = 1_000_000  # speeds are rounded to this part of the largest, so that a plateau is one peak
PROMINENT: Final = 50_000  # levels: 5 % of the largest
_GAUSS: Final = np.exp(-0.5 * (np.arange(CUT + 1) / SIGMA) ** 2)


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def smooth(z, a, n, gauss, weight, out):  # type: ignore[no-untyped-def]
    """Write z[a:a + n] less z[a], smoothed; at the ends the weights that find a sample are made to sum to 1."""
    for i in range(n):
        out[i] = gauss[0] * (z[a + i] - z[a])
        weight[i] = gauss[0]
    for k in range(1, len(gauss)):
        w = gauss[k]
        for i in range(k, n):
            out[i] += w * (z[a + i - k] - z[a])
            weight[i] += w
        for i in range(n - k):
            out[i] += w * (z[a + i + k] - z[a])
            weight[i] += w
    for i in range(n):
        out[i] /= weight[i]


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def prominent_peaks(v, n, top, peaks, valleys, saddles, stack):  # type: ignore[no-untyped-def]
    """Number of peaks of v[:n] (between two zeros) that stand PROMINENT levels above the higher of their saddles."""
    m, last, rising, low = 0, 0, False, 0
    for i in range(n + 1):
        level = 0 if i == n else int(np.rint(v[i] / top * LEVELS))
        if level > last:
            rising = True
        elif level < last:
            if rising:
                peaks[m], valleys[m] = last, low  # the valley is the one before the peak
                m += 1
            rising, low = False, level
        last = level
    valleys[m] = 0
    found = 0
    for way in range(2):  # saddles to the left; then to the right, and the verdict
        depth = 0
        for step in range(m):
            j = step if way == 0 else m - 1 - step
            saddle = valleys[j + way]
            while depth > 0 and peaks[stack[depth - 1, 0]] <= peaks[j]:
                depth -= 1
                saddle = min(saddle, stack[depth, 1])
            stack[depth, 0], stack[depth, 1] = j, saddle
            depth += 1
            if way == 0:
                saddles[j] = saddle
            elif peaks[j] - max(saddle, saddles[j]) >= PROMINENT:
                found += 1
    return found


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def arc_length(v, n, first, bins, cosine, sine, re, im):  # type: ignore[no-untyped-def]
    """Spectral arc length of v[:n] from tables of waves about its middle: |X| doesn't depend on where time begins."""
    size = 4
    kind = 0
    while size < n:
        size *= 2
        kind += 1
    odd = n % 2
    table, k_end = first[kind, odd], bins[kind]
    for k in range(k_end):
        re[k], im[k] = 0.0, 0.0
    middle = n // 2
    for h in range(n - middle):
        ahead, back = v[middle + h], v[n - 1 - middle - h]
        even, uneven = (ahead, 0.0) if odd and h == 0 else (ahead + back, ahead - back)
        row = table + h * k_end
        for k in range(k_end):
            re[k] += even * cosine[row + k]
            im[k] += uneven * sine[row + k]
    whole = re[0]
    if not whole > 0:
        return np.nan
    last = 0
    for k in range(k_end):
        re[k] = np.sqrt(re[k] * re[k] + im[k] * im[k]) / whole
    for k in range(k_end):
        if re[k] >= AMPLITUDE:
            last = k
    if last == 0:
        return np.nan
    total, width = 0.0, 1.0 / last
    for k in range(1, last + 1):
        total += np.sqrt(width * width + (re[k] - re[k - 1]) ** 2)
    return -total


@kernel(
    "void(f8[::1], f8[::1], i8[::1], b1[::1], f8[::1], i8[:, ::1], i8[::1], f8[::1], f8[::1], f8[:, ::1])"
)
def fill_profiles(x, y, offsets, whole, gauss, first, bins, cosine, sine, out):  # type: ignore[no-untyped-def]
    """Write submovements, ldlj and sparc of each cut; sparc only of those that the tables of waves reach."""
    longest = 1
    for c in range(len(offsets) - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    sx, sy, weight, v = np.empty(longest), np.empty(longest), np.empty(longest), np.empty(longest)
    peaks, valleys = np.empty(longest, np.int64), np.empty(longest + 1, np.int64)
    saddles, stack = np.empty(longest, np.int64), np.empty((longest, 2), np.int64)
    re, im = np.empty(bins[-1]), np.empty(bins[-1])
    for c in range(len(offsets) - 1):
        a, n = offsets[c], offsets[c + 1] - offsets[c] - 1
        out[c, :] = np.nan
        if n < 2 or not whole[c]:
            continue
        if n >= 3 and n <= LONGEST:
            for i in range(n):
                v[i] = np.sqrt((x[a + i + 1] - x[a + i]) ** 2 + (y[a + i + 1] - y[a + i]) ** 2)
            out[c, 2] = arc_length(v, n, first, bins, cosine, sine, re, im)
        smooth(x, a, n + 1, gauss, weight, sx)
        smooth(y, a, n + 1, gauss, weight, sy)
        top = 0.0
        for i in range(n):
            v[i] = np.sqrt((sx[i + 1] - sx[i]) ** 2 + (sy[i + 1] - sy[i]) ** 2) / SECONDS
        for i in range(n):
            top = max(top, v[i])
        out[c, 0] = prominent_peaks(v, n, top, peaks, valleys, saddles, stack) if top > 0 else 0.0
        if n >= 4 and top > 0:
            total = 0.0
            for i in range(2, n):
                total += ((v[i] - v[i - 1]) - (v[i - 1] - v[i - 2])) ** 2
            span = n * SECONDS
            out[c, 1] = -np.log(span * span * span / (top * top) * total / SECONDS**3)


@lru_cache(maxsize=1)
def _waves() -> Waves:
    return waves()


def profiles(grid: Grid) -> Floats:
    """Submovements, log dimensionless jerk and spectral arc length, shape (n_cuts, 3); NaN for cuts with a rest."""
    out = np.empty((len(grid.offsets) - 1, 3))
    w = _waves()
    fill_profiles(
        grid.x, grid.y, grid.offsets, grid.whole, _GAUSS, w.first, w.bins, w.cosine, w.sine, out
    )  # fmt: skip
    for c in np.flatnonzero((grid.size - 1 > LONGEST) & grid.whole):
        at = slice(grid.offsets[c], grid.offsets[c + 1])
        out[c, 2] = long_arc_length(np.sqrt(np.diff(grid.x[at]) ** 2 + np.diff(grid.y[at]) ** 2))
    return out

"""The speed profile of a cut on the 10 ms grid: its peaks, its jerk without dimension, its spectral arc length."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.measures.engine.grid import Grid
from musculus.measures.engine.spectrum import FINE, LONGEST, PAD, TAPS, coarse_spectrum, waves

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SIGMA: Final = 2.0  # steps of the grid (20 ms)
CUT: Final = 8  # steps: 4 sigma
LEVELS: Final = 1_000_000  # speeds are rounded to this part of the largest, so that a plateau is one peak
PROMINENT: Final = 50_000  # levels: 5 % of the largest
AMPLITUDE: Final = 0.05  # of the largest: the spectrum ends with the last bin that reaches this
GAUSS: Final = tuple(float(w) for w in np.exp(-0.5 * (np.arange(CUT + 1) / SIGMA) ** 2))
WHOLE: Final = GAUSS[0] + 2 * sum(GAUSS[1:])


# In these loops slices begin at 0: with an offset in the index the compiler must think of negative ones and won't
# vectorise. Differences from the sample itself: what stands still stays exactly where it is.
@numba.njit(nogil=True, error_model="numpy")
def smooth(z, out):  # type: ignore[no-untyped-def]
    """Write z smoothed by a Gaussian; at the ends the weights that find a sample are made to sum to 1."""
    n = len(z)
    for i in range(n - 2 * CUT):
        here = z[i + CUT]
        total = 0.0
        for k in range(CUT):
            total += GAUSS[k + 1] * ((z[i + CUT + 1 + k] - here) + (z[i + CUT - 1 - k] - here))
        out[i + CUT] = here + total / WHOLE
    i = 0
    while i < n:
        total, weight = 0.0, GAUSS[0]
        for k in range(1, CUT + 1):
            if i + k < n:
                total += GAUSS[k] * (z[i + k] - z[i])
                weight += GAUSS[k]
            if i - k >= 0:
                total += GAUSS[k] * (z[i - k] - z[i])
                weight += GAUSS[k]
        out[i] = z[i] + total / weight
        i = n - CUT if i == CUT - 1 and n > 2 * CUT else i + 1


@numba.njit(nogil=True, error_model="numpy")
def steps(x, y, v):  # type: ignore[no-untyped-def]
    """Write the length of each step to v."""
    x1, y1 = x[1:], y[1:]
    for i in range(len(v)):
        dx, dy = x1[i] - x[i], y1[i] - y[i]
        v[i] = np.sqrt(dx * dx + dy * dy)


@numba.njit(nogil=True, error_model="numpy")
def prominent_peaks(v, top, peaks, valleys, saddles, stack):  # type: ignore[no-untyped-def]
    """Number of peaks of v (between two zeros) that stand PROMINENT levels above the higher of their saddles."""
    m, last, rising, low, scale = 0, 0, False, 0, LEVELS / top
    for i in range(len(v) + 1):
        level = 0 if i == len(v) else int(np.rint(v[i] * scale))
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


@numba.njit(nogil=True, error_model="numpy")
def transform(v, first, start, coarse, cosine, sine, flatten, re, im):  # type: ignore[no-untyped-def]
    """Write the coarse spectrum of v (see `spectrum`).

    Time begins in the middle of v (amplitudes don't depend on where), so that even and odd part need half the waves.
    """
    n, size, kind = len(v), 4, 0
    while size < n:
        size *= 2
        kind += 1
    odd, middle, m, left = n % 2, n // 2, coarse[kind], TAPS // 2 - 1
    up, down = re[left : left + m], im[left : left + m]
    for k in range(m):
        up[k], down[k] = 0.0, 0.0
    for h in range(n - middle):
        flat = flatten[start[kind, odd] + h]
        ahead, back = v[middle + h] * flat, v[n - 1 - middle - h] * flat
        even, uneven = (ahead, 0.0) if odd and h == 0 else (ahead + back, ahead - back)
        row = first[kind, odd] + h * m
        c, s = cosine[row : row + m], sine[row : row + m]
        for k in range(m):
            up[k] += even * c[k]
            down[k] += uneven * s[k]
    for k in range(1, left + 1):  # below 0 Hz the spectrum is its own mirror image
        re[left - k], im[left - k] = up[k], -down[k]


@numba.njit(nogil=True, error_model="numpy")
def interpolate(re, im, n, weight, squared):  # type: ignore[no-untyped-def]
    """Write the squared amplitudes from 0 to 10 Hz of the spectrum of n speeds, give their number."""
    size = 4
    while size < n:
        size *= 2
    bins = PAD * size // 10 + 1
    for r in range(FINE):
        w = weight[r]
        for q in range((bins - 1 - r) // FINE + 1):
            a, b = 0.0, 0.0
            for t in range(TAPS):
                a += w[t] * re[q + t]
                b += w[t] * im[q + t]
            squared[FINE * q + r] = a * a + b * b
    return bins


@numba.njit(nogil=True, error_model="numpy")
def arc_length(squared, rise):  # type: ignore[no-untyped-def]
    """Minus the length of the curve of normalised amplitudes up to the last that reaches AMPLITUDE."""
    if not squared[0] > 0:
        return np.nan
    last, scale, least = len(squared) - 1, 1.0 / np.sqrt(squared[0]), AMPLITUDE * AMPLITUDE * squared[0]
    while squared[last] < least:
        last -= 1
    if last == 0:
        return np.nan
    for k in range(last + 1):
        rise[k] = np.sqrt(squared[k]) * scale
    width, ahead = 1.0 / last, rise[1:]
    for k in range(last):
        d = ahead[k] - rise[k]
        rise[k] = np.sqrt(width * width + d * d)
    total = 0.0
    for k in range(last):
        total += rise[k]
    return -total


@kernel(
    "void(f8[::1], f8[::1], i8[::1], b1[::1], i8[:, ::1], i8[:, ::1], i8[::1], f8[::1], f8[::1], f8[::1], f8[:, ::1],"
    " f8[::1], f8[::1], i8[::1], f8[:, ::1])"
)
def fill_profiles(  # type: ignore[no-untyped-def]
    x, y, offsets, whole, first, start, coarse, cosine, sine, flatten, weight, long_re, long_im, at, out
):
    """Write submovements, ldlj and sparc of each cut; coarse spectra that the tables don't reach are given."""
    longest, widest = 1, coarse[-1] + TAPS
    for c in range(len(offsets) - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
        widest = max(widest, at[c + 1] - at[c])
    sx, sy, speed = np.empty(longest), np.empty(longest), np.empty(longest)
    peaks, valleys = np.empty(longest, np.int64), np.empty(longest + 1, np.int64)
    saddles, stack = np.empty(longest, np.int64), np.empty((longest, 2), np.int64)
    re, im = np.empty(coarse[-1] + TAPS), np.empty(coarse[-1] + TAPS)
    squared, rise = np.empty(FINE * widest), np.empty(FINE * widest)
    for c in range(len(offsets) - 1):
        zx, zy = x[offsets[c] : offsets[c + 1]], y[offsets[c] : offsets[c + 1]]
        n = len(zx) - 1
        out[c, :] = np.nan
        if n < 2 or not whole[c]:
            continue
        v = speed[:n]
        if n >= 3:
            if at[c + 1] > at[c]:
                m = interpolate(long_re[at[c] : at[c + 1]], long_im[at[c] : at[c + 1]], n, weight, squared)
            else:
                steps(zx, zy, v)
                transform(v, first, start, coarse, cosine, sine, flatten, re, im)
                m = interpolate(re, im, n, weight, squared)
            out[c, 2] = arc_length(squared[:m], rise)
        smooth(zx, sx)
        smooth(zy, sy)
        steps(sx, sy, v)
        top = 0.0
        for i in range(n):
            top = max(top, v[i])
        out[c, 0] = prominent_peaks(v, top, peaks, valleys, saddles, stack) if top > 0 else 0.0
        if n >= 4 and top > 0:
            total = 0.0
            for i in range(2, n):
                total += ((v[i] - v[i - 1]) - (v[i - 1] - v[i - 2])) ** 2
            out[c, 1] = -np.log(float(n) ** 3 / (top * top) * total)  # T = n dt: the steps of time cancel out


def profiles(grid: Grid) -> Floats:
    """Submovements, log dimensionless jerk and spectral arc length, shape (n_cuts, 3); NaN for cuts with a rest."""
    out = np.empty((len(grid.offsets) - 1, 3))
    w = waves()
    tables = w.first, w.start, w.coarse, w.cosine, w.sine, w.flatten, w.kernel
    fill_profiles(grid.x, grid.y, grid.offsets, grid.whole, *tables, *_long_spectra(grid), out)
    return out


def _long_spectra(grid: Grid) -> tuple[Floats, Floats, Ints]:
    """Coarse spectra of the profiles that the tables of waves don't reach, and their offsets by cut."""
    re, im, at = [np.zeros(0)], [np.zeros(0)], np.zeros(len(grid.offsets), np.int64)
    for c in np.flatnonzero((grid.size - 1 > LONGEST) & grid.whole):
        a, b = coarse_spectrum(grid.step[grid.offsets[c] + 1 : grid.offsets[c + 1]])
        re.append(a)
        im.append(b)
        at[c + 1] = len(a)
    return np.concatenate(re), np.concatenate(im), np.cumsum(at)

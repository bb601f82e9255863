"""Derivatives on the 10 ms grid by local polynomials of order 4 (Savitzky & Golay 1964)."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any, Final, NamedTuple

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


def weights(d: int) -> tuple[float, ...]:
    """Weights of the samples 1, 2 ... steps after the centre for the d-th derivative by seconds.

    Those before the centre have the same weights, for odd derivatives with the other sign; the centre's follows from
    a constant having no derivative.

    >>> [round(w * 0.01, 3) for w in weights(1)]
    [0.057, 0.098, 0.103, 0.057, -0.058]
    """
    half = WINDOWS[d - 1] // 2
    places = np.arange(-half, half + 1) / half  # in -1..1: well conditioned
    fit = np.linalg.pinv(np.vander(places, ORDER + 1, increasing=True))[d]
    both = (fit[half + 1 :] + (-1) ** d * fit[:half][::-1]) / 2
    return tuple(float(w) for w in both * (factorial(d) / (half * SECONDS) ** d))


def derivative(d: int) -> Callable[..., Any]:
    """A compiled `(z, out)` that writes the d-th derivative of z where the window is full.

    Its weights are constants, so that the compiler unrolls the window and vectorises over samples. Differences from
    sample to sample: what stands still has a derivative of exactly 0.
    """
    w, half, odd = weights(d), WINDOWS[d - 1] // 2, d % 2 == 1

    @numba.njit(nogil=True, error_model="numpy")
    def derive(z, out):  # type: ignore[no-untyped-def]
        for i in range(len(z) - 2 * half):
            total = 0.0
            for k in range(half):
                later, earlier = z[i + half + 1 + k], z[i + half - 1 - k]
                if odd:
                    total += w[k] * (later - earlier)
                else:
                    total += w[k] * ((later - z[i + half]) - (z[i + half] - earlier))
            out[i] = total

    return derive


first, second, third, fourth = (derivative(d) for d in (1, 2, 3, 4))
H1, H2, H3, H4 = (window // 2 for window in WINDOWS)


@numba.njit(nogil=True, error_model="numpy")
def magnitude(x, y, out):  # type: ignore[no-untyped-def]
    """Write the lengths of the vectors (x, y)."""
    for i in range(len(out)):
        out[i] = np.sqrt(x[i] * x[i] + y[i] * y[i])


@kernel("void(f8[::1], f8[::1], i8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])")
def fill_derivatives(x, y, runs, velocity, acceleration, jerk, snap, turning, curvature):  # type: ignore[no-untyped-def]
    """Write speed, acceleration, jerk, snap, angular velocity and curvature beside the grid."""
    longest = 0
    for r in range(len(runs) - 1):
        longest = max(longest, runs[r + 1] - runs[r])
    x1, y1, x2, y2 = np.empty(longest), np.empty(longest), np.empty(longest), np.empty(longest)
    for r in range(len(runs) - 1):
        a, b = runs[r], runs[r + 1]
        zx, zy = x[a:b], y[a:b]
        for series in (velocity, acceleration, jerk, snap, turning, curvature):
            series[a:b] = np.nan
        if b - a > 2 * H4:
            fourth(zx, x1)
            fourth(zy, y1)
            magnitude(x1, y1, snap[a + H4 : b - H4])
        if b - a > 2 * H3:
            third(zx, x1)
            third(zy, y1)
            magnitude(x1, y1, jerk[a + H3 : b - H3])
        if b - a > 2 * H1:  # the windows of the first two are equal
            first(zx, x1)
            first(zy, y1)
            second(zx, x2)
            second(zy, y2)
            speed = velocity[a + H1 : b - H1]
            magnitude(x1, y1, speed)
            magnitude(x2, y2, acceleration[a + H2 : b - H2])
            turn, curve = turning[a + H1 : b - H1], curvature[a + H1 : b - H1]
            for i in range(len(speed)):
                v = speed[i] if speed[i] >= SLOW else np.nan
                rate = (x1[i] * y2[i] - y1[i] * x2[i]) / (v * v)
                turn[i] = rate
                curve[i] = rate / v


class Derivatives(NamedTuple):
    """Six series beside the grid; NaN where the window isn't full, the last two where it is too slow."""

    velocity: Floats
    acceleration: Floats
    jerk: Floats
    snap: Floats
    turning: Floats
    curvature: Floats


def derivatives(x: Floats, y: Floats, runs: Ints) -> Derivatives:
    """Speed, acceleration, jerk, snap (magnitudes), angular velocity and curvature of runs on the grid.

    px/s, px/s², px/s³, px/s⁴, rad/s, rad/px.
    """
    series = [np.empty(len(x)) for _ in Derivatives._fields]  # apart: smaller blocks are kept for the next chunk
    fill_derivatives(x, y, runs, *series)
    return Derivatives(*series)

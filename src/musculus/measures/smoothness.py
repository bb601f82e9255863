"""How smoothly the pointer moved, on the 10 ms grid: the tier that doesn't depend on the rate of events.

Raw differences measure the polling rate and the pixel grid as much as the person: of one simulated 700 px stroke at
1 kHz in whole pixels the raw jerk is 40,000 times too large. On the grid, positions are fitted by local polynomials of
order 4 (Savitzky-Golay derivatives) with windows of 11, 11, 15, 21 samples for the 1st to 4th derivative.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.by_cut import ratio, reduce
from musculus.measures.engine.once import once
from musculus.measures.engine.profile import profiles
from musculus.measures.engine.series import between, change, only
from musculus.measures.engine.smoothed import WINDOW, lengths
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STRAIGHT: Final = 1e-9  # rad/px: a smaller curvature has no logarithm worth fitting
EQUAL: Final = 1e-9  # logarithms of curvature that differ by less are those of a circle


@measure("smoothness", unit="px/s", summarise=True, view="grid", tier="s", ms=None, back=1)
def velocity_s(path: Paths) -> Floats:
    """Speed on the 10 ms grid, whatever the event rate: length of the first derivative, window 11 samples.

    Only where the window is full; nothing for runs of fewer samples.
    """
    return path.grid.derivatives.velocity


@measure("smoothness", unit="px/s²", summarise=True, view="grid", tier="s", ms=None, back=1)
def acceleration_s(path: Paths) -> Floats:
    """Acceleration on the 10 ms grid: length of the second derivative (along and across), window 11 samples.

    Nothing for runs of fewer samples.
    """
    return path.grid.derivatives.acceleration


@measure("smoothness", unit="px/s³", summarise=True, view="grid", tier="s", ms=None, back=1)
def jerk_s(path: Paths) -> Floats:
    """Jerk on the 10 ms grid: length of the third derivative, window 15 samples; nothing for shorter runs."""
    return path.grid.derivatives.jerk


@measure("smoothness", unit="px/s⁴", summarise=True, view="grid", tier="s", ms=None, back=1)
def snap_s(path: Paths) -> Floats:
    """Snap on the 10 ms grid: length of the fourth derivative, window 21 samples; nothing for shorter runs."""
    return path.grid.derivatives.snap


@measure("smoothness", unit="rad/s", summarise=True, view="grid", tier="s", px=None, ms=None, mirror=-1, back=-1)
def angular_velocity_s(path: Paths) -> Floats:
    """Rate of change of the heading on the 10 ms grid, positive clockwise: (x'y'' - y'x'') / v².

    Undefined below 20 px/s, where it explodes.
    """
    return path.grid.derivatives.turning


@measure("smoothness", unit="rad/px", summarise=True, view="grid", tier="s", px=None, ms=None, mirror=-1, back=-1)
def curvature_s(path: Paths) -> Floats:
    """Curvature of the path on the 10 ms grid, positive clockwise: (x'y'' - y'x'') / v³.

    Undefined below 20 px/s, where it explodes.
    """
    return path.grid.derivatives.curvature


@measure("smoothness", unit="1", tier="s", ms=None)
def jitter_t(path: Paths) -> Floats:
    """Length of the path on the 10 ms grid over that of the same smoothed: trembling, whatever the event rate.

    Smoothed by Savitzky-Golay, window 9 samples (90 ms), order 2, edges by the fitted polynomial. NaN for fewer than
    9 samples, where nothing moved, and for a cut with a rest of 500 ms or more.
    """
    grid = path.grid
    trembling = ratio(*lengths(grid.x, grid.y, grid.offsets))
    return np.where(grid.whole & (grid.size >= WINDOW), trembling, np.nan)


@once
def _profiles(path: Paths) -> Floats:
    return profiles(path.grid)


@measure("smoothness", unit="1", tier="s", ms=None, back=1)
def submovements(path: Paths) -> Floats:
    """Peaks of the speed profile that stand out by at least 5 % of the largest speed.

    Profile: positions on the 10 ms grid smoothed by a Gaussian of sigma 20 ms (cut at 4 sigma, renormalised at the
    ends), the speed between them, a zero at both ends, rounded to 1e-6 of the largest so that a plateau is one peak.
    Prominence is the drop to the higher of the two saddles. NaN for fewer than 3 samples and for a cut with a rest of
    500 ms or more; 0 where nothing moved.
    """
    return _profiles(path)[:, 0]


@measure("smoothness", unit="1", tier="s", ms=None, back=1)
def ldlj(path: Paths) -> Floats:
    """Log dimensionless jerk of the speed profile: the nearer to 0 the smoother.

    -ln(T³ / v_max² x sum |v''|² dt) of the profile of `submovements` without the zeros, T its number of samples x
    10 ms; at least 4. NaN where nothing moved and for a cut with a rest of 500 ms or more. Balasubramanian 2012.
    """
    return _profiles(path)[:, 1]


@measure("smoothness", unit="1", tier="s", ms=None, back=1)
def sparc(path: Paths) -> Floats:
    """Spectral arc length of the speed on the 10 ms grid: the nearer to 0 the smoother.

    Minus the length of the normalised amplitude spectrum up to the last frequency, at most 10 Hz, with an amplitude of
    0.05; padded by 4 levels. At least 3 speeds; NaN where nothing moved and for a cut with a rest of 500 ms or more.
    Balasubramanian 2015.
    """
    return _profiles(path)[:, 2]


@measure("smoothness", unit="1", back=1)
def power_law_beta(path: Paths) -> Floats:
    """Slope of ln speed on ln curvature: about -1/3 for people (the two-thirds power law).

    Samples that repeat a position are dropped and 5 must remain; at each one between them speed is (l_i + l_(i+1)) /
    (t_(i+2) - t_i) and curvature |turning angle| / mean(l_i, l_(i+1)); curvatures above 1e-9 rad/px are kept. NaN for
    fewer than 3 of them, or where all are equal. Lacquaniti, Terzuolo & Viviani 1983.
    """
    moved = path.moved
    mean = between(moved.step)
    span = between(change(moved.of(path.elapsed), moved.offsets))
    curve = np.abs(moved.turn) / mean
    bent = curve > STRAIGHT
    across, up = only(np.log(curve), bent), only(np.log(mean / span), bent)
    return _slope(across, up, moved.offsets, np.diff(moved.offsets) >= 5)


def _slope(x: Floats, y: Floats, offsets: Ints, enough: npt.NDArray[np.bool_]) -> Floats:
    """Least-squares slope of y on x by cut, of 3 pairs or more whose x differ by more than rounding."""
    size = np.diff(offsets)
    x = x - np.repeat(reduce(x, offsets, "mean"), size)
    y = y - np.repeat(reduce(y, offsets, "mean"), size)
    spread = reduce(x, offsets, "max") - reduce(x, offsets, "min")
    some = enough & (reduce(x, offsets, "count") >= 3) & (spread > EQUAL)
    return np.where(some, ratio(reduce(x * y, offsets, "sum"), reduce(x * x, offsets, "sum")), np.nan)

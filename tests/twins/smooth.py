"""The 10 ms grid and what is measured on it: the `_s` tier, jitter_t, submovements, ldlj, sparc."""

from __future__ import annotations

import cmath
import math
from itertools import pairwise

from twins.events_view import Sample
from twins.local_polynomials import derivative
from twins.spatial import over_smoothed
from twins.summaries import quantile

NAN = math.nan
Point = tuple[float, float]
TICK = 10.0  # ms
WINDOWS = {1: 11, 2: 11, 3: 15, 4: 21}  # samples, for the 1st to the 4th derivative
ONE_NUMBER = ("jitter_t", "submovements", "ldlj", "sparc")
SERIES = ("velocity_s", "acceleration_s", "jerk_s", "snap_s", "angular_velocity_s", "curvature_s")


def runs(view: list[Sample]) -> list[list[Sample]]:
    """The time view, broken where nothing came for 500 ms or more."""
    parts: list[list[Sample]] = []
    for s in view:
        if parts and s.t - parts[-1][-1].t < 500:
            parts[-1].append(s)
        else:
            parts.append([s])
    return parts


def grid(run: list[Sample]) -> list[Point]:
    """Positions every 10 ms from the run's first sample."""
    typical = quantile([b.t - a.t for a, b in pairwise(run)], 0.5) if len(run) >= 3 else math.inf
    ticks = math.floor((run[-1].t - run[0].t) / TICK + 1e-9)
    return [place(run, run[0].t + k * TICK, typical) for k in range(ticks + 1)]


def place(run: list[Sample], t: float, typical: float) -> Point:
    """Where the pointer was at time t: linear between samples, holding in a gap above 2.5 typical intervals."""
    for a, b in pairwise(run):
        if a.t <= t < b.t:
            leaves = b.t - typical if b.t - a.t > 2.5 * typical else a.t
            share = max(t - leaves, 0) / (b.t - leaves)
            return (a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
    return (run[-1].x, run[-1].y)


def smooth_series(view: list[Sample]) -> dict[str, list[float]]:
    """The rate-independent series, runs pooled."""
    pooled: dict[str, list[float]] = {name: [] for name in SERIES}
    for run in runs(view):
        points = grid(run)
        first, second, third, fourth = (derivatives(points, d) for d in (1, 2, 3, 4))
        for name, vectors in zip(SERIES, (first, second, third, fourth), strict=False):
            pooled[name] += [math.hypot(*v) for v in vectors if v]
        for v, a in zip(first, second, strict=True):
            if v and a and (speed := math.hypot(*v)) >= 20:
                cross = v[0] * a[1] - v[1] * a[0]
                pooled["angular_velocity_s"].append(cross / speed**2)
                pooled["curvature_s"].append(cross / speed**3)
    return pooled


def derivatives(points: list[Point], which: int) -> list[Point | None]:
    """Vectors of one derivative, px/s^which, at each grid sample; None where the window is not full."""
    window, spacing = WINDOWS[which], TICK / 1000
    xs = derivative([p[0] for p in points], window, 4, which, spacing)
    ys = derivative([p[1] for p in points], window, 4, which, spacing)
    return [None if x is None or y is None else (x, y) for x, y in zip(xs, ys, strict=True)]


def smooth(view: list[Sample]) -> dict[str, float]:
    """The one-number measures on the grid; NaN for a cut with a gap of 500 ms."""
    parts = runs(view)
    if len(parts) != 1:
        return dict.fromkeys(ONE_NUMBER, NAN)
    points = grid(parts[0])
    profile = speeds(gaussian(points))
    return {
        "jitter_t": over_smoothed(points, 9) if len(points) >= 9 else NAN,
        "submovements": float(submovements(profile)) if len(points) >= 3 else NAN,
        "ldlj": ldlj(profile),
        "sparc": sparc(speeds(points)),
    }


def gaussian(points: list[Point]) -> list[Point]:
    """Smoothed by a Gaussian of 20 ms cut at 80 ms; at the ends the weights that remain are scaled to 1."""
    out = []
    for i in range(len(points)):
        near = [j for j in range(i - 8, i + 9) if 0 <= j < len(points)]
        weight = [math.exp(-(((j - i) * TICK / 20) ** 2) / 2) for j in near]
        total = math.fsum(weight)
        moved = [(points[j][0] - points[i][0], points[j][1] - points[i][1]) for j in near]
        dx = math.fsum(w * m[0] for w, m in zip(weight, moved, strict=True)) / total
        dy = math.fsum(w * m[1] for w, m in zip(weight, moved, strict=True)) / total
        out.append((points[i][0] + dx, points[i][1] + dy))
    return out


def speeds(points: list[Point]) -> list[float]:
    """px/s between grid samples."""
    return [math.dist(a, b) / TICK * 1000 for a, b in pairwise(points)]


def submovements(profile: list[float]) -> int:
    """Peaks whose prominence is at least 5 % of the largest speed."""
    top = max(profile)
    if top == 0:
        return 0
    levels = [0, *(round(v / top * 1e6) for v in profile), 0]
    plateaus = [level for i, level in enumerate(levels) if i == 0 or level != levels[i - 1]]
    return sum(prominence(plateaus, i) >= 0.05 * 1e6 for i in peaks(plateaus))


def peaks(levels: list[int]) -> list[int]:
    """Places higher than both neighbours; no two neighbours are equal."""
    return [i for i in range(1, len(levels) - 1) if levels[i - 1] < levels[i] > levels[i + 1]]


def prominence(levels: list[int], peak: int) -> int:
    """Drop to the higher of the two saddles: the lowest level on each side before something higher, or the end."""
    saddles = []
    for side in (levels[peak - 1 :: -1], levels[peak + 1 :]):
        lowest = levels[peak]
        for level in side:
            if level > levels[peak]:
                break
            lowest = min(lowest, level)
        saddles.append(lowest)
    return levels[peak] - max(saddles)


def ldlj(profile: list[float]) -> float:
    """Log dimensionless jerk of a speed profile."""
    if len(profile) < 4 or max(profile) == 0:
        return NAN
    tick = TICK / 1000
    second = [(a - 2 * b + c) / tick**2 for a, b, c in zip(profile, profile[1:], profile[2:], strict=False)]
    effort = math.fsum(v * v for v in second) * tick
    duration = len(profile) * tick
    return -math.log(duration**3 / max(profile) ** 2 * effort) if effort else NAN


def sparc(profile: list[float]) -> float:
    """Spectral arc length: how long the amplitude spectrum is below 10 Hz, both axes scaled to 1."""
    if len(profile) < 3 or max(profile) == 0:
        return NAN
    n = 2 ** (math.ceil(math.log2(len(profile))) + 4)
    step = 1000 / TICK / n  # Hz
    bins = [k for k in range(n // 2) if k * step <= 10]
    amplitudes = [abs(sum(v * cmath.exp(-2j * math.pi * k * i / n) for i, v in enumerate(profile))) for k in bins]
    top = amplitudes[0]  # speeds are not negative, so frequency 0 has the largest amplitude
    loud = [k for k in bins if amplitudes[k] / top >= 0.05]
    heard = [amplitudes[k] / top for k in range(loud[0], loud[-1] + 1)]
    if len(heard) < 2:
        return NAN
    width = 1 / (len(heard) - 1)  # of one bin, where the band heard is 1 wide
    return -math.fsum(math.hypot(width, b - a) for a, b in pairwise(heard))

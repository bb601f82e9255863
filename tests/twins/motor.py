"""Complexity and motor laws that a definition fixes; the sigma-lognormal fit is checked by what it must recover."""

from __future__ import annotations

import math
from collections import Counter

from twins.events_view import Sample
from twins.kinematic import intervals
from twins.spatial import Point, steps, turning_angles
from twins.summaries import mean, sd

NAN = math.nan


def motor(view: list[Sample], points: list[Point], movement_time: float) -> dict[str, float]:
    """All but the sigma-lognormal columns."""
    way = intervals(view)
    peak = max(way, key=lambda i: i.length / i.dt).middle - view[0].t if way else NAN
    angles = turning_angles(points)
    moves = steps(points)
    return {
        "sample_entropy": sample_entropy([i.dx for i in way]),
        "time_to_peak_velocity": peak,
        "peak_time_ratio": peak / movement_time if movement_time > 0 else NAN,
        "benford_mad": benford_mad([i.length / i.dt * 1000 for i in way if i.length > 0]),
        "collinear_share": sum(a == 0 for a in angles) / len(angles) if angles else NAN,
        "axis_step_share": sum(dx == 0 or dy == 0 for dx, dy in moves) / len(moves) if moves else NAN,
    }


def sample_entropy(series: list[float], m: int = 3, tolerance: float = 0.2) -> float:
    """-ln of the share of template pairs alike over m values that stay alike over m + 1."""
    if len(series) < m + 2:
        return NAN
    r = tolerance * sd(series)
    templates = range(len(series) - m)
    alike = longer = 0
    for i in templates:
        for j in range(i + 1, len(series) - m):
            if max(abs(series[i + k] - series[j + k]) for k in range(m)) <= r:
                alike += 1
                longer += abs(series[i + m] - series[j + m]) <= r
    return -math.log(longer / alike) + 0.0 if longer else NAN


def benford_mad(speeds: list[float]) -> float:
    """Distance of the first digits' shares from Benford's law; digits of the speed rounded to 12 figures."""
    if not speeds:
        return NAN
    digits = Counter(f"{v:.11e}"[0] for v in speeds)
    return mean([abs(digits[str(d)] / len(speeds) - math.log10(1 + 1 / d)) for d in range(1, 10)])


def lognormal_speed(t: float, size: float, t0: float, mu: float, sigma: float) -> float:
    """Speed (px/s) at time t (s) of a component of the sigma-lognormal model: size times a lognormal density."""
    if t <= t0:
        return 0.0
    z = (math.log(t - t0) - mu) / sigma
    return size / (sigma * (t - t0) * math.sqrt(2 * math.pi)) * math.exp(-z * z / 2)

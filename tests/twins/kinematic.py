"""Finite differences on the time view, the raw tier."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from twins.events_view import Sample
from twins.spatial import turning_angle
from twins.summaries import mean

NAN = math.nan


class Placed(NamedTuple):
    """A value and the moment it belongs to."""

    t: float
    value: float


class Interval(NamedTuple):
    """From one time-view sample to the next: midpoint, duration (ms) and step (px)."""

    middle: float
    dt: float
    dx: float
    dy: float

    @property
    def length(self) -> float:
        return math.hypot(self.dx, self.dy)


def intervals(view: list[Sample]) -> list[Interval]:
    pairs = itertools.pairwise(view)
    return [Interval((a.t + b.t) / 2, b.t - a.t, b.x - a.x, b.y - a.y) for a, b in pairs]


def change(series: list[Placed]) -> list[Placed]:
    """Per second, each midway between the two values it comes from."""
    pairs = itertools.pairwise(series)
    return [Placed((a.t + b.t) / 2, (b.value - a.value) / (b.t - a.t) * 1000) for a, b in pairs]


def kinematic_series(view: list[Sample]) -> dict[str, list[float]]:
    """Every series of the raw tier."""
    way = intervals(view)
    speed = [Placed(i.middle, i.length / i.dt * 1000) for i in way]
    across = [Placed(i.middle, i.dx / i.dt * 1000) for i in way]
    down = [Placed(i.middle, i.dy / i.dt * 1000) for i in way]
    acceleration = change(speed)
    jerk = change(acceleration)
    placed = {
        "velocity": speed,
        "velocity_x": across,
        "velocity_y": down,
        "speed_x": [Placed(t, abs(v)) for t, v in across],
        "speed_y": [Placed(t, abs(v)) for t, v in down],
        "acceleration": acceleration,
        "jerk": jerk,
        "snap": change(jerk),
        "acceleration_x": change(across),
        "acceleration_y": change(down),
        "acceleration_pos": [a for a in acceleration if a.value > 0],
        "acceleration_neg": [a for a in acceleration if a.value < 0],
    }
    moving = [i for i in way if i.length > 0]
    return {
        **{name: [p.value for p in series] for name, series in placed.items()},
        "angular_velocity": angular_velocity(moving),
        "pace": [i.dt / i.length for i in moving],
    }


def angular_velocity(moving: list[Interval]) -> list[float]:
    """Change of heading between successive moving intervals, rad/s."""
    pairs = itertools.pairwise(moving)
    return [turning_angle((a.dx, a.dy), (b.dx, b.dy)) / (b.middle - a.middle) * 1000 for a, b in pairs]


def kinematic(view: list[Sample]) -> dict[str, float]:
    """The one-number measures that need no grid."""
    way = intervals(view)
    path = math.fsum(i.length for i in way)
    since = [s.t - view[0].t for s in view[1:]]
    centre = math.fsum(t * i.length for t, i in zip(since, way, strict=True)) / path if path else NAN
    spread = math.fsum((t - centre) ** 2 * i.length for t, i in zip(since, way, strict=True)) / path if path else NAN
    return {
        "mean_speed": path / (view[-1].t - view[0].t) * 1000 if way else NAN,
        "time_centre": centre,
        "time_scatter": spread,  # the mean square less the squared mean, without its cancellation
        "power_law_beta": power_law_beta(view),
    }


def power_law_beta(view: list[Sample]) -> float:
    """Slope of ln speed on ln curvature at the interior samples of what moves."""
    kept: list[Sample] = []
    for s in view:
        if not kept or (s.x, s.y) != (kept[-1].x, kept[-1].y):
            kept.append(s)
    if len(kept) < 5:
        return NAN
    way = intervals(kept)
    logs = []
    for a, b in itertools.pairwise(way):
        curvature = abs(turning_angle((a.dx, a.dy), (b.dx, b.dy))) / ((a.length + b.length) / 2)
        if curvature > 1e-9:
            logs.append((math.log(curvature), math.log((a.length + b.length) / (a.dt + b.dt))))
    return slope(logs) if len(logs) >= 3 else NAN


def slope(pairs: list[tuple[float, float]]) -> float:
    """Least squares; NaN where all abscissas are equal."""
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    if max(xs) - min(xs) <= 1e-12:
        return NAN
    x0, y0 = mean(xs), mean(ys)
    below = math.fsum((x - x0) ** 2 for x in xs)
    return math.fsum((x - x0) * (y - y0) for x, y in pairs) / below

"""numpy as most notebooks have it: a loop over cuts, np.diff for the series, np.quantile for the summaries."""

from __future__ import annotations

import numpy as np
from same_work import MOVING_SERIES, PATH_SERIES, QUANTILES, SERIES, SUMMARIES, TIME_SERIES, Floats, Rows

Q = list(QUANTILES.values())


def prepare(rows: Rows) -> list[tuple[Floats, Floats, Floats]]:
    """(t, x, y) of each cut."""
    pairs = zip(rows.offsets[:-1], rows.offsets[1:], strict=True)
    return [(rows.t[a:b], rows.x[a:b], rows.y[a:b]) for a, b in pairs]


def middle(v: Floats) -> Floats:
    """Means of successive values."""
    return (v[1:] + v[:-1]) / 2


def turns(dx: Floats, dy: Floats) -> tuple[Floats, Floats]:
    """Turning angles between successive steps, and their cross products."""
    cross = dx[:-1] * dy[1:] - dy[:-1] * dx[1:] + 0.0
    return np.arctan2(cross, dx[:-1] * dx[1:] + dy[:-1] * dy[1:]), cross


def of_time(t: Floats, x: Floats, y: Floats) -> list[Floats]:
    """The series of the time view, and the angular velocity."""
    t = np.maximum.accumulate(t)
    last = np.append(t[1:] != t[:-1], True)
    t, x, y = t[last], x[last], y[last]
    dx, dy, interval = np.diff(x), np.diff(y), np.diff(t)
    dt = interval / 1e3
    step = np.sqrt(dx * dx + dy * dy)
    speed, vx, vy = step / dt, dx / dt, dy / dt
    dt1 = middle(dt)
    dt2 = middle(dt1)
    acceleration = np.diff(speed) / dt1
    jerk = np.diff(acceleration) / dt2
    moving = step > 0
    angle, _ = turns(dx[moving], dy[moving])
    return [
        speed, vx, vy, np.abs(vx), np.abs(vy), acceleration, np.diff(vx) / dt1, np.diff(vy) / dt1,
        acceleration[acceleration > 0], acceleration[acceleration < 0], jerk, np.diff(jerk) / middle(dt2),
        interval[moving] / step[moving], angle / np.diff(middle(t)[moving]) * 1e3,
    ]  # fmt: skip


def of_path(x: Floats, y: Floats) -> list[Floats]:
    """The series of the path view."""
    moved = np.append(True, (x[1:] != x[:-1]) | (y[1:] != y[:-1]))
    dx, dy = np.diff(x[moved]), np.diff(y[moved])
    angle, cross = turns(dx, dy)
    ax, ay = dx[:-1] + dx[1:], dy[:-1] + dy[1:]
    length = np.sqrt(dx * dx + dy * dy)
    return [np.abs(angle), angle / middle(length), np.abs(cross) / (ax * ax + ay * ay)]


def summaries(v: Floats) -> list[float]:
    """The eight summaries of one series of one cut."""
    v = v[np.isfinite(v)]
    if not len(v):
        return [np.nan] * len(SUMMARIES)
    std = v.std(ddof=1) if len(v) > 1 else np.nan
    return [v.mean(), std, v.min(), *np.quantile(v, Q), v.max()]


def run(prepared: list[tuple[Floats, Floats, Floats]]) -> tuple[list[str], Floats]:
    """Every cut, every series, every summary."""
    assert (*TIME_SERIES, *MOVING_SERIES, *PATH_SERIES) == SERIES
    out = np.empty((len(prepared), len(SERIES) * len(SUMMARIES)))
    with np.errstate(all="ignore"):
        for k, (t, x, y) in enumerate(prepared):
            found = [*of_time(t, x, y), *of_path(x, y)]
            out[k] = [number for v in found for number in summaries(v)]
    return [f"{name}_{s}" for name in SERIES for s in SUMMARIES], out

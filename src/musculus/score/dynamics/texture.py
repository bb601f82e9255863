"""The texture of a stroke from frame to frame: what a hand and a sensor leave, and what a formula does."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.score.dynamics.frames import compiled, correlation, lagged

TURNS: Final = 3.0  # px a frame: slower steps have no heading worth a figure
STRAIGHT: Final = 0.02  # rad
TEXTURE: Final = (
    "tremor_along", "tremor_across", "tremor_ratio", "tremor_by_speed", "tremor_slow", "tremor_fast",
    "change_lag_1", "change_lag_2", "jerk_lag_1", "jerk_share", "change_share", "same_step", "near_step",
    "distinct_steps", "turn_by_speed", "turn_lag_1", "straight_turns", "turn_spread", "side_lag_1",
)  # fmt: skip


@compiled
def write_texture(x, y, v, peak, o):  # type: ignore[no-untyped-def]
    """Write the columns of `TEXTURE`; `peak` is the highest smoothed step."""
    n = len(v)
    dx, dy = x[1:] - x[:-1], y[1:] - y[:-1]
    _write_tremor(x, y, peak, o[:6])
    ax, ay = dx[1:] - dx[:-1], dy[1:] - dy[:-1]
    jx, jy = ax[1:] - ax[:-1], ay[1:] - ay[:-1]
    o[6], o[7], o[8] = lagged(ax, ay, 1), lagged(ax, ay, 2), lagged(jx, jy, 1)
    speed = (v * v).sum()
    o[9] = np.log(((jx * jx).sum() + (jy * jy).sum()) / speed + 1e-4)
    o[10] = np.log(((ax * ax).sum() + (ay * ay).sum()) / speed + 1e-4)
    _write_repeats(dx, dy, v, ax, ay, o[11:14])
    _write_turns(dx, dy, v, o[14:18])
    side = np.empty(n - 1)
    for i in range(1, n):
        side[i - 1] = (ay[i - 1] * (dx[i] + dx[i - 1]) - ax[i - 1] * (dy[i] + dy[i - 1])) / max(v[i] + v[i - 1], 1e-9)
    o[18] = lagged(side, np.zeros(n - 1), 1)


@compiled
def _write_tremor(x, y, peak, o):  # type: ignore[no-untyped-def]
    """What a parabola over five frames leaves, along and across the movement, px; slow and fast frames apart."""
    m = len(x) - 4
    along, across, speed = np.empty(m), np.empty(m), np.empty(m)
    slow = fast = 0.0
    slows = fasts = 0
    for k in range(m):
        i = k + 2
        rx = (3 * x[i - 2] - 12 * x[i - 1] + 18 * x[i] - 12 * x[i + 1] + 3 * x[i + 2]) / 35
        ry = (3 * y[i - 2] - 12 * y[i - 1] + 18 * y[i] - 12 * y[i + 1] + 3 * y[i + 2]) / 35
        ux, uy = x[i + 2] - x[i - 2], y[i + 2] - y[i - 2]
        d = np.sqrt(ux * ux + uy * uy)
        speed[k] = d / 4
        along[k] = (rx * ux + ry * uy) / d if d > 0 else 0.0
        across[k] = (rx * uy - ry * ux) / d if d > 0 else 0.0
        square = along[k] ** 2 + across[k] ** 2
        if speed[k] <= 0.25 * peak:
            slow, slows = slow + square, slows + 1
        if speed[k] > 0.5 * peak:
            fast, fasts = fast + square, fasts + 1
    o[0], o[1] = np.sqrt((along**2).mean()), np.sqrt((across**2).mean())
    o[2] = np.log((o[1] + 0.05) / (o[0] + 0.05))
    o[3] = correlation(np.log(np.sqrt(along**2 + across**2) + 0.1), np.log(speed + 0.5))
    o[4] = np.sqrt(slow / slows) if slows > 2 else np.nan
    o[5] = np.sqrt(fast / fasts) if fasts > 2 else np.nan


@compiled
def _write_repeats(dx, dy, v, ax, ay, o):  # type: ignore[no-untyped-def]
    """Shares of moving steps equal to the step before, within a px of it, and of steps that differ from all others."""
    same = near = moving = 0
    for i in range(1, len(v)):
        if v[i] > 0 and v[i - 1] > 0:
            change = max(abs(ax[i - 1]), abs(ay[i - 1]))
            moving += 1
            same += change < 1e-9
            near += change < 1.01
    if moving > 2:
        o[0], o[1] = same / moving, near / moving
    key = np.sort(np.rint(dx) * 4099 + np.rint(dy))
    o[2] = (1 + (np.diff(key) != 0).sum()) / len(v)


@compiled
def _write_turns(dx, dy, v, o):  # type: ignore[no-untyped-def]
    n = len(v)
    turn, bend, speed = np.empty(n), np.empty(n), np.empty(n)
    m = small = 0
    for i in range(1, n):
        if v[i] >= TURNS and v[i - 1] >= TURNS:
            cross, dot = dx[i - 1] * dy[i] - dy[i - 1] * dx[i], dx[i - 1] * dx[i] + dy[i - 1] * dy[i]
            mean = 0.5 * (v[i] + v[i - 1])
            turn[m] = np.arctan2(cross, dot)
            bend[m], speed[m] = np.log(abs(turn[m]) / mean + 1e-4), np.log(mean)
            small += abs(turn[m]) < STRAIGHT
            m += 1
    if m >= 5:
        o[0] = correlation(bend[:m], speed[:m])
        o[1] = lagged(turn[:m], np.zeros(m), 1)
        o[2], o[3] = small / m, turn[:m].std()

"""What says where and how a person was recorded rather than how they move, and how to do without it.

A client that sends nine moves a second and one that sends sixty differ in nearly every number made of neighbouring
samples, whoever holds the mouse. So where cadence is left out, features of the clock go, and all recordings are thinned
to one cadence before anything is measured. `sampled` is stricter: it leaves out what neighbouring samples give even so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from musculus.events import Events
from musculus.events.schema import KIND

SIZE: Final = (
    "event_count", "winslow_segments", "winslow_motions", "strokes", "clicks", "key_count", "scroll_distance",
)  # fmt: skip
CADENCE: Final = (
    "event_rate", "clock_resolution", "clock_regressions", "dt_", "coalesced_share", "fractional_share",
)  # fmt: skip
# Differences between neighbouring samples, and counts over samples: a mouse read at 9 Hz has other ones than the same
# hand read at 60 Hz. What is left are lengths, shapes, times, clicks, and the tier on the 10 ms grid.
SAMPLED: Final = (
    "velocity", "speed_", "acceleration", "jerk", "snap", "angular_velocity", "curvature", "pace_", "jitter",
    "x_flips", "y_flips", "inflections", "corners", "total_abs_curvature", "winding", "bending_energy",
    "direction_changes", "orthogonal_changes", "path_crossings", "fractal_dimension", "direction_resultant", "winslow",
    "initiation_time", "pause_before_click", "power_law", "peak_time", "time_to_peak", "sample_entropy", "benford",
    "collinear", "axis_step", "idle_time", "time_scatter", "time_centre", "click_rate", "lognormal",
)  # fmt: skip
GRID: Final = ("velocity_s_", "acceleration_s_", "jerk_s_", "snap_s_", "angular_velocity_s_", "curvature_s_")
PLACE: Final = ("start_x", "start_y", "end_x", "end_y")  # where on the screen an action begins and ends
POSITION: Final = ("out_of_screen", *PLACE)
LEFT_OUT: Final = {"size": SIZE, "cadence": CADENCE, "position": POSITION, "sampled": SAMPLED}
HEADLINE: Final = ("size", "cadence", "position")  # left out of the headline
EVERY: Final = 95.0  # ms: thinned moves come ten a second, as the slowest clients send them


def left_out(name: str, groups: Sequence[str]) -> bool:
    """Whether a feature belongs to one of the groups.

    >>> left_out("dt_cv", ["cadence"]), left_out("velocity_mean", ["cadence"]), left_out("velocity_mean", ["sampled"])
    (True, False, True)
    >>> left_out("velocity_s_mean", ["sampled"])  # the 10 ms grid is there to be independent of the rate
    False
    """
    chosen = [g for g in groups if not (g == "sampled" and name.startswith(GRID))]
    return any(name.startswith(prefix) for g in chosen for prefix in LEFT_OUT[g])


def thinned(events: Events, every: float = EVERY) -> Events:
    """The events without moves that follow a kept move of their recording in less than `every` ms.

    >>> thinned(Events.of(t=[0, 16, 32, 110, 120], x=[0, 1, 2, 3, 4], y=[0] * 5)).t
    array([  0., 110.])
    """
    kept = events.kind != KIND["move"]
    for i in range(len(events)):
        moves = events.offsets[i] + np.flatnonzero(~kept[events.offsets[i] : events.offsets[i + 1]])
        times = np.maximum.accumulate(events.t[moves]).tolist()
        at, chosen = 0, []
        while at < len(times):
            chosen.append(at)
            at = bisect_left(times, times[at] + every, at + 1)
        kept[moves[chosen]] = True
    offsets = np.concatenate([[0], np.cumsum(kept)])[events.offsets].astype(np.int64)
    return replace(events, columns={k: v[kept] for k, v in events.columns.items()}, offsets=offsets)

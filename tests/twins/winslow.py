"""Winslow's seven numbers, from the `move` rows only."""

from __future__ import annotations

import math
from itertools import groupby

from twins.events_view import Cut, Sample, sample, time_view, usable
from twins.kinematic import Placed, change, intervals
from twins.summaries import mean, variance

NAN = math.nan


def motions(cut: Cut) -> list[list[Sample]]:
    """Runs of at least two samples less than 500 ms apart, never across pages."""
    moves = [row for row in cut.rows if row.kind == "move" and usable(row)]
    runs: list[list[Sample]] = []
    for _, page in groupby(moves, key=lambda row: row.page):
        runs.append([])
        for s in time_view([sample(row) for row in page]):
            if runs[-1] and s.t - runs[-1][-1].t >= 500:
                runs.append([])
            runs[-1].append(s)
    return [run for run in runs if len(run) >= 2]


def winslow(cut: Cut) -> dict[str, float]:
    segments = [intervals(run) for run in motions(cut)]
    lengths = [math.fsum(i.length for i in way) for way in segments]
    times = [math.fsum(i.dt for i in way) for way in segments]
    speeds = [[Placed(i.middle, i.length / i.dt * 1000) for i in way] for way in segments]
    return {
        "winslow_segments": float(sum(len(way) for way in segments)),
        "winslow_motions": float(len(segments)),
        "winslow_motion_length": mean(lengths),
        "winslow_motion_time": mean(times),
        "winslow_speed": math.fsum(lengths) / math.fsum(times) * 1000 if times else NAN,
        "winslow_speed_variance": variance([v.value for run in speeds for v in run]),
        "winslow_acceleration_variance": variance([a.value for run in speeds for a in change(run)]),
    }

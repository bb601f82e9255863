"""Plain-Python twins: every measure and cut once more, slowly and obviously, straight from the contract's words.

They were written without a look at the engine, so an agreement of the two means something. Nothing here is fast.
"""

from __future__ import annotations

import math

from twins.contract import CONTRACT, FITTED
from twins.cuts import cuts
from twins.events_view import Cut, Row, path_view, time_view
from twins.keyboard import keyboard
from twins.kinematic import kinematic, kinematic_series
from twins.motor import motor
from twins.performance import performance, performance_series
from twins.sampling import sampling
from twins.smooth import smooth, smooth_series
from twins.spatial import spatial, spatial_series
from twins.summaries import count_and_summarise, summarise
from twins.temporal import click_intervals, temporal
from twins.winslow import winslow

__all__ = ["Cut", "Row", "cuts", "measures", "of_cut"]


def measures(rows: list[Row], screen: tuple[float, float] | None = None) -> dict[str, float]:
    """Every column of the contract but the fitted ones, for a recording that is one cut."""
    return of_cut(Cut(rows, 0, len(rows), screen))


def of_cut(cut: Cut) -> dict[str, float]:
    """Every column of the contract but the fitted ones, for one cut."""
    samples = cut.samples()
    columns = {
        **on_path(cut),
        **temporal(cut, samples, time_view(samples)),
        **count_and_summarise("click_interval", click_intervals(cut)),
        **performance(cut),
        **keyboard(cut),
        **sampling(cut, samples),
        **winslow(cut),
    }
    for name, series in performance_series(cut).items():
        columns.update(count_and_summarise(name, series))
    return {name: columns.get(name, math.nan) for name in CONTRACT if name not in FITTED}


def on_path(cut: Cut) -> dict[str, float]:
    """What needs a position: nothing at all where there is none."""
    samples = cut.samples()
    if not samples:
        return {}
    points, view = path_view(samples), time_view(samples)
    columns = {**spatial(points), **kinematic(view), **smooth(view)}
    columns.update(motor(view, points, samples[-1].t - samples[0].t))
    for name, series in {**spatial_series(points), **kinematic_series(view), **smooth_series(view)}.items():
        columns.update(summarise(name, series))
    return columns

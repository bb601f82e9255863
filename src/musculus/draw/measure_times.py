"""Series of a measure drawn along time: speed and its derivatives, with what a measure looks at in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from musculus.draw.colours import ACCENT, INK, PALE, SECOND
from musculus.draw.measure_marks import Draw
from musculus.draw.measure_paths import Path
from musculus.measures import MEASURES, Paths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]


def values_of(name: str, p: Path) -> tuple[Floats, Floats]:
    """Times (ms) and values of a series of the measure; a series without a view of its own is spread evenly."""
    m, path = MEASURES[name], Paths.of(p.x, p.y, p.t)
    got = m.function(path)
    values = got[0] if m.view == "own" else got
    return (path.t if m.view == "time" else np.linspace(p.t[0], p.t[-1], len(values))), values


def frame(axes: Axes, unit: str) -> None:
    """Plain axes: time across, the unit up."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlabel("ms", fontsize=8, color=INK)
    axes.set_ylabel(unit, fontsize=8, color=INK)
    axes.tick_params(labelsize=7, colors=INK, width=0.6)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: short(v)))
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(PALE)


def short(value: float) -> str:
    """A tick's number: thousands as k, millions as M.

    >>> short(750.0), short(-30_000.0), short(1_200_000.0), short(-0.0015)
    ('750', '-30 k', '1.2 M', '-0.0015')
    """
    for least, size, word in ((1e6, 1e6, " M"), (1e4, 1e3, " k")):
        if abs(value) >= least:
            return f"{value / size:g}{word}"
    return f"{value:g}"


def series(name: str, rest: bool = True) -> Draw:
    """A series and its mean."""

    def draw(axes: Axes, p: Path) -> None:
        t, values = values_of(name, p)
        if rest:
            axes.axhline(0, color=PALE, linewidth=0.8)
        axes.plot(t, values, color=ACCENT, linewidth=1.6)
        axes.axhline(float(np.nanmean(values)), color=SECOND, linestyle="--", linewidth=1.2)
        frame(axes, MEASURES[name].unit)

    return draw


def raw_and_smooth(name: str) -> Draw:
    """The series of the rate-independent tier over that of the raw one, which the pixel grid shakes."""

    def draw(axes: Axes, p: Path) -> None:
        t, values = values_of(name.removesuffix("_s"), p)
        axes.plot(t, values, color=PALE, linewidth=0.7)
        t, values = values_of(name, p)
        axes.plot(t, values, color=ACCENT, linewidth=1.8)
        most = float(np.nanmax(np.abs(values)))
        axes.set_ylim(-2.2 * most if np.nanmin(values) < 0 else -0.6 * most, 2.2 * most)
        frame(axes, MEASURES[name].unit)

    return draw


def peaks(axes: Axes, p: Path) -> None:
    """The speed, and the peaks that stand out of it."""
    t, values = values_of("velocity", p)
    axes.plot(t, values, color=ACCENT, linewidth=1.6)
    inner = values[1:-1]
    tops = np.flatnonzero((inner > values[:-2]) & (inner >= values[2:]) & (inner > 0.05 * np.nanmax(values))) + 1
    axes.plot(t[tops], values[tops], "o", color=SECOND, markersize=8, markerfacecolor="none", markeredgewidth=1.6)
    frame(axes, "px/s")


def fastest(axes: Axes, p: Path) -> None:
    """The speed, and when it is highest."""
    t, values = values_of("velocity", p)
    top = int(np.nanargmax(values))
    axes.plot(t, values, color=ACCENT, linewidth=1.6)
    axes.vlines(t[top], 0, values[top], color=SECOND, linestyle="--", linewidth=1.4)
    frame(axes, "px/s")


def centre(axes: Axes, p: Path) -> None:
    """The way made by each time, and the mean time of making it."""
    path = Paths.of(p.x, p.y, p.t)
    axes.bar(path.t[1:], path.step[1:], width=np.diff(path.t), align="edge", color=ACCENT, alpha=0.35)
    axes.axvline(float(MEASURES["time_centre"].function(path)[0]), color=SECOND, linestyle="--", linewidth=1.4)
    frame(axes, "px")

"""Recordings drawn as they ran: the path, its strokes, its time lines, the timing of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import cut, position_rows
from musculus.draw import canvas, maps
from musculus.draw.canvas import Background, counted
from musculus.draw.colours import ACCENT, INK, PALE, SECOND
from musculus.draw.maps.clicked import click_rows
from musculus.draw.maps.layouts import layout
from musculus.draw.maps.places import pieces
from musculus.draw.maps.time_lines import UNITS
from musculus.errors import DataError, UnknownName
from musculus.events import KEY_CLASSES, KIND, Events

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]
MOST: Final = 2_000  # strokes drawn; more of them are one blot
MARKERS: Final = "os^vDPX<>ph"


def path(
    events: Events, ax: Axes | None = None, *, page: str | None = None, width: float | None = None,
    background: Background = None, **_: Any,
) -> Axes:  # fmt: skip
    """The way of the pointer over a page, its colour the time since the recording began; rings are clicks.

    Options as of `moves`. A line breaks where rows of another page or a hidden page lie between.
    """
    from matplotlib.collections import LineCollection

    on = layout(events, page, width)
    rule = pieces(events, on)
    rows = np.flatnonzero(position_rows(events))
    piece = rule.of(rows)
    rows, piece = rows[rule.chosen[piece]], piece[rule.chosen[piece]]
    x, y = rule.place(events, rows, piece)
    owner = np.searchsorted(events.offsets, rows, side="right")
    joined = (np.diff(owner) == 0) & (np.diff(rule.view[piece]) == 0) & np.isfinite(np.diff(x) + np.diff(y))
    ends = np.stack([np.column_stack([x[:-1], y[:-1]]), np.column_stack([x[1:], y[1:]])], axis=1)[joined]
    ax = canvas.page_axes(on, ax)
    what = f"{counted(len(rows), 'position')} of {counted(len(np.unique(owner)), 'recording')}"
    clicked = maps.clicks(events, on.address, on.window_width if on.width_class >= 0 else None)
    words = [on.words, f"{what}, {counted(clicked.heat.n, 'click')} (rings)"]
    canvas.lay_page(ax, on, background, "\n".join(filter(None, words)))
    way = LineCollection(list(ends), cmap=canvas.SCALE, linewidths=1.1, zorder=2)
    way.set_array(events.t[rows[1:]][joined] / 1000.0)
    ax.add_collection(way, autolim=False)
    size = float(np.clip(7 * (60 / max(len(clicked.x), 1)) ** 0.5, 2, 7))
    ax.plot(clicked.x, clicked.y, "o", ms=size, mfc="none", mec=SECOND, mew=1.4, zorder=3)
    canvas.bar(ax, way, "s since the recording began")
    return ax


def strokes(events: Events, ax: Axes | None = None, *, pause: float = 500.0, **_: Any) -> Axes:
    """All strokes laid on each other: begun at one point, turned to the right; the colour is how long each took."""
    from matplotlib.collections import LineCollection

    cuts = cut(events, "stroke", pause=pause)
    if not len(cuts):
        raise DataError(f"there is no stroke in {counted(len(events), 'recording')}")
    use = position_rows(events)
    step = -(-len(cuts) // MOST)
    ways, took = [], []
    for a, b in zip(cuts.start[::step].tolist(), cuts.end[::step].tolist(), strict=True):
        rows = np.flatnonzero(use[a:b]) + a
        ways.append(_turned(events.x[rows], events.y[rows]))
        took.append(events.t[b - 1] - events.t[a])
    ax = ax or canvas.new_axes(6.4, 3.6)
    lines = LineCollection(ways, cmap=canvas.SCALE, linewidths=0.9, alpha=0.8)
    lines.set_array(np.array(took))
    lines.set_clim(0, float(np.quantile(took, 0.98)))
    ax.add_collection(lines)
    ax.plot(0, 0, "o", color=canvas.BLACK, ms=4)
    ax.axhline(0, color=PALE, lw=0.6, zorder=0)
    _fit(ax, np.concatenate(ways))
    ax.set_xlabel("px along the direct line, from the first position")
    ax.set_ylabel("px to its right")
    shown = f", {counted(len(ways), 'stroke')} of them drawn" if step > 1 else ""
    words = f"{counted(len(cuts), 'stroke')} of {counted(len(events), 'recording')}{shown}"
    canvas.bar(ax, lines, "duration, ms (up to the 98 % quantile)")
    canvas.dress(ax, words)
    ax.patch.set(facecolor=canvas.PAPER, alpha=1.0)
    return ax


def _turned(x: Floats, y: Floats) -> Floats:
    """A path moved to begin at the origin and turned so that its direct line runs to the right, shape (n, 2)."""
    x, y = x - x[0], y - y[0]
    length = np.hypot(x[-1], y[-1])
    c, s = (x[-1] / length, y[-1] / length) if length else (1.0, 0.0)
    return np.column_stack([c * x + s * y, c * y - s * x])


def _fit(ax: Axes, points: Floats) -> None:
    """Limits around the points, y down as on a screen, one px as wide as high."""
    (left, top), (right, bottom) = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    pad = 0.03 * max(right - left, bottom - top, 10.0)
    up = max(-top, bottom, 0.2 * (right - left)) + pad
    ax.set_xlim(left - pad, right + pad)
    ax.set_ylim(up, -up)
    ax.set_aspect("equal", adjustable="box")


def timeline(events: Events, ax: Axes | None = None, *, of: str = "velocity", **_: Any) -> Axes:
    """One of `velocity acceleration jerk curvature` of one recording along time; clicks and keys are marked below.

    The rate-independent tier, on the 10 ms grid. UnknownName for another line, UsageError for several recordings.
    """
    if of not in UNITS:
        raise UnknownName("time line", of, UNITS)
    found = maps.lines(events)
    values = getattr(found, of)
    ax = ax or canvas.new_axes(7.2, 2.4)
    ax.plot(found.t / 1000.0, values, color=ACCENT, lw=0.9)
    pressed = events.t[click_rows(events)] / 1000.0
    keys = events.t[events.kind == KIND["key_down"]] / 1000.0
    under = ax.get_xaxis_transform()
    ax.plot(pressed, np.full(len(pressed), 0.03), "^", color=SECOND, ms=5, transform=under, zorder=3)
    ax.plot(keys, np.full(len(keys), 0.03), "|", color=INK, ms=6, transform=under, zorder=3)
    known = values[np.isfinite(values)]
    if of == "curvature" and len(known):  # a few turns at the lowest speeds would hide all others
        reach = float(np.quantile(np.abs(known), 0.99)) or 1.0
        ax.set_ylim(-1.1 * reach, 1.1 * reach)
    ax.set_xlabel("s since the recording began")
    ax.set_ylabel(f"{of}, {UNITS[of]}")
    marks = f"{counted(len(pressed), 'click')} (triangles), {counted(len(keys), 'key')} (bars)"
    canvas.dress(ax, f"{events.recordings[0]}: {counted(len(known), 'sample')} of 10 ms, {marks}")
    return ax


def keys(events: Events, ax: Axes | None = None, *, along: bool = False, **_: Any) -> Axes:
    """Each keystroke by how long it was held and how soon the next followed, by class of key; or, `along` time."""
    found = maps.keys(events)
    if not len(found.t):
        raise DataError("there is no key with a press and a release in these recordings")
    ax = ax or canvas.new_axes(5.6, 4.4)
    present = [k for k in range(-1, len(KEY_CLASSES)) if (found.kind == k).any()]
    for i, k in enumerate(present):
        mine = found.kind == k
        name = KEY_CLASSES[k] if k >= 0 else "unknown"
        at = (found.t[mine] / 1000.0, found.hold[mine]) if along else (found.flight[mine], found.hold[mine])
        label = f"{name} ({int(mine.sum())})"
        colour, marker = canvas.WHEEL[i % len(canvas.WHEEL)], MARKERS[i % len(MARKERS)]
        ax.plot(*at, marker, color=colour, ms=4, alpha=0.8, mew=0.4, ls="none", label=label)
    if along:
        ax.set_xlabel("s since the recording began")
    else:
        ax.set_xscale("symlog", linthresh=100)
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.set_xlabel("flight: release to next press, ms (below 0: the next key came first)")
    ax.set_ylabel("hold: press to release, ms")
    ax.set_ylim(0, float(np.quantile(found.hold, 0.99)) * 1.25 + 1)
    ax.legend(fontsize=7, frameon=False, labelcolor=INK)
    n = len(np.unique(found.recording))
    canvas.dress(ax, f"{counted(len(found.t), 'keystroke')} of {counted(n, 'recording')}")
    return ax

"""Maps drawn on their page: clicks, moves, dwell, attention, scroll depth, the difference of two groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from musculus.draw import canvas, maps
from musculus.draw.canvas import Background, counted
from musculus.draw.colours import ACCENT, INK, PALE, SECOND
from musculus.draw.maps.groups import ALPHA, OF, Difference
from musculus.draw.maps.heat import Heat
from musculus.events import Events

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUR = 16.0  # px
FEW = 400  # clicks


def clicks(
    events: Events, ax: Axes | None = None, *, page: str | None = None, width: float | None = None,
    background: Background = None, blur: float = BLUR,
) -> Axes:  # fmt: skip
    """The click map of a page; crosses are clicks on nothing. Options as of `moves`."""
    found = maps.clicks(events, page, width)
    heat = found.heat
    nothing = found.nothing & np.isfinite(found.x)
    title = f"{counted(heat.n, 'click')} of {counted(heat.recordings, 'recording')}"
    if found.tells:
        title += f", {int(nothing.sum()):,} on nothing that answers (x)"
    ax = _heat(heat, title, ax, background, blur)
    if heat.n <= FEW:  # more dots would hide the map
        ax.plot(found.x[~nothing], found.y[~nothing], "o", ms=3.4, mfc=ACCENT, mec="white", mew=0.6, zorder=3)
    ax.plot(found.x[nothing], found.y[nothing], "x", ms=6, mew=1.6, color=SECOND, zorder=4)
    return ax


def moves(
    events: Events, ax: Axes | None = None, *, page: str | None = None, width: float | None = None,
    background: Background = None, blur: float = BLUR,
) -> Axes:  # fmt: skip
    """The move map of a page: how many moves were recorded in each cell.

    Parameters
    ----------
    page : address (default: the most viewed)
    width : any window width of the class to show (default: the commonest)
    background : a screenshot of the page at that width; without one, the outline of the recorded boxes
    blur : px of smoothing by a Gaussian, for the eye; 0 for the cells as they are
    """
    heat = maps.moves(events, page, width)
    return _heat(heat, f"{counted(heat.n, 'move')} of {counted(heat.recordings, 'recording')}", ax, background, blur)


def dwell(
    events: Events, ax: Axes | None = None, *, page: str | None = None, width: float | None = None,
    background: Background = None, blur: float = BLUR,
) -> Axes:  # fmt: skip
    """The dwell map of a page: how long the pointer was in each cell. Options as of `moves`."""
    heat = maps.dwell(events, page, width)
    total = float(heat.values.sum())
    return _heat(
        heat, f"{total:,.1f} s of the pointer, {counted(heat.recordings, 'recording')}", ax, background, blur
    )


def attention(
    events: Events, ax: Axes | None = None, *, page: str | None = None, width: float | None = None,
    background: Background = None, **_: Any,
) -> Axes:  # fmt: skip
    """The attention map of a page: how long the pointer was in each element, seconds a visit. Options as of `moves`.

    An element inside another has its own time, and stands over it; of those that nobody came into only the outline is
    drawn.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.patches import Rectangle

    found = maps.attention(events, page, width)
    on, each = found.layout, found.per_visit
    ax = canvas.page_axes(on, ax)
    n = int((found.seconds > 0).sum())
    title = (
        f"{float(each.sum()):,.1f} s a visit in {counted(n, 'element')}, "
        f"{found.elsewhere / max(on.recordings, 1):,.1f} s in none; {counted(on.recordings, 'recording')}"
    )
    canvas.lay_page(ax, on, background, _titled(title, on.words))
    scale = ScalarMappable(Normalize(0, float(each.max(initial=0.0)) or 1.0), canvas.SCALE)
    b = on.boxes
    for i in sorted(np.flatnonzero(found.seconds > 0).tolist(), key=lambda i: -b.width[i] * b.height[i]):
        colour = scale.to_rgba(each[i], alpha=0.85 if background is not None else 1.0)
        place = (b.left[i], b.top[i]), b.width[i], b.height[i]
        line = (0, (4, 2)) if b.fixed[i] else "-"
        ax.add_patch(Rectangle(*place, facecolor=colour, edgecolor=canvas.BLACK, lw=0.6, ls=line, zorder=2))
    canvas.bar(ax, scale, "s of the pointer in the element, a visit")
    return ax


def _heat(heat: Heat, title: str, ax: Axes | None, background: Background, blur: float) -> Axes:
    ax = canvas.page_axes(heat.layout, ax)
    if heat.outside:
        title += f"; {heat.outside:,} outside of the page left out"
    canvas.lay_page(ax, heat.layout, background, _titled(title, heat.layout.words))
    image = canvas.lay_heat(ax, heat.values, heat.cell, blur, background is not None)
    ax.set_xlim(0, heat.layout.width)  # an image takes the axes for itself
    ax.set_ylim(heat.layout.height, 0)
    canvas.bar(ax, image, heat.unit + (f", smoothed by {blur:g} px" if blur else ""))
    return ax


def _titled(title: str, words: str) -> str:
    return f"{words}\n{title}" if words else title


def scroll(
    events: Events, ax: Axes | None = None, *, page: str | None = None, width: float | None = None, **_: Any
) -> Axes:
    """The share of visits that saw each depth of a page, with its 95 % interval, and the time it was in the window."""
    found = maps.scroll(events, page, width)
    ax = ax or canvas.new_axes(4.8, 5.2)
    depth = (np.arange(len(found.share)) + 0.5) * found.band
    ax.fill_betweenx(depth, 100 * found.low, 100 * found.high, color=ACCENT, alpha=0.25, lw=0)
    ax.plot(100 * found.share, depth, color=ACCENT, lw=2)
    if np.isfinite(found.layout.window):
        ax.axhline(found.layout.window, color=PALE, lw=1, ls="--")
        ax.text(1, found.layout.window, "first window", color=INK, fontsize=7, va="bottom")
    ax.set_xlim(0, 101)
    ax.set_ylim(found.layout.height, 0)
    ax.set_xlabel("% of page views that saw this depth (line; 95 % interval)")
    ax.set_ylabel("px from the page's top")
    time = ax.twiny()
    time.plot(found.seconds, depth, color=SECOND, lw=1.2, ls=":")
    time.set_xlim(0, max(float(found.seconds.max(initial=0.0)) * 1.1, 0.1))
    time.set_xlabel("mean time in the window, s (dotted)")
    canvas.dress(time, "")
    canvas.dress(ax, _titled(counted(found.n, "page view"), found.layout.words))
    return ax


def difference(
    events: Events, first: Any, second: Any = None, ax: Axes | None = None, *, column: str | None = None,
    of: str = "dwell", page: str | None = None, width: float | None = None, background: Background = None,
    shuffles: int = 999, seed: int = 0,
) -> Axes:  # fmt: skip
    """Where two groups differ; framed cells differ at 5 %, corrected for all cells, by a permutation test.

    Groups as of `musculus.draw.maps.groups`: two values of a context `column`, or masks over the recordings.
    """
    found = maps.difference(
        events, first, second, column=column, of=of, page=page, width=width, shuffles=shuffles, seed=seed
    )
    return lay_difference(found, ax, background)


def lay_difference(found: Difference, ax: Axes | None = None, background: Background = None) -> Axes:
    """The picture of a difference."""
    from matplotlib.colors import AsinhNorm
    from matplotlib.patches import Rectangle

    ax = canvas.page_axes(found.layout, ax)
    n = int(found.differs.sum())
    said = f"{counted(n, 'cell')} of {found.cell:g} px differ{'s' if n == 1 else ''}" if n else "no cell differs"
    title = (
        f"{found.groups[0]} (n = {found.n[0]}) less {found.groups[1]} (n = {found.n[1]}): {said}\n"
        f"(p <= {ALPHA:g}, largest of all cells in {found.shuffles} shuffles of {found.unit}; "
        f"smallest p = {found.p.min():.3g})"
    )
    canvas.lay_page(ax, found.layout, background, _titled(title, found.layout.words))
    top = 100 * float(np.abs(found.values).max(initial=0.0)) or 1.0
    extent = (0, found.values.shape[1] * found.cell, found.values.shape[0] * found.cell, 0)
    with np.errstate(invalid="ignore"):
        clear = np.clip(np.abs(100 * found.values) / top * 30, 0, 0.85)
    scale = AsinhNorm(linear_width=top / 8, vmin=-top, vmax=top)  # small differences may be the sure ones
    image = ax.imshow(100 * found.values, cmap="PuOr_r", norm=scale, alpha=clear, extent=extent, zorder=0.5,
                      interpolation="nearest")  # fmt: skip
    for row, column in zip(*np.nonzero(found.differs), strict=True):
        corner = (column * found.cell, row * found.cell)
        ax.add_patch(Rectangle(corner, found.cell, found.cell, fill=False, edgecolor=canvas.BLACK, lw=1.4, zorder=4))
    ax.set_xlim(0, found.layout.width)
    ax.set_ylim(found.layout.height, 0)
    digit = 10.0 ** (np.floor(np.log10(top)) - 1)
    high, low = (float(f"{np.floor(v / digit) * digit:.3g}") for v in (top, top / 4))
    ticks = [-high, -low, 0.0, low, high]
    canvas.bar(ax, image, f"% {OF[found.of]} (orange: more of {found.groups[0]})", ticks)
    return ax

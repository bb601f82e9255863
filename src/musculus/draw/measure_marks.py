"""What is drawn on the path of a measure's figure: lines, areas, rings, angles, arrows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from musculus.draw.colours import ACCENT, INK, PALE, SECOND
from musculus.draw.measure_paths import Path
from musculus.measures import MEASURES, Paths
from musculus.measures.engine.smoothed import WINDOW, weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]
Draw = Callable[["Axes", Path], None]


def track(axes: Axes, p: Path, colour: str = INK, width: float = 1.4) -> None:
    """The path with its points, on axes that look like a screen: y down, one px as wide as high."""
    axes.plot(p.x, p.y, "-o", color=colour, linewidth=width, markersize=3)
    axes.plot(p.x[0], p.y[0], "o", color=colour, markersize=6, markerfacecolor="none")
    axes.set_aspect("equal", adjustable="datalim")
    if not axes.yaxis_inverted():
        axes.invert_yaxis()
    axes.margins(0.12)
    axes.axis("off")


def line(axes: Axes, p: Path, colour: str = ACCENT, style: str = "--") -> None:
    """The direct line."""
    axes.plot([p.x[0], p.x[-1]], [p.y[0], p.y[-1]], style, color=colour, linewidth=1.6)


def marks(axes: Axes, x: Floats, y: Floats) -> None:
    """Rings around the places that are counted."""
    axes.plot(x, y, "o", color=SECOND, markersize=9, markerfacecolor="none", markeredgewidth=1.6)


def way(axes: Axes, p: Path) -> None:
    """Every segment counts."""
    track(axes, p, ACCENT, 2.2)


def chord(axes: Axes, p: Path) -> None:
    """Only the direct line counts."""
    track(axes, p, PALE)
    line(axes, p, style="-")


def both(axes: Axes, p: Path) -> None:
    """The direct line beside the way."""
    track(axes, p, SECOND)
    line(axes, p, style="-")


def offsets(axes: Axes, p: Path) -> None:
    """The distances of all points from the direct line, those to the right and to the left in their own colour."""
    track(axes, p)
    line(axes, p, PALE)
    fx, fy = p.feet
    for i in range(len(p.x)):
        side = ACCENT if p.deviation[i] > 0 else SECOND
        axes.plot([p.x[i], fx[i]], [p.y[i], fy[i]], color=side, linewidth=1.6)


def farthest(axes: Axes, p: Path) -> None:
    """The largest distance from the direct line."""
    track(axes, p)
    line(axes, p, PALE)
    i = int(np.argmax(np.abs(p.deviation)))
    axes.plot([p.x[i], p.feet[0][i]], [p.y[i], p.feet[1][i]], color=ACCENT, linewidth=2.2)


def area(axes: Axes, p: Path) -> None:
    """The area between path and direct line, on either side."""
    fine = np.linspace(0, len(p.x) - 1, 400)
    x, y = np.interp(fine, np.arange(len(p.x)), p.x), np.interp(fine, np.arange(len(p.y)), p.y)
    dense = Path(x, y, fine)
    fx, fy = dense.feet
    for side, colour in ((dense.deviation >= 0, ACCENT), (dense.deviation < 0, SECOND)):
        for run in np.split(np.arange(400), np.flatnonzero(np.diff(side.astype(int))) + 1):
            if side[run[0]]:
                axes.fill(
                    np.append(x[run], fx[run][::-1]), np.append(y[run], fy[run][::-1]), color=colour, alpha=0.35, lw=0
                )
    track(axes, p)
    line(axes, p, INK)


def crossings(axes: Axes, p: Path) -> None:
    """Where the path passes the direct line."""
    track(axes, p)
    line(axes, p, PALE)
    d = p.deviation
    at = np.flatnonzero(d[:-1] * d[1:] < 0)
    share = d[at] / (d[at] - d[at + 1])
    marks(axes, p.x[at] + share * (p.x[at + 1] - p.x[at]), p.y[at] + share * (p.y[at + 1] - p.y[at]))


def smoothed(axes: Axes, p: Path) -> None:
    """The path, and the same without its tremor."""
    track(axes, p, SECOND, 1.0)
    axes.plot(*(without_tremor(z) for z in (p.x, p.y)), color=ACCENT, linewidth=2.2)


def without_tremor(z: Floats) -> Floats:
    """Each value replaced by that of the parabola fitted to the nine around it, as `jitter` does."""
    half = WINDOW // 2
    fit = weights(WINDOW)
    middle = np.convolve(z, fit[half], "valid")
    return np.concatenate([(fit @ z[:WINDOW])[:half], middle, (fit @ z[-WINDOW:])[-half:]])


def flips(values: Callable[[Path], Floats], least: float = 0.0) -> Draw:
    """Where steps of some kind change their sign; ways of at most `least` px in one direction don't count."""

    def draw(axes: Axes, p: Path) -> None:
        track(axes, p)
        turned = changes_of_sign(values(p), least)
        marks(axes, p.x[turned], p.y[turned])

    return draw


def changes_of_sign(steps: Floats, least: float = 0.0) -> npt.NDArray[np.int64]:
    """Points at which steps of the one sign end and those of the other begin; steps of 0 are passed over."""
    rows = np.flatnonzero(np.abs(steps) > max(1e-9, least))
    return np.asarray(rows[1:][np.sign(steps[rows[1:]]) != np.sign(steps[rows[:-1]])], np.int64)


def along(values: Callable[[Path], Floats]) -> Draw:
    """The same beside the direct line."""
    counted = flips(values)

    def draw(axes: Axes, p: Path) -> None:
        line(axes, p, PALE)
        counted(axes, p)

    return draw


def inflections(axes: Axes, p: Path) -> None:
    """Where bending left becomes bending right: between two points whose turns differ in sign."""
    track(axes, p)
    at = changes_of_sign(p.turns)
    marks(axes, (p.x[at] + p.x[at + 1]) / 2, (p.y[at] + p.y[at + 1]) / 2)


def corners(axes: Axes, p: Path) -> None:
    """Turns of more than 90 degrees."""
    track(axes, p)
    at = np.flatnonzero(np.abs(p.turns) > np.pi / 2) + 1
    marks(axes, p.x[at], p.y[at])


def turning(axes: Axes, p: Path) -> None:
    """The angle at each point between going on straight and where the path goes."""
    track(axes, p)
    size = 0.12 * max(np.ptp(p.x), np.ptp(p.y))
    for i, turn in enumerate(p.turns):
        x, y = p.x[i + 1], p.y[i + 1]
        from_ = np.arctan2(y - p.y[i], x - p.x[i])
        angles = from_ + np.linspace(0, turn, 30)
        axes.plot([x, x + 1.3 * size * np.cos(from_)], [y, y + 1.3 * size * np.sin(from_)], ":", color=PALE, lw=1)
        colour = ACCENT if turn > 0 else SECOND
        axes.plot(x + size * np.cos(angles), y + size * np.sin(angles), color=colour, linewidth=1.8)


def reach(axes: Axes, p: Path) -> None:
    """The way beside the largest distance from the first point."""
    track(axes, p)
    far = int(np.argmax(np.hypot(p.x - p.x[0], p.y - p.y[0])))
    axes.plot([p.x[0], p.x[far]], [p.y[0], p.y[far]], color=ACCENT, linewidth=2)
    radius = np.hypot(p.x[far] - p.x[0], p.y[far] - p.y[0])
    around = np.linspace(-0.9, 0.9, 60)
    axes.plot(p.x[0] + radius * np.cos(around), p.y[0] + radius * np.sin(around), ":", color=PALE)


def headings(axes: Axes, p: Path) -> None:
    """Each segment's heading from one point, and their mean."""
    dx, dy = np.diff(p.x), np.diff(p.y)
    length = np.hypot(dx, dy)
    ux, uy = dx / length, dy / length
    for x, y in zip(ux, uy, strict=True):
        axes.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "->", "color": PALE})
    axes.annotate("", (ux.mean(), uy.mean()), (0, 0), arrowprops={"arrowstyle": "->", "color": ACCENT, "lw": 2.4})
    round_ = np.linspace(0, 2 * np.pi, 90)
    axes.plot(np.cos(round_), np.sin(round_), ":", color=PALE)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.axis("off")


def octants(axes: Axes, p: Path) -> None:
    """The share of the way in each of eight directions."""
    shares = MEASURES["direction_octant"].function(Paths.of(p.x, p.y, p.t))[0]
    for k, share in enumerate(shares):
        lo, hi = (k - 0.5) * np.pi / 4, (k + 0.5) * np.pi / 4
        arc = np.linspace(lo, hi, 20)
        edge = np.concatenate([[0], np.cos(arc), [0]]), np.concatenate([[0], np.sin(arc), [0]])
        axes.fill(*edge, facecolor="none", edgecolor=PALE, linewidth=0.8)
        axes.fill(share**0.5 * edge[0], share**0.5 * edge[1], color=ACCENT, alpha=0.6, lw=0)
        axes.text(1.15 * np.cos(k * np.pi / 4), 1.15 * np.sin(k * np.pi / 4), str(k), ha="center", va="center",
                  color=INK, fontsize=8)  # fmt: skip
    axes.set_aspect("equal")
    axes.set_ylim(1.3, -1.3)
    axes.axis("off")


def box(across: bool) -> Draw:
    """The box around the path, and one side of it."""

    def draw(axes: Axes, p: Path) -> None:
        track(axes, p)
        x, y = (p.x.min(), p.x.max()), (p.y.min(), p.y.max())
        axes.plot([*x, *x[::-1], x[0]], [y[0], y[0], y[1], y[1], y[0]], ":", color=PALE)
        ends = ((x[0], y[1]), (x[1], y[1])) if across else ((x[1], y[0]), (x[1], y[1]))
        axes.annotate("", *ends, arrowprops={"arrowstyle": "<->", "color": ACCENT, "lw": 2})

    return draw


def from_neighbours(axes: Axes, p: Path) -> None:
    """Distance of the middle point from the line between its neighbours."""
    track(axes, p)
    line(axes, p, PALE)
    i = 1
    axes.plot([p.x[i], p.feet[0][i]], [p.y[i], p.feet[1][i]], color=ACCENT, linewidth=2.2)

"""Line plots as inline SVG, drawn with the page's own colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from musculus.evaluate.page.style import COLOURS

WIDTH, HEIGHT, LEFT, BOTTOM, EDGE = 360, 300, 46, 40, 12
Points = Sequence[tuple[float, float]]


class Axis(NamedTuple):
    """An axis: what it says, its marks, and the scale that is even on paper."""

    label: str
    ticks: Sequence[float]
    scale: Callable[[float], float] = float
    words: Callable[[float], str] = "{:g}".format


class Line(NamedTuple):
    """A named line through points."""

    name: str
    points: Points
    dots: bool = False


def plot(title: str, across: Axis, up: Axis, lines: Sequence[Line], chance: Points = ()) -> str:
    """The plot as an SVG element; points beyond the outer marks are moved onto the edge."""

    def place(x: float, y: float) -> str:
        return f"{along(x, across, LEFT, WIDTH - EDGE):.1f},{along(y, up, HEIGHT - BOTTOM, EDGE):.1f}"

    parts = [_frame(across, up)]
    if chance:
        parts.append(f'<polyline class="chance" points="{" ".join(place(*p) for p in chance)}"/>')
    for i, line in enumerate(lines):
        ink = f"var(--{COLOURS[i % len(COLOURS)]})"
        way = " ".join(place(*p) for p in line.points)
        parts.append(f'<polyline class="curve" stroke="{ink}" points="{way}"/>')
        if line.dots:
            at = (place(*p).split(",") for p in line.points)
            parts.append("".join(f'<circle cx="{x}" cy="{y}" r="3.2" fill="{ink}"/>' for x, y in at))
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}">'
    return f"{head}{''.join(parts)}</svg>"


def key(names: Sequence[str]) -> str:
    """Which colour is which line."""
    told = (
        f'<span><i style="background:var(--{COLOURS[i % len(COLOURS)]})"></i>{escape(name)}</span>'
        for i, name in enumerate(names)
    )
    return f'<div class="key">{"".join(told)}</div>'


def bar(value: float | None, low: float | None, high: float | None, least: float = 0.5) -> str:
    """A figure with its interval on a line from `least` to 1; empty where a number is missing."""
    if value is None or low is None or high is None:
        return ""
    a, b, c = (6 + max(0.0, (v - least) / (1 - least)) * 118 for v in (low, value, high))
    return (
        f'<svg class="bar" viewBox="0 0 130 14" role="img" aria-label="from {least:g} to 1">'
        f'<path d="M6 7H124" stroke="var(--line)"/><path d="M{a:.1f} 7H{c:.1f}" stroke="var(--a)" stroke-width="4"/>'
        f'<circle cx="{b:.1f}" cy="7" r="4.5" fill="var(--a)"/></svg>'
    )


def along(value: float, axis: Axis, first: float, last: float) -> float:
    """Where a value lies between two places; one beyond the outer marks lies on the edge."""
    low, high = axis.scale(axis.ticks[0]), axis.scale(axis.ticks[-1])
    inside = min(max(value, axis.ticks[0]), axis.ticks[-1])
    return first + (axis.scale(inside) - low) / (high - low) * (last - first)


def _frame(across: Axis, up: Axis) -> str:
    floor, right = HEIGHT - BOTTOM, WIDTH - EDGE
    parts = []
    for tick in across.ticks:
        x = along(tick, across, LEFT, right)
        parts.append(f'<path class="axis" d="M{x:.1f} {EDGE}V{floor}"/>')
        parts.append(f'<text x="{x:.1f}" y="{floor + 14}" text-anchor="middle">{across.words(tick)}</text>')
    for tick in up.ticks:
        y = along(tick, up, floor, EDGE)
        parts.append(f'<path class="axis" d="M{LEFT} {y:.1f}H{right}"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{up.words(tick)}</text>')
    middle = (LEFT + right) / 2
    parts.append(f'<text x="{middle:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across.label)}</text>')
    turned = f'transform="translate(12 {(EDGE + floor) / 2:.0f}) rotate(-90)"'
    parts.append(f'<text {turned} text-anchor="middle">{escape(up.label)}</text>')
    return "".join(parts)

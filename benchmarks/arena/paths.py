"""Packages that give a path, with or without times. Without, points come as often as said beside each."""

from __future__ import annotations

import random

from common.adapter import Draw, Offer, Path, Point, serve
from common.pretended import desktop


def oxymouse(kind: str) -> Draw:
    """OxyMouse's points, a screen's frame of 60 Hz apart, thinned to a stroke's usual 30."""
    desktop()  # its Perlin noise sleeps for a second to be seeded by the clock: that clock is ours, and quick
    from oxymouse import OxyMouse

    mouse = OxyMouse(kind)

    def draw(start: Point, end: Point) -> Path:
        points = mouse.generate_coordinates(*(int(v) for v in (*start, *end)))
        step = max(len(points) // 30, 1)
        return timed([*points[:-1:step], points[-1]], 1000 / 60)

    return draw


def cursory() -> Draw:
    """Recorded people, bent to the ends, at 60 Hz with the package's own times."""
    from cursory import generate_trajectory

    def draw(start: Point, end: Point) -> Path:
        points, times = generate_trajectory(start, end, seed=random.randrange(2**31))  # noqa: S311  # no secret
        return [(float(t), x, y) for t, (x, y) in zip(times, points, strict=True)]

    return draw


def windmouse() -> Draw:
    """wind_mouse's steps, one every 8 ms."""
    from windmouse.core import wind_mouse

    def draw(start: Point, end: Point) -> Path:
        ends = [round(v) for v in (*start, *end)]
        return timed([tuple(ends[:2]), *wind_mouse(*ends), tuple(ends[2:])], 8.0)  # type: ignore[arg-type,list-item]

    return draw


def pathgenerator() -> Draw:
    """A pointer under proportional-derivative control; its points every 8 ms."""
    from pathgenerator import PDPathGenerator

    maker = PDPathGenerator()

    def draw(start: Point, end: Point) -> Path:
        points, *_ = maker.generate_path(*start, *end)
        return timed([start, *((float(x), float(y)) for x, y in points), end], 8.0)

    return draw


def timed(points: list[tuple[float, float]], ms: float) -> Path:
    """Points so many ms apart."""
    return [(i * ms, float(x), float(y)) for i, (x, y) in enumerate(points)]


if __name__ == "__main__":
    serve(
        [
            Offer("oxymouse_bezier", "oxymouse", "bezier", lambda: oxymouse("bezier")),
            Offer("oxymouse_gaussian", "oxymouse", "mixed", lambda: oxymouse("gaussian")),
            Offer("oxymouse_perlin", "oxymouse", "mixed", lambda: oxymouse("perlin")),
            Offer("cursory", "cursory", "recorded", cursory),
            Offer("windmouse_pypi", "windmouse", "wind", windmouse),
            Offer("pathgenerator", "pathgenerator", "mixed", pathgenerator),
        ]
    )

"""Packages that move the system's pointer, on a desktop that isn't there."""

from __future__ import annotations

import asyncio

from common.adapter import Draw, Offer, Path, Point, serve
from common.pretended import desktop, watched


def whole(point: Point) -> tuple[int, int]:
    """Whole pixels, which these packages want."""
    return round(point[0]), round(point[1])


def pyclick() -> Draw:
    """HumanClicker.move, 0.4 to 1.2 s as its users give it (its own default is 2 s)."""
    screen = desktop()
    import random

    from pyclick import HumanClicker

    clicker = HumanClicker()

    def draw(start: Point, end: Point) -> Path:
        return watched(screen, start, lambda: clicker.move(whole(end), duration=random.uniform(0.4, 1.2)))  # noqa: S311  # no secret

    return draw


def humancursor() -> Draw:
    """SystemCursor.move_to with its own choice of time."""
    screen = desktop()
    from humancursor.system_cursor import SystemCursor

    cursor = SystemCursor()

    def draw(start: Point, end: Point) -> Path:
        return watched(screen, start, lambda: cursor.move_to(list(whole(end))))

    return draw


def nothingtoseehere() -> Draw:
    """NeuromotorMouse.move_to a target of 50 px."""
    screen = desktop()
    from nothingtoseehere.neuromotor_input import NeuromotorMouse

    mouse = NeuromotorMouse()

    def draw(start: Point, end: Point) -> Path:
        return watched(screen, start, lambda: asyncio.run(mouse.move_to(*whole(end))))

    return draw


if __name__ == "__main__":
    serve(
        [
            Offer("pyclick", "pyclick", "bezier", pyclick),
            Offer("humancursor_system", "humancursor", "bezier", humancursor),
            Offer("nothingtoseehere", "nothingtoseehere", "mixed", nothingtoseehere),
        ]
    )

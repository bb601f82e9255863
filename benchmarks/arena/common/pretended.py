"""A desktop that isn't there: pyautogui's names over a pointer and a clock of our own.

Packages that move the system's pointer run on it unchanged, in no time: each `moveTo` is written down with the time
that the package's sleeps and pyautogui's own pause would have taken.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from common.adapter import Path, Point

FRAME = 1 / 1000  # s: no desktop takes reports faster than a mouse sends them


class Desktop(ModuleType):
    """In the place of pyautogui."""

    def __init__(self) -> None:
        super().__init__("pyautogui")
        self.now = 0.0
        self.at: tuple[int, int] = (0, 0)
        self.seen: Path = []
        self.PAUSE, self.MINIMUM_DURATION, self.MINIMUM_SLEEP, self.FAILSAFE = 0.1, 0.1, 0.05, True

    def position(self) -> tuple[int, int]:
        """Where the pointer is."""
        return self.at

    def size(self) -> tuple[int, int]:
        """Of the screen, px."""
        return 1920, 1080

    def moveTo(self, x: Any, y: Any = None, *_: Any, **__: Any) -> None:  # noqa: N802  # pyautogui's name
        """The pointer jumps there; then pyautogui pauses."""
        px, py = x if y is None else (x, y)
        self.at = (round(float(px)), round(float(py)))
        self.seen.append((self.now * 1000, float(self.at[0]), float(self.at[1])))
        self.sleep(max(float(self.PAUSE), FRAME))

    def sleep(self, seconds: float = 0.0, *_: Any) -> None:
        """Nothing but the clock goes on."""
        self.now += max(float(seconds), 0.0)

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Presses, wheels and keys do nothing."""
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def desktop() -> Desktop:
    """A new desktop; every import of pyautogui and every sleep from now on is its own."""
    found = Desktop()
    sys.modules["pyautogui"] = found
    time.sleep = found.sleep
    for name in ("time", "monotonic", "perf_counter"):
        setattr(time, name, lambda: found.now)

    async def rest(seconds: float = 0.0, *_: Any) -> None:
        found.sleep(seconds)

    asyncio.sleep = rest  # type: ignore[assignment]
    return found


def watched(screen: Desktop, start: Point, act: Callable[[], None]) -> Path:
    """What the pointer did while something moved it from there."""
    screen.at, screen.seen = (round(start[0]), round(start[1])), []
    begun = screen.now
    act()
    first = (0.0, float(round(start[0])), float(round(start[1])))
    return [first, *((t - begun * 1000, x, y) for t, x, y in screen.seen)]

"""The system's pointer, moved by a package for desktops: python pointer.py "" pyautogui|pyclick|humancursor.

The targets' places are in PLACES, as JSON; a screen is at DISPLAY.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

Click = Callable[[int, int], None]


def tween() -> Click:
    """Pyautogui's own easing, half a second each."""
    import pyautogui

    pyautogui.FAILSAFE = False

    def go(x: int, y: int) -> None:
        pyautogui.moveTo(x, y, duration=0.5, tween=pyautogui.easeInOutQuad)
        pyautogui.click()

    return go


def pyclick() -> Click:
    """HumanClicker, 0.4 to 1.2 s each."""
    from pyclick import HumanClicker

    clicker = HumanClicker()

    def go(x: int, y: int) -> None:
        clicker.move((x, y), random.uniform(0.4, 1.2))  # noqa: S311  # no secret
        clicker.click()

    return go


def humancursor() -> Click:
    """HumanCursor's SystemCursor."""
    from humancursor import SystemCursor

    cursor = SystemCursor()
    return lambda x, y: cursor.click_on([x, y])


def main(_: str, how: str) -> None:
    """Click each place."""
    Path("~/.Xauthority").expanduser().touch()  # pyautogui's X library wants one, were it empty
    click = {"pyautogui": tween, "pyclick": pyclick, "humancursor": humancursor}[how]()
    for x, y in json.loads(os.environ["PLACES"]):
        click(round(x), round(y))
        time.sleep(random.uniform(0.2, 0.5))  # noqa: S311  # no secret


if __name__ == "__main__":
    main(*sys.argv[1:])

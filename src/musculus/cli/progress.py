"""A line of progress with the remaining time, on a terminal only."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType
from typing import TextIO

EVERY = 0.1  # seconds between two drawings


class Progress:
    """Draws `reading  43 %  0:12 left  session_0123` on standard error while that is a terminal, else nothing.

    Called with (done, total, name), the way the library tells how far it is. On leaving the line is wiped.
    """

    def __init__(self, what: str, stream: TextIO | None = None) -> None:
        self.what = what
        self.stream = stream if stream is not None else sys.stderr
        self.shown = self.stream.isatty()
        self.began = time.monotonic()
        self.drawn = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.shown and self.drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def __call__(self, done: int, total: int, name: str = "") -> None:
        """Draw the line anew, at most ten times a second."""
        now = time.monotonic()
        if not self.shown or (now - self.drawn < EVERY and done < total):
            return
        self.drawn = now
        line = f"{self.what} {share(done, total)}  {remaining(now - self.began, done, total)}  {name}"
        self.stream.write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])
        self.stream.flush()


def share(done: int, total: int) -> str:
    """How much is done, in per cent.

    >>> share(1, 3)
    ' 33 %'
    """
    return f"{100 * done // max(total, 1):3d} %"


def remaining(elapsed: float, done: int, total: int) -> str:
    """How long it will take from here, if it goes on as it has.

    >>> remaining(10.0, 1, 10)
    '1:30 left'
    """
    if not done:
        return "..."
    seconds = round(elapsed * max(total - done, 0) / done)
    hours, minutes = divmod(seconds // 60, 60)
    clock = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{clock}:{seconds % 60:02d} left"

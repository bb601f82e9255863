"""A picture of a whole page at a width, taken by Chromium, for maps to lie on."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import tempfile
import time
from fcntl import F_DUPFD_CLOEXEC, fcntl
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from musculus.errors import DataError, UsageError

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE: Final = 30.0  # seconds
TALLEST: Final = 16_000  # px: a browser's pictures end there
QUIET: Final = 0.3  # seconds after the load, for fonts and what scripts put in


def shot(
    url: str, path: str | Path, width: int = 1280, height: int = 800, scale: float = 1.0, browser: str | None = None
) -> tuple[int, int]:
    """Take a picture (PNG) of the whole page in a window of `width` x `height` px; gives the page's size, CSS px.

    `scale` is the device pixel ratio. The browser is that of the environment's CHROMIUM, or one on the path; it runs
    with an empty profile of its own. UsageError without a browser, DataError where the page can't be had.
    """
    if not (100 <= width <= 10_000 and 100 <= height <= 10_000):
        raise UsageError(f"a window of {width} x {height} px; a side is from 100 to 10,000 px")
    if not Path(path).absolute().parent.is_dir():
        raise UsageError(f"there is no folder {Path(path).parent} to write {Path(path).name} to")
    found = browser or os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise UsageError("a picture needs Chromium or Chrome: install one, or name it in CHROMIUM")
    with Chromium(found) as chromium:
        chromium.open(url, width, height, scale)
        size = chromium("Page.getLayoutMetrics")["cssContentSize"]
        whole = {"x": 0, "y": 0, "width": width, "height": min(max(size["height"], height), TALLEST), "scale": 1}
        picture = chromium("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=whole)
    Path(path).write_bytes(base64.b64decode(picture["data"]))
    return width, int(whole["height"])


class Chromium:
    """A headless browser that is told what to do through a pipe; it ends when the block is left."""

    def __init__(self, program: str) -> None:
        self.profile = tempfile.mkdtemp(prefix="musculus-shot-")
        arguments = [
            program, "--headless", "--remote-debugging-pipe", "--hide-scrollbars", "--no-first-run", "--disable-gpu",
            "--disable-background-networking", "--disable-dev-shm-usage", f"--user-data-dir={self.profile}",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium refuses to run as root with one
        self.out, self.into, self.pid = _started(program, arguments)
        self.rest = b""
        self.number = 0
        self.session: str | None = None
        self.events: set[str] = set()

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self.into)
        os.close(self.out)
        try:
            os.kill(self.pid, signal.SIGTERM)
            os.waitpid(self.pid, 0)
        except ProcessLookupError:
            pass
        shutil.rmtree(self.profile, ignore_errors=True)

    def open(self, url: str, width: int, height: int, scale: float) -> None:
        """Open a page in a window of this size and wait until it has loaded."""
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self("Page.enable")
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        self.events.clear()
        failed = self("Page.navigate", url=url).get("errorText")
        if failed:
            raise DataError(f"{url} can't be opened: {failed}")
        until = time.monotonic() + PATIENCE
        while "Page.loadEventFired" not in self.events:
            if self._read(until) is None:
                raise DataError(f"{url} has not loaded in {PATIENCE:.0f} s")
        quiet = time.monotonic() + QUIET
        while self._read(quiet) is not None:
            pass

    def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the browser's protocol, and its answer; DataError where it is refused or never comes."""
        self.number += 1
        said: dict[str, Any] = {"id": self.number, "method": method, "params": params}
        if self.session:
            said["sessionId"] = self.session
        os.write(self.into, json.dumps(said).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while (got := self._read(until)) is not None:
            if got.get("id") == self.number:
                if "error" in got:
                    raise DataError(f"the browser refused {method}: {got['error'].get('message')}")
                result: dict[str, Any] = got["result"]
                return result
        raise DataError(f"the browser has not answered {method} in {PATIENCE:.0f} s")

    def _read(self, until: float) -> dict[str, Any] | None:
        """The next message; None where none comes in time. Events are remembered by name."""
        parts = [self.rest]
        while b"\0" not in parts[-1]:
            if not select.select([self.out], [], [], max(0.0, until - time.monotonic()))[0]:
                self.rest = b"".join(parts)
                return None
            parts.append(os.read(self.out, 1 << 16))
            if not parts[-1]:
                raise DataError("the browser has ended before it answered; does it start by hand with --headless?")
        line, _, self.rest = b"".join(parts).partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self.events.add(message["method"])
        return message


def _started(program: str, arguments: list[str]) -> tuple[int, int, int]:
    """Start the browser: it reads commands from its file 3 and writes to its file 4. (our end of 4, of 3, its id)."""
    reads, into = os.pipe()
    out, writes = os.pipe()
    theirs = [fcntl(end, F_DUPFD_CLOEXEC, 10) for end in (reads, writes)]  # out of the way of 3 and 4
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, theirs[0], 3), (os.POSIX_SPAWN_DUP2, theirs[1], 4),
               (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]  # fmt: skip
    try:
        pid = os.posix_spawn(program, arguments, os.environ, file_actions=actions)
    except OSError as e:
        os.close(into)
        os.close(out)
        raise UsageError(f"{program} can't be started: {e.strerror}; name a Chromium in CHROMIUM") from e
    finally:
        for end in (reads, writes, null, *theirs):
            os.close(end)
    return out, into, pid

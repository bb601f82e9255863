"""A server of our own, and what it says of a visit that something drives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path(__file__).resolve().parents[2] / "src"
PATIENCE: Final = 20.0  # s that a visit's last events may take to arrive
QUIET: Final = 2.5  # s without a new event after which a visit is over: the collector sends every second
TARGETS: Final = [f"#target-{i}" for i in range(1, 10)]


@dataclass(frozen=True)
class Visit:
    """What the server says of one visit: its verdict, the events it holds, rules and measures among its reasons."""

    verdict: str
    events: int
    rules: tuple[str, ...]
    others: tuple[str, ...]


@contextmanager
def server() -> Iterator[str]:
    """The address of a server that was started for this, with a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{Path(folder) / 'visits.db'}"
        command = [sys.executable, "-m", "musculus", "serve", "--port", "0", "--store", store]
        given = {**os.environ, "PYTHONPATH": str(SOURCE)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=given) as process:  # noqa: S603  # a list
            assert process.stdout is not None
            try:
                yield process.stdout.readline().split("  ")[-1].strip().removesuffix("/demo")
            finally:
                process.terminate()
                process.wait(timeout=60)


def ask(url: str) -> Any:
    """The JSON at an address of our own server."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  # http on loopback
        return json.loads(answer.read())


def visited(at: str, drive: Callable[[str], None]) -> Visit | None:
    """What the server says of the visit that is driven so; None where no visit was recorded."""
    from musculus.score.rules import RULES

    before = _recordings(at)
    drive(f"{at}/demo")
    new = _arrived(at, before)
    if new is None:
        return None
    said = ask(f"{at}/v1/recordings/{new}/verdict")
    names = [reason["name"] for reason in said["reasons"]]
    rules = tuple(name for name in names if name in RULES)
    return Visit(said["verdict"], int(said["events"]), rules, tuple(name for name in names if name not in RULES))


def _recordings(at: str) -> dict[str, int]:
    return {row["recording"]: int(row["events"]) for row in ask(f"{at}/v1/recordings")["recordings"]}


def _arrived(at: str, before: dict[str, int]) -> str | None:
    """The new recording, once no event of it has come for a while."""
    until, quiet, seen = time.monotonic() + PATIENCE, time.monotonic() + QUIET, -1
    while time.monotonic() < until and time.monotonic() < quiet:
        now = {k: n for k, n in _recordings(at).items() if k not in before}
        if sum(now.values()) != seen:
            seen, quiet = sum(now.values()), time.monotonic() + QUIET
        time.sleep(0.25)
    new = {k: n for k, n in _recordings(at).items() if k not in before}
    return max(new, key=lambda k: new[k]) if new else None

"""Programs that drive a browser in a process of their own: Puppeteer, Selenium, the system's pointer, fetchers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from browsers.inside import ARGS, HEIGHT, WIDTH, chromium

HOME: Final = Path(__file__).resolve().parents[1] / "arena"
PYTHON: Final = HOME / ".venv" / "bin" / "python"
LIVE: Final = HOME / "live"
PATIENCE: Final = 180.0  # s

class Trouble(Exception):
    """A program that failed, in one line."""


Places = list[tuple[float, float]]
Drive = Callable[[str], None]


def has_node(*packages: str) -> str:
    """What is missing for a program of Node.js with these packages; empty where all is there."""
    if not shutil.which("node"):
        return "no Node.js"
    absent = [name for name in packages if not (HOME / "node_modules" / name).is_dir()]
    return f"no {absent[0]}: benchmarks/arena/common/install.py" if absent else ""


def has_python(*modules: str) -> str:
    """What is missing for a program of the adapters' Python with these modules; empty where all is there."""
    if not PYTHON.is_file():
        return "no benchmarks/arena/.venv: benchmarks/arena/common/install.py"
    code = f"from importlib.util import find_spec; print([m for m in {modules!r} if not find_spec(m)])"
    done = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=False)  # noqa: S603  # a list
    return "" if done.stdout.strip() == "[]" else f"no {', '.join(modules)} in benchmarks/arena/.venv"


def has(*tools: str) -> str:
    """What is missing of the system's tools; empty where all are there."""
    absent = [tool for tool in tools if not shutil.which(tool)]
    return f"no {absent[0]}" if absent else ""


def program(command: list[str], how: str, **surroundings: str) -> Drive:
    """A visit by a program that is given the address and how."""

    def drive(url: str) -> None:
        given = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | surroundings
        done = subprocess.run(  # noqa: S603  # a list, programs of our own
            [*command, url, how], capture_output=True, text=True, timeout=PATIENCE, check=False,
            env={**given, "CHROMIUM": chromium() or ""},
        )  # fmt: skip
        if done.returncode:
            raise Trouble(f"{how}: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")

    return drive


def puppeteer(how: str) -> Drive:
    """A visit by Puppeteer."""
    return program(["node", str(LIVE / "puppeteer.mjs")], how)


def selenium(how: str) -> Drive:
    """A visit by Selenium, on a screen where a package asks for one though it needs none."""
    command, driver = [str(PYTHON), str(LIVE / "webdriver.py")], shutil.which("chromedriver") or ""

    def drive(url: str) -> None:
        if how != "humancursor":
            return program(command, how, CHROMEDRIVER=driver)(url)
        with screen() as display:
            return program(command, how, CHROMEDRIVER=driver, DISPLAY=display)(url)

    return drive


def on_screen(act: Callable[[Places, str], None], places: Places) -> Drive:
    """A visit in a window of its own on a screen that isn't there, where the system's pointer is moved."""

    def drive(url: str) -> None:
        with screen() as display, window(url, display):
            act(places, display)
            time.sleep(2.0)  # the collector sends once a second

    return drive


def system_pointer(how: str) -> Callable[[Places, str], None]:
    """The system's pointer, moved by a package for desktops."""

    def act(places: Places, display: str) -> None:
        drive = program([str(PYTHON), str(LIVE / "pointer.py")], how, DISPLAY=display, PLACES=json.dumps(places))
        drive("")

    return act


def xdotool(words: Callable[[Places], list[str]]) -> Callable[[Places, str], None]:
    """The system's pointer, moved by these words of xdotool."""

    def act(places: Places, display: str) -> None:
        tool = [shutil.which("xdotool") or "xdotool", *words(places)]
        given = {**os.environ, "DISPLAY": display}
        subprocess.run(tool, check=True, capture_output=True, timeout=PATIENCE, env=given)  # noqa: S603  # a list

    return act


@contextmanager
def screen() -> Iterator[str]:
    """An X server without a screen; it says which number it took."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:  # noqa: S603  # a list
        assert process.stdout is not None
        yield f":{process.stdout.readline().strip()}"
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def window(url: str, display: str) -> Iterator[None]:
    """Chromium as a person starts it, the page filling the screen; nothing drives it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [chromium() or "chromium", *ARGS, "--kiosk", "--no-first-run", "--disable-features=Translate"]
        command += [f"--window-size={WIDTH},{HEIGHT}", f"--user-data-dir={profile}", url]
        given = {**os.environ, "DISPLAY": display}
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=given) as process:  # noqa: S603  # a list
            time.sleep(6.0)  # nobody says when a window is ready
            yield
            process.terminate()
            process.wait(timeout=20)


def fetched(url: str) -> None:
    """The page's text is read, its scripts are not run."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  # http on loopback
        answer.read()


def dumped(url: str) -> None:
    """Chromium without a window writes the page down, scripts run, no event comes."""
    command = [chromium() or "chromium", "--headless", *ARGS, "--virtual-time-budget=4000", "--dump-dom", url]
    subprocess.run(command, check=False, capture_output=True, timeout=60)  # noqa: S603  # a list



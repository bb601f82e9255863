"""Take the pictures of the stories anew: `python docs/pictures.py`, with Chromium and the environment of the tests.

Nobody's visits are on them: a scripted pointer lives through the stories of the documentation, and simulated people are
reported on. Run it when the pages have come to look different.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "examples"))

from making.stories import Terminal, blocks  # noqa: E402 - its folder joins the path above
from simulated_people import people  # noqa: E402

PICTURES = HERE / "static" / "pictures"
PORT = 8799
SIZE = {"width": 1000, "height": 760}
PATIENCE = 60_000


def main() -> None:
    """Live through the stories, and take each picture light and dark."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        root = HERE.parent
        environment = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                       "PYTHONPATH": str(root / "src"), "MAKEFLAGS": f"-f {folder}/Makefile"}  # fmt: skip
        Path(folder, "Makefile").write_text(
            "serve:\n\t@exec musculus serve --port $(PORT)\nenv:\n\t@mkdir -p .venv/bin && : > .venv/bin/activate\n"
        )
        Path(folder, "examples").symlink_to(root / "examples")
        with Terminal(Path(folder), PORT, environment) as terminal:
            story(terminal, browser)
        research(Path(folder), environment, browser)
        browser.close()


class Quiet(SimpleHTTPRequestHandler):
    """The files of a folder, with no word about each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has in the base
        """Say nothing."""


def story(terminal: Terminal, browser: Browser) -> None:
    """The pages of the server, after visits to the page of the story."""
    [serve, page] = [b for b in blocks("story-ux") if b.language == "html" or b.text == "make serve\n"]
    terminal.run(serve)
    terminal.save(page)
    files = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(terminal.folder)))
    threading.Thread(target=files.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{files.server_port}/{page.name}"
    rng = np.random.default_rng(2)
    for k in range(7):
        visit(browser, address, ("green", "black")[int(rng.random() < 0.4)], rng, k)
    home = f"http://127.0.0.1:{PORT}"
    with shown(browser, f"{home}/") as pages:
        for scheme, page_ in pages:
            page_.locator("tbody a").first.click()
            page_.locator("#replay[data-ready]").wait_for(timeout=PATIENCE)
            for _ in range(9):
                page_.keyboard.press("ArrowRight")
            taken(page_, "visit", scheme, 1400)
            page_.locator("#strokes button").nth(1).click()
            page_.evaluate("scrollTo(0, 0)")
            taken(page_, "replay", scheme, 860)
    with shown(browser, f"{home}/maps") as pages:
        for scheme, page_ in pages:
            page_.get_by_text("n = ").first.wait_for(timeout=PATIENCE)
            taken(page_, "maps", scheme, 1000)


def visit(browser: Browser, address: str, tea: str, rng: np.random.Generator, k: int) -> None:
    """One visit to the page of the tea, by a pointer that moves as simulated people do."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(address)
    page.wait_for_function("window.musculus")
    strokes = people(1, 1, 8)
    at = np.array([640.0, 400.0])
    names = (f"[data-musculus={tea}]", "#story", "[data-musculus=whom]", "[data-musculus=order]")
    for number, name in enumerate(names):
        page.locator(name).scroll_into_view_if_needed()
        box = page.locator(name).bounding_box()
        assert box
        goal = np.array([box["x"], box["y"]]) + np.array([box["width"], box["height"]]) * rng.uniform(0.25, 0.75, 2)
        walk(page, strokes, (k + number) % 7, at, goal)
        page.mouse.down()
        page.wait_for_timeout(float(rng.uniform(60, 120)))
        page.mouse.up()
        if "whom" in name:
            page.keyboard.type("the cat", delay=float(rng.uniform(70, 120)))
        at = goal
    page.close(run_before_unload=True)


def walk(page: Page, strokes: object, which: int, start: np.ndarray, goal: np.ndarray) -> None:
    """A simulated stroke, turned and stretched onto this way, at its own pace."""
    from musculus import Events, cut_events

    assert isinstance(strokes, Events)
    cuts = cut_events(strokes, "stroke")
    rows = slice(int(cuts.start[which]), int(cuts.end[which]))
    z = strokes.x[rows] + 1j * strokes.y[rows]
    way = complex(*(goal - start))
    z = complex(*start) + (z - z[0]) * way / (z[-1] - z[0])
    for wait, place in zip(np.diff(strokes.t[rows], prepend=strokes.t[rows][0]), z, strict=True):
        page.wait_for_timeout(float(max(wait - 2, 0)))
        page.mouse.move(place.real, place.imag)


def research(folder: Path, environment: dict[str, str], browser: Browser) -> None:
    """The report of the story of a researcher."""
    with Terminal(folder, PORT, environment) as terminal:
        for block in blocks("story-research"):
            if block.language == "sh":
                terminal.run(block)
    with shown(browser, (folder / "report.html").as_uri()) as pages:
        for scheme, page in pages:
            taken(page, "report", scheme, 980)


@contextmanager
def shown(browser: Browser, address: str) -> Iterator[list[tuple[str, Page]]]:
    """An address in a light and a dark window."""
    pages = []
    for scheme in ("light", "dark"):
        page = browser.new_page(viewport=SIZE, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address)
        pages.append((scheme, page))
    yield pages
    for _, page in pages:
        page.close()


def taken(page: Page, name: str, scheme: str, height: int) -> None:
    """The top of the page as a picture."""
    page.set_viewport_size({"width": SIZE["width"], "height": height})
    page.wait_for_timeout(600)
    page.screenshot(path=PICTURES / f"{name}-{scheme}.png")


if __name__ == "__main__":
    main()

"""What a page meets from inside the browser: Playwright, the raw DevTools protocol, scripts of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from browsers.visits import TARGETS

ARGS: Final = ("--no-sandbox", "--window-position=0,0")
WIDTH, HEIGHT = 1400, 1000  # of the window, px


def chromium() -> str | None:
    """Where Chromium is: CHROMIUM, or what the system has."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def page(url: str, **options: Any) -> Iterator[Any]:
    """A page of Playwright's with our demo in it; its last events are sent before it closes."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        args = [*ARGS, f"--window-size={WIDTH},{HEIGHT}", *options.pop("args", [])]
        browser = playwright.chromium.launch(executable_path=chromium(), args=args, **options)
        found = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        with found.expect_response("**/v1/ingest"):
            found.goto(url)
            found.wait_for_selector(TARGETS[-1])
        yield found
        with found.expect_request("**/v1/ingest"):
            found.evaluate("window.dispatchEvent(new Event('pagehide'))")
        browser.close()


def places(url: str) -> list[tuple[float, float]]:
    """The middles of the targets in a window of this size."""
    with page(url) as found:
        return [middle(found, target) for target in TARGETS]


def middle(found: Any, selector: str) -> tuple[float, float]:
    """The middle of an element, CSS px."""
    box = found.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def by(act: Callable[[Any], None]) -> Callable[[str], None]:
    """A visit in which a page is acted upon."""

    def drive(url: str) -> None:
        with page(url) as found:
            act(found)

    return drive


def clicks(found: Any) -> None:
    """page.click on each target."""
    for target in TARGETS:
        found.click(target)


def steps(found: Any, n: int = 25) -> None:
    """mouse.move in so many steps, then press and release."""
    for target in TARGETS:
        found.mouse.move(*middle(found, target), steps=n)
        found.mouse.down()
        found.mouse.up()


def typing_and_wheel(found: Any, delay: float = 0.0) -> None:
    """Fill in the form with typed keys, each held so many ms, turn the wheel."""
    found.click("input[name=name]")
    found.keyboard.type("somebody who types", delay=delay)
    found.click("textarea")
    found.keyboard.type("a thought about mice and what moves them", delay=delay)
    for _ in range(12):
        found.mouse.wheel(0, 100)
        found.wait_for_timeout(50)


def protocol(found: Any) -> None:
    """Input.dispatchMouseEvent, as many a tool sends it."""
    session = found.context.new_cdp_session(found)
    for target in TARGETS:
        x, y = middle(found, target)
        for k in range(1, 21):
            session.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x * k / 20, "y": y * k / 20})
        for kind in ("mousePressed", "mouseReleased"):
            about = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
            session.send("Input.dispatchMouseEvent", about)


def element_click(found: Any) -> None:
    """element.click() from a script."""
    found.evaluate("names => names.forEach(name => document.querySelector(name).click())", TARGETS)


def dispatched(found: Any) -> None:
    """Pointer and mouse events made by a script."""
    found.evaluate(
        """names => names.forEach(name => {
          const element = document.querySelector(name), box = element.getBoundingClientRect();
          const at = {bubbles: true, clientX: box.x + 9, clientY: box.y + 9};
          for (const kind of ["pointermove", "pointerdown", "pointerup"])
            element.dispatchEvent(new PointerEvent(kind, {...at, pointerType: "mouse", isPrimary: true}));
          element.dispatchEvent(new MouseEvent("click", at));
        })""",
        TARGETS,
    )


def looked_at(found: Any) -> None:
    """Nothing: the page is shown, no event comes."""

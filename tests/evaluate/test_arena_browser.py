"""The browser arena: the real collector on the demo page, driven as automation drives it, judged by the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from musculus.events import KIND, Events
from musculus.read import read
from musculus.score.rules import RULES

pytestmark = pytest.mark.browser

TARGETS = [f"#target-{i}" for i in range(1, 10)]
Drive = Callable[[Page], None]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, at this address."""
    store = f"sqlite:///{tmp_path_factory.mktemp('arena') / 'a.db'}"
    command = [sys.executable, "-m", "musculus", "serve", "--port", "0", "--store", store]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split("  ")[-1].strip().removesuffix("/demo")
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def chromium(**options: Any) -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not executable:
        pytest.skip("no Chromium: apt install chromium, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--window-position=0,0", *options.pop("args", [])]
        browser = playwright.chromium.launch(executable_path=executable, args=args, **options)
        yield browser
        browser.close()


def ask(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.loads(answer.read())


def verdict(browser: Browser, server: str, drive: Drive) -> dict[str, Any]:
    """What the server says of a visit that is driven so."""
    before = {row["recording"] for row in ask(f"{server}/v1/recordings")["recordings"]}
    page = browser.new_page()
    with page.expect_response("**/v1/ingest"):  # the page has said that it is shown
        page.goto(f"{server}/demo")
        page.wait_for_selector(TARGETS[-1])
    drive(page)
    with page.expect_request("**/v1/ingest"):
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    page.close()
    [new] = {row["recording"] for row in ask(f"{server}/v1/recordings")["recordings"]} - before
    found: dict[str, Any] = ask(f"{server}/v1/recordings/{new}/verdict")
    return found


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def playwright_click(page: Page) -> None:
    for target in TARGETS:
        page.click(target)


def playwright_steps(page: Page) -> None:
    for target in TARGETS:
        page.mouse.move(*middle(page, target), steps=25)
        page.mouse.down()
        page.mouse.up()


def raw_protocol(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    for target in TARGETS:
        x, y = middle(page, target)
        for k in range(1, 21):
            session.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x * k / 20, "y": y * k / 20})
        for kind in ("mousePressed", "mouseReleased"):
            about = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
            session.send("Input.dispatchMouseEvent", about)


def element_click(page: Page) -> None:
    page.evaluate("names => names.forEach(name => document.querySelector(name).click())", TARGETS)


def dispatched(page: Page) -> None:
    page.evaluate(
        """names => names.forEach(name => {
          const element = document.querySelector(name), box = element.getBoundingClientRect();
          const at = {bubbles: true, clientX: box.x + 9, clientY: box.y + 9};
          for (const kind of ["pointermove", "pointerdown", "pointerup"])
            element.dispatchEvent(new PointerEvent(kind, {...at, pointerType: "mouse", isPrimary: true}));
          element.dispatchEvent(new MouseEvent("click", at));
        })""",
        TARGETS,
    )


TELLS: dict[str, tuple[Drive, set[str], str]] = {
    "playwright click": (playwright_click, {"click_by_jump", "short_hold"}, "unsure bot"),
    "playwright steps": (playwright_steps, {"fractional_moves", "short_hold"}, "unsure bot"),
    "raw protocol": (raw_protocol, {"press_without_pressure", "fractional_moves", "short_hold"}, "bot"),
    "element.click()": (element_click, {"untrusted", "click_without_coordinates"}, "bot"),
    "dispatchEvent": (dispatched, {"untrusted"}, "bot"),
}


@pytest.mark.parametrize("how", TELLS)
def test_what_drives_the_browser_is_named_by_a_rule(how: str, server: str) -> None:
    drive, rules, verdicts = TELLS[how]
    with chromium() as browser:
        found = verdict(browser, server, drive)
    assert rules <= {reason["name"] for reason in found["reasons"]}
    assert found["verdict"] in verdicts.split()


def test_a_page_that_is_only_fetched_and_shown_gets_unsure_for_want_of_events(server: str) -> None:
    with chromium() as browser:
        found = verdict(browser, server, lambda _: None)
    assert (found["verdict"], [reason["name"] for reason in found["reasons"]]) == ("unsure", ["no events"])


@pytest.mark.slow
def test_strokes_of_people_driven_through_the_systems_own_pointer_break_no_rule(
    server: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tool in ("xdotool", "Xvfb"):
        if not shutil.which(tool):
            pytest.skip(f"no {tool}: apt install xdotool xvfb")
    person = read(data / "pointclick" / "events.parquet")[0]
    with screen() as display:
        monkeypatch.setenv("DISPLAY", display)
        with chromium(headless=False, args=["--window-size=1400,1000"]) as browser:
            found = verdict(browser, server, lambda _: xdotool(acts(person, 8)))
    assert found["strokes"] >= 6
    assert {reason["name"] for reason in found["reasons"]} & set(RULES) == set()


@contextmanager
def screen() -> Iterator[str]:
    """An X server without a screen; it says which number it took."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield f":{process.stdout.readline().strip()}"
        process.terminate()
        process.wait(timeout=20)


def acts(person: Events, n: int) -> list[str]:
    """The first n strokes of a recording as commands of xdotool: the person's times and places, made to fit.

    The recording tells no holds: they are drawn as people's are.
    """
    rng = np.random.default_rng(0)
    last = np.flatnonzero(person.kind == KIND["click"])[n]
    words: list[str] = []
    before = float(person.t[0])
    for t, x, y, kind in zip(person.t, person.x, person.y, person.kind, strict=True):
        if t > person.t[last]:
            break
        words += ["sleep", f"{max(t - before, 0) / 1000:.4f}"]
        if kind == KIND["click"]:
            words += ["mousedown", "1", "sleep", f"{rng.uniform(0.07, 0.12):.4f}", "mouseup", "1"]
        else:
            words += ["mousemove", f"{100 + x / 2:.0f}", f"{250 + y / 2:.0f}"]
        before = float(t)
    return words


def xdotool(words: list[str]) -> None:
    subprocess.run(["xdotool", *words], check=True, capture_output=True, timeout=60)

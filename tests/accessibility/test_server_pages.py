"""Every page of the server with visits in it, light and dark, wide and narrow: used by anybody, and asking nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect
from tests.accessibility import axe, walk
from tests.serve.conftest import Server
from tests.serve.test_browser import PATIENCE, demo, drive

from musculus.serve.panels import panels
from musculus.serve.replay.strokes import SHOWN

pytestmark = pytest.mark.browser
COLOURS = """new Set(new Uint32Array(
  stage.getContext("2d").getImageData(0, 0, stage.width, stage.height).data.buffer)).size"""
KINDS = ("moves", "dwell", "attention", "scroll", "keys", "difference")
Scheme = Literal["light", "dark"]


async def lived(browser: Browser, server: Server) -> None:
    """A visit with movements, clicks, keys and targets; and one of a script."""
    page = await demo(browser, server)
    for k in range(1, 6):
        await page.mouse.move(100 * k, 60 * k, steps=8)
    await page.locator("#target-1").click()
    await page.get_by_label("Name").press_sequentially("some words")
    await page.mouse.click(5, 400)
    await page.close(run_before_unload=True)
    page = await demo(browser, server)
    await page.evaluate("document.getElementById('target-2').click()")
    await page.close(run_before_unload=True)


@pytest.fixture(scope="module")
def lively() -> Iterator[Server]:
    """A server with two visits."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        server = Server(f"sqlite:///{folder}/store.db")

        async def story(browser: Browser) -> None:
            await lived(browser, server)
            page = await browser.new_page()
            await page.goto(server.origin)
            await expect(page.locator("tbody .verdict:not(.pending)")).to_have_count(2, timeout=PATIENCE)

        try:
            drive(story)
            yield server
        finally:
            server.stop()


async def opened(page: Page, server: Server) -> list[str]:
    """The addresses of all pages; the last is that of the visit with the most in it."""
    await page.goto(server.origin)
    visit = await page.locator("tbody tr:last-child a").first.get_attribute("href")
    maps = [f"/maps?kind={kind}" for kind in KINDS]
    return [*(panel.path for panel in panels()), *maps, "/demo", "/login", "/nothing-here", str(visit)]


async def ready(page: Page, path: str) -> None:
    """Wait until what scripts draw is there."""
    if path.startswith("/maps") and await page.locator("#map-said").count():
        await expect(page.locator("#map-said")).to_contain_text("n = ", timeout=PATIENCE)
    if path.startswith("/recordings/"):
        await page.locator("#replay[data-ready]").wait_for(timeout=PATIENCE)
        await page.locator("#strokes button").first.click()
        await expect(page.locator("#measures-rows tr")).to_have_count(len(SHOWN))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_has_one_heading_and_asks_nobody_else(lively: Server, scheme: Scheme) -> None:
    complaints: list[str] = []

    async def story(browser: Browser) -> int:
        phone = await browser.new_context(viewport={"width": 400, "height": 760}, color_scheme=scheme)
        page = await phone.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(lively.origin) else complaints.append(r.url))
        page.on("console", lambda said: None if "404" in said.text else complaints.append(said.text))
        colours = 0
        for path in await opened(page, lively):
            await page.goto(lively.origin + path)
            await ready(page, path)
            if (width := await page.evaluate("document.documentElement.scrollWidth")) > 400:
                complaints.append(f"{path} is {width} px wide in a window of 400")
            if path != "/nothing-here" and [await page.locator(tag).count() for tag in ("h1", "main")] != [1, 1]:
                complaints.append(f"{path} has not one heading and one main part")
            if path.startswith("/recordings/"):
                colours = await page.evaluate(COLOURS)
        return colours

    assert drive(story) > 20
    assert complaints == []


@pytest.mark.parametrize("width", [400, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_worse_than_minor_on_any_page(lively: Server, scheme: Scheme, width: int) -> None:
    script = axe.script()
    complaints: list[str] = []

    async def story(browser: Browser) -> None:
        window = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = await window.new_page()
        for path in await opened(page, lively):
            await page.goto(lively.origin + path)
            await ready(page, path)
            if not await page.locator("main").count():
                continue  # an answer for machines
            await page.evaluate(script)
            complaints.extend(f"{path} {found}" for found in await page.evaluate(axe.FOUND, axe.WORSE_THAN_MINOR))

    drive(story)
    assert complaints == []


@pytest.mark.parametrize("width", [400, 1440])
def test_the_tab_key_comes_to_everything_and_one_sees_where_one_is(lively: Server, width: int) -> None:
    complaints: list[str] = []

    async def story(browser: Browser) -> None:
        window = await browser.new_context(viewport={"width": width, "height": 760}, reduced_motion="reduce")
        page = await window.new_page()
        for path in await opened(page, lively):
            await page.goto(lively.origin + path)
            await ready(page, path)
            complaints.extend(f"{path} {found}" for found in await walk.complaints(page))
            moving = await page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length")
            complaints.extend([f"{path} moves by itself"] * bool(moving))

    drive(story)
    assert complaints == []

"""The whole way in a real Chromium: a visit to the demo page, its events in the store, its verdict on the pages."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable
from typing import TypeVar

import numpy as np
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from tests.serve.conftest import Server

from musculus.events import KIND
from musculus.store import open_store
from musculus.store.base import Query
from musculus.store.recording import events_of

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 20_000  # ms
RUNNING = "new Promise(go => { const look = () => window.musculus ? go() : setTimeout(look, 5); look() })"
T = TypeVar("T")


def drive(story: Callable[[Browser], Awaitable[T]]) -> T:
    """Run a story in a fresh headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium here")

    async def run() -> T:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            try:
                return await story(browser)
            finally:
                await browser.close()

    return asyncio.run(run())


async def demo(browser: Browser, server: Server) -> Page:
    """The demo page with the collector running in it."""
    page = await browser.new_page(viewport={"width": 1100, "height": 760})
    await page.goto(f"{server.origin}/demo", wait_until="load")
    await page.evaluate(RUNNING)
    return page


def visits(server: Server) -> list[str]:
    store = open_store(server.store, readonly=True)
    found = [row.recording for row in store.recordings(Query(limit=200))]
    store.close()
    return found


def test_every_event_of_a_visit_is_in_the_store_once_and_the_list_shows_its_verdict(server: Server) -> None:
    points = [(60 + 2.5 * k, 120 + (k * 37) % 300) for k in range(300)]

    async def story(browser: Browser) -> str:
        page = await demo(browser, server)
        devtools = await page.context.new_cdp_session(page)
        moves = [
            devtools.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y}) for x, y in points
        ]  # sent without waiting for one another: Chromium coalesces them
        await asyncio.gather(*moves)
        for k in (1, 2, 3):
            await page.locator(f"#target-{k}").click()
        await page.close(run_before_unload=True)
        watching = await browser.new_page()
        await watching.goto(server.origin)
        shown = watching.locator("tbody tr").first.locator(".verdict:not(.pending)")
        await expect(shown).to_be_visible(timeout=PATIENCE)
        return await shown.inner_text()

    before = set(visits(server))
    assert drive(story) in ("human", "bot", "unsure")
    [recording] = set(visits(server)) - before
    store = open_store(server.store, readonly=True)
    events = events_of(store.batches("demo", recording))
    assert store.gaps("demo", recording) == []
    store.close()
    moves = events.kind == KIND["move"]
    sent = np.array(points)
    found = np.column_stack([events.x[moves], events.y[moves]])
    assert np.array_equal(found[: len(sent)], sent)
    assert np.count_nonzero(moves) == len(sent) + 3  # and one move before each click
    assert [int((events.kind == KIND[kind]).sum()) for kind in ("down", "up", "click")] == [3, 3, 3]
    assert (events.column("coalesced")[moves] == 1).any()


def test_a_click_from_a_script_is_called_a_bot_with_the_reason_in_words(server: Server) -> None:
    async def story(browser: Browser) -> tuple[str, str]:
        page = await demo(browser, server)
        await page.evaluate("document.getElementById('target-1').click()")
        await page.close(run_before_unload=True)
        watching = await browser.new_page()
        await watching.goto(server.origin)
        first = watching.locator("tbody tr").first
        await expect(first.locator(".verdict.bot")).to_be_visible(timeout=PATIENCE)
        await first.locator("a").click()
        await watching.locator("#reasons").wait_for()
        return await watching.locator("h1 .verdict").inner_text(), await watching.locator("#reasons").inner_text()

    verdict, reasons = drive(story)
    assert verdict == "bot"
    assert "made by a script" in reasons
    assert "0, 0" in reasons


def test_the_list_is_live(server: Server) -> None:
    async def story(browser: Browser) -> None:
        watching = await browser.new_page()
        await watching.goto(server.origin)
        rows = watching.locator("tbody tr td.number")
        before = await rows.count()
        page = await demo(browser, server)
        await page.mouse.move(100, 100)
        await page.close(run_before_unload=True)
        await expect(rows).to_have_count(before + 1, timeout=PATIENCE)

    server.post(b"")  # any visit before: the list is not empty then
    drive(story)


def test_a_label_is_given_and_the_player_is_driven_by_keys(server: Server) -> None:
    async def story(browser: Browser) -> tuple[str, str, str]:
        visitor = await demo(browser, server)
        for k in range(1, 9):
            await visitor.mouse.move(100 * k, 40 * k, steps=10)
        await visitor.close(run_before_unload=True)
        page = await browser.new_page()
        await page.goto(server.origin)
        await expect(page.locator("tbody tr").first.locator(".verdict:not(.pending)")).to_be_visible(timeout=PATIENCE)
        await page.locator("tbody a").first.click()
        await page.locator("#replay[data-ready]").wait_for(timeout=PATIENCE)
        await page.keyboard.press("Home")
        await expect(page.locator("#clock")).to_have_text(re.compile(r"^0:00\.0 /"))
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("#clock")).not_to_have_text(re.compile(r"^0:00\.0 /"))
        await page.keyboard.press(">")
        speed = await page.locator("#speed").input_value()
        await page.keyboard.press(" ")
        playing = await page.locator("#play").inner_text()
        await page.get_by_label("a person").check()
        await page.get_by_label("How do you know?").fill("it was me")
        await page.get_by_role("button", name="Label").click()
        await expect(page.locator(".history")).to_contain_text("it was me", timeout=PATIENCE)
        return speed, playing, await page.locator(".history .label").inner_text()

    assert drive(story) == ("2", "Pause", "human")

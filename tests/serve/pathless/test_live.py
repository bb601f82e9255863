"""A visit in a real Chromium to a site that keeps measures only, and what the pages show of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Browser, expect
from tests.serve.conftest import Server
from tests.serve.pathless.visits import keep, positions_in
from tests.serve.test_browser import PATIENCE, demo, drive, visits

pytestmark = pytest.mark.browser
STEPS = np.arange(400)
X = np.round(120 + 400 * (1 - np.cos(STEPS / 37)) + 60 * np.sin(STEPS / 5.3))
Y = np.round(150 + 180 * (1 - np.cos(STEPS / 29)) + 25 * np.sin(STEPS / 3.1))


@pytest.mark.parametrize("what", ["measures", "paths"])
def test_a_visit_is_measured_and_shown_and_no_position_of_it_is_on_the_disk(tmp_path: Path, what: str) -> None:
    server = Server(keep(f"sqlite:///{tmp_path}/store.db", what))

    async def story(browser: Browser) -> None:
        page = await demo(browser, server)
        devtools = await page.context.new_cdp_session(page)
        for x, y in zip(X.tolist(), Y.tolist(), strict=True):
            await devtools.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y})
        for k in (1, 2, 3):
            await page.locator(f"#target-{k}").click()
        await page.close(run_before_unload=True)
        watching = await browser.new_page()
        await watching.goto(server.origin)
        judged = watching.locator("tbody tr").first.locator(".verdict:not(.pending)")
        await expect(judged).to_be_visible(timeout=PATIENCE)
        sentence = watching.get_by_text("Paths are not kept for this site")
        await expect(sentence).to_have_count(int(what == "measures"))
        await watching.goto(f"{server.origin}/recordings/{visits(server)[0]}")
        await expect(sentence).to_have_count(int(what == "measures"))
        while await watching.locator("#strokes button").count() < 1:  # measured when it was looked at, seconds ago
            await watching.reload(wait_until="networkidle")
        await watching.locator("#strokes button").first.click(timeout=PATIENCE)
        await expect(watching.locator("#measures-rows tr")).to_have_count(12)
        await expect(watching.locator("#replay")).to_have_count(int(what == "paths"))

    try:
        drive(story)
        [name] = visits(server)
        status, kept, _ = server.ask("GET", f"/v1/recordings/{name}/measures")
    finally:
        (tmp_path / "log").write_text(server.stop())
    found = positions_in(tmp_path, x=X, y=Y)
    if what == "paths":
        assert status == 404
        assert {"store.db: x as steps of two bytes", "store.db: y as steps of two bytes"} <= found
    else:
        [part] = kept["parts"]
        assert part["strokes"]["path_length"][0] > 2000
        assert part["events"] > 400
        assert found == set()

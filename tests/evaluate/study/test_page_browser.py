"""The page of a study in a real browser: it fits a phone and a desk, and fetches nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from evaluate.study.made import cells, table
from evaluate.study.test_page import MODELLED
from musculus.evaluate.study import Study, study

pytestmark = pytest.mark.browser
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def test_the_page_fits_a_phone_and_a_desk_and_fetches_nothing(tmp_path: Path) -> None:
    if not CHROMIUM:
        pytest.skip("no Chromium: apt install chromium, or name it in CHROMIUM")
    made = study(table(cells(mouse=0.4)), configuration=["dpi"], task="task", quick=True)
    file = Study(made.document | MODELLED).save(tmp_path / "report.html")
    fetched: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (400, 1440):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.on("request", lambda request: fetched.append(request.url))
            page.goto(file.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("circle").count() == 30
            assert page.locator("tr.red").evaluate("e => getComputedStyle(e.cells[1]).color") == "rgb(179, 52, 31)"
        browser.close()
    assert set(fetched) == {file.as_uri()}

"""The stories of the documentation, followed word for word: every command, every page, every line that they print."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from making.stories import DOCS, STORIES, Block, Terminal, blocks, differs
from playwright.sync_api import Browser, Page, expect

ROOT = DOCS.parent
SHIMS = {  # what a fresh clone makes for itself in minutes: the environment, which these tests run in already
    "make": """case "$*" in
        env) mkdir -p .venv/bin && : > .venv/bin/activate ;;
        serve) echo "engine: made before"
            exec musculus serve --host 127.0.0.1 --port "$PORT" --store sqlite:///musculus-data/musculus.db ;;
        *) exit 2 ;; esac""",
    "musculus": 'exec "{python}" -m musculus "$@"',
    "python": 'exec "{python}" "$@"',
}
RECORDING = "window.musculus"
PATIENCE = 20_000  # ms


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A folder that looks like a checkout in which `make env` was quick."""
    checkout = tmp_path / "checkout"
    (tmp_path / "bin").mkdir()
    checkout.mkdir()
    (checkout / "examples").symlink_to(ROOT / "examples")
    for name, body in SHIMS.items():
        shim = tmp_path / "bin" / name
        shim.write_text(f"#!/bin/sh\n{body.replace('{python}', sys.executable)}\n")
        shim.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    with Terminal(checkout, port, {"PATH": path, "PYTHONPATH": str(ROOT / "src")}) as terminal:
        yield terminal


def told(story: str, terminal: Terminal) -> Iterator[tuple[Block, str]]:
    """The blocks of a story, each done as it is come to, and what was printed last, which `text` must be."""
    printed = ""
    for block in blocks(story):
        if block.language == "text":
            wrong = differs(terminal.words(block), printed)
            assert not wrong, f"{story}.md, line {block.line}:\n{wrong}"
        elif block.language == "sh":
            printed = terminal.run(block)
        elif block.language == "html":
            terminal.save(block)
        yield block, printed


def opened(browser: Browser, path: Path) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(path.as_uri())
    page.wait_for_function(RECORDING)
    return page


def about(page: Page) -> None:
    """Movements as a hand makes them, in many steps."""
    for k in range(8):
        page.mouse.move(200 + 90 * k, 150 + 60 * (k % 4), steps=12)


@pytest.mark.parametrize("story", STORIES)
def test_a_story_has_only_blocks_that_are_followed_and_comes_first_on_the_site_and_in_the_readme(story: str) -> None:
    assert {block.language for block in blocks(story)} <= {"sh", "text", "html", "js", "pycon"}
    assert all(block.name for block in blocks(story) if block.language == "html")
    page = (DOCS / f"{story}.md").read_text()
    assert "<!-- picture: " in page
    assert f"({story}.md)" in (DOCS / "index.md").read_text()
    readme = (ROOT / "README.md").read_text()
    assert f"(docs/{story}.md)" in readme[: readme.index("\n## ", readme.index("\n## ") + 1)]


def test_what_stands_in_for_make_serve_is_what_make_serve_does() -> None:
    recipe = (ROOT / "Makefile").read_text()
    assert '$(BIN)/musculus serve --host "$(HOST)" --port "$(PORT)" --store "$(STORE)"' in recipe
    assert "\nPORT  ?= 8765\nSTORE ?= sqlite:///musculus-data/musculus.db\n" in recipe
    assert "\nHOST  ?= 127.0.0.1\n" in recipe
    assert "\nenv: env-test" in recipe


@pytest.mark.browser
def test_the_owner_of_a_site_gets_from_a_script_tag_to_the_first_verdict(terminal: Terminal, browser: Browser) -> None:
    done = []
    for block, printed in told("story-site", terminal):
        done.append(block.language)
        if block.language == "html":
            page = opened(browser, terminal.folder / "shop.html")
            about(page)
            page.locator("#buy").click()
            page.locator("#name").press_sequentially("a name")
            page.close(run_before_unload=True)
            seen = browser.new_page()
            seen.goto(f"http://127.0.0.1:{terminal.port}/")
            expect(seen.locator("tbody tr").first.locator(".verdict:not(.pending)")).to_be_visible(timeout=PATIENCE)
            seen.locator("tbody a").first.click()
            seen.locator("#replay[data-ready]").wait_for(timeout=PATIENCE)
            assert seen.locator("h1 .verdict").inner_text() in ("human", "bot", "unsure")
            assert seen.locator("#reasons li").count() >= 1
            seen.close()
        elif block.text.startswith("curl"):
            [visit] = json.loads(printed)["recordings"]
            assert visit["verdict"]["reasons"]
        elif block.language == "js":
            page = opened(browser, terminal.folder / "shop.html")
            page.evaluate(block.text)
            page.close(run_before_unload=True)
            seen = browser.new_page()
            seen.goto(f"http://127.0.0.1:{terminal.port}/")
            expect(seen.locator("tbody tr").first.locator(".verdict.bot")).to_be_visible(timeout=PATIENCE)
            seen.close()
    assert done == ["sh", "text", "html", "sh", "js"]


def test_a_researcher_gets_from_a_data_set_to_the_first_report(terminal: Terminal) -> None:
    assert [block.language for block, _ in told("story-research", terminal)].count("text") >= 3
    report = (terminal.folder / "report.html").read_text()
    assert "gaussian_nb" in report
    assert "Could the test know too much?" in report
    assert (terminal.folder / "owners.musculus").stat().st_size > 1000


@pytest.mark.browser
def test_a_researcher_of_pages_gets_from_recordings_to_maps_replay_and_measures(
    terminal: Terminal, browser: Browser
) -> None:
    for block, _ in told("story-ux", terminal):
        if block.language == "html":
            for _ in range(2):
                page = opened(browser, terminal.folder / "tea.html")
                about(page)
                page.locator("[data-musculus=green]").click()
                page.locator("#story").click()
                page.locator("[data-musculus=whom]").press_sequentially("me")
                page.locator("[data-musculus=order]").click()
                page.close(run_before_unload=True)
            seen = browser.new_page()
            seen.goto(f"http://127.0.0.1:{terminal.port}/")
            seen.locator("tbody a").first.click()
            seen.locator("#replay[data-ready]").wait_for(timeout=PATIENCE)
            seen.get_by_role("button", name="Play").click()
            seen.goto(f"http://127.0.0.1:{terminal.port}/maps")
            expect(seen.locator("#map-said")).to_contain_text("on nothing", timeout=PATIENCE)
            seen.close()
    made = {path.name for path in terminal.folder.iterdir()}
    assert {"clicks.png", "scroll.svg", "path.html", "difference.html", "strokes.csv", "typing.csv"} <= made
    assert "hunters" in (terminal.folder / "difference.html").read_text()

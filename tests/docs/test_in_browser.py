"""The site in a real browser, from a disk: nothing from elsewhere, nothing cut off at 400 px, keys suffice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from making.site import build, menu
from making.stories import STORIES
from playwright.sync_api import Browser, Page
from tests.accessibility import axe

SEEN = [f"{name}.html" for names in menu().values() for name in names] + [
    "measures/velocity_s.html", "measures/key_interval_backspace.html", "measures/direction_octant.html",
    "commands/measure.html",
]  # fmt: skip
COLOURS = """() => [...document.querySelectorAll(
  "main p, main a, main td, main th, pre code span, #menu a, #menu h2, small"
)].map((e) => {
  const ground = e.closest("pre, .wide, header") || document.body;
  return [getComputedStyle(e).color, getComputedStyle(ground).backgroundColor];
})"""
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    build(out)
    return out


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 400, "height": 800})
    page.set_default_timeout(10_000)
    yield page
    page.close()


def test_pages_fit_400_px_and_ask_for_files_beside_them_only(site: Path, page: Page) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wide = []
    for name in SEEN:
        page.goto((site / name).as_uri())
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(name)
    assert not wide
    assert not complaints
    assert asked
    assert all(url.startswith((site.as_uri(), "data:")) for url in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(site: Path, browser: Browser, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto((site / "measures" / "straightness.html").as_uri())
    colours = page.evaluate(COLOURS)
    page.close()
    assert len(colours) > 20
    for ink, ground in {tuple(pair) for pair in colours}:
        assert contrast(rgb(ink), rgb(ground)) >= 4.5, (scheme, ink, ground)


def rgb(colour: str) -> list[float]:
    return [int(v) / 255 for v in colour[colour.index("(") + 1 : -1].split(",")[:3]]


def contrast(a: list[float], b: list[float]) -> float:
    """WCAG's contrast of two colours: 21 for black on white."""
    light = []
    for colour in (a, b):
        r, g, b_ = ((v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4) for v in colour)
        light.append(0.2126 * r + 0.7152 * g + 0.0722 * b_)
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.mark.parametrize("width", [400, 1440])
def test_axe_finds_nothing_worse_than_minor(site: Path, browser: Browser, width: int) -> None:
    script = axe.script()
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if width == 400 else "light")
    found = []
    for name in ("index", *STORIES, "maps", "models", "measures/straightness", "commands/serve"):
        page.goto((site / f"{name}.html").as_uri())
        page.evaluate(script)
        found += [f"{name}: {one}" for one in page.evaluate(axe.FOUND, axe.WORSE_THAN_MINOR)]
    page.close()
    assert found == []


def test_the_figure_takes_the_colours_of_the_page(site: Path, browser: Browser) -> None:
    seen = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto((site / "measures" / "path_length.html").as_uri())
        seen.append(page.evaluate("getComputedStyle(document.querySelector('figure text')).fill"))
        page.close()
    assert seen[0] != seen[1]


def test_the_table_of_measures_is_filtered_by_what_is_typed(site: Path, page: Page) -> None:
    page.goto((site / "measures.html").as_uri())
    everything = page.locator("#measures tbody tr:visible").count()
    page.locator("input[data-filter]").fill("scrib chord")
    assert page.locator("#measures tbody tr:visible").count() == 1
    assert page.locator("#measures tbody tr:visible a").inner_text() == "straightness"
    assert page.locator("output").inner_text() == f"1 of {everything}"
    page.locator("input[data-filter]").fill("")
    assert page.locator("#measures tbody tr:visible").count() == everything


@pytest.mark.parametrize(
    ("asked", "first", "somewhere"),
    [
        ("straightness", "measures/straightness.html", "measures.html"),
        ("serve port", "commands/serve.html", "#"),
        ("resized window map", "maps.html", "maps.html#where-an-event-is-on-a-page"),
    ],
)
def test_what_is_searched_is_found_from_a_disk(
    site: Path, page: Page, asked: str, first: str, somewhere: str
) -> None:
    page.goto((site / "measures" / "velocity.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type(asked)
    page.locator("#found a").first.wait_for()
    links = [link.get_attribute("href") or "" for link in page.locator("#found a").all()]
    assert first in links[0]
    assert any(somewhere in link for link in links)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{first}*")


def test_what_is_nowhere_is_said_to_be_nowhere_and_escape_clears(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.get_by_role("searchbox").fill("xyzzy plugh")
    page.get_by_text("Nothing has all of these words.").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#found").is_hidden()
    assert page.get_by_role("searchbox").input_value() == ""


def test_the_keyboard_alone_leads_to_the_menu_and_on(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "jump"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#menu') !== null")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/story-site.html")

"""The table of set-ups: what each is, what it needs, and what the server should say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from browsers import inside, outside
from browsers.outside import Places
from browsers.people import words_of_people

BY_RULE, NO_RULE, NO_EVENTS, NOTHING = "a rule", "no rule", "unsure: no events", "no visit"
DESKTOP: Final = ("Xvfb", "chromium")


@dataclass(frozen=True)
class Setup:
    """A way to drive the page: what should be said of it, what is missing for it (empty: nothing), how it is driven."""

    name: str
    wanted: str
    missing: Callable[[], str]
    drive: Callable[[str], None]


def setups(places: Callable[[], Places]) -> list[Setup]:
    """All of them; `places` gives the targets' middles in a window of the usual size, once they are asked for."""
    return [*_inside(), *_programs(), *_desktop(places), *_fetchers()]


def _inside() -> list[Setup]:
    ways = {
        "playwright click": inside.clicks,
        "playwright mouse.move, 1 step": partial(inside.steps, n=1),
        "playwright mouse.move, 25 steps": inside.steps,
        "playwright typing and wheel": inside.typing_and_wheel,
        "raw DevTools protocol": inside.protocol,
        "element.click()": inside.element_click,
        "dispatchEvent": inside.dispatched,
    }
    found = [Setup(name, BY_RULE, _playwright, inside.by(act)) for name, act in ways.items()]
    held = inside.by(partial(inside.typing_and_wheel, delay=20.0))  # a busy machine spreads the 20 ms, as a hand does
    return [*found, Setup("playwright typing, 20 ms a key", "", _playwright, held)]


def _playwright() -> str:
    return "" if inside.chromium() else "no Chromium"


def _programs() -> list[Setup]:
    node = {"puppeteer click": "click", "puppeteer mouse.move, 25 steps": "steps"}
    found = [
        Setup(name, BY_RULE, partial(outside.has_node, "puppeteer-core"), outside.puppeteer(how))
        for name, how in node.items()
    ]
    both = partial(outside.has_node, "puppeteer-core", "ghost-cursor")
    found.append(Setup("puppeteer, ghost-cursor", BY_RULE, both, outside.puppeteer("ghost_cursor")))
    python = {"selenium click": "click", "selenium ActionChains": "actions", "selenium keys and wheel": "keys_wheel"}
    for name, how in {**python, "selenium, HumanCursor": "humancursor"}.items():
        found.append(Setup(name, BY_RULE, partial(_selenium, how), outside.selenium(how)))
    return found


def _selenium(how: str) -> str:
    modules = ("selenium", "humancursor") if how == "humancursor" else ("selenium",)
    tools = ("chromedriver", "Xvfb") if how == "humancursor" else ("chromedriver",)
    return outside.has(*tools) or outside.has_python(*modules)


def _desktop(places: Callable[[], Places]) -> list[Setup]:
    def on(act: Callable[[Places, str], None]) -> Callable[[str], None]:
        def drive(url: str) -> None:
            outside.on_screen(act, places())(url)

        return drive

    tool = partial(outside.has, "xdotool", *DESKTOP)
    found = [
        Setup("xdotool, one jump a click", BY_RULE, tool, on(outside.xdotool(jumps))),
        Setup("xdotool, 40 steps", BY_RULE, tool, on(outside.xdotool(steps))),
    ]
    packages = {"pyautogui, eased": "pyautogui", "pyclick": "pyclick", "HumanCursor of the system": "humancursor"}
    for name, module in packages.items():
        found.append(Setup(name, BY_RULE, partial(_package, module), on(outside.system_pointer(module))))
    for i in range(3):
        words = partial(words_of_people, i)
        found.append(Setup(f"a person's strokes, {i + 1}", NO_RULE, partial(_people, i), on(outside.xdotool(words))))
    return found


def _package(module: str) -> str:
    return outside.has(*DESKTOP) or outside.has_python(module)


def _people(number: int) -> str:
    return outside.has("xdotool", *DESKTOP) or ("" if words_of_people(number, []) else "no recordings: MUSCULUS_DATA")


def _fetchers() -> list[Setup]:
    return [
        Setup("Chromium --dump-dom", NO_EVENTS, _playwright, outside.dumped),
        Setup("a page that is only shown", NO_EVENTS, _playwright, inside.by(inside.looked_at)),
        Setup("a fetcher without scripts", NOTHING, lambda: "", outside.fetched),
    ]


def jumps(places: Places) -> list[str]:
    """Words of xdotool: to each place at once, a click, a rest."""
    words: list[str] = []
    for x, y in places:
        words += ["mousemove", f"{x:.0f}", f"{y:.0f}", "click", "1", "sleep", "0.3"]
    return words


def steps(places: Places) -> list[str]:
    """Words of xdotool: to each place in 40 even steps of 10 ms, a click, a rest."""
    words: list[str] = []
    here = (0.0, 0.0)
    for place in places:
        for k in range(1, 41):
            x, y = (a + (b - a) * k / 40 for a, b in zip(here, place, strict=True))
            words += ["mousemove", f"{x:.0f}", f"{y:.0f}", "sleep", "0.01"]
        words += ["click", "1", "sleep", "0.3"]
        here = place
    return words

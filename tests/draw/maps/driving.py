"""A scripted pointer on a page with known boxes, and what the collector sent of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page
from tests.collector.conftest import Receiver, Visit

from musculus.draw.maps.clicked import Clicks
from musculus.events import Events
from musculus.store.base import BatchRow
from musculus.store.recording import events_of
from musculus.wire import encode

AT = (0.25, 0.75)  # where in an element's box
SETTLED = "new Promise(go => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go))))"
IN_WINDOW = """name => { const look = (root) => root.querySelector("#" + name) ||
  [...root.querySelectorAll("*")].reduce((found, e) => found || (e.shadowRoot && look(e.shadowRoot)), null);
  const b = look(document).getBoundingClientRect(); return [b.left, b.top, b.width, b.height] }"""
Pointer = Callable[[str], Awaitable[None]]


class Driver:
    """Clicks elements by id, in a window that may change, and remembers how often each was clicked and in what box."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicked: Counter[str] = Counter()

    async def click(self, *names: str) -> None:
        """Click each element at `AT` of its box, wherever that is in the window now."""
        for name in names:
            await self.page.evaluate(SETTLED)
            left, top, width, height = await self.page.evaluate(IN_WINDOW, name)
            await self.page.mouse.click(left + AT[0] * width, top + AT[1] * height)
            self.clicked["#" + name] += 1

    async def do(self, script: str) -> None:
        """Run a script of the page and let the page settle."""
        await self.page.evaluate(script)
        await self.page.evaluate(SETTLED)


def received(receiver: Receiver) -> Events:
    """All recordings that came."""
    by_recording: dict[str, list[BatchRow]] = {}
    for b in receiver.batches:
        row = BatchRow("demo", b.recording, b.view, b.sequence, b.time_origin, 0, b.n, encode(b))
        by_recording.setdefault(b.recording, []).append(row)
    return Events.concat([events_of(rows) for rows in by_recording.values()])


def lived(
    visit: Visit, receiver: Receiver, page: str, story: Callable[[Driver], Awaitable[None]], **options: object
) -> tuple[Events, Counter[str]]:
    """One visit to a page of this text, driven by `story`; its events, and how often it clicked what."""
    receiver.pages["/known"] = page
    drivers: list[Driver] = []

    async def whole(page: Page) -> None:
        drivers.append(Driver(page))
        await story(drivers[0])

    settings: dict[str, object] = {"viewport": {"width": 1000, "height": 600}, "device_scale_factor": 2}
    visit("/known", whole, **settings | options)  # type: ignore[arg-type]
    return received(receiver), drivers[0].clicked


def in_their_boxes(found: Clicks) -> None:
    """Every click with a box is at `AT` of it on the map, within what a whole px in the window may be off."""
    b = found.heat.layout.boxes
    mine = found.box >= 0
    left, top, width, height = (v[found.box[mine]] for v in (b.left, b.top, b.width, b.height))
    assert (found.x[mine] - left) / width == pytest.approx(AT[0], abs=0.02)
    assert (found.y[mine] - top) / height == pytest.approx(AT[1], abs=0.02)
    assert found.heat.outside == 0

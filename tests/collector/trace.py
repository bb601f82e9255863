"""What Chromium's own trace says of a page: processor time of a script, of tasks, and layouts forced by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

Event = dict[str, Any]
LAYOUTS = ("Layout", "UpdateLayoutTree")


@dataclass(frozen=True)
class Trace:
    """What happened on a page's main thread; times in ms of processor time."""

    events: list[Event]  # complete ones of that thread, by their begin

    def calls(self, script: str) -> list[Event]:
        """Calls from the browser into a script: handlers, timers, promises."""
        named = [e for e in self.events if e["name"] == "FunctionCall"]
        return [e for e in named if e["args"]["data"].get("url", "").endswith(script)]

    def layouts_in(self, script: str) -> list[Event]:
        """Layouts and styles computed while a script ran: it asked, and the browser could not wait."""
        calls = [(e["ts"], e["ts"] + e["dur"]) for e in self.calls(script)]
        asked = [e for e in self.events if e["name"] in LAYOUTS]
        return [e for e in asked if any(begin <= e["ts"] <= end for begin, end in calls)]

    @property
    def busy(self) -> float:
        """All tasks of the thread together."""
        return sum(map(spent, self._tasks))

    @property
    def longest_task(self) -> float:
        """The longest of them."""
        return max(map(spent, self._tasks), default=0.0)

    @property
    def _tasks(self) -> list[Event]:
        return [e for e in self.events if e["name"] == "ThreadControllerImpl::RunTask"]


def spent(event: Event) -> float:
    """Processor time of an event, in ms."""
    return float(event.get("tdur", 0.0)) / 1e3


async def traced(page: Page, story: Callable[[], Awaitable[None]]) -> Trace:
    """The trace of the page's main thread while `story` goes on."""
    browser = page.context.browser
    assert browser
    cdp = await browser.new_browser_cdp_session()
    found: list[Event] = []
    done = asyncio.Event()
    cdp.on("Tracing.dataCollected", lambda said: found.extend(said["value"]))
    cdp.on("Tracing.tracingComplete", lambda said: done.set())
    wanted = {"includedCategories": ["devtools.timeline", "toplevel"]}
    await cdp.send("Tracing.start", {"traceConfig": wanted, "transferMode": "ReportEvents"})
    await story()
    await cdp.send("Tracing.end")
    await done.wait()
    await cdp.detach()
    complete = sorted((e for e in found if e.get("ph") == "X"), key=lambda e: e["ts"])
    # the page's thread is the one that dispatches events to it
    threads = [(e["pid"], e["tid"]) for e in complete if e["name"] == "EventDispatch"]
    thread = max(set(threads), key=threads.count)
    return Trace([e for e in complete if (e["pid"], e["tid"]) == thread])

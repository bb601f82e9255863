"""What the collector costs: `PYTHONPATH=src python tests/collector/measure.py [--session FILE] [--frames N] [--json]`.

Bytes of a move on the wire and CPU of a frame of 1,000 events in the server's decoder: a Balabit session gives real
paths (whole pixels), without one a curve stands in; the other curve has fractions of pixels, as with zoom. And what the
page feels: moves of a real pointer at 17 for each picture, so 1,000 a second at 60 Hz, with presses between, while
Chromium traces the processor time of each task and of the collector's part in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.async_api import Page
from tests.collector.conftest import Browsing, Receiver, Visit
from tests.collector.trace import Trace, spent, traced

from musculus.read import read
from musculus.wire import decode

SCRIPT = "/musculus.js"
PER_PICTURE = 17  # moves: 1,020 a second at 60 Hz
BUTTONS = "".join(f"<button style='width: 90px; height: 60px'>{k}</button>" for k in range(60))


def real_path(session: str | None) -> list[tuple[float, float]]:
    """4,000 positions of a person, kept inside the window."""
    if session is None:
        return [(200 + int(150 * math.sin(i / 40)), 200 + int(100 * math.cos(i / 25))) for i in range(4000)]
    events = read(Path(session))
    return [(x % 1200, y % 700) for x, y in zip(events.x[:4000], events.y[:4000], strict=True) if not math.isnan(x)]


def decode_cpu(frame: bytes) -> float:
    """Microseconds of CPU to decode a frame: the best of 40 rounds of 50."""
    best = math.inf
    for _ in range(40):
        began = time.thread_time()
        for _ in range(50):
            decode(frame)
        best = min(best, (time.thread_time() - began) / 50)
    return best * 1e6


def on_the_wire(browsing: Browsing, session: str | None) -> dict[str, float]:
    """Bytes of an event and decoding, for both kinds of path."""
    curve = [(200 + 150 * math.sin(i / 40), 200 + 100 * math.cos(i / 25)) for i in range(4000)]
    found = {}
    for name, path in (("whole pixels", real_path(session)), ("fractions", curve)):
        receiver = Receiver()

        async def sweep(page: Page, path: list[tuple[float, float]] = path) -> None:
            await Visit.sweep(page, path)

        Visit(browsing, receiver)("/", sweep)
        full = [body for body in receiver.bodies if decode(body).n >= 1000]
        events = sum(decode(body).n for body in full)
        found[f"bytes of an event, {name}"] = sum(map(len, full)) / events
        found[f"us to decode 1,000, {name}"] = decode_cpu(full[-1]) / decode(full[-1]).n * 1000
        receiver.close()
    return found


async def hand(page: Page, pictures: int) -> None:
    """Moves over a page full of buttons, all those of one picture at once; now and then a press."""
    for k in range(pictures):
        at = PER_PICTURE * k
        points = [(60.0 + (at + i) % 1000, 40.0 + ((at + i) * 3) % 500) for i in range(PER_PICTURE)]
        await Visit.sweep(page, points)
        if k % 50 == 49:
            await page.mouse.down()
            await page.mouse.up()


def in_the_page(browsing: Browsing, pictures: int, tag: str) -> tuple[Trace, int]:
    """The trace of a page under a hand, and how many events the collector sent of it."""
    receiver = Receiver()
    receiver.pages["/full"] = f"<!doctype html><body>{BUTTONS}{tag or '<script>window.musculus = 1</script>'}"
    traces: list[Trace] = []

    async def story(page: Page) -> None:
        await hand(page, 30)  # warm
        traces.append(await traced(page, lambda: hand(page, pictures)))

    Visit(browsing, receiver)("/full", story, hides=1 if tag else 0)
    events = sum(batch.n for batch in receiver.batches)
    receiver.close()
    return traces[0], round(events * pictures / (pictures + 30))


def felt(browsing: Browsing, pictures: int) -> dict[str, float]:
    """What 1,000 events cost the page's thread, its longest task, and layouts the collector made it do."""
    with_it, events = in_the_page(browsing, pictures, f"<script src={SCRIPT} data-site=demo></script>")
    without, _ = in_the_page(browsing, pictures, "")
    calls = with_it.calls(SCRIPT)
    return {
        "events": events,
        "ms of its script for 1,000 events": sum(map(spent, calls)) / events * 1000,
        "ms of the page's thread for 1,000 events, with": with_it.busy / events * 1000,
        "ms of the page's thread for 1,000 events, without": without.busy / events * 1000,
        "ms of its longest call": max(map(spent, calls)),
        "ms of the page's longest task, with": with_it.longest_task,
        "ms of the page's longest task, without": without.longest_task,
        "layouts in its calls": len(with_it.layouts_in(SCRIPT)),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--session", help="a Balabit session")
    parser.add_argument("--frames", type=int, default=600, help="pictures of 17 moves each")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    browsing = Browsing(shutil.which("chromium") or "google-chrome")
    figures = on_the_wire(browsing, options.session) | felt(browsing, options.frames)
    browsing.close()
    asyncio.set_event_loop(None)
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{value:10.2f}  {name}" for name, value in figures.items()))


if __name__ == "__main__":
    main()

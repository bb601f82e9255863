"""What the collector costs: `PYTHONPATH=src python tests/collector/measure.py [Balabit session]`.

Bytes of a move on the wire, CPU of an event in the page, CPU of a frame of 1,000 events in the server's decoder. A
Balabit session gives real paths (whole pixels); without one a curve stands in. The other curve has fractions of
pixels, as a screen with zoom gives them.
"""

from __future__ import annotations

import asyncio
import importlib.util
import math
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from musculus.read import read
from musculus.wire import decode

HERE = Path(__file__).parent

DISPATCH = """async (n) => {
    const on = document.body, times = [];
    for (let round = 0; round < 15; round++) {
        const began = performance.now();
        for (let i = 0; i < n; i++) on.dispatchEvent(new PointerEvent("pointermove", {
            clientX: 300 + i % 200 + .25, clientY: 200 + i % 90, screenX: 300 + i % 200, screenY: i, movementX: 1,
            pointerId: 1, pointerType: "mouse", isPrimary: true, button: -1, bubbles: true, composed: true}));
        times.push((performance.now() - began) / n * 1000);
        await new Promise((done) => setTimeout(done, 20));
    }
    return Math.min(...times);
}"""


def conftest() -> Any:
    """The tests' browser and receiver."""
    spec = importlib.util.spec_from_file_location("collector_tests", HERE / "conftest.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


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


def main() -> None:
    """Print the figures."""
    tests = conftest()
    browsing = tests.Browsing(shutil.which("chromium"))
    curve = [(200 + 150 * math.sin(i / 40), 200 + 100 * math.cos(i / 25)) for i in range(4000)]
    for name, path in (("whole pixels", real_path(sys.argv[1] if len(sys.argv) > 1 else None)), ("fractions", curve)):
        receiver = tests.Receiver()

        async def sweep(page: Page, path: list[tuple[float, float]] = path) -> None:
            await tests.Visit.sweep(page, path)

        tests.Visit(browsing, receiver)("/", sweep)
        full = [body for body in receiver.bodies if decode(body).n == 1000]
        size = sum(map(len, full)) / len(full) / 1000
        print(
            f"{name}: {size:.2f} bytes an event with all columns, {decode_cpu(full[1]):.0f} us of CPU to decode 1,000"
        )
        receiver.close()

    async def in_page(page: Page) -> None:
        with_it = await page.evaluate(DISPATCH, 5000)
        await page.evaluate("musculus.stop()")
        without = await page.evaluate(DISPATCH, 5000)
        print(f"in the page: {with_it - without:.2f} us an event, frames and requests included "
              f"({with_it:.2f} with, {without:.2f} without)")  # fmt: skip

    receiver = tests.Receiver()
    tests.Visit(browsing, receiver)("/", in_page, hides=0)
    receiver.close()
    browsing.close()
    asyncio.set_event_loop(None)


if __name__ == "__main__":
    main()

"""A real browser, and a small real server that keeps the frames it is sent."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Browser, Page, async_playwright

from musculus.events import KIND
from musculus.wire import Batch, decode

STATIC = Path(__file__).parents[2] / "src" / "musculus" / "serve" / "static"
TAG = '<script src="/musculus.js" data-site="demo" async></script>'
PATIENCE = 20.0  # seconds until a test gives up waiting

Story = Callable[[Page], Awaitable[None]]


class Receiver:
    """Answers 202 (or what `answers` holds), keeps each (view, sequence) once, and serves `pages`."""

    def __init__(self) -> None:
        self.pages = {"/": f"<!doctype html><body style='height:3000px'>{TAG}"}
        self.answers: deque[tuple[int, dict[str, str]]] = deque()
        self.otherwise = 202
        self.bodies: list[bytes] = []
        self.deleted: list[str] = []
        self.news = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                if path in receiver.pages:
                    self.reply(200, receiver.pages[path].encode(), {"content-type": "text/html; charset=utf-8"})
                elif (STATIC / path[1:]).is_file():
                    kind = "text/javascript" if path.endswith("js") else "text/plain"
                    self.reply(200, (STATIC / path[1:]).read_bytes(), {"content-type": kind})
                else:
                    self.reply(404, b"", {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, headers = receiver.take(body)
                with suppress(ConnectionError):  # the page may be gone
                    self.reply(status, b"{}", {"access-control-allow-origin": "*", **headers})

            def do_DELETE(self) -> None:
                with receiver.news:
                    receiver.deleted.append(self.path)
                    receiver.news.notify_all()
                self.reply(204, b"", {})

            def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name it has in the base
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def take(self, body: bytes) -> tuple[int, dict[str, str]]:
        with self.news:
            self.bodies.append(body)
            answer = self.answers.popleft() if self.answers else (self.otherwise, {})
            self.news.notify_all()
            return answer

    @property
    def batches(self) -> list[Batch]:
        """Each batch once, views in the order they began, batches of a view by their sequence."""
        kept: dict[tuple[str, int], Batch] = {}
        for body in self.bodies:
            batch = decode(body)
            assert kept.setdefault((batch.view, batch.sequence), batch) == batch
        began: dict[str, float] = {}
        for batch in kept.values():
            first = batch.time_origin + float(batch.columns["t"][0])
            began[batch.view] = min(first, began.get(batch.view, first))
        return sorted(kept.values(), key=lambda b: (began[b.view], b.sequence))

    def column(self, name: str, kind: str | None = None) -> np.ndarray:
        """One column of all rows received, or of those of one kind; null where a batch hasn't got it."""
        rows = []
        for b in self.batches:
            values = b.columns.get(name, np.full(b.n, np.nan if name not in ("kind", "source") else -1))
            rows.append(values if kind is None else values[b.columns["kind"] == KIND[kind]])
        return np.concatenate(rows) if rows else np.empty(0)

    def targets(self, kind: str) -> list[str | None]:
        """The selectors of the rows of a kind."""
        found: list[str | None] = []
        for b in self.batches:
            codes = b.columns.get("target", np.full(b.n, -1))[b.columns["kind"] == KIND[kind]]
            found += [b.targets[code] if code >= 0 else None for code in codes]
        return found

    def count(self, kind: str) -> int:
        return len(self.column("t", kind))

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until `condition` holds after some request; fails when that takes too long."""
        with self.news:
            assert self.news.wait_for(condition, PATIENCE), (
                f"still waiting after {PATIENCE} s and {len(self.bodies)} requests"
            )

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


class Browsing:
    """One Chromium for all tests, and the loop it is driven in."""

    def __init__(self, executable: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.browser: Browser = self.loop.run_until_complete(self._open(executable))

    async def _open(self, executable: str) -> Browser:
        self.playwright = await async_playwright().start()
        return await self.playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--host-resolver-rules=MAP plain.test 127.0.0.1"],
            ignore_default_args=["--disable-back-forward-cache"],
        )

    def close(self) -> None:
        async def stop() -> None:
            await self.browser.close()
            await self.playwright.stop()

        self.loop.run_until_complete(stop())
        self.loop.close()


@pytest.fixture(scope="session")
def browsing() -> Iterator[Browsing]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not executable:
        pytest.skip("no Chromium: apt install chromium, or name it in CHROMIUM")
    browsing = Browsing(executable)
    yield browsing
    browsing.close()


class Visit:
    """Visits to the receiver's pages; each is a new profile with one page."""

    def __init__(self, browsing: Browsing, receiver: Receiver) -> None:
        self.browsing, self.receiver = browsing, receiver

    def __call__(self, path: str, story: Story, *, hides: int = 1, clock: bool = False, **options: object) -> None:
        """Open `path`, live through `story`, close the page and wait until `hides` documents have said goodbye.

        With `clock`, the page's timers wait for `page.clock.run_for`.
        """
        self.browsing.loop.run_until_complete(self._visit(path, story, hides, clock, options))

    async def _visit(self, path: str, story: Story, hides: int, clock: bool, options: dict[str, object]) -> None:
        hides += self.receiver.count("hide")
        context = await self.browsing.browser.new_context(**options)  # type: ignore[arg-type]
        page = await context.new_page()
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        if clock:
            await page.clock.install()
        await page.goto(path if "://" in path else self.receiver.url + path)
        await page.wait_for_function("window.musculus")
        await story(page)
        await page.close()
        self.receiver.wait(lambda: self.receiver.count("hide") >= hides)
        await context.close()
        assert not failures, failures

    @staticmethod
    async def sweep(page: Page, points: list[tuple[float, float]]) -> None:
        """Moves sent at once, not one after another: the browser coalesces them into fewer events."""
        cdp = await page.context.new_cdp_session(page)
        moves = [{"type": "mouseMoved", "x": x, "y": y} for x, y in points]
        await asyncio.gather(*(cdp.send("Input.dispatchMouseEvent", move) for move in moves))
        await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


@pytest.fixture
def visit(browsing: Browsing, receiver: Receiver) -> Visit:
    return Visit(browsing, receiver)

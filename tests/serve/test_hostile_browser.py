"""In a real Chromium: what visitors and others write is text on every page, also where a script builds the page."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from msgspec.structs import replace as with_changes
from playwright.async_api import Browser, Page
from tests.serve.conftest import Server, walk
from tests.serve.test_browser import PATIENCE, drive
from tests.serve.test_hostile import XSS
from tests.serve.test_panels import keys, trials

from musculus.serve.panels import panels
from musculus.wire import Batch, encode

pytestmark = pytest.mark.browser
VISIT, TASK, KEYS = "e1" * 16, "e2" * 16, "e3" * 16
FOUND = """() => [...document.querySelectorAll("*")].filter((e) =>
    [...e.attributes].some((a) => a.name.startsWith("on")) ||
    e.matches('img[src="x"], script:not([src]), iframe, object')
).map((e) => e.outerHTML.slice(0, 200))"""


def hostile(batch: Batch) -> bytes:
    """The batch with a script for every name in it."""
    targets = tuple(f"{XSS}{k}" for k in range(max(1, len(batch.context.targets))))
    context = with_changes(batch.context, address=f"/{XSS}", targets=targets)
    return encode(replace(batch, context=context))


def fill(server: Server) -> str:
    """A store full of hostile text; the admin's key."""
    assert server.process.stdout
    admin = server.process.stdout.readline().split()[2]
    bearer = {"Authorization": f"Bearer {admin}"}
    clicks = ["move"] * 38 + ["down", "click"]
    visits = [walk(VISIT, kind=clicks, target=[0] * 40, detail=[0] * 38 + [1] * 2), trials(TASK), keys(KEYS)]
    for batch in visits:
        assert server.post(hostile(batch))[0] == 202
        note = json.dumps({"label": "bot", "note": XSS}).encode()
        assert server.ask("POST", f"/v1/recordings/{batch.recording}/labels", note)[0] == 201
        assert server.ask("GET", f"/v1/recordings/{batch.recording}/verdict")[0] == 200
    assert server.post(XSS.encode())[0] == 400  # a dead letter
    secret = {"kind": "secret", "site": "demo", "note": XSS, "origins": ['https://"><img']}
    assert server.ask("POST", "/v1/keys", json.dumps(secret).encode(), bearer)[0] == 201
    hook = {"url": "https://127.0.0.1:9/\"><img/src=x/onerror=alert(1)>"}
    assert server.ask("POST", "/v1/webhooks", json.dumps(hook).encode(), bearer)[0] == 201
    return admin


def places() -> list[str]:
    """Every page, with what was written as a filter too."""
    asked = urlencode({"page": f"/{XSS}", "kind": "clicks"})
    maps = [f"/maps?{urlencode({'page': f'/{XSS}', 'kind': kind})}" for kind in ("clicks", "dwell", "scroll", "keys")]
    reports = [f"/?{asked}", f"/?{urlencode({'device': XSS, 'label': XSS})}", f"/{quote(XSS)}"]
    reports += [f"/recordings/{quote(XSS)}"]
    visits = [f"/recordings/{name}" for name in (VISIT, TASK, KEYS)]
    return [panel.path for panel in panels()] + maps + reports + visits + [f"/login?{urlencode({'to': XSS})}", "/demo"]


def test_no_page_makes_anything_of_what_was_written_but_text(server: Server) -> None:
    admin = fill(server)
    trouble: list[str] = []

    async def look(page: Page, path: str) -> None:
        await page.goto(f"{server.origin}{path}", wait_until="networkidle", timeout=PATIENCE)
        trouble.extend(f"{path}: {one}" for one in await page.evaluate(FOUND))

    async def story(browser: Browser) -> int:
        page = await browser.new_page()
        page.on("dialog", lambda dialog: trouble.append(f"a dialog: {dialog.message}"))
        page.on("console", lambda said: trouble.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
        await page.goto(f"{server.origin}/login")
        await page.fill("#key", admin)
        await page.click("form.sign-in button")
        for path in places():
            await look(page, path)
        await page.goto(f"{server.origin}/settings", wait_until="networkidle")
        return await page.get_by_text("</script><script>alert(1)", exact=False).count()

    assert drive(story) > 0  # the key's note is shown, as text
    assert trouble == []

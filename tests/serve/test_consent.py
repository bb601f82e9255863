"""Consent: words a site sets, who may read them, which visit agreed to which, and a real browser that is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect
from tests.accessibility import axe
from tests.collector.test_firefox import Firefox, firefox
from tests.serve.conftest import Server, frame, walk
from tests.serve.test_browser import drive, visits

from musculus.serve.consent import Wording, shipped
from musculus.serve.sites import Settings

__all__ = ["firefox"]  # a fixture of that file, used here by its name
VISIT = "c0" * 16
SOON = "new Promise(done => { const look = () => { const v = %s; v ? done(v) : setTimeout(look, 20) }; look() })"
TAKEN = "performance.getEntriesByType('resource').some(e => e.name.includes('ingest') && e.responseStatus === 202)"


class Shop:
    """A page of another origin with a strict policy; it asks before it records."""

    def __init__(self) -> None:
        shop = self
        self.html, self.policy = "", ""

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-security-policy", shop.policy)
                self.end_headers()
                self.wfile.write(shop.html.encode())

            def log_message(self, *said: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def use(self, server: Server, key: str) -> None:
        self.policy = f"default-src 'none'; script-src {server.origin}; connect-src {server.origin}"
        self.html = f"""<!doctype html><html lang="en"><title>Shop</title><body><main><h1>Shop</h1>
<button id="buy">Buy</button> <a href="/elsewhere" data-musculus-consent>Your choice</a></main>
<script src="{server.origin}/musculus.js" data-site="shop" data-key="{key}" data-consent="ask" async></script>"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    one = Shop()
    yield one
    one.server.shutdown()
    one.server.server_close()


class Site:
    """A server with keys, and a write key for the shop's pages alone."""

    def __init__(self, server: Server, origin: str) -> None:
        assert server.process.stdout
        self.server = server
        self.admin = {"Authorization": f"Bearer {server.process.stdout.readline().split()[2]}"}
        self.key = self.ask("POST", "/v1/keys", {"kind": "write", "site": "shop", "origins": [origin]})["key"]

    def ask(self, method: str, path: str, body: Any = None, status: int | None = None) -> Any:
        said = None if body is None else json.dumps(body).encode()
        found, document, _ = self.server.ask(method, path, said, self.admin)
        assert found == status if status else found < 300, document
        return document


@pytest.fixture
def site(launch: Callable[..., Server], shop: Shop) -> Site:
    made = Site(launch(host="0.0.0.0"), shop.origin)
    shop.use(made.server, made.key)
    return made


def test_the_shipped_words_say_what_the_settings_keep() -> None:
    plain = shipped(Settings())
    assert "until the site's owner deletes it" in plain.text
    assert "never: which key you press" in plain.text.lower()
    kept = shipped(Settings(keep="measures", retention_days=30.0, networks=True)).text
    assert "not the movement itself" in kept
    assert "for 30 days" in kept
    assert "Of your network address the first part is kept" in kept
    assert plain.version != Wording(plain.text, "de", plain.yes, plain.no).version


def test_words_are_read_with_the_write_key_by_its_pages_and_cached(site: Site, shop: Shop) -> None:
    status, said, headers = site.server.ask("GET", f"/v1/consent?key={site.key}", headers={"Origin": shop.origin})
    assert (status, said["own"], said["language"]) == (200, False, "en")
    assert headers["access-control-allow-origin"] == shop.origin
    assert "max-age=300" in headers["cache-control"]
    again = {"Origin": shop.origin, "If-None-Match": headers["etag"]}
    assert site.server.ask("GET", f"/v1/consent?key={site.key}", headers=again)[0] == 304
    _, _, other = site.server.ask("GET", f"/v1/consent?key={site.key}", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other
    assert site.server.ask("GET", "/v1/consent?key=mk_write_nonsense")[0] == 401
    assert site.server.ask("GET", "/v1/consent?site=shop")[0] == 401


def test_an_owner_sets_the_words_and_takes_them_back(site: Site) -> None:
    before = site.ask("GET", "/v1/consent?site=shop")
    mine = {"text": "Dürfen wir?\n<b>kein HTML</b>", "language": "de", "yes": "Ja", "no": "Nein"}
    now = site.ask("PUT", "/v1/consent?site=shop", mine)
    assert now["own"]
    assert now["version"] != before["version"]
    html = site.server.ask("GET", "/settings?site=shop", headers=site.admin)[1]
    assert "&lt;b&gt;kein HTML&lt;/b&gt;" in html
    for wrong in ({**mine, "language": "deutsch, bitte"}, {**mine, "yes": ""}, {**mine, "more": 1}):
        site.ask("PUT", "/v1/consent?site=shop", wrong, 422)
    for words in ("", before["text"]):  # the shipped words, sent back as they are, are nobody's own
        assert site.ask("PUT", "/v1/consent?site=shop", {"text": words})["version"] == before["version"]


def test_a_visit_agrees_once_to_words_that_were_shown_and_that_goes_with_the_visit(site: Site, shop: Shop) -> None:
    site.ask("PUT", "/v1/consent?site=shop", {"text": "May we?"})
    origin, path = {"Origin": shop.origin}, f"/v1/consent?key={site.key}"
    version = site.server.ask("GET", path, headers=origin)[1]["version"]
    for wrong in (b"nobody 123", VISIT.encode(), f"{VISIT} {'0' * 12}".encode(), f"{VISIT} current".encode()):
        assert site.server.ask("POST", path, wrong, origin)[0] == 422
    agreed = f"{VISIT} {version}".encode()
    assert site.server.ask("POST", path, agreed)[0] == 403  # no page of the shop
    status, first, _ = site.server.ask("POST", path, agreed, origin)
    assert (status, first["version"]) == (200, version)
    assert site.server.ask("POST", path, agreed, origin)[1] == first
    batch = frame(VISIT, context=msgspec.structs.replace(walk(VISIT).context, site="shop"))
    assert site.server.ask("POST", f"/v1/ingest?key={site.key}", batch, origin)[0] == 202
    site.ask("PUT", "/v1/consent?site=shop", {"text": "May we now?"})
    [one] = site.ask("GET", f"/v1/recordings/{VISIT}/consent?site=shop")["agreed"]
    assert (one["version"], one["words"]["text"]) == (version, "May we?")
    html = site.server.ask("GET", f"/recordings/{VISIT}?site=shop", headers=site.admin)[1]
    assert version in html
    assert "May we?" in html
    site.ask("DELETE", f"/v1/recordings/{VISIT}?site=shop")
    assert site.ask("GET", f"/v1/recordings/{VISIT}/consent?site=shop", status=404)
    assert site.server.ask("POST", path, agreed, origin)[0] == 410


Story = Callable[[Page], Awaitable[None]]


def opened(shop: Shop, story: Story, **context: Any) -> list[str]:
    """Run a story on the shop's page in a fresh browser; what broke the page's policy, and errors."""

    async def run(browser: Browser) -> list[str]:
        tab = await (await browser.new_context(**context)).new_page()
        wrong: list[str] = []
        tab.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        tab.on("pageerror", lambda e: wrong.append(str(e)))
        await tab.goto(shop.origin, wait_until="networkidle")
        await story(tab)
        await tab.close(run_before_unload=True)
        return [said for said in wrong if "favicon" not in said]

    return drive(run)


async def sent(page: Page, number: str) -> None:
    """Wait until the server has the events of this visit."""
    async with page.expect_response(lambda answer: "/v1/ingest" in answer.url and answer.status == 202):
        await page.mouse.move(200, 200)
        await page.mouse.move(300, 260, steps=8)
        await page.evaluate("musculus.flush()")
    assert await page.evaluate("sessionStorage.musculus") == number


@pytest.mark.browser
def test_nothing_is_recorded_before_the_keyboard_says_yes_and_then_the_visit_has_agreed(site: Site, shop: Shop) -> None:
    site.ask("PUT", "/v1/consent?site=shop", {"text": "Dürfen wir?\nZeilen <i>eins</i>", "language": "de", "yes": "Ja",
                                              "no": "Nein"})  # fmt: skip
    found: list[str] = []

    async def story(page: Page) -> None:
        bar = page.get_by_role("dialog", name="Dürfen wir?")
        await expect(bar).to_be_visible()
        assert await page.evaluate("document.activeElement === document.body")  # the page's focus is left alone
        await page.mouse.move(100, 100)
        await page.locator("#buy").click()  # not modal
        assert await page.evaluate("sessionStorage.musculus") is None
        assert "<i>eins</i>" in await bar.inner_text()
        await page.evaluate(axe.script())
        assert await page.evaluate(axe.FOUND, axe.WORSE_THAN_MINOR) == []
        await page.evaluate("document.activeElement.blur()")
        await page.get_by_role("button", name="Ja").focus()
        assert await page.evaluate("document.activeElement.getAttribute('lang')") == "de"
        async with page.expect_response(lambda answer: "/v1/consent" in answer.url and answer.request.method == "POST"):
            await page.keyboard.press("Enter")
        await expect(bar).to_have_count(0)
        found.append(await page.evaluate("sessionStorage.musculus"))
        await sent(page, found[0])
        await page.reload(wait_until="networkidle")
        assert await bar.count() == 0  # once is enough
        await sent(page, found[0])

    assert opened(shop, story) == []
    [one] = site.ask("GET", f"/v1/recordings/{found[0]}/consent?site=shop")["agreed"]
    assert one["words"]["language"] == "de"


@pytest.mark.browser
def test_a_no_is_kept_new_words_ask_again_and_a_no_after_a_yes_deletes_the_visit(site: Site, shop: Shop) -> None:
    async def story(page: Page) -> None:
        await page.get_by_role("button", name="No").click()
        await page.reload(wait_until="networkidle")
        assert await page.get_by_role("dialog").count() == 0
        assert await page.evaluate("sessionStorage.musculus") is None
        link = page.get_by_role("link", name="Your choice")
        await link.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert await link.evaluate("link => link === document.activeElement")
        await link.click()
        await page.get_by_role("button", name="Yes, record").click()
        await page.wait_for_function("sessionStorage.musculus")
        number = await page.evaluate("sessionStorage.musculus")
        await sent(page, number)
        assert number in visits(site.server)
        await link.click()
        async with page.expect_response(lambda answer: answer.request.method == "DELETE"):
            await page.get_by_role("button", name="No").click()
        assert number not in visits(site.server)
        site.ask("PUT", "/v1/consent?site=shop", {"text": "And now?"})
        await page.context.clear_cookies()
        session = await page.context.new_cdp_session(page)
        await session.send("Network.clearBrowserCache")
        await page.reload(wait_until="networkidle")
        await expect(page.get_by_role("dialog", name="And now?")).to_be_visible()

    assert opened(shop, story) == []


@pytest.mark.browser
def test_whoever_sends_global_privacy_control_is_not_asked_but_may_say_yes_by_the_link(site: Site, shop: Shop) -> None:
    async def run(browser: Browser) -> None:
        context = await browser.new_context()
        control = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
        await context.add_init_script(control)
        page = await context.new_page()
        await page.goto(shop.origin, wait_until="networkidle")
        assert await page.get_by_role("dialog").count() == 0
        await page.mouse.move(50, 80, steps=5)
        assert await page.evaluate("sessionStorage.musculus") is None
        await page.get_by_role("link", name="Your choice").click()
        await page.get_by_role("button", name="Yes, record").click()
        await page.wait_for_function("sessionStorage.musculus")

    drive(run)


@pytest.mark.browser
def test_firefox_is_asked_too_and_its_yes_is_known(site: Site, shop: Shop, firefox: Firefox) -> None:
    firefox.open(shop.origin)
    bar = "document.querySelector('#musculus-consent')?.shadowRoot.querySelector('[role=dialog]')"
    assert firefox.script(SOON % f"{bar}?.innerText").startswith("May we record how you move the pointer")
    colours = f"{{const s = getComputedStyle({bar}); `${{s.position}} ${{s.maxHeight}}`}}"
    assert firefox.script(colours) != "static none"  # the policy let the bar's own style in
    assert firefox.script("sessionStorage.musculus ?? 'nothing'") == "nothing"
    firefox.script(f"{bar}.querySelector('button').click()")
    number = firefox.script(SOON % "sessionStorage.musculus")
    firefox.script(SOON % "sessionStorage['musculus-consent']")  # the server has heard of it
    firefox.act(*({"type": "pointerMove", "x": 50 + 3 * i, "y": 70 + i, "duration": 0} for i in range(40)))
    firefox.script("musculus.flush()")
    assert firefox.script(SOON % TAKEN)
    [one] = site.ask("GET", f"/v1/recordings/{number}/consent?site=shop")["agreed"]
    assert one["words"]["language"] == "en"

"""The collector and a real server of another origin: keys, tokens, deletion, and a canary that must not arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.serve.conftest import Server

from musculus.events import KIND
from musculus.store import open_store
from musculus.wire import decode, encode_json

if TYPE_CHECKING:
    from playwright.async_api import Page
    from tests.collector.conftest import Receiver, Visit

pytestmark = pytest.mark.browser

CANARY = "Kanari9vogel"


class Shop:
    """A server with a write key and a secret key for the site `shop`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Server(f"sqlite:///{folder}/store.db")
        assert self.server.process.stdout
        self.admin = self.server.process.stdout.readline().split()[2]
        self.write, self.secret = (self.ask("/v1/keys", self.admin, kind=kind, site="shop")["key"] for kind in WORDS)

    def ask(self, path: str, key: str, **body: Any) -> Any:
        data = json.dumps(body).encode()
        status, document, _ = self.server.ask("POST", path, data, {"Authorization": f"Bearer {key}"})
        assert status < 300, document
        return document

    def tag(self, key: str) -> str:
        origin = self.server.origin
        return f"<!doctype html><script async src={origin}/musculus.js data-site=shop data-key={key}></script>"


WORDS = ("write", "secret")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.server.stop()


def test_a_token_from_the_page_tells_the_sites_backend_about_the_visit(
    receiver: Receiver, visit: Visit, shop: Shop
) -> None:
    receiver.pages["/shop"] = shop.tag(shop.write)
    tokens: list[str] = []

    async def story(page: Page) -> None:
        for x in range(50):
            await page.mouse.move(10 + 7 * x, 20 + x)
        tokens.append(await page.evaluate("musculus.token()"))
        tokens.append(await page.evaluate("sessionStorage.musculus"))

    visit("/shop", story, hides=0)
    token, recording = tokens
    said = shop.ask("/v1/verify", shop.secret, token=token)
    assert said["valid"]
    assert said["recording"] == recording


def test_with_a_wrong_key_there_is_no_token(receiver: Receiver, visit: Visit, shop: Shop) -> None:
    receiver.pages["/shop"] = shop.tag(shop.write[:-1] + "_")

    async def story(page: Page) -> None:
        assert await page.evaluate("musculus.token().catch(error => error instanceof Error)") is True

    visit("/shop", story, hides=0)


def test_what_was_typed_is_in_no_byte_of_the_store_and_a_visit_that_is_forgotten_is_gone(
    receiver: Receiver, visit: Visit, shop: Shop
) -> None:
    fields = "<input id=open name=first><input type=password><div contenteditable>edit</div><textarea></textarea>"
    receiver.pages["/shop"] = shop.tag(shop.write) + f"{fields}<p title={CANARY}>{CANARY}"
    recordings: list[str] = []

    async def story(page: Page) -> None:
        for field in ("#open", "[type=password]", "[contenteditable]", "textarea"):
            await page.click(field)
            await page.keyboard.type(CANARY)
        await page.click("p")
        recordings.append(await page.evaluate("sessionStorage.musculus"))
        await page.goto(receiver.url + "/empty")

    receiver.pages["/empty"] = "<!doctype html><script>window.musculus = 1</script>"
    visit(f"/shop?{CANARY}#{CANARY}", story, hides=0)
    [recording] = recordings
    _until_left(shop, recording)
    files = b"".join(file.read_bytes() for file in shop.folder.iterdir())
    store = open_store(shop.server.store, readonly=True)
    batches = [decode(row.frame) for row in store.batches("shop", recording)]
    store.close()
    assert sum((b.columns["kind"] == KIND["key_down"]).sum() for b in batches) == 3 * len(CANARY)  # no password
    for said in (files, *(encode_json(batch) for batch in batches)):
        assert CANARY.lower().encode() not in said.lower()

    async def forget(page: Page) -> None:
        await page.evaluate(f"sessionStorage.musculus = '{recording}'")
        gone = page.expect_response(lambda answer: answer.request.method == "DELETE")
        async with gone as answer:
            await page.evaluate("musculus.forget()")
        assert (await (await answer.value).json())["batches"] == len(batches)

    visit("/shop", forget, hides=0)
    store = open_store(shop.server.store, readonly=True)
    assert store.batches("shop", recording) == []
    store.close()


def _until_left(shop: Shop, recording: str) -> None:
    """Until the page's goodbye is in the store; every look is a request, which takes its time."""
    for _ in range(5_000):
        status, listed, _ = shop.server.ask(
            "GET", f"/v1/recordings/{recording}", None, {"Authorization": f"Bearer {shop.secret}"}
        )
        store = open_store(shop.server.store, readonly=True)
        kinds = [decode(row.frame).columns["kind"] for row in store.batches("shop", recording)]
        store.close()
        if status == 200 and any((kind == KIND["hide"]).any() for kind in kinds):
            assert listed["gaps"] == []
            return
    raise AssertionError("the page never said goodbye")


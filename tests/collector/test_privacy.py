"""What never leaves the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from musculus.events import KEY_CLASSES
from musculus.wire import decode, encode_json

if TYPE_CHECKING:
    from playwright.async_api import Page
    from tests.collector.conftest import Receiver, Visit

pytestmark = pytest.mark.browser

CANARY = "Kanari9vogel"
FORM = f"""<!doctype html><form>
<input id=open name=first>
<input id=pass type=password>
<input id=code autocomplete="section-a one-time-code">
<input id=card autocomplete="cc-number">
<input id=unnamed name="CardNumber"><input id=cvc2><select id=month name="card[exp_month]"><option>1</select>
<div id=edit contenteditable style="height: 30px"></div>
<div id=box data-musculus-ignore><input id=inner><button type=button id=inside>{CANARY}</button></div>
<p id=text title={CANARY}>{CANARY}</p></form>
<script src="/musculus.js" data-site="shop" async></script>"""


PATH = f"/form?{CANARY}#{CANARY}"


@pytest.fixture(autouse=True)
def page_to_visit(receiver: Receiver) -> None:
    receiver.pages["/form"] = FORM


def test_typed_text_is_nowhere_in_what_is_sent(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        for field in ("#open", "#edit"):
            await page.click(field)
            await page.keyboard.type(CANARY)
        await page.click("#text")

    visit(PATH, story)
    assert receiver.count("key_down") == 2 * len(CANARY)
    pressed = {KEY_CLASSES[int(code)] for code in receiver.column("key_class", "key_down")}
    assert pressed == {"letter", "digit"}
    for body in receiver.bodies:
        for said in (body, encode_json(decode(body))):
            assert CANARY.lower().encode() not in said.lower()
            assert all(f'"{letter}"'.encode() not in said for letter in CANARY)


@pytest.mark.parametrize("field", ["#pass", "#code", "#card", "#unnamed", "#cvc2", "#month", "#inner"])
def test_fields_that_hold_secrets_give_nothing_at_all(receiver: Receiver, visit: Visit, field: str) -> None:
    async def story(page: Page) -> None:
        await page.hover(field)
        await page.mouse.down()
        await page.mouse.up()
        await page.keyboard.type(CANARY)
        await page.mouse.wheel(0, 1)
        await page.evaluate("new Promise(requestAnimationFrame)")

    visit(PATH, story)
    kinds = {
        kind for kind in ("move", "down", "up", "click", "key_down", "key_up", "enter", "wheel") if receiver.count(kind)
    }
    assert kinds == set()


def test_a_password_that_is_shown_as_text_stays_secret(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.focus("#pass")
        await page.keyboard.press("x")
        await page.evaluate("document.querySelector('#pass').type = 'text'")
        await page.keyboard.type(CANARY)

    visit(PATH, story)
    assert receiver.count("key_down") == receiver.count("key_up") == 0


def test_a_press_that_began_in_an_excluded_element_leaves_no_half_of_itself(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.hover("#inside")
        await page.mouse.down()
        await page.hover("#open")
        await page.mouse.up()
        await page.evaluate("new Promise(requestAnimationFrame)")
        await page.click("#open")

    visit(PATH, story)
    assert receiver.count("down") == receiver.count("up") == receiver.count("click") == 1
    assert receiver.targets("down") == receiver.targets("click") == ["#open"]


@pytest.mark.parametrize("signal", ["globalPrivacyControl = true", "doNotTrack = '1'"])
def test_a_browser_that_asks_not_to_be_tracked_is_left_alone(receiver: Receiver, visit: Visit, signal: str) -> None:
    name, value = signal.split(" = ")
    receiver.pages["/asks"] = f"<script>Object.defineProperty(navigator, '{name}', {{value: {value}}})</script>" + FORM

    async def story(page: Page) -> None:
        await page.click("#open")
        await page.evaluate("musculus.flush()")

    async def nothing(page: Page) -> None: ...

    visit("/asks", story, hides=0)
    visit("/", nothing)  # this one is recorded, and it came later
    assert {batch.site for batch in receiver.batches} == {"demo"}


def test_nothing_is_recorded_before_consent(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/consent"] = (
        "<!doctype html><script src=/musculus.js data-site=shop data-consent=required async></script><button id=b>b"
    )

    async def story(page: Page) -> None:
        await page.click("#b")
        assert await page.evaluate("sessionStorage.length") == 0
        await page.evaluate("musculus.consent('granted')")
        await page.mouse.move(300, 300)
        await page.evaluate("musculus.consent('denied')")
        await page.mouse.move(301, 301)
        await page.evaluate("musculus.consent('granted')")
        await page.mouse.move(302, 302)

    visit("/consent", story)
    assert receiver.count("click") == 0
    assert receiver.column("x", "move").tolist() == [302]  # what waited when the visitor said no is dropped


def test_before_consent_there_is_no_token_and_no_number_of_the_visit(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/consent"] = (
        "<!doctype html><script src=/musculus.js data-site=shop data-consent=required async></script>"
    )

    async def story(page: Page) -> None:
        assert await page.evaluate("musculus.token().catch(error => error instanceof Error)") is True
        assert await page.evaluate("sessionStorage.length") == 0

    visit("/consent", story, hides=0)
    assert not receiver.bodies


def test_forget_asks_for_deletion_and_takes_another_id(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        first = await page.evaluate("sessionStorage.musculus")
        await page.mouse.move(10, 10)
        await page.evaluate("musculus.forget()")
        receiver.wait(lambda: bool(receiver.deleted))
        assert receiver.deleted == [f"/v1/recordings/{first}"]
        assert await page.evaluate("sessionStorage.length") == 0
        await page.evaluate("musculus.start({site: 'again'})")
        assert await page.evaluate("sessionStorage.musculus") != first

    visit("/", story)
    assert {batch.site for batch in receiver.batches} == {"again"}

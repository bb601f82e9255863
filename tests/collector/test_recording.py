"""What a real Chromium sends for what really happened in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from musculus.events import KEY_CLASSES, POINTERS, SOURCES

if TYPE_CHECKING:
    from playwright.async_api import Page
    from tests.collector.conftest import Receiver, Visit

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>t</title><style>body { margin: 0; height: 3000px }</style>
<button id=go style="position: absolute; left: 40px; top: 60px; width: 200px; height: 100px">go</button>
<a data-musculus="basket" href="#x" style="position: fixed; left: 300px; top: 60px; width: 100px; height: 50px">b</a>
<script src="/musculus.js" data-site="shop" async></script>"""


PATH = "/page?name=query#fragment"


@pytest.fixture(autouse=True)
def page_to_visit(receiver: Receiver) -> None:
    receiver.pages["/page"] = PAGE


def test_every_coalesced_move_arrives_exactly_once(receiver: Receiver, visit: Visit) -> None:
    points = [(100 + 0.5 * i, 50 + (i * 37) % 200) for i in range(400)]

    async def story(page: Page) -> None:
        await visit.sweep(page, points)

    visit("/", story)
    assert np.array_equal(receiver.column("x", "move"), [x for x, _ in points])
    assert np.array_equal(receiver.column("y", "move"), [y for _, y in points])
    coalesced = receiver.column("coalesced", "move")
    assert 0 < np.count_nonzero(coalesced == 0) < len(points) / 2  # fewer events than samples
    assert (receiver.column("trusted", "move") == 1).all()
    assert np.array_equal(receiver.column("fractional", "move"), np.arange(400) % 2)
    assert (np.diff(receiver.column("t", "move")) >= 0).all()
    assert (receiver.column("source", "move") == SOURCES.index("pointer")).all()  # and no mousemove beside it


def test_a_click_is_a_press_a_release_and_a_click_with_its_element(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.mouse.move(100, 100)
        await page.mouse.down()
        await page.mouse.up()
        receiver.wait(lambda: receiver.count("click") == 1)  # sent without waiting for more events
        await page.mouse.click(350, 80, button="middle")

    visit(PATH, story)
    assert receiver.count("down") == receiver.count("up") == 2
    assert receiver.targets("down") == ["#go", "[data-musculus=basket]"]
    assert receiver.targets("click") == ["#go"]
    box = [receiver.column(name, "down").tolist() for name in ("left", "top", "width", "height")]
    assert box == [[40, 300], [60, 60], [200, 100], [100, 50]]
    assert receiver.column("fixed", "down").tolist() == [0, 1]
    assert receiver.column("button", "down").tolist() == [0, 1]
    assert receiver.column("buttons", "down").tolist() == [1, 4]
    assert receiver.column("detail", "click").tolist() == [1]
    assert receiver.column("pressure", "down").tolist() == [0.5, 0.5]
    assert (receiver.column("pointer", "click") == POINTERS.index("mouse")).all()


def test_entering_and_leaving_what_answers_to_clicks_is_told(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        for x, y in ((5, 5), (100, 100), (150, 100), (350, 80), (600, 600)):
            await page.mouse.move(x, y)

    visit(PATH, story)
    assert receiver.targets("enter") == receiver.targets("leave") == ["#go", "[data-musculus=basket]"]
    assert receiver.column("width", "enter").tolist() == [200, 100]


def test_the_context_says_what_the_page_was_and_never_its_query(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.evaluate("scrollTo(0, 250); musculus.flush()")

    visit(PATH, story, viewport={"width": 900, "height": 700}, device_scale_factor=2)
    last = receiver.batches[-1]
    assert last.context.site == "shop"
    assert last.context.address == "/page"
    assert last.context.viewport == (900, 700)
    assert last.context.document == (900, 3000)
    assert last.context.scroll == (0, 250)
    assert last.context.device_pixel_ratio == 2
    assert all(b"query" not in body and b"fragment" not in body for body in receiver.bodies)


def test_scrolling_and_the_wheel_are_told_in_css_pixels(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.mouse.move(200, 200)
        await page.mouse.wheel(0, 120)
        await page.wait_for_function("scrollY === 120")
        await page.evaluate("dispatchEvent(new WheelEvent('wheel', {deltaY: 3, deltaMode: 1}))")

    visit("/", story)
    assert receiver.column("dy", "wheel").tolist() == [120, 48]
    assert receiver.column("trusted", "wheel").tolist() == [1, 0]
    assert receiver.column("scroll_y", "scroll")[-1] == 120
    assert receiver.column("dy", "scroll").sum() == 120
    assert receiver.column("scroll_y", "show").tolist() == [0]


def test_keys_are_told_by_class_and_paired_through_rollover(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        for what, key in [("down", "a"), ("down", "7"), ("up", "a"), ("up", "7"), ("down", "Shift"), ("down", "B"),
                          ("down", "B"), ("up", "B"), ("up", "Shift"), ("down", "ArrowLeft"), ("up", "ArrowLeft"),
                          ("down", "%"), ("up", "%")]:  # fmt: skip
            await (page.keyboard.down(key) if what == "down" else page.keyboard.up(key))

    visit("/", story)
    classes = [KEY_CLASSES[int(code)] for code in receiver.column("key_class", "key_down")]
    assert classes == ["letter", "digit", "modifier", "letter", "letter", "arrow", "other"]
    assert receiver.column("slot", "key_down").tolist() == [0, 1, 2, 3, 3, 4, 5]
    assert receiver.column("slot", "key_up").tolist() == [0, 1, 3, 2, 4, 5]
    assert receiver.column("repeat", "key_down").tolist() == [0, 0, 0, 0, 1, 0, 0]
    assert np.isnan(receiver.column("x", "key_down")).all()


def test_a_second_button_is_a_press_though_the_browser_calls_it_a_move(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.mouse.move(50, 50)
        await page.mouse.down()
        await page.mouse.down(button="right")
        await page.mouse.up(button="right")
        await page.mouse.up()

    visit("/", story)
    assert receiver.column("button", "down").tolist() == [0, 2]
    assert receiver.column("button", "up").tolist() == [2, 0]
    assert receiver.column("buttons", "down").tolist() == [1, 3]
    assert receiver.count("move") == 1


def test_what_a_script_makes_up_is_there_with_its_tells(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.evaluate("""() => {
            const at = {clientX: 90, clientY: 90, bubbles: true, button: 3000, detail: 1e9};
            go.dispatchEvent(new MouseEvent("mousedown", at));
            go.dispatchEvent(new MouseEvent("mouseup", at));
            go.click();
            go.dispatchEvent(new PointerEvent("pointermove", {clientX: 1e12, clientY: -1e300, movementX: -2e9,
                                                              pressure: 1e30, pointerId: -2147483648, bubbles: true}));
        }""")

    visit(PATH, story)
    mouse = SOURCES.index("mouse")
    assert receiver.column("source", "down").tolist() == receiver.column("source", "up").tolist() == [mouse]
    assert receiver.column("trusted", "down").tolist() == [0]
    assert receiver.column("button", "down").tolist() == [127]  # as far as the column goes
    assert receiver.column("trusted", "click").tolist() == [0]
    assert receiver.column("x", "click").tolist() == [0]
    assert receiver.column("detail", "click").tolist() == [0]
    assert receiver.column("x", "move").tolist() == [2**25]  # the edge of what a frame holds


def test_a_touch_leaves_no_mouse_events_beside_it(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.touchscreen.tap(100, 100)
        receiver.wait(lambda: receiver.count("click") == 1)

    visit(PATH, story, has_touch=True)
    assert receiver.column("pointer", "down").tolist() == [POINTERS.index("touch")]
    assert not (receiver.column("source") == SOURCES.index("mouse")).any()


def test_the_window_says_when_it_changes(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.set_viewport_size({"width": 800, "height": 500})
        await page.evaluate("new Promise(requestAnimationFrame)")
        await page.evaluate("document.body.innerHTML += '<input id=i>'; i.focus(); i.blur()")

    visit("/", story)
    assert receiver.count("resize") >= 1
    sizes = [receiver.column(side, kind)[-1] for kind in ("show", "resize") for side in ("width", "height")]
    assert sizes == [1280, 720, 800, 500]
    assert receiver.count("focus") == receiver.count("blur") == 0  # a field's are not the window's


def test_marks_name_stimuli_and_tasks(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.evaluate("musculus.mark('stimulus', go); musculus.mark('task', 'find the basket \\ud800')")
        await page.evaluate("musculus.mark('task', 'x'.repeat(1000))")

    visit(PATH, story)
    assert receiver.targets("stimulus") == ["#go"]
    assert receiver.targets("task") == ["find the basket _", "x" * 99]
    assert receiver.column("left", "stimulus").tolist() == [40]

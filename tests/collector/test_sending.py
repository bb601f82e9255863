"""When frames are sent, and that none is lost and none sent in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page
    from tests.collector.conftest import Receiver, Visit

pytestmark = pytest.mark.browser


def test_leaving_sends_what_is_left_twenty_times_out_of_twenty(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.mouse.move(77, 88)

    for _ in range(20):
        visit("/", story)
    assert receiver.column("x", "move").tolist() == [77] * 20
    assert len({batch.recording for batch in receiver.batches}) == 20


def test_going_to_another_page_keeps_the_recording_and_begins_a_view(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/next"] = receiver.pages["/"]

    async def story(page: Page) -> None:
        await page.mouse.move(10, 10)
        await page.goto(receiver.url + "/next")
        await page.wait_for_function("window.musculus")
        await page.mouse.move(20, 20)

    visit("/", story, hides=2)
    batches = receiver.batches
    assert len({b.recording for b in batches}) == 1
    assert len({b.view for b in batches}) == 2
    assert [b.context.address for b in batches] == ["/", "/next"]
    assert batches[0].time_origin < batches[1].time_origin
    assert receiver.column("x", "move").tolist() == [10, 20]


def test_a_thousand_events_are_a_batch_and_its_bytes_are_few(receiver: Receiver, visit: Visit) -> None:
    points = [(200 + 150 * np.sin(i / 40), 200 + 100 * np.cos(i / 25)) for i in range(2500)]

    async def story(page: Page) -> None:
        await visit.sweep(page, points)
        receiver.wait(lambda: receiver.count("move") >= 1000)  # without a click, without waiting

    visit("/", story)
    sizes = [batch.n for batch in receiver.batches]
    assert sum(sizes) == 2502  # show, hide, 2500 moves
    assert all(1000 <= n <= 2000 for n in sizes[:-1])  # packed after the handler, when some more may have come
    assert [batch.sequence for batch in receiver.batches] == list(range(len(sizes)))
    assert receiver.count("move") == 2500
    assert sum(map(len, receiver.bodies)) / sum(sizes) < 11  # of all: the last batch may be one row of goodbye


def test_five_seconds_are_the_longest_a_row_waits(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.clock.run_for(4_000)
        assert not receiver.bodies
        await page.clock.run_for(1_000)
        receiver.wait(lambda: receiver.count("show") == 1)

    visit("/", story, clock=True)


def test_what_happens_offline_arrives_when_the_network_is_back(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.context.set_offline(True)
        for x in range(5):
            await page.mouse.move(x, 10)
            await page.evaluate("musculus.flush()")
        assert receiver.count("move") == 0
        await page.context.set_offline(False)  # the browser says so, and nothing waits for a timer
        receiver.wait(lambda: receiver.count("move") == 5)
        assert len(receiver.bodies) == len(receiver.batches)  # none came twice

    visit("/", story)
    assert [batch.sequence for batch in receiver.batches] == list(range(len(receiver.batches)))
    assert receiver.column("x", "move").tolist() == [0, 1, 2, 3, 4]


def test_a_server_that_cannot_take_a_batch_gets_the_same_bytes_again_and_time_to_recover(
    receiver: Receiver, visit: Visit
) -> None:
    answers = [(503, {"retry-after": "20"}, 20), (429, {}, 1), (200, {}, 2), (500, {}, 4)]  # and seconds to wait
    answers.append((503, {"retry-after": "1000000000000"}, 8))  # longer than timers run

    async def story(page: Page) -> None:
        receiver.answers.extend((status, headers) for status, headers, _ in answers)
        await page.evaluate("musculus.flush()")
        for tries, (_, _, least) in enumerate(answers, start=1):
            receiver.wait(lambda tries=tries: len(receiver.bodies) == tries)
            waited = 0
            while len(receiver.bodies) == tries:
                await page.clock.run_for(250)
                await page.evaluate("musculus.flush()")  # new events don't break the wait
                waited += 250
            assert waited >= 1000 * least

    visit("/", story, clock=True)
    assert len(set(receiver.bodies[: len(answers) + 1])) == 1


def test_a_batch_that_came_too_slowly_is_sent_again(receiver: Receiver, visit: Visit) -> None:
    receiver.answers.extend([(408, {})] * 4)  # Chromium itself tries again once on a line it has used before

    async def story(page: Page) -> None:
        await page.mouse.move(10, 10)
        await page.evaluate("musculus.flush()")
        while len(receiver.bodies) < 5:
            await page.clock.run_for(1000)
            await page.evaluate("1")

    visit("/", story, clock=True)
    assert len(set(receiver.bodies[:5])) == 1
    assert receiver.batches[-1].context.lost == 0


def test_a_refused_batch_is_dropped_and_counted_and_the_next_ones_go_on(receiver: Receiver, visit: Visit) -> None:
    receiver.answers.append((400, {}))

    async def story(page: Page) -> None:
        await page.mouse.move(10, 10)
        await page.evaluate("musculus.flush()")
        receiver.wait(lambda: len(receiver.bodies) == 1)
        await page.mouse.move(20, 20)
        await page.evaluate("musculus.flush()")
        receiver.wait(lambda: len(receiver.bodies) == 2)

    visit("/", story)
    assert [batch.sequence for batch in receiver.batches] == [0, 1, 2]
    assert [batch.context.lost for batch in receiver.batches] == [0, 2, 2]


def test_memory_is_capped_and_what_is_given_up_is_counted(receiver: Receiver, visit: Visit) -> None:
    receiver.otherwise = 503

    async def story(page: Page) -> None:
        await page.evaluate("""() => {
            const far = () => 1e7 * Math.random();
            for (let i = 0; i < 60000; i++) {
                dispatchEvent(new PointerEvent("pointermove", {clientX: far(), clientY: far(), screenX: far(),
                    movementX: far(), movementY: far(), screenY: far(), pointerId: far(), bubbles: true}));
            }
            musculus.flush();
        }""")
        receiver.otherwise = 202
        receiver.wait(lambda: receiver.count("move") + receiver.batches[-1].context.lost == 60_000)

    visit("/", story)
    assert receiver.batches[-1].context.lost > 20_000
    assert sum(len(body) for body in set(receiver.bodies)) < 2**20 + 70_000


def test_a_batch_too_large_for_a_beacon_is_split(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.evaluate("""() => {
            const far = () => Math.floor(1e7 * Math.random());
            for (let i = 0; i < 250; i++) document.body.append(Object.assign(document.createElement("button"),
                {id: "b".repeat(94) + String(i).padStart(5, "0")}));
            for (const b of document.querySelectorAll("button")) {
                for (let i = 0; i < 3; i++) {
                    b.style.cssText = `position: absolute; left: ${far()}px; top: ${far()}px; width: ${far()}px`;
                    b.dispatchEvent(new PointerEvent("pointerdown", {clientX: far(), clientY: far(), screenX: far(),
                        screenY: far(), pressure: Math.random(), pointerId: far(), detail: far(), bubbles: true}));
                }
            }
            musculus.flush();
        }""")
        receiver.wait(lambda: receiver.count("down") == 750)

    visit("/", story)
    assert receiver.count("down") == 750
    assert len(receiver.batches) > 1
    assert max(len(body) for body in receiver.bodies) <= 60_000
    assert [batch.sequence for batch in receiver.batches] == list(range(len(receiver.batches)))
    named = [name for name in receiver.targets("down") if name]
    assert len(set(named)) == 200  # a batch has room for so many selectors; boxes are there for all
    assert not np.isnan(receiver.column("left", "down")).any()


def test_a_hidden_page_that_stays_delivers_more_than_a_beacon_takes(receiver: Receiver, visit: Visit) -> None:
    receiver.otherwise = 503

    async def story(page: Page) -> None:
        await visit.sweep(page, [(i % 900 + 0.1 * (i % 7), (i * i) % 700) for i in range(12_000)])
        assert len(set(receiver.bodies)) == 1  # all the others wait behind the first
        receiver.otherwise = 202
        await page.evaluate("""() => {
            Object.defineProperty(document, "visibilityState", {value: "hidden"});
            document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
        }""")
        receiver.wait(lambda: receiver.count("move") == 12_000)

    visit("/", story)
    assert sum(len(body) for body in set(receiver.bodies)) > 65_536
    assert receiver.count("move") == 12_000
    assert receiver.count("hide") == 1


LISTENERS = """[window, document].flatMap(
    (target) => Object.values(getEventListeners(target)).flat().map((listener) => listener.type)).length"""


def test_stop_removes_every_listener_and_puts_history_back(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/plain"] = "<!doctype html><iframe src=/inner></iframe><p>p"
    receiver.pages["/inner"] = "<!doctype html><p>inner"

    async def story(page: Page) -> None:
        await page.goto(receiver.url + "/plain")
        await page.add_script_tag(content="window.push = history.pushState")  # brings Playwright's own listeners
        cdp = await page.context.new_cdp_session(page)
        frames: list[int] = []
        cdp.on("Runtime.executionContextCreated", lambda e: frames.append(e["context"]["id"]))
        await cdp.send("Runtime.enable")

        async def listeners() -> list[int]:
            asked = [{"expression": LISTENERS, "contextId": i, "includeCommandLineAPI": True} for i in frames]
            return [(await cdp.send("Runtime.evaluate", ask))["result"]["value"] for ask in asked]

        before = await listeners()
        await page.add_script_tag(url="/musculus.js")
        while_running = await listeners()
        assert sum(now - then >= 15 for now, then in zip(while_running, before, strict=True)) >= 2  # page and frame
        assert await page.evaluate("history.pushState !== window.push")
        await page.evaluate("musculus.stop()")
        assert await listeners() == before
        assert await page.evaluate("history.pushState === window.push")
        await page.evaluate("musculus.start({site: 'again'})")
        assert await listeners() == while_running

    visit("/", story, hides=2)

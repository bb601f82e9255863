"""Frames, shadow roots, single-page applications, the back-forward cache, and browsers that lack things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page
    from tests.collector.conftest import Receiver, Visit

pytestmark = pytest.mark.browser

TAG = '<script src="/musculus.js" data-site="shop" async></script>'


def test_a_frame_of_the_same_origin_counts_in_the_coordinates_and_time_of_the_page(
    receiver: Receiver, visit: Visit
) -> None:
    receiver.pages["/outer"] = (
        "<!doctype html><style>iframe { position: absolute; left: 100px; top: 50px; border: 4px solid }"
        f"</style><iframe src=/inner width=300 height=200></iframe>{TAG}"
    )
    receiver.pages["/inner"] = "<!doctype html><body style='margin: 0'><button id=b style='margin: 20px'>b</button>"

    async def story(page: Page) -> None:
        await page.mouse.move(30, 20)
        await page.mouse.move(130, 80)
        await page.mouse.down()
        await page.mouse.up()
        receiver.wait(lambda: receiver.count("click") == 1)
        await page.frames[1].evaluate("location.reload()")  # the frame's next document is watched as well
        await page.frames[1].wait_for_selector("#b")
        await page.evaluate("new Promise(done => setTimeout(done))")
        await page.mouse.move(131, 81)

    visit("/outer", story)
    assert receiver.column("x", "move").tolist() == [30, 130, 131]
    assert receiver.column("y", "move").tolist() == [20, 80, 81]
    assert receiver.column("left", "down").tolist() == [124]  # 100 + border 4 + margin 20
    assert receiver.column("top", "down").tolist() == [74]
    assert receiver.targets("down") == ["#b"]
    screen = receiver.column("screen_x", "move") - receiver.column("x", "move")
    assert (screen == screen[0]).all()
    assert (np.diff(receiver.column("t", "move")) > 0).all()
    assert receiver.column("t", "move")[-1] < 60_000


def test_a_frame_that_the_page_moves_counts_from_where_it_stands_then(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/outer"] = (
        "<!doctype html><style>body { margin: 0; height: 3000px } iframe { position: absolute; border: 0 }</style>"
        f"<iframe id=f src=/inner style='left: 100px; top: 400px' width=300 height=300></iframe>{TAG}"
    )
    receiver.pages["/inner"] = "<!doctype html><body>"
    painted = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"

    async def story(page: Page) -> None:
        await page.mouse.move(150, 450)
        await page.evaluate("f.style.left = '60px'")  # under the pointer: nothing tells of it
        await page.evaluate(painted)
        await page.mouse.move(151, 451)
        await page.evaluate(painted)  # that row asked
        await page.mouse.move(152, 452)
        await page.evaluate("scrollTo(0, 100)")
        await page.evaluate(painted)
        await page.mouse.move(153, 453)
        await page.mouse.move(500, 50)
        await page.evaluate("f.style.left = '200px'")
        await page.mouse.move(300, 454)  # into it again

    visit("/outer", story)
    seen = list(zip(receiver.column("x", "move"), receiver.column("y", "move"), strict=True))
    assert seen[0] == (150, 450)
    assert len(seen) == 6  # the second one still counts from where the frame was: nobody lays the page out for it
    assert seen[2:] == [(152, 452), (153, 453), (500, 50), (300, 454)]


def test_a_frame_of_another_origin_is_left_alone(receiver: Receiver, visit: Visit) -> None:
    other = receiver.url.replace("127.0.0.1", "localhost")
    receiver.pages["/outer"] = f"<!doctype html><iframe src={other}/inner></iframe>{TAG}"
    receiver.pages["/inner"] = "<!doctype html><body>x"

    async def story(page: Page) -> None:
        await page.mouse.move(50, 50)
        await page.mouse.move(500, 500)

    visit("/outer", story)
    assert receiver.column("x", "move").tolist() == [500]


def test_elements_in_open_shadow_roots_are_named_and_excluded(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/shadow"] = f"""<!doctype html><body style="margin: 0"><div id=host></div>
        <div id=other data-musculus-ignore></div><script>
        for (const div of [host, other]) div.attachShadow({{mode: "open"}}).innerHTML =
            "<button id=inner style='width: 100px; height: 40px'>b</button>";
        </script>{TAG}"""

    async def story(page: Page) -> None:
        await page.mouse.click(50, 20)
        await page.mouse.click(50, 60)

    visit("/shadow", story)
    assert receiver.targets("down") == ["#inner"]


def test_a_single_page_application_has_a_view_for_each_path(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.mouse.move(1, 1)
        await page.evaluate("history.pushState({}, '', '/products?secret=1')")
        await page.mouse.move(2, 2)
        await page.evaluate("history.replaceState({}, '', '/products?secret=2')")  # only the query: the same page
        await page.mouse.move(3, 3)
        await page.evaluate("history.back()")
        await page.wait_for_function("location.pathname === '/'")
        await page.mouse.move(4, 4)

    visit("/", story)
    views = list(dict.fromkeys(batch.view for batch in receiver.batches))
    rows = {view: [b for b in receiver.batches if b.view == view] for view in views}
    assert [rows[view][0].context.address for view in views] == ["/", "/products", "/"]
    assert [rows[view][0].sequence for view in views] == [0, 0, 0]
    assert receiver.count("show") == 3
    assert receiver.column("x", "move").tolist() == [1, 2, 3, 4]
    assert len({batch.recording for batch in receiver.batches}) == 1
    assert all(b"secret" not in body for body in receiver.bodies)


def test_a_page_back_from_the_cache_is_another_view(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/next"] = "<!doctype html>next"

    async def story(page: Page) -> None:
        cdp = await page.context.new_cdp_session(page)
        await page.mouse.move(1, 1)
        await page.goto(receiver.url + "/next")
        receiver.wait(lambda: receiver.count("hide") == 1)
        await cdp.send("Page.navigateToHistoryEntry", {"entryId": await entry(cdp)})
        receiver.wait(lambda: receiver.count("show") == 2)

    async def entry(cdp: CDPSession) -> int:
        history = await cdp.send("Page.getNavigationHistory")
        return int(history["entries"][history["currentIndex"] - 1]["id"])

    visit("/", story, hides=2)
    first, second = dict.fromkeys(batch.view for batch in receiver.batches)
    assert {batch.sequence for batch in receiver.batches if batch.view == second} >= {0}
    assert len({batch.time_origin for batch in receiver.batches}) == 1  # the same document, so it really was kept
    assert first != second


def test_another_origin_can_receive(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/elsewhere"] = (
        f'<!doctype html><script src="/musculus.js" data-endpoint="{receiver.url}/v1/ingest" async></script>'
    )

    async def story(page: Page) -> None:
        for x in range(3):
            await page.mouse.move(x, 5)
            await page.evaluate("musculus.flush()")
            receiver.wait(lambda x=x: receiver.count("move") == x + 1)
        assert len(receiver.bodies) == len(receiver.batches)  # each answer was read, so nothing was sent again

    visit(receiver.url.replace("127.0.0.1", "localhost") + "/elsewhere", story)


def test_the_module_starts_when_it_is_told_to(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/module"] = """<!doctype html><script type=module>
        import { musculus } from "/musculus.mjs";
        window.musculus = musculus;</script>"""

    async def story(page: Page) -> None:
        await page.mouse.move(1, 1)
        await page.evaluate("musculus.start({site: 'module'})")
        await page.mouse.move(2, 2)

    visit("/module", story)
    assert receiver.column("x", "move").tolist() == [2]
    assert {batch.site for batch in receiver.batches} == {"module"}


def test_a_second_tag_counts_nothing_twice(receiver: Receiver, visit: Visit) -> None:
    async def story(page: Page) -> None:
        await page.add_script_tag(url="/musculus.js")
        await page.mouse.move(9, 9)

    visit("/", story)
    assert receiver.column("x", "move").tolist() == [9]


def test_plain_http_has_no_coalesced_samples_and_works(receiver: Receiver, visit: Visit) -> None:
    plain = receiver.url.replace("127.0.0.1", "plain.test")

    async def story(page: Page) -> None:
        assert await page.evaluate("!isSecureContext && !PointerEvent.prototype.getCoalescedEvents")
        await visit.sweep(page, [(float(x), 50.0) for x in range(100, 300)])

    visit(plain + "/", story)
    assert 0 < receiver.count("move") < 200
    assert (np.isnan(receiver.column("coalesced", "move"))).all()  # the browser can't tell


def test_shut_storage_gives_an_id_for_the_document(receiver: Receiver, visit: Visit) -> None:
    receiver.pages["/shut"] = (
        "<!doctype html><script>Object.defineProperty(window, 'sessionStorage', "
        f"{{get() {{ throw new DOMException('shut', 'SecurityError') }}}})</script>{TAG}"
    )

    async def story(page: Page) -> None:
        await page.mouse.move(5, 5)
        await page.evaluate("musculus.flush()")
        await page.mouse.move(6, 6)
        await page.evaluate("musculus.flush()")
        receiver.wait(lambda: receiver.count("move") == 2)
        await page.evaluate("musculus.forget()")
        receiver.wait(lambda: bool(receiver.deleted))

    visit("/shut", story, hides=0)
    [recording] = {batch.recording for batch in receiver.batches}
    assert receiver.deleted == [f"/v1/recordings/{recording}"]  # the visit that was recorded, not another one
    assert receiver.column("x", "move").tolist() == [5, 6]

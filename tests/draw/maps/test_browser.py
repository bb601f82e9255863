"""A page with known boxes, driven by a scripted pointer in a real Chromium: every click lands on its element."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.async_api import Page
from tests.collector.conftest import TAG, Receiver, Visit
from tests.draw.maps.driving import AT, SETTLED, received

from musculus.draw.maps import attention, choices, clicks, scroll

pytestmark = pytest.mark.browser
PAGE = f"""<!doctype html><meta name="viewport" content="width=device-width"><style>
body {{ margin: 0; height: 3000px; position: relative }}
header {{ position: fixed; inset: 0 0 auto 0; height: 50px; z-index: 1; background: #ddd }}
button, #plain {{ position: absolute; padding: 0 }}
#menu {{ right: 10px; top: 10px; width: 80px; height: 30px }}
#buy {{ left: 10%; top: 200px; width: 40%; height: 60px }}
#far {{ left: calc(50% - 100px); top: 2100px; width: 200px; height: 50px }}
#plain {{ left: 5%; top: 500px; width: 60%; height: 80px; background: #eee }}
@media (max-width: 600px) {{ #buy {{ top: 320px; left: 0; width: 100% }} }}
</style><body><header><button id="menu">=</button></header>
<button id="buy">buy</button><button id="far">far</button><div id="plain">words</div>{TAG}"""
CLICKED = {"#far": 4, "#buy": 3, "#menu": 2, "#plain": 1}  # in each visit
BOXES = """Object.fromEntries([...document.querySelectorAll("[id]")].map(e => {
  const b = e.getBoundingClientRect(), up = e.id == "menu" ? 0 : scrollY;
  return ["#" + e.id, [b.left, b.top + up, b.width, b.height]] }))"""

Truth = dict[str, list[float]]


async def click(page: Page, box: list[float], up: float) -> None:
    left, top, width, height = box
    await page.mouse.click(left + AT[0] * width, top + AT[1] * height - up)


def lived(visit: Visit, width: int) -> Truth:
    """One visit in a window of a width, at a device pixel ratio of 2; the true boxes, in px of the document."""
    truth: list[Truth] = []

    async def story(page: Page) -> None:
        boxes: Truth = await page.evaluate(BOXES)
        for target in ("#buy", "#menu", "#buy", "#plain", "#buy"):
            await click(page, boxes[target], 0)
        await page.evaluate("scrollTo(0, 1700)")
        await page.evaluate(SETTLED)
        for target in ("#far", "#far", "#menu", "#far", "#far"):
            await click(page, boxes[target], 0 if target == "#menu" else 1700)
        truth.append(boxes)

    visit("/known", story, viewport={"width": width, "height": 600}, device_scale_factor=2)
    return truth[0]


def test_every_click_lands_on_its_element_at_three_widths_scrolled_or_not_under_a_fixed_header(
    visit: Visit, receiver: Receiver
) -> None:
    receiver.pages["/known"] = PAGE
    truth = {width: lived(visit, width) for width in (400, 800, 1300, 1500)}
    events = received(receiver)
    assert events.context["device_pixel_ratio"].tolist() == [2.0] * 4
    assert [(page, n) for page, _, n in choices(events)] == [("/known", 2), ("/known", 1), ("/known", 1)]
    for width in (400, 800):
        found = clicks(events, "/known", width)
        assert found.by_element(events) == CLICKED
        assert int(found.nothing.sum()) == CLICKED["#plain"]
        for i, row in enumerate(found.rows):
            left, top, w, h = truth[width][events.targets[events.columns["target"][row]]]
            assert (found.x[i], found.y[i]) == pytest.approx((left + AT[0] * w, top + AT[1] * h), abs=0.6)
    wide = clicks(events, "/known", 1400)  # two widths of one class, drawn as the page of their middle
    assert wide.heat.layout.width == 1400
    assert wide.by_element(events) == {target: 2 * n for target, n in CLICKED.items()}
    boxes = wide.heat.layout.boxes
    buy = boxes.find(events.targets.index("#buy"))
    assert (boxes.left[buy], boxes.width[buy]) == pytest.approx((140, 560), abs=0.2)
    mine = wide.box == buy
    assert wide.x[mine] == pytest.approx(np.full(6, 140 + AT[0] * 560), abs=0.6)
    seen = scroll(events, "/known", 1400)
    assert [float(seen.share[int(depth // seen.band)]) for depth in (300, 1000, 2000, 2500)] == [1, 0, 1, 0]
    told = attention(events, "/known", 1400)
    assert int(told.entries[buy]) >= 2
    assert int(told.clicks[buy]) == 6

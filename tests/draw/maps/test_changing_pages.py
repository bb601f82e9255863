"""Pages that don't keep still, in a real Chromium: resized, zoomed, shifted, framed, sideways, from right to left."""

from __future__ import annotations

import pytest
from tests.collector.conftest import TAG, Receiver, Visit
from tests.draw.maps.driving import Driver, in_their_boxes, lived

from musculus.draw.maps import attention, choices, clicks, moves, scroll
from musculus.draw.maps.views import views

pytestmark = pytest.mark.browser
HEAD = "<!doctype html><meta name=viewport content='width=device-width'><style>body { margin: 0; position: relative }"
BOX = "position: absolute; padding: 0;"


def test_a_window_resized_in_the_middle_of_a_view_is_followed_at_every_moment(visit: Visit, receiver: Receiver) -> None:
    page = f"""{HEAD} body {{ height: 2000px }} button {{ {BOX} width: 40%; height: 60px; left: 10%; top: 200px }}
        #far {{ top: 900px }} @media (max-width: 700px) {{ button {{ top: 420px; left: 0; width: 100% }} }}
        </style><body><button id=buy>buy</button><button id=far>far</button>{TAG}"""

    async def story(d: Driver) -> None:
        await d.do("scrollTo(0, 100)")
        await d.click("buy", "buy", "buy")
        for width in (900, 780, 660, 600):  # dragged: the sizes on the way are nobody's layout
            await d.page.set_viewport_size({"width": width, "height": 600})
        await d.click("buy")
        await d.do("scrollTo(0, 700)")
        await d.click("far", "far")
        await d.page.set_viewport_size({"width": 1000, "height": 600})
        await d.do("scrollTo(0, 600)")
        await d.click("far")
        await d.do("musculus.flush()")  # so the window that the last batch tells of is the wide one

    events, _ = lived(visit, receiver, page, story)
    assert sorted(choices(events)) == [("/known", 1, 1), ("/known", 2, 1)]
    wide, narrow = clicks(events, "/known", 1000), clicks(events, "/known", 600)
    assert wide.by_element(events) == {"#buy": 3, "#far": 1}
    assert narrow.by_element(events) == {"#far": 2, "#buy": 1}
    for found, width, top in ((wide, 1000, 200), (narrow, 600, 420)):
        in_their_boxes(found)
        b = found.heat.layout.boxes
        buy = b.find(events.targets.index("#buy"))
        assert found.heat.layout.width == width
        assert (b.top[buy], b.width[buy]) == (top, 0.4 * width if width == 1000 else width)
    seen = scroll(events, "/known", 600)
    assert seen.n == 1
    assert seen.layout.height == 700 + 600  # as far as anybody saw it: how high it is at this width nobody told
    assert [float(seen.share[int(depth // seen.band)]) for depth in (10, 90, 110, 1290)] == [0, 0, 1, 1]
    assert [float(scroll(events, "/known", 1000).share[k]) for k in (0, 64, 65)] == [1, 1, 0]
    both = moves(events, "/known", 1000).n + moves(events, "/known", 600).n
    assert both == 7


def test_pages_zoomed_by_two_fingers_by_the_browser_and_by_a_style_keep_clicks_in_their_elements(
    visit: Visit, receiver: Receiver
) -> None:
    page = f"""{HEAD} body {{ height: 3000px }} button {{ {BOX} left: 30px; width: 120px; height: 40px }}
        </style><body><button id=a style='top: 60px'>a</button><button id=b style='top: 220px'>b</button>{TAG}"""

    async def story(d: Driver) -> None:
        devtools = await d.page.context.new_cdp_session(d.page)
        await d.click("a")
        await devtools.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
        await d.click("a", "b", "b")
        await devtools.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
        await d.click("b")
        await d.do("document.body.style.zoom = 1.5")
        await d.click("a", "b")
        await d.do("document.body.style.zoom = 1")
        # the browser's own zoom by 125 %: fewer CSS px in the window, each of more pixels
        size = {"width": 800, "height": 480, "deviceScaleFactor": 2.5, "mobile": False}
        await devtools.send("Emulation.setDeviceMetricsOverride", size)
        await d.click("a", "b")

    events, clicked = lived(visit, receiver, page, story)
    assert choices(events) == [("/known", 2, 1)]  # 1000 and 800 px are of one class
    found = clicks(events)
    assert found.by_element(events) == dict(clicked)
    in_their_boxes(found)
    assert not found.nothing.any()


def test_an_element_that_a_late_banner_pushed_down_keeps_its_clicks(visit: Visit, receiver: Receiver) -> None:
    page = f"""{HEAD} button {{ display: block; width: 200px; height: 50px }} #gap {{ height: 0 }}</style><body>
        <div id=gap></div><button id=a>a</button><button id=b>b</button><button id=c>c</button>{TAG}"""

    async def story(d: Driver) -> None:
        await d.click("a", "b", "b")
        await d.do("document.getElementById('gap').style.height = '50px'")  # b stands where c stood
        await d.click("b", "c", "c", "c", "a", "b")

    events, clicked = lived(visit, receiver, page, story)
    found = clicks(events)
    assert found.by_element(events) == dict(clicked) == {"#b": 4, "#c": 3, "#a": 2}
    in_their_boxes(found)


def test_a_frame_and_a_shadow_root_are_where_they_stand_on_the_page(visit: Visit, receiver: Receiver) -> None:
    page = f"""{HEAD} body {{ height: 2400px }} iframe {{ {BOX} left: 300px; top: 900px; border: 5px solid }}
        #host {{ {BOX} left: 20px; top: 700px }}</style><body><div id=host></div>
        <iframe src=/inner width=400 height=300></iframe><script>
        host.attachShadow({{mode: "open"}}).innerHTML = "<button id=inner style='width: 100px; height: 40px'>i</button>"
        </script>{TAG}"""
    receiver.pages["/inner"] = f"<!doctype html><style>body {{ margin: 0; height: 900px }} button {{ {BOX} left: 50px; "
    receiver.pages["/inner"] += "top: 400px; width: 80px; height: 40px }</style><body><button id=deep>d</button>"

    async def story(d: Driver) -> None:
        await d.do("scrollTo(0, 600)")
        await d.click("inner", "inner")
        await d.page.frames[1].evaluate("scrollTo(0, 300)")
        await d.do("0")
        # the frame's corner is at (305, 905) of the page; the button 100 px below its top, where it is scrolled to
        for _ in range(3):
            await d.page.mouse.click(305 + 50 + 20, 905 + 100 + 30 - 600)

    events, _ = lived(visit, receiver, page, story)
    found = clicks(events)
    assert found.by_element(events) == {"#deep": 3, "#inner": 2}
    in_their_boxes(found)
    b = found.heat.layout.boxes
    deep, inner = (b.find(events.targets.index(name)) for name in ("#deep", "#inner"))
    assert (b.left[deep], b.top[deep]) == (355, 1005)
    assert (b.left[inner], b.top[inner]) == (20, 700)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_page_wider_than_its_window_is_drawn_whole_in_either_direction(
    visit: Visit, receiver: Receiver, direction: str
) -> None:
    far = "left" if direction == "rtl" else "right"  # the end that is scrolled to
    page = f"""<!doctype html><html dir={direction}>{HEAD.removeprefix("<!doctype html>")}
        body {{ width: 2400px; height: 1500px }} button {{ {BOX} width: 100px; height: 40px; top: 100px }}
        header {{ position: fixed; inset: 0 0 auto 0; height: 50px }}
        #end {{ {far}: 20px }} #begin {{ {"right" if far == "left" else "left"}: 20px }}
        #menu {{ left: 450px; top: 5px }} #words {{ {BOX} {far}: 20px; top: 300px; width: 300px; height: 40px }}
        </style><body><header><button id=menu>=</button></header><button id=begin>b</button><button id=end>e</button>
        <p id=words>words</p>{TAG}"""

    async def story(d: Driver) -> None:
        await d.click("begin", "menu")
        await d.do(f"scrollTo({'-' if direction == 'rtl' else ''}1400, 0)")
        await d.click("end", "end", "menu", "words")

    events, clicked = lived(visit, receiver, page, story)
    found = clicks(events)
    on = found.heat.layout
    assert found.by_element(events) == dict(clicked)
    in_their_boxes(found)
    assert (on.width, on.window_width, on.before) == (2400, 1000, 1400 if direction == "rtl" else 0)
    left = {events.targets[code]: at for code, at in zip(on.boxes.code, on.boxes.left, strict=True)}
    begin, end = (2280, 20) if direction == "rtl" else (20, 2280)
    assert (left["#begin"], left["#end"], left["#menu"]) == (begin, end, on.before + 450)
    assert int(found.nothing.sum()) == 1
    walked = moves(events)
    assert (walked.n, walked.outside) == (6, 0)
    assert int(attention(events).clicks.sum()) == 6


def test_clicks_on_nothing_are_marked_and_those_on_what_a_site_names_are_not(visit: Visit, receiver: Receiver) -> None:
    page = f"""{HEAD} #plain, #card {{ {BOX} left: 50px; width: 300px; height: 80px }} #card {{ top: 300px }}
        #plain {{ top: 100px }}</style><body><div id=plain>looks like a button</div>
        <div id=card data-musculus=card>is one</div>{TAG}"""

    async def story(d: Driver) -> None:
        await d.click("plain", "plain", "card")
        await d.page.mouse.click(700, 500)  # the page itself

    events, _ = lived(visit, receiver, page, story)
    found = clicks(events)
    said = found.by_element(events)
    assert {name: said.get(name) for name in ("#plain", "[data-musculus=card]")} == {
        "#plain": 2, "[data-musculus=card]": 1,
    }  # fmt: skip
    assert found.nothing.tolist() == [True, True, False, True]
    assert found.numbers(events)["on_nothing"] == 3
    assert len(found.numbers(events)["nothing"]) == 3


def test_a_height_that_changes_alone_leaves_the_view_whole(visit: Visit, receiver: Receiver) -> None:
    page = f"{HEAD} body {{ height: 2000px }} button {{ {BOX} top: 40px; width: 90px; height: 40px }}</style>"

    async def story(d: Driver) -> None:
        await d.click("a")
        await d.page.set_viewport_size({"width": 1000, "height": 700})  # a bar of the browser's that went away
        await d.click("a")

    events, _ = lived(visit, receiver, f"{page}<body><button id=a>a</button>{TAG}", story)
    v = views(events)
    assert len(v) == 1
    assert not len(v.turned())
    assert sorted(set(v.heights.tolist())) == [600, 700]
    assert clicks(events).by_element(events) == {"#a": 2}

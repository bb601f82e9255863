"""Formats of other tools, on samples made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musculus.errors import ReadError
from musculus.read import read

Make = Callable[[str, str], Path]
SAPIMOUSE = """client timestamp,button,state,x,y
15585,NoButton,Move,100,200
15593,Left,Pressed,100,200
15601,NoButton,Drag,104,203
15609,Left,Released,104,203
15700,Scroll,Down,0,0
"""


def test_a_sapimouse_session_counts_ms_from_its_first_row_and_names_its_person(make: Make) -> None:
    make("user1/session_2020_05_14_3min.csv", SAPIMOUSE)
    events = read(make("user2/session_2020_05_14_3min.csv", SAPIMOUSE).parents[1])
    assert events.recordings == ("user1/session_2020_05_14_3min", "user2/session_2020_05_14_3min")
    assert events.context["person"].tolist() == ["user1", "user2"]
    one = events[0]
    assert one.t.tolist() == [0.0, 8.0, 16.0, 24.0, 115.0]
    assert one.kind_names() == ["move", "down", "move", "up", "wheel"]
    assert one.columns["buttons"].tolist() == [0, 1, 1, 0, -1]
    assert one.x[:4].tolist() == [100.0, 100.0, 104.0, 104.0]
    assert np.isnan(one.x[4])
    assert one.columns["dy"][4] == 100.0


def test_mousetraps_long_form_is_a_recording_a_trial(make: Make) -> None:
    text = (
        '"mt_id","mt_seq","condition","timestamps","xpos","ypos"\n'
        '"id0001",1,"Atypical",0,0,0\n"id0001",2,"Atypical",10,3.5,-4\n"id0002",1,"Typical",0,0,0\n'
    )
    events = read(make("trajectories.csv", text))
    assert events.recordings == ("id0001", "id0002")
    assert events.context["condition"].tolist() == ["Atypical", "Typical"]
    assert "mt_seq" not in events
    assert (events[0].t.tolist(), events[0].x.tolist(), events[0].y.tolist()) == ([0.0, 10.0], [0.0, 3.5], [0.0, -4.0])


def rrweb() -> list[dict[str, Any]]:
    """A visit to two pages: moves in batches, a click, a touch, scrolling of the page and of a box in it."""
    began = 1_700_000_000_000

    def incremental(t: int, source: int, **data: Any) -> dict[str, Any]:
        return {"type": 3, "timestamp": began + t, "data": {"source": source, **data}}

    def meta(t: int, href: str, width: int = 1200) -> dict[str, Any]:
        return {"type": 4, "timestamp": began + t, "data": {"href": href, "width": width, "height": 800}}

    return [
        {"type": 0, "timestamp": began, "data": {}},
        meta(0, "https://shop.example/cart?id=7"),
        {"type": 2, "timestamp": began + 1, "data": {"node": {"id": 1}, "initialOffset": {"top": 0, "left": 0}}},
        incremental(300, 2, type=1, id=5, x=30, y=40),
        incremental(380, 2, type=0, id=5, x=30, y=40),
        incremental(380, 2, type=2, id=5, x=30, y=40),
        incremental(500, 1, positions=[{"x": 10, "y": 20, "id": 5, "timeOffset": -450},
                                       {"x": 30, "y": 40, "id": 5, "timeOffset": -250}]),
        incremental(510, 2, type=5, id=9),
        incremental(600, 3, id=1, x=0, y=120),
        incremental(610, 3, id=44, x=0, y=9),
        incremental(620, 0, adds=[]),
        incremental(700, 4, width=1000, height=800),
        meta(900, "https://shop.example/cart?id=7", 1000),
        meta(950, "https://shop.example/cart?id=7", 1100),
        meta(1000, "https://shop.example/paid"),
        incremental(1100, 6, positions=[{"x": 1, "y": 2, "id": 3, "timeOffset": 0}]),
        incremental(1200, 2, type=7, id=5, x=1, y=2, pointerType=2),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["array", "object", "lines"])
def test_an_rrweb_recording_is_rows_in_the_order_of_their_times(make: Make, form: str) -> None:
    if form == "lines":
        text = "\n".join(json.dumps(e) for e in rrweb())
    else:
        text = json.dumps(rrweb() if form == "array" else {"events": rrweb()})
    events = read(make("visit.json", text))
    assert events.recordings == ("visit",)
    assert list(zip(events.t.tolist(), events.kind_names(), strict=True)) == [
        (0.0, "show"), (50.0, "move"), (250.0, "move"), (300.0, "down"), (380.0, "up"), (380.0, "click"),
        (600.0, "scroll"), (700.0, "resize"), (950.0, "resize"), (1000.0, "show"), (1100.0, "move"), (1200.0, "down"),
    ]  # fmt: skip
    assert events.x[1:5].tolist() == [10.0, 30.0, 30.0, 30.0]
    assert events.columns["page"].tolist() == [0] * 9 + [1] * 3
    assert events.columns["width"][[0, 7, 8, 9]].tolist() == [1200.0, 1000.0, 1100.0, 1200.0]  # of the window
    assert events.pages["address"].tolist() == ["/cart", "/paid"]
    assert events.pages["viewport_width"].tolist() == [1200.0, 1200.0]
    assert events.columns["scroll_y"][6] == 120.0
    assert events.to_polars()["pointer"].to_list()[-3:] == [None, "touch", "touch"]
    assert events.context["started"].tolist() == ["2023-11-14T22:13:20.000+00:00"]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ({"type": 4, "timestamp": 1, "data": {"href": 5}}, "href is 5"),
        ({"type": 4, "timestamp": 1, "data": {"href": "/", "width": "1000px"}}, "width is '1000px'"),
        ({"type": 3, "timestamp": 1, "data": {"source": 1, "positions": [{"x": 1}]}}, "'timeOffset' is missing"),
        ({"type": 3, "timestamp": "noon", "data": {"source": 4}}, "noon"),
        ({"type": 3, "timestamp": 1e300, "data": {"source": 4}}, "no time"),
    ],
)
def test_an_event_that_rrweb_would_not_write_is_named(make: Make, event: dict[str, Any], why: str) -> None:
    with pytest.raises(ReadError, match=f"event {len(rrweb()) + 1} is none of rrweb's: .*{why}"):
        read(make("a.json", json.dumps([*rrweb(), event])))


def test_json_that_is_no_rrweb_is_refused(make: Make) -> None:
    with pytest.raises(ReadError, match="no reader knows json with the columns a, b"):
        read(make("a.json", '[{"a": 1,\n "b": 2}]'))
    with pytest.raises(ReadError, match="holds no list of rrweb's events"):
        read(make("b.json", '{"type": 1, "data": {}, "timestamp": 2}'))
    with pytest.raises(ReadError, match="is no JSON"):
        read(make("c.json", json.dumps(rrweb())[:-5]))

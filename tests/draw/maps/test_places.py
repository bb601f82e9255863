"""Where on a page events were: scroll, fixed headers, elements that moved, tabs that take turns; rows one can count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from musculus.draw.maps import attention, choices, clicks, dwell, keys, layout, lines, moves, scroll
from musculus.errors import DataError, UnknownName, UsageError
from musculus.events import Events
from musculus.measures import measure

NONE = None
NAN = float("nan")


def visit(
    rows: list[tuple[Any, ...]], name: str = "a", width: float = 1000, height: float = 2000, page: str = "/"
) -> Events:
    """Rows of (t, kind, x, y, extra columns as a dict); one page, its window 500 px high."""
    names = {key for row in rows for key in row[4]}
    missing = {"target": None, "page": 0, "fixed": -1, "detail": -1}
    more = {key: [row[4].get(key, missing.get(key, NAN)) for row in rows] for key in names}
    t, kind, x, y = (list(column) for column in zip(*(row[:4] for row in rows), strict=True))
    e = Events.of(t, x, y, kind, recording=name, **more)
    n = int(e.column("page").max()) + 1
    pages = {"recording": np.zeros(n, int), "page": np.arange(n), "address": np.array([page] * n, object),
             "viewport_width": np.full(n, float(width)), "viewport_height": np.full(n, 500.0),
             "document_height": np.full(n, float(height))}  # fmt: skip
    return Events.build(e.columns, e.offsets, e.recordings, {}, pages, e.targets)


def at(y: float) -> dict[str, Any]:
    return {"scroll_x": 0.0, "scroll_y": y}


def box(target: str, left: float, top: float, width: float, height: float, fixed: bool = False) -> dict[str, Any]:
    return {"target": target, "left": left, "top": top, "width": width, "height": height, "fixed": int(fixed)}


def cells(values: np.ndarray) -> dict[tuple[int, int], float]:
    return {(int(c), int(r)): float(values[r, c]) for r, c in zip(*np.nonzero(values), strict=True)}


def test_a_move_counts_where_the_page_was_scrolled_to() -> None:
    e = visit([
        (0, "show", NAN, NAN, at(0)), (1, "move", 5, 5, {}),
        (2, "scroll", NAN, NAN, at(320)), (3, "move", 5, 5, {}), (4, "move", 5, 5, {}),
    ])  # fmt: skip
    found = moves(e, cell=16)
    assert cells(found.values) == {(0, 0): 1, (0, 20): 2}
    assert (found.n, found.outside, found.recordings) == (3, 0, 1)


def test_two_tabs_that_take_turns_keep_their_own_scroll() -> None:
    e = visit([
        (0, "show", NAN, NAN, at(0) | {"page": 0}), (1, "show", NAN, NAN, at(640) | {"page": 1}),
        (2, "move", 5, 5, {"page": 0}), (3, "move", 5, 5, {"page": 1}), (4, "move", 5, 5, {"page": 0}),
    ])  # fmt: skip
    assert cells(moves(e, cell=16).values) == {(0, 0): 2, (0, 40): 1}


def test_moves_in_an_element_stay_in_it_wherever_a_visit_had_it() -> None:
    parts = [
        visit([
            (0, "show", NAN, NAN, at(0)), (1, "enter", 110, top + 10, box("#a", 100, top, width, 100)),
            (2, "move", 100 + width / 2, top + 50, {}), (3, "leave", 90, top, {"target": "#a"}), (4, "move", 8, 8, {}),
        ], name)
        for name, top, width in (("a", 200, 100), ("b", 240, 100), ("c", 400, 300))
    ]  # fmt: skip
    e = Events.concat(parts)
    on = layout(e)
    assert (on.boxes.left[0], on.boxes.top[0], on.boxes.width[0]) == (100, 240, 100)
    assert cells(moves(e, cell=10).values) == {(0, 0): 3, (15, 29): 3}  # all three at (150, 290): its middle


def test_a_fixed_header_is_drawn_once_however_far_the_page_was_scrolled() -> None:
    menu = box("#menu", 900, 10, 80, 30, fixed=True)
    rows: list[tuple[Any, ...]] = [(0, "show", NAN, NAN, at(0))]
    for k in range(4):
        t = 10 * k
        rows += [
            (t + 1, "scroll", NAN, NAN, at(100.0 * k)), (t + 2, "enter", 905, 12, menu), (t + 3, "move", 940, 25, {}),
            (t + 4, "click", 940, 25, menu | {"detail": 1}), (t + 5, "leave", 800, 25, {"target": "#menu"}),
        ]  # fmt: skip
    e = visit(rows)
    assert cells(moves(e, cell=10).values) == {(94, 2): 4}
    found = clicks(e, cell=10)
    assert cells(found.heat.values) == {(94, 2): 4}
    assert found.by_element(e) == {"#menu": 4}


def test_a_click_without_a_box_is_placed_by_scroll_unless_it_is_fixed() -> None:
    e = visit([
        (0, "show", NAN, NAN, at(300)), (1, "down", 25, 5, {"target": "#a", "fixed": 0}),
        (2, "down", 25, 5, {"target": "#b", "fixed": 1}),
    ])  # fmt: skip
    assert clicks(e).y.tolist() == [305, 5]


def test_time_counts_not_samples_and_neither_hidden_nor_idle_time() -> None:
    e = visit([
        (0, "show", NAN, NAN, at(0)), (0, "move", 5, 5, {}), (1000, "move", 105, 5, {}),
        *((1000 + k, "move", 105, 5, {}) for k in range(1, 100)),
        (2000, "hide", NAN, NAN, {}), (60000, "show", NAN, NAN, at(0)), (60500, "move", 205, 5, {}),
        (90000, "move", 205, 5, {}),
    ])  # fmt: skip
    found = dwell(e, cell=10)
    assert cells(found.values) == pytest.approx({(0, 0): 1.0, (10, 0): 1.0 + 0.5, (20, 0): 5.0})


def test_a_page_that_scrolls_takes_a_resting_pointer_along() -> None:
    e = visit([
        (0, "show", NAN, NAN, at(0)), (0, "move", 5, 5, {}), (1000, "scroll", NAN, NAN, at(100)),
        (1400, "hide", NAN, NAN, {}),
    ])  # fmt: skip
    assert cells(dwell(e, cell=10).values) == pytest.approx({(0, 0): 1.0, (0, 10): 0.4})


def test_the_last_rest_of_a_recording_does_not_run_into_the_next() -> None:
    e = Events.concat([visit([(0, "move", 5, 5, {}), (100, "move", 5, 5, {})], name) for name in "ab"])
    assert dwell(e).values.sum() == pytest.approx(0.2)


def test_the_share_of_visits_that_saw_each_depth() -> None:
    stays = visit([(0, "show", NAN, NAN, at(0)), (1000, "hide", NAN, NAN, {})], "stays")
    goes = visit([
        (0, "show", NAN, NAN, at(0)), (1000, "scroll", NAN, NAN, at(300)), (3000, "scroll", NAN, NAN, at(1500)),
        (4000, "hide", NAN, NAN, {}),
    ], "goes")  # fmt: skip
    found = scroll(Events.concat([stays, goes]), band=100)
    assert found.share.tolist() == [1] * 5 + [0.5] * 3 + [0] * 7 + [0.5] * 5
    assert found.seconds.tolist() == [1.0] * 3 + [2.0] * 2 + [1.0] * 3 + [0] * 7 + [0.5] * 5
    assert (found.low <= found.share).all()
    assert (found.high >= found.share).all()


def test_windows_of_other_widths_and_other_pages_stay_apart() -> None:
    e = Events.concat([
        visit([(0, "move", 5, 5, {})], "wide", 1400), visit([(0, "move", 5, 5, {})], "wide too", 1400),
        visit([(0, "move", 5, 5, {})], "phone", 390), visit([(0, "move", 5, 5, {})], "cart", 390, page="/cart"),
    ])  # fmt: skip
    assert choices(e) == [("/", 4, 2), ("/", 0, 1), ("/cart", 0, 1)]
    assert [moves(e, *where).n for where in ((None, None), ("/", 1300), ("/", 320), ("/cart", None))] == [2, 2, 1, 1]
    with pytest.raises(DataError, match="nobody saw /cart in a window 1280-1535 px; there are: window below 480 px"):
        moves(e, "/cart", 1300)
    with pytest.raises(UnknownName, match="did you mean '/cart'"):
        moves(e, "/carts")


def test_clicks_on_nothing_are_told_from_those_on_what_answers() -> None:
    link, words = box("#link", 0, 0, 50, 20), box("p", 0, 100, 500, 20)
    e = visit([
        (0, "show", NAN, NAN, at(0)), (1, "enter", 5, 5, link), (2, "click", 5, 5, link | {"detail": 1}),
        (3, "click", 5, 105, words | {"detail": 1}), (4, "click", 0, 0, link | {"detail": 0}),
    ])  # fmt: skip
    found = clicks(e)
    assert found.nothing.tolist() == [False, True, False]
    assert (found.placeless, found.heat.n) == (1, 2)
    assert found.by_element(e) == {"#link": 2, "p": 1}
    bare = clicks(Events.of([0, 1], [5, 6], [5, 6], ["down", "up"]))
    assert (bare.tells, bare.nothing.tolist()) == (False, [False])


def test_attention_is_time_in_an_element_and_how_often_it_was_entered() -> None:
    e = visit([
        (0, "show", NAN, NAN, at(0)), (0, "enter", 5, 5, box("#a", 0, 0, 50, 20)), (0, "move", 5, 5, {}),
        (700, "leave", 60, 5, {"target": "#a"}), (700, "move", 60, 5, {}),
        (1000, "enter", 5, 5, box("#a", 0, 0, 50, 20)), (1000, "move", 6, 6, {}), (1100, "move", 7, 7, {}),
    ])  # fmt: skip
    found = attention(e)
    assert found.seconds.tolist() == pytest.approx([0.8])
    assert (found.entries.tolist(), found.recordings.tolist()) == ([2], [1])


def test_keys_pair_by_slot_and_roll_over() -> None:
    kinds = ["key_down", "key_down", "key_up", "key_up"]
    e = Events.of([0, 60, 90, 150], [NAN] * 4, [NAN] * 4, kinds, slot=[0, 1, 0, 1], key_class=["letter", "digit"] * 2)
    found = keys(e)
    assert found.hold.tolist() == [90, 90]
    assert found.flight[0] == -30
    assert np.isnan(found.flight[1])
    assert {name: c["n"] for name, c in found.by_class().items()} == {"letter": 1, "digit": 1}


def test_time_lines_are_the_series_of_the_measures_and_break_at_rests() -> None:
    t = np.append(np.arange(0, 400, 8.0), np.arange(2000, 2400, 8.0))
    e = Events.of(t, 100 * np.sin(t / 90), t / 10)
    found = lines(e)
    table = measure(e, "recording", only=["velocity_s_max", "curvature_s_max", "jerk_s_mean"])
    got = dict(zip(table.names, table.values[0], strict=True))
    assert np.nanmax(found.velocity) == pytest.approx(got["velocity_s_max"])
    assert np.nanmax(found.curvature) == pytest.approx(got["curvature_s_max"])
    assert np.nanmean(found.jerk) == pytest.approx(got["jerk_s_mean"])
    assert np.isnan(found.t).sum() == 1
    assert np.nanmax(np.diff(found.t)) == pytest.approx(10)
    with pytest.raises(UsageError, match="there are 2: choose one"):
        lines(Events.concat([e, Events.of(t, t, t, recording="other")]))


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(DataError, match="no events"):
        moves(Events.of([], [], []))
    with pytest.raises(UsageError, match="are too many"):
        moves(Events.of([0, 1], [0, 1e6], [0, 1e6]), cell=1)
    with pytest.raises(DataError, match="viewport_height"):
        scroll(Events.of([0, 1], [0, 9], [0, 9]))

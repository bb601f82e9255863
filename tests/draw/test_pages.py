"""What is drawn, read back from the pixels: each map against a truth that was put into it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.axes import Axes

from musculus import draw
from musculus.bots import generate
from musculus.cli.answers import plain as as_json
from musculus.draw import canvas, maps
from musculus.draw.colours import SECOND
from musculus.draw.sheet import DRAWN, numbers, save, svg
from musculus.errors import DataError, MissingExtra, UnknownName
from musculus.events import Events

SIDES = ("left", "top", "width", "height")
BOTS = generate("minimum_jerk", 4, 0, rate=125, sessions=4)


@pytest.fixture
def page() -> Events:
    """A page of 320 x 160 px: ten moves, 1 s each, at (40, 40), 31 of 0.1 s at (200, 100), and three clicks there."""
    x, y = [40.0] * 10 + [200.0] * 34, [40.0] * 10 + [100.0] * 34
    t = np.cumsum([1000.0] * 10 + [100.0] * 34)
    kind = ["move"] * 40 + ["click"] * 3 + ["move"]
    e = Events.of(t, x, y, kind)
    pages = {"recording": np.array([0]), "page": np.array([0]), "viewport_width": np.array([320.0]),
             "viewport_height": np.array([100.0]), "document_height": np.array([160.0])}  # fmt: skip
    return Events.build(e.columns, e.offsets, e.recordings, {}, pages)


def pixel(ax: Axes, x: float, y: float) -> np.ndarray:
    """The colour that is on paper at a place of the page, 0 to 1."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = ax.get_figure()
    paper = FigureCanvasAgg(figure)
    paper.draw()
    column, row = ax.transData.transform((x, y))
    picture = np.asarray(paper.buffer_rgba())
    return picture[picture.shape[0] - 1 - int(row), int(column), :3] / 255.0


def over_white(share: float) -> np.ndarray:
    """The map's colour at a share of its largest value, as thick as it is laid over a white picture."""
    alpha = np.clip(share * 3, 0, 0.85)
    return np.array(colormaps[canvas.SCALE](share)[:3]) * alpha + 1 - alpha


@pytest.mark.parametrize(
    ("kind", "first", "second"), [("moves", 10 / 31, 1), ("dwell", 1, 4.3 - 1), ("clicks", 0, 1)]
)
def test_a_map_has_the_colour_of_its_number_at_each_place(kind: str, first: float, second: float, page: Events) -> None:
    values = getattr(maps, kind)(page)
    heat = values.heat if kind == "clicks" else values
    top = heat.values.max()
    shares = {(40, 40): heat.values[2, 2] / top, (200, 100): heat.values[6, 12] / top}
    if kind != "dwell":
        assert list(shares.values()) == pytest.approx([first, second])
    else:
        assert heat.values[2, 2] == pytest.approx(9.1)  # nine rests of 1 s and the one of 0.1 s before the next place
        assert heat.values[6, 12] == pytest.approx(3.3)
    bare = getattr(draw, kind)(page, blur=0)
    over = getattr(draw, kind)(page, blur=0, background=np.ones((160, 320, 3)))
    off = 6  # beside the dots that the click map has in the middle
    for (x, y), share in {**shares, (114, 14): 0}.items():
        assert pixel(bare, x + off, y + off) == pytest.approx(colormaps[canvas.SCALE](share)[:3], abs=0.02)
        assert pixel(over, x + off, y + off) == pytest.approx(over_white(share), abs=0.03)


def test_attention_has_the_colour_of_its_seconds_a_visit_in_each_box_and_inner_boxes_stand_over_outer_ones() -> None:
    def visit(name: str, seconds: float, inner: bool) -> Events:
        """1 s outside, so long in #card of 200 x 100 px, half as long again in the button inside."""
        box = {"#card": (100.0, 40.0, 200.0, 100.0), "#buy": (200.0, 80.0, 60.0, 40.0)}
        rows = [(0, "move", 20, 20, None), (1000, "enter", 110, 50, "#card"), (1000, "move", 110, 50, None)]
        last = 1000 + 1000 * seconds
        if inner:
            rows += [(last, "enter", 210, 90, "#buy"), (last, "move", 210, 90, None)]
            last += 500 * seconds
        rows += [(last, "leave", 20, 20, "#buy" if inner else "#card"), (last, "move", 20, 20, None)]
        t, kind, x, y, target = zip(*rows, strict=True)
        boxes = [box[n] if n and d == "enter" else (np.nan,) * 4 for d, n in zip(kind, target, strict=True)]
        sides = np.array(boxes).T
        e = Events.of(t, x, y, kind, recording=name, target=list(target), **dict(zip(SIDES, sides, strict=True)))
        pages = {"recording": np.array([0]), "page": np.array([0]), "viewport_width": np.array([320.0]),
                 "viewport_height": np.array([100.0]), "document_height": np.array([160.0])}  # fmt: skip
        return Events.build(e.columns, e.offsets, e.recordings, {}, pages, e.targets)

    e = Events.concat([visit("a", 2.0, inner=False), visit("b", 4.0, inner=True)])
    found = maps.attention(e)
    names = [e.targets[code] for code in found.layout.boxes.code]
    assert dict(zip(names, found.per_visit, strict=True)) == {"#card": pytest.approx(3.0), "#buy": pytest.approx(1.0)}
    assert found.elsewhere == pytest.approx(2.0)
    colour = colormaps[canvas.SCALE]
    ax = draw.attention(e)
    for (x, y), share in {(150, 60): 1.0, (230, 100): 1 / 3}.items():
        assert pixel(ax, x, y) == pytest.approx(colour(share)[:3], abs=0.02)
    assert pixel(ax, 60, 120) == pytest.approx([0.992] * 3, abs=0.01)  # paper
    over = draw.attention(e, background=np.ones((160, 320, 3)))
    assert pixel(over, 150, 60) == pytest.approx(0.85 * np.array(colour(1.0)[:3]) + 0.15, abs=0.03)
    assert "4.0 s a visit in 2 elements, 1.0 s in none; 2 recordings" in ax.get_title(loc="left")


def test_blur_spreads_what_is_drawn_and_changes_no_sum() -> None:
    one = np.zeros((21, 31))
    one[10, 15] = 8.0
    spread = canvas.smoothed(one, 1.5)
    assert spread.sum() == pytest.approx(8.0)
    assert np.unravel_index(spread.argmax(), spread.shape) == (10, 15)
    assert spread[10, 12] == pytest.approx(spread[13, 15])


def test_a_screenshot_lies_under_the_map_where_it_belongs(page: Events) -> None:
    shot = np.ones((320, 640, 3))  # taken at a device pixel ratio of 2
    shot[160:200, 480:520] = (1, 0, 0)
    ax = draw.moves(page, background=shot)
    assert pixel(ax, 250, 90) == pytest.approx([1, 0.45, 0.45], abs=0.03)
    assert pixel(ax, 300, 90) == pytest.approx([1, 1, 1], abs=0.03)  # paper and shot are white
    with pytest.raises(DataError, match="musculus shot URL"):
        draw.moves(page, background="nowhere.png")


def test_clicks_on_nothing_have_a_cross_each() -> None:
    names = ["#a", None, None]
    e = Events.of([0, 1, 2], [5, 50, 90], [5, 50, 90], ["down"] * 3, target=names)
    [crosses] = [line for line in draw.clicks(e).lines if line.get_color() == SECOND]
    assert crosses.get_xdata().tolist() == [50, 90]


def test_a_difference_frames_the_cells_that_differ_and_says_how_it_knows() -> None:
    rng = np.random.default_rng(0)
    parts = []
    for i in range(16):
        x = rng.uniform(0, 300, 80)
        x[:20] += 320 * (i < 8)
        parts.append(Events.of(np.arange(80) * 50.0, x, rng.uniform(0, 120, 80), recording=str(i)))
    e = Events.concat(parts).with_context(bot=np.arange(16) < 8)
    ax = draw.difference(e, "true", "false", column="bot")
    found = maps.difference(e, "true", "false", column="bot")
    frames = {(int(p.get_x()), int(p.get_y())) for p in ax.patches}
    assert frames == {(int(c * 64), int(r * 64)) for r, c in zip(*np.nonzero(found.differs), strict=True)} != set()
    signs = {(c >= 5, found.values[r, c] > 0) for r, c in zip(*np.nonzero(found.differs), strict=True)}
    assert signs <= {(True, True), (False, False)}  # what they had more of on the right they had less of on the left
    assert "bot true (n = 8) less bot false (n = 8)" in ax.get_title(loc="left")


def test_the_scroll_map_draws_the_shares(page: Events) -> None:
    line = draw.scroll(page).lines[0]
    assert np.asarray(line.get_xdata()).tolist() == [100.0] * 5 + [0.0] * 3
    assert np.asarray(line.get_ydata())[:2].tolist() == [10, 30]


def test_strokes_begin_at_one_point_and_end_on_their_direct_line() -> None:
    ax = draw.strokes(BOTS)
    ways = [np.asarray(p.vertices) for p in ax.collections[0].get_paths()]
    assert len(ways) == 16
    assert all(np.allclose(w[0], 0) and abs(w[-1, 1]) < 1e-9 < w[-1, 0] for w in ways)


def of_every_kind(kind: str) -> tuple[Events, dict[str, Any]]:
    kinds = ["key_down", "key_up"] * 3
    typed = Events.of(np.arange(6) * 70.0, [np.nan] * 6, [np.nan] * 6, kinds, slot=[0, 0, 1, 1, 2, 2],
                      key_class=["letter"] * 4 + ["enter"] * 2)  # fmt: skip
    if kind == "keys":
        return typed, {}
    if kind == "difference":
        return BOTS, {"first": np.arange(4) < 2, "shuffles": 19}
    if kind == "scroll":
        pages = {"recording": np.arange(4), "page": np.zeros(4, int), "viewport_height": np.full(4, 300.0)}
        return Events.build(BOTS.columns, BOTS.offsets, BOTS.recordings, {}, pages), {}
    return (BOTS[0] if kind == "timeline" else BOTS), {}


@pytest.mark.parametrize("kind", DRAWN)
def test_every_kind_says_its_n_and_units_and_is_one_file_that_asks_for_nothing(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musculus.draw.sheet.DPI", 50)
    events, options = of_every_kind(kind)
    figure = draw.draw(kind, events, **options)
    ax = figure.axes[0]
    assert re.search(r"\d", ax.get_title(loc="left"))
    assert all(re.search(r"px|ms|\bs\b|%", a.get_xlabel() + a.get_ylabel()) for a in figure.axes)
    text = svg(figure, f"{kind} of bots")
    assert ET.fromstring(text).get("role") == "img"
    assert not re.search(r'(?:href|src)="(?!#|data:)', text)
    assert "var(--ink, #1a1c20)" in text
    found = numbers(kind, events, **options)
    assert json.dumps(as_json(found))
    save(figure, tmp_path / "figure.html", f"{kind} <of> bots", as_json(found))
    said = (tmp_path / "figure.html").read_text("utf-8")
    assert "<title>" + kind + " &lt;of&gt; bots</title>" in said
    assert not re.search(r'(?:href|src)="(?!#|data:)', said)
    save(figure, tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")


def test_a_figure_is_the_same_every_time() -> None:
    first, second = (svg(draw.draw("moves", BOTS), "moves") for _ in range(2))
    assert first == second


def test_a_kind_or_line_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(UnknownName, match="did you mean 'clicks'"):
        draw.draw("click", BOTS)
    with pytest.raises(UnknownName, match="did you mean 'velocity'"):
        draw.timeline(BOTS[0], of="velocty")
    with pytest.raises(AttributeError, match="it has attention, clicks"):
        _ = draw.nothing


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtra, match=r"pip install 'musculus\[draw\]'"):
        draw.moves(BOTS)

"""Recordings of every nature for comparing the engine with its twins, and their two forms: rows and `Events`."""

from __future__ import annotations

import math
import random
from dataclasses import fields
from typing import Any

from hypothesis import strategies as st

from musculus.events import KEY_CLASSES, SCHEMA, Events
from twins.events_view import Row

NAN = math.nan
STEPS = (0.0, 4.0, 8.0, 10.0, 10.0, 16.0, 16.7, 33.3, -5.0, 100.0, 101.0, 249.5, 499.0, 500.0, 501.0, 1200.0)
TARGETS = (None, "#a", "#b")


def whole(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(float)


NATURES = {
    "few pixels": whole(0, 4),  # duplicates, standing points, reversals, points on the chord
    "whole pixels": whole(-50, 2000),
    "eighths": st.integers(0, 8000).map(lambda v: v / 8),
    "any": st.floats(-1e4, 1e4, width=32).map(lambda v: v if abs(v) > 1e-3 else 0.0),
    "broken": st.one_of(whole(0, 40), st.sampled_from((NAN, math.inf, -math.inf))),
}


@st.composite
def paths(draw: st.DrawFn, longest: int = 14) -> list[Row]:
    """Moves only: any nature of positions, a clock that stands still, skips and runs back."""
    place = NATURES[draw(st.sampled_from(sorted(NATURES)))]
    regular = draw(st.booleans())
    t, rows = draw(st.sampled_from((0.0, 37.5, 1e6))), []
    for x, y, dt in draw(st.lists(st.tuples(place, place, st.sampled_from(STEPS)), max_size=longest)):
        rows.append(Row(t, "move", x, y))
        t += 10.0 if regular else dt
    return rows


@st.composite
def walks(draw: st.DrawFn) -> list[Row]:
    """A long walk: smooth strokes in whole pixels or fractions, rests, a mouse of 60 Hz to 1 kHz."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    every = draw(st.sampled_from((1.0, 8.0, 10.0, 16.7)))
    digits = draw(st.sampled_from((0, 3)))
    keep = draw(st.booleans())  # unmoved samples, which a browser would not send
    rests = draw(st.sampled_from((0.0, 0.03)))
    t, x, y, heading, speed = 0.0, 500.0, 400.0, chance.uniform(-3, 3), 0.0
    rows: list[Row] = []
    for _ in range(draw(st.integers(20, 160))):
        heading += chance.gauss(0, 0.15)
        speed = max(0.0, 0.9 * speed + chance.gauss(0.1, 0.3))
        x, y = x + speed * every * math.cos(heading) / 8, y + speed * every * math.sin(heading) / 8
        row = Row(round(t, 1), "move", round(x, digits), round(y, digits))
        if keep or not rows or (row.x, row.y) != (rows[-1].x, rows[-1].y):
            rows.append(row)
        t += every if chance.random() >= rests else chance.choice((120.0, 480.0, 700.0))
    return rows


def box(draw: st.DrawFn) -> dict[str, float]:
    """An element's box, sometimes unknown; its sides are quarters, so that 32 bits hold them."""
    if draw(st.integers(0, 4)) == 0:
        return {}
    quarter = st.integers(1, 400).map(lambda v: v / 4)
    return {side: draw(quarter) for side in ("left", "top", "width", "height")}


def extras(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """What a row of that kind may say beyond time and position."""
    if kind in ("down", "up"):
        more: dict[str, Any] = {"button": draw(st.sampled_from((0, 0, 0, 2)))}
        return more | ({"target": draw(st.sampled_from(TARGETS)), **box(draw)} if kind == "down" else {})
    if kind in ("click", "enter", "stimulus"):
        return {"target": draw(st.sampled_from(TARGETS)), **box(draw)}
    if kind in ("wheel", "scroll"):
        distance = st.sampled_from((0.0, 100.0, -100.0, 53.5, NAN))
        return {"dx": draw(distance), "dy": draw(distance)}
    if kind in ("key_down", "key_up"):
        words = st.sampled_from((None, *KEY_CLASSES))
        slot = draw(st.sampled_from((0, 1, 2, None)))
        return {"slot": slot, "key_class": draw(words), "repeat": draw(st.sampled_from((None, False, False, True)))}
    return {}


POINTER = ("move",) * 14 + ("down", "up") * 4
OTHERS = (
    "click", "dblclick", "contextmenu", "cancel", "wheel", "wheel", "scroll", "enter", "leave", "stimulus", "task",
    "key_down", "key_down", "key_up", "key_up", "show", "hide", "focus", "blur", "resize",
)  # fmt: skip
PLACELESS = ("scroll", "key_down", "key_up", "show", "hide", "focus", "blur", "resize", "task")


@st.composite
def visits(draw: st.DrawFn, longest: int = 30) -> list[Row]:
    """Rows of all kinds in any order: presses without releases, keys in rollover, pages, targets, other pointers."""
    kinds = st.sampled_from(draw(st.sampled_from((POINTER, POINTER + OTHERS, ("move",) * 9 + OTHERS))))
    place = NATURES[draw(st.sampled_from(("few pixels", "whole pixels", "broken")))]
    flag = st.sampled_from((None, None, True, False))
    t, page, rows = 0.0, 0, []
    for kind in draw(st.lists(kinds, max_size=longest)):
        more = extras(draw, kind)
        if kind not in PLACELESS:
            more |= {"x": draw(place), "y": draw(place)}
        if kind in ("move", "down", "up") and draw(st.integers(0, 19)) == 0:
            more["primary"] = False
        rows.append(Row(t, kind, page=page, coalesced=draw(flag), fractional=draw(flag), **more))
        t += draw(st.sampled_from(STEPS))
        page += draw(st.integers(0, 14)) == 0
    return rows


def events_of(recordings: list[list[Row]], screen: tuple[float, float] | None = None) -> Events:
    """The same rows as `Events`, one recording each."""
    context = {} if screen is None else {"screen_width": screen[0], "screen_height": screen[1]}
    parts = []
    for number, rows in enumerate(recordings):
        columns = {f.name: [stored(f.name, getattr(row, f.name)) for row in rows] for f in fields(Row)}
        parts.append(Events.of(recording=f"r{number}", **columns, **context))
    return Events.concat(parts)


def stored(name: str, value: Any) -> Any:
    """A row's value as its column holds it."""
    column = SCHEMA[name]
    if column.kind == "text":
        return value
    if value is None:
        return column.null
    return column.words.index(value) if column.kind == "category" else value


def rows_of(events: Events) -> list[Row]:
    """The rows of one recording, out of its columns."""
    names = [f.name for f in fields(Row)]
    columns = [[seen(name, v, events.targets) for v in events.column(name).tolist()] for name in names]
    return [Row(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)]


def seen(name: str, value: Any, targets: tuple[str, ...]) -> Any:
    """A column's value as a row says it; `stored` backwards."""
    column = SCHEMA[name]
    if column.kind == "number" or name in ("button", "page"):
        return value
    if value == column.null:
        return None
    words = {"text": targets, "category": column.words}.get(column.kind)
    return words[value] if words else bool(value) if column.kind == "bool" else value

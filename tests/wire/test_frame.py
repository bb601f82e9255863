"""Whatever a page can see goes through the frame and comes out the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from musculus.errors import FrameError
from musculus.events import SCHEMA, Column, Events
from musculus.wire import Batch, Context, decode, decode_json, encode, encode_json, peek

EDGE = 2**25  # px, as far as a frame goes
SMALL = {"button": 127, "buttons": 255, "detail": 32_767, "slot": 32_767, "target": 2, "pointer_id": 2**31 - 1}
ON_WIRE = [column for column in SCHEMA.values() if column.name != "page"]


def whole(low: int, high: int, scale: int) -> st.SearchStrategy[float]:
    """Numbers that a frame holds exactly, often small, sometimes at the edge."""
    near = st.integers(-300 * scale, 300 * scale)
    return (
        (near | st.integers(low * scale, high * scale))
        .filter(lambda i: low * scale <= i <= high * scale)
        .map(lambda i: i / scale)
    )


def values(column: Column, n: int) -> st.SearchStrategy[Any]:
    """A column's array of `n` values, nulls among them."""
    if column.kind == "number":
        low, high, scale = {"t": (-(10**9), 10**9, 10), "pressure": (0, 1, 1024)}.get(column.name, (-EDGE, EDGE, 8))
        if np.dtype(column.dtype) == np.float32 and column.name != "pressure":
            low, high = -(2**20), 2**20  # what a float32 has eighths of
        one = whole(low, high, scale)
    elif column.kind in ("category", "bool"):
        one = st.integers(0, len(column.words) - 1 if column.words else 1)
    else:
        one = st.integers(0, SMALL[column.name])
    null = st.nothing() if column.name in ("t", "kind") else st.just(column.null)
    return arrays(column.dtype, n, elements=one | null, fill=st.nothing()) | one.map(
        lambda v: np.full(n, v, column.dtype)
    )


length = st.integers(0, EDGE) | st.floats(0, EDGE)
offset = st.floats(-EDGE, EDGE)
contexts = st.builds(
    Context,
    site=st.text(st.characters(exclude_categories=["Cs"]), max_size=64),
    address=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="?#"), max_size=50),
    viewport=st.tuples(length, length),
    document=st.tuples(length, length),
    screen=st.tuples(length, length),
    device_pixel_ratio=st.floats(0.1, 10),
    scroll=st.tuples(offset, offset),
    lost=st.integers(0, 2**53),
    targets=st.just(("#a", "ul>li:nth-of-type(2)", "[data-musculus=x]")),
)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    n = draw(st.integers(0, 30))
    names = draw(st.sets(st.sampled_from([c.name for c in ON_WIRE if not c.required])))
    columns = {c.name: draw(values(c, n)) for c in ON_WIRE if c.required or c.name in names}
    return Batch(
        recording=draw(st.binary(min_size=16, max_size=16)).hex(),
        view=draw(st.binary(min_size=8, max_size=8)).hex(),
        sequence=draw(st.integers(0, 2**32 - 1)),
        time_origin=draw(st.integers(0, 10**14)) / 10,
        context=draw(contexts),
        columns=columns,
    )


def without_nulls(batch: Batch) -> Batch:
    """The batch without columns that hold nothing."""

    def holds(name: str, column: np.ndarray) -> bool:
        about = SCHEMA[name]
        known = ~np.isnan(column) if about.kind == "number" else column != about.null
        return about.required or bool(known.any())

    kept = {name: column for name, column in batch.columns.items() if holds(name, column)}
    return Batch(batch.recording, batch.view, batch.sequence, batch.time_origin, batch.context, kept)


@given(batches())
def test_a_batch_comes_back_from_a_frame_as_it_was(batch: Batch) -> None:
    frame = encode(batch)
    assert decode(frame) == without_nulls(batch)
    assert encode(decode(frame)) == frame
    assert peek(frame)[:5] == (batch.recording, batch.view, batch.sequence, batch.time_origin, batch.n)
    assert peek(frame).site == batch.site


@given(batches())
def test_json_and_frame_hold_the_same(batch: Batch) -> None:
    assert decode_json(encode_json(batch)) == without_nulls(batch)
    assert decode_json(encode_json(decode(encode(batch)))) == without_nulls(batch)


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(-5000, 5000), st.floats(-5000, 5000)), min_size=1))
def test_rounding_never_adds_up(rows: list[tuple[float, float, float]]) -> None:
    """Steps are differences of rounded values: after any number of events each is within half a unit."""
    t, x, y = np.array(rows).T
    got = decode(encode(Batch.of(t, x, y))).columns
    assert np.abs(got["t"] - t).max() <= 0.05 + 1e-9
    assert np.abs(got["x"] - x).max() <= 1 / 16 + 1e-9
    assert np.abs(got["y"] - y).max() <= 1 / 16 + 1e-9


def test_the_columns_are_those_of_events() -> None:
    batch = decode(
        encode(Batch.of(t=[0, 8, 9], x=[1, 2, 2], y=[3, 4, 4], kind=["move", "move", "down"], button=[-1, -1, 0]))
    )
    events = Events.build(batch.columns, np.array([0, batch.n]), [batch.recording])
    assert events.kind_names() == ["move", "move", "down"]


def test_a_move_costs_six_bytes_and_what_stays_the_same_nothing() -> None:
    def size(n: int) -> int:
        i = np.arange(n)
        return len(
            encode(Batch.of(t=8 * i, x=3 * i, y=2 * i, trusted=np.ones(n), buttons=np.zeros(n), screen_x=3 * i + 70))
        )

    assert size(1000) - size(500) == 6 * 500


def test_gaps_and_leaps_cost_eight_bytes_more_and_lose_nothing() -> None:
    t, x = np.array([0, 3276.6, 10_000, 1e9]), np.array([0, 4095.75, -4095.75, 30_000_000])
    batch = Batch.of(t, x, np.zeros(4))
    assert np.array_equal(decode(encode(batch)).columns["t"], t)
    assert np.array_equal(decode(encode(batch)).columns["x"], x)
    assert len(encode(batch)) - len(encode(Batch.of(np.arange(4), np.arange(4), np.zeros(4)))) == 8 * 4


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"x": [1e9]}, "column 'x' holds 1000000000.0, too large for a frame"),
        ({"t": [np.nan]}, "event 0 has no time"),
        ({"kind": np.array([-1], np.int8)}, "event 0 has no kind"),
        ({"target": [4]}, "batch points to target 4, its context lists 0"),
        ({"scroll_y": [np.inf]}, "column 'scroll_y' holds inf, too large for a frame"),
        ({"movement_x": [1e8]}, "column 'movement_x' holds 100000000.0, too large for a frame"),
        ({"recording": "abc"}, "id is 'abc', expected 32 lower-case hexadecimal digits"),
        ({"view": "G" * 16}, "expected 16 lower-case hexadecimal digits"),
        ({"sequence": -1}, "batch's sequence is -1"),
        ({"time_origin": np.nan}, "batch's time origin is nan"),
        ({"context": Context("s", "/?q", (1, 1), (1, 1), (1, 1), 1, (0, 0))}, "context can't be read"),
        ({"context": Context("s", "/", (np.nan, 1), (1, 1), (1, 1), 1, (0, 0))}, "context can't be read"),
    ],
)
def test_what_no_frame_can_hold_is_refused_with_the_reason(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(FrameError) as refused:
        encode(Batch.of(**{"t": [0.0], "x": [0.0], "y": [0.0], **change}))
    assert reason in str(refused.value)


def test_too_many_events_are_refused() -> None:
    n = 65_536
    with pytest.raises(FrameError, match="65536 events, a frame holds 65535"):
        encode(Batch.of(t=np.arange(n), x=np.zeros(n), y=np.zeros(n)))

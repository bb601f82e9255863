"""Batches of a recording become `Events`: one clock, numbered pages, joined targets, whatever order they came in."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace as with_changes
from tests.serve.conftest import ORIGIN, walk

from musculus.events import Events
from musculus.features import features
from musculus.store.base import BatchRow
from musculus.store.recording import events_of
from musculus.wire import Batch, Context, encode

BLANK = walk("ab" * 16).context
RECORDING = "ab" * 16


def row(batch: Batch) -> BatchRow:
    b = batch
    return BatchRow(b.site, b.recording, b.view, b.sequence, b.time_origin, 0, b.n, encode(b))


def batch(t: list[float], view: int = 1, sequence: int = 0, origin: float = ORIGIN, **more: Any) -> Batch:
    n = len(t)
    given = {"x": list(range(n)), "y": [0] * n, "recording": RECORDING, "view": f"{view:016x}"} | more
    return Batch.of(t, sequence=sequence, time_origin=origin, **given)


def context(**changes: Any) -> Context:
    return with_changes(BLANK, **changes)


def test_time_counts_from_the_first_event_and_keeps_its_tenths_exactly() -> None:
    events = events_of([row(batch([1000.3, 1008.4, 1016.6]))])
    assert events.t.tolist() == [0.0, 8.1, 16.3]
    assert events.context["started"].tolist() == ["2023-11-14T22:13:21.000Z".replace("Z", "+00:00")]


def test_batches_stand_in_the_order_of_their_sequence_whatever_order_they_came_in() -> None:
    rows = [row(batch([k * 100.0, k * 100 + 50.0], sequence=k)) for k in range(8)]
    expected = events_of(rows).t.tolist()
    assert expected == [k * 50.0 for k in range(16)]
    random.Random(1).shuffle(rows)
    assert events_of(rows).t.tolist() == expected


def test_pages_are_numbered_by_time_origin_on_one_clock() -> None:
    later, earlier = batch([0.0, 10.0], view=1, origin=ORIGIN + 5000), batch([20.0, 30.0], view=2)
    events = events_of([row(later), row(earlier)])
    assert events.columns["page"].tolist() == [0, 0, 1, 1]
    assert events.t.tolist() == [0.0, 10.0, 4980.0, 4990.0]


def test_single_page_views_of_one_document_are_numbered_by_their_first_event() -> None:
    second, first = batch([900.0], view=1), batch([100.0, 800.0], view=2)
    assert events_of([row(second), row(first)]).columns["page"].tolist() == [0, 0, 1]


def test_a_page_that_comes_back_from_the_cache_goes_on_where_time_says() -> None:
    first = [batch([0.0], view=1), batch([9000.0], view=1, sequence=1)]
    between = batch([0.0, 500.0], view=2, origin=ORIGIN + 4000)
    events = events_of([row(b) for b in (*first, between)])
    assert events.columns["page"].tolist() == [0, 1, 1, 0]
    assert events.t.tolist() == [0.0, 4000.0, 4500.0, 9000.0]


def test_a_clock_that_steps_back_stays_in_arrival_order() -> None:
    events = events_of([row(batch([100.0, 90.0])), row(batch([80.0, 120.0], sequence=1))])
    assert events.t.tolist() == [0.0, -10.0, -20.0, 20.0]


def test_targets_of_all_batches_share_one_table() -> None:
    first = batch([0.0, 1.0], target=[0, 1], context=context(targets=("#a", "#b")))
    second = batch([2.0, 3.0], target=[0, -1], context=context(targets=("#b",)), sequence=1)
    events = events_of([row(first), row(second)])
    assert events.targets == ("#a", "#b")
    assert events.columns["target"].tolist() == [0, 1, 1, -1]


def test_a_column_that_only_some_batches_have_is_missing_in_the_others() -> None:
    with_key = batch([2.0], sequence=1, slot=[7], pressure=[0.5])
    events = events_of([row(batch([0.0, 1.0])), row(with_key)])
    assert events.columns["slot"].tolist() == [-1, -1, 7]
    assert np.isnan(events.columns["pressure"][:2]).all()


def test_the_page_table_tells_sizes_and_what_is_missing() -> None:
    tall = context(address="/shop", viewport=(400, 800), document=(400, 5000), lost=3)
    rows = [row(batch([0.0])), row(batch([1.0], sequence=3, context=tall))]
    pages = events_of(rows).pages
    assert {name: values.tolist() for name, values in pages.items()} == {
        "recording": [0], "page": [0], "address": ["/shop"], "viewport_width": [400.0], "viewport_height": [800.0],
        "document_width": [400.0], "document_height": [5000.0], "lost": [3], "missing": [2],
    }  # fmt: skip


def test_a_recording_of_an_empty_batch_has_no_events() -> None:
    empty = Batch.of([], [], [], recording=RECORDING, time_origin=ORIGIN)
    assert events_of([row(empty)]).n_events == 0


@pytest.mark.parametrize("per", ["recording", "stroke"])
def test_the_live_path_and_the_file_path_give_the_same_feature_row_exactly(per: str) -> None:
    live = events_of([row(walk(RECORDING, k, 60)) for k in range(6)])
    file = Events.from_table(live.to_polars())
    left, right = features(live, per), features(file, per)
    assert left.names == right.names
    assert len(left) > 0
    np.testing.assert_array_equal(left.values, right.values)

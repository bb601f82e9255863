"""`Events` as a container: slices are views, context and pages follow, nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.events import Events


@pytest.fixture
def three() -> Events:
    """Three recordings of 2, 0 and 3 events by two people."""
    return Events.build(
        {"t": np.array([0.0, 1, 0, 1, 2]), "kind": np.zeros(5, np.int8), "x": np.arange(5.0), "y": np.arange(5.0)},
        np.array([0, 2, 2, 5]),
        ["a", "b", "c"],
        {"person": np.array(["anna", "ben", "anna"])},
        {"recording": np.array([0, 2]), "page": np.array([0, 0]), "address": np.array(["/", "/shop"])},
    )


def test_one_recording_is_a_view_of_the_same_columns(three: Events) -> None:
    c = three[2]
    assert np.shares_memory(c.x, three.x)
    assert (c.recordings, c.n_events, c.x.tolist()) == (("c",), 3, [2.0, 3.0, 4.0])
    assert c.context["person"].tolist() == ["anna"]
    assert c.pages["address"].tolist() == ["/shop"]
    assert c.pages["recording"].tolist() == [0]


def test_slices_count_from_the_end_step_and_may_be_empty(three: Events) -> None:
    assert three[-1].recordings == ("c",)
    assert three[1:].recordings == ("b", "c")
    assert three[::2].recordings == ("a", "c")
    assert three[::-1].recordings == ("c", "b", "a")
    assert len(three[2:1]) == 0
    assert three[5:].n_events == 0


def test_an_empty_recording_keeps_its_place(three: Events) -> None:
    assert [r.n_events for r in three] == [2, 0, 3]
    assert three.recording_of_row().tolist() == [0, 0, 2, 2, 2]


def test_new_context_stands_beside_the_old(three: Events) -> None:
    labelled = three.with_context(bot=False, dpi=[400, 800, 1600])
    assert labelled.context["bot"].tolist() == [False] * 3
    assert labelled.context["dpi"].tolist() == [400, 800, 1600]
    assert labelled.context["person"] is three.context["person"]
    assert "bot" not in three.context


def test_columns_that_are_always_there_are_filled_in() -> None:
    events = Events.of(t=[0], x=[1], y=[2])
    assert events.columns["button"].tolist() == [-1]
    assert events.columns["page"].tolist() == [0]
    assert "pressure" not in events
    assert np.isnan(events.column("pressure")).all()


def test_targets_are_one_table_of_strings() -> None:
    events = Events.of(t=[0, 1, 2], x=[0] * 3, y=[0] * 3, target=["#buy", None, "#buy"], person="anna")
    assert events.targets == ("#buy",)
    assert events.columns["target"].tolist() == [0, -1, 0]
    assert events.context["person"].tolist() == ["anna"]
    assert repr(events) == "Events(1 recordings, 3 events)"


def test_joining_nothing_gives_no_recordings() -> None:
    assert len(Events.concat([])) == 0


def test_columns_are_plain_writable_arrays_whatever_they_came_from() -> None:
    frozen = np.arange(3.0)
    frozen.flags.writeable = False
    events = Events.build({"t": frozen, "x": np.arange(6.0)[::2], "y": np.arange(3.0)}, np.array([0, 3]), ["a"])
    assert all(v.flags.writeable and v.flags.c_contiguous for v in events.columns.values())
    assert events.x.tolist() == [0.0, 2.0, 4.0]

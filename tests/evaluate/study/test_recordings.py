"""Recordings as a study: measured, the declared configuration beside the one the events show, and simulated mice."""

from __future__ import annotations

import numpy as np
import pytest

from devices.hands import hands
from musculus.devices import Mouse, Page, record
from musculus.errors import UnknownName, UsageError
from musculus.evaluate.study import study
from musculus.evaluate.study.configured import configurations, groups, told
from musculus.evaluate.study.recordings import measured_table
from musculus.evaluate.study.twins import twins
from musculus.events import Events

PEOPLE = 8
MEASURES = ["velocity", "acceleration", "path_length", "movement_time"]


@pytest.fixture(scope="module")
def sessions() -> Events:
    """Eight hands, each recorded by a mouse of 1000 Hz, one of 125 Hz, and on a page of 60 Hz."""
    parts = []
    for number, (mouse, page) in enumerate(
        [(Mouse(polling_hz=1000), None), (Mouse(polling_hz=125), None), (Mouse(polling_hz=1000), Page(hz=60))]
    ):
        again = record(hands(PEOPLE), mouse, page, seed=number)
        told = {"person": list("abcdefgh"), "polling_hz": [mouse.polling_hz] * 8, "page_hz": [60 if page else 0] * 8}
        parts += [Events.build({**e.columns}, e.offsets, [f"{e.recordings[0]}-{number}"], e.context, e.pages, e.targets)
                  for e in again.with_context(**told)]  # fmt: skip
    return Events.concat(parts)


def test_the_configuration_of_each_recording_is_told_as_declared_and_as_its_events_show_it(sessions: Events) -> None:
    found = configurations(sessions)
    assert found["recording"].to_list() == list(sessions.recordings)
    assert found["polling_hz"].to_list() == [1000.0] * 8 + [125.0] * 8 + [1000.0] * 8
    rate = found["estimated_polling_hz"].to_list()
    assert rate[:8] == pytest.approx([1000.0] * 8, rel=0.05)
    assert rate[8:16] == pytest.approx([125.0] * 8, rel=0.05)
    assert rate[16:] == [None] * 8  # frames hide it
    assert found["estimated_frame_hz"].to_list()[16:] == pytest.approx([60.0] * 8, rel=0.02)
    assert set(found["quantum"].to_list()) == {1.0}


def test_recordings_of_one_kind_are_told_together(sessions: Events) -> None:
    found = groups(configurations(sessions))
    assert sum(g["recordings"] for g in found) == 24
    kinds = {(g["polling_hz"], g["estimated_polling_hz"], g["estimated_frame_hz"]) for g in found}
    assert kinds == {(1000.0, 1000.0, None), (125.0, 125.0, None), (1000.0, None, 60.0)}
    assert any("polling_hz 125, 125 events a second, polled at 125 Hz" in line for line in told(found, most=99))


def test_recordings_are_measured_and_what_a_coarse_mouse_does_to_acceleration_is_found(sessions: Events) -> None:
    d = study(sessions, configuration=["polling_hz", "page_hz"], only=MEASURES, quick=True).to_dict()
    assert d["configurations"] == ["125 / 0", "1000 / 0", "1000 / 60"]
    by_name = {m["name"]: m for m in d["measures"]}
    assert by_name["acceleration_std__median"]["kendall_w"] > 0.9
    assert by_name["movement_time"]["verdict"] in ("the same", "changed, but little")
    assert [r["recording"] for r in d["devices"]] == list(sessions.recordings)
    assert "The mice as the events show them" in study(
        sessions, configuration=["polling_hz", "page_hz"], only=MEASURES, quick=True
    ).to_html()  # fmt: skip


def test_what_the_events_show_may_be_the_configuration(sessions: Events) -> None:
    rounded = sessions[:16]
    table = measured_table(rounded, configuration=["clock_resolution"], only=["velocity"])
    assert table.configurations == ("1", "8")
    assert table.source is rounded
    with pytest.raises(UnknownName, match="no column named 'estimated_dpi'"):
        measured_table(rounded, configuration=["estimated_dpi"], only=["velocity"])
    with pytest.raises(UsageError, match="these recordings have person, polling_hz, page_hz"):
        measured_table(rounded)


def test_without_a_configuration_simulated_mice_are_studied_and_said_to_be_simulated() -> None:
    people = hands(PEOPLE).with_context(person=list("abcdefgh"))
    d = study(people, simulate={"polling": [60, 125, 1000]}, only=MEASURES, quick=True).to_dict()
    assert d["configurations"] == ["60", "125", "1000"]
    assert d["design"]["crossed"]
    assert any("simulated" in note for note in d["notes"])
    by_name = {m["name"]: m for m in d["measures"]}
    assert by_name["acceleration_max__median"]["verdict"] == "changed"
    assert by_name["path_length__median"]["icc"] > 0.99


def test_twins_move_as_the_recording_does_and_name_their_mouse() -> None:
    given = hands(2).with_context(person=["a", "b"])
    many, columns = twins(given, {"dpi": [400, 1600], "sensitivity": [1]})
    assert columns == ("dpi", "sensitivity")
    assert many.context["dpi"].tolist() == [400.0, 1600.0] * 2
    assert many.context["person"].tolist() == ["a", "a", "b", "b"]
    ends = [(one.x[-1], one.y[-1]) for one in many]
    assert np.abs(np.diff(np.array(ends).reshape(2, 2, 2), axis=1)).max() < 3  # px: the hand steers
    with pytest.raises(UnknownName, match="simulated mouse"):
        twins(given, {"weight": [80]})


def test_a_table_of_features_cannot_be_simulated() -> None:
    import polars as pl

    frame = pl.DataFrame({"person": list("aabb"), "dpi": [1, 2, 1, 2], "v": [1.0, 2, 3, 4]})
    with pytest.raises(UsageError, match="give recordings"):
        study(frame, configuration=["dpi"], simulate={"dpi": [400]}, quick=True)

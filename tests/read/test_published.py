"""The other published sets: what each is turned into, on made rows and on slices of the real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from musculus.errors import ReadError
from musculus.events import Events
from musculus.read import read, read_features

BROWSER: dict[str, Any] = {
    "generator": "pw", "session": 0, "now": 0.0, "x": None, "y": None, "screenX": None, "screenY": None,
    "movementX": None, "movementY": None, "button": None, "buttons": None, "isTrusted": True, "ncoalesced": None,
    "pointerType": "None", "pressure": None, "coalesced": None, "deltaY": None, "key": None,
}  # fmt: skip
TYPES = {"coalesced": pl.String, "key": pl.String, "deltaY": pl.Float64, "pressure": pl.Float64, "button": pl.Float64}


@pytest.fixture
def browser(tmp_path: Path) -> Callable[..., Events]:
    """A recording of these browser events: (event, time, more columns)."""

    def make(*events: tuple[str, float, dict[str, Any]]) -> Events:
        rows = [{**BROWSER, "event": e, "t_ms": t, **more} for e, t, more in events]
        pl.DataFrame(rows, schema_overrides=TYPES).write_parquet(tmp_path / "browser.parquet")
        return read(tmp_path / "browser.parquet")

    return make


def at(x: float, y: float, **more: Any) -> dict[str, Any]:
    place = {"x": x, "y": y, "screenX": x + 10, "screenY": y + 97, "movementX": 1.0, "movementY": 0.0, "buttons": 0.0}
    return {**place, "pointerType": "mouse", "button": -1.0, "pressure": 0.0, **more}


def test_every_coalesced_sample_of_a_browser_move_is_a_row(browser: Callable[..., Events]) -> None:
    events = browser(
        ("pointermove", 12.0, at(3.0, 4.0, coalesced="[[8.0, 1.5, 2, 1, 0], [12.0, 3.0, 4, 2, 2]]", ncoalesced=2.0)),
        ("pointermove", 28.0, at(5.0, 6.0, coalesced="[[28.0, 5.0, 6, 2, 2]]", ncoalesced=1.0)),
        ("pointermove", 44.0, at(7.0, 8.0)),
    )
    assert events.recordings == ("pw/0",)
    assert events.t.tolist() == [8.0, 12.0, 28.0, 44.0]
    assert events.x.tolist() == [1.5, 3.0, 5.0, 7.0]
    assert events.columns["screen_x"].tolist() == [11.5, 13.0, 15.0, 17.0]
    assert events.columns["movement_y"].tolist() == [0.0, 2.0, 2.0, 0.0]
    assert events.columns["coalesced"].tolist() == [1, 0, 0, -1]
    assert events.context["bot"].tolist() == [True]


def test_a_mouse_event_is_kept_only_where_no_pointer_event_came_with_it(browser: Callable[..., Events]) -> None:
    mouse = {"pointerType": "None", "button": 0.0}
    events = browser(
        ("pointerrawupdate", 10.0, at(1, 1)),
        ("pointerover", 10.0, at(1, 1)),
        ("pointermove", 10.0, at(1, 1)),
        ("mousemove", 10.0, at(1, 1, **mouse)),
        ("pointerdown", 20.0, at(1, 1, button=0.0, buttons=1.0, pressure=0.5)),
        ("mousedown", 20.0, at(1, 1, **mouse)),
        ("mousemove", 90.0, at(2, 2, **mouse)),
        ("mousedown", 20.0, at(1, 1, isTrusted=False, **mouse)),
        ("click", 95.0, at(1, 1, button=0.0)),
        ("click", 99.0, at(0, 0, isTrusted=False, **mouse)),
    )
    assert events.kind_names() == ["move", "down", "move", "down", "click", "click"]
    assert [("pointer", "mouse")[s] for s in events.columns["source"]] == [
        "pointer", "pointer", "mouse", "mouse", "pointer", "mouse",
    ]  # fmt: skip
    assert events.columns["button"].tolist() == [-1, 0, -1, 0, 0, 0]
    assert events.columns["trusted"].tolist() == [1, 1, 1, 0, 1, 0]
    assert events.columns["pressure"][1] == 0.5
    assert np.isnan(events.columns["pressure"][0])


def test_of_a_key_only_its_class_and_its_pair_are_kept(browser: Callable[..., Events]) -> None:
    keys = [("keydown", "h"), ("keydown", "7"), ("keyup", "h"), ("keyup", "7"), ("keydown", "Tab"), ("keyup", "x")]
    events = browser(*((e, float(i), {"key": k}) for i, (e, k) in enumerate(keys)))
    table = events.to_polars()
    assert table["key_class"].to_list() == ["letter", "digit", "letter", "digit", "tab", "letter"]
    assert table["slot"].to_list() == [0, 1, 0, 1, 2, None]
    assert "key" not in table.columns
    assert table["x"].null_count() == len(table)


def test_the_arenas_browser_recordings_hold_no_raw_updates_and_few_mouse_events(data: Path) -> None:
    events = read(data / "arena/browser.parquet")
    assert len(events) == 79
    kinds, source = np.array(events.kind_names()), events.column("source")
    assert (kinds == "down").sum() == 538
    assert ((kinds == "down") & (source == 1)).sum() == 32  # made by a script
    assert set(events.context) == {"generator", "session", "bot"}


def test_a_point_and_click_recording_is_a_person_in_a_condition(data: Path) -> None:
    events = read(data / "pointclick")
    assert (len(events), events.n_events) == (76, 71_523)
    assert set(events.kind_names()) == {"move", "click"}
    first = events[0]
    assert (first.recordings[0], first.context["person"][0], first.context["condition"][0]) == (
        "p00_HS_PointClick", "p00", "HS_PointClick",
    )  # fmt: skip
    assert first.t[:3].tolist() == [0.0, 295.0, 312.0]
    assert len(set(events.context["person"])) == 38


def test_each_rendered_stroke_is_a_recording_and_says_whether_a_bot_made_it(data: Path) -> None:
    events = read(data / "arena/strokes60hz.parquet")
    assert (len(events), events.n_events) == (9_119, 304_349)
    assert events.recordings[:2] == ("p00HS_PointClick0/0", "p00HS_PointClick0/1")
    bot, generator = events.context["bot"], events.context["generator"]
    assert (bot == (generator != "human")).all()
    assert len(set(generator[bot])) == 38
    assert len(set(events.context["person"][~bot])) == 32
    assert set(events.context) == {"generator", "split", "person", "session", "stroke", "bot"}


def test_the_configuration_study_is_features_and_says_what_reads_it(data: Path) -> None:
    folder = data / "configuration-study"
    with pytest.raises(ReadError, match=r"is a table of features, not of events.*musculus.read.read_features reads it"):
        read(folder)
    table = read_features(folder / "points_aggregated_data.csv")
    assert table.shape == (958, 128)
    assert table["dpi"].unique().sort().to_list() == [1000.0, 2400.0, 4800.0]
    assert table["sens"].unique().sort().to_list() == [5.0, 10.0, 18.0]
    assert table["task_id"].dtype == pl.String
    assert read_features(folder / "respondents.csv").shape == (33, 7)


def test_features_are_read_from_every_form_and_nothing_else_is(tmp_path: Path) -> None:
    table = pl.DataFrame({"person": ["a", "b"], "speed": [1.5, None], "dpi": [800, 1600]})
    table.write_parquet(tmp_path / "p")
    table.write_csv(tmp_path / "c", separator=";")
    table.write_ipc(tmp_path / "i")
    table.write_ndjson(tmp_path / "j")
    for name in "pcij":
        assert read_features(tmp_path / name).equals(table), name
    (tmp_path / "empty").write_text("person;speed\n")
    with pytest.raises(ReadError, match="empty has a header but no rows"):
        read_features(tmp_path / "empty")
    with pytest.raises(ReadError, match="no such file"):
        read_features(tmp_path / "gone")
    (tmp_path / "nested").write_text('[{"a": 1}]')
    with pytest.raises(ReadError, match="is json; a features table is CSV, Parquet, Arrow or JSON lines"):
        read_features(tmp_path / "nested")

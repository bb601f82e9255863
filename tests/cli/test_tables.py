"""Commands that write tables: right rows, right columns, the same however small the parts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from devices.hands import hands
from musculus.cut import cut
from musculus.devices import Mouse, record
from musculus.measures import measure
from musculus.read import read, read_features, write

Run = Callable[..., tuple[int, str, str]]


def test_convert_writes_the_events_and_tells_what_is_odd(musculus: Run, events: Path, tmp_path: Path) -> None:
    code, out, err = musculus("convert", events, "-o", tmp_path / "out.parquet", "--json")
    assert code == 0
    d = json.loads(out)
    assert sum(g["recordings"] for g in d.pop("configurations")) == 2
    assert d == {
        "output": str(tmp_path / "out.parquet"),
        "recordings": 2,
        "events": 9,
        "oddities": {
            "clock_backwards": 1, "equal_times": 0, "duplicate_rows": 0, "outside_screen": 0, "down_without_up": 0,
            "without_time": 0,
        },
    }  # fmt: skip
    assert err.splitlines()[0] == "of 9 events 1 steps back in time"
    given = read(events).to_polars()
    assert_frame_equal(read(tmp_path / "out.parquet").to_polars().select(given.columns), given)


def test_what_the_events_show_of_the_mouse_is_stored_with_each_recording(musculus: Run, tmp_path: Path) -> None:
    source = record(hands(2), Mouse(polling_hz=125)).with_context(quantum=[0.5, 0.5], dpi=[800, 800])
    write(source, tmp_path / "in.parquet")
    assert musculus("convert", tmp_path / "in.parquet", "-o", tmp_path / "out.csv")[0] == 0
    known = read(tmp_path / "out.csv").context
    assert known["event_rate"] == pytest.approx(125, rel=0.05)
    assert known["estimated_polling_hz"] == pytest.approx(125, rel=0.05)
    assert known["quantum"].tolist() == [0.5, 0.5]  # as it was told
    asked = ("measure", tmp_path / "out.csv", "--only", "event_rate", "-o", tmp_path / "m.parquet", "--json")
    said = json.loads(musculus(*asked)[1])["configurations"]
    assert [(g["dpi"], g["estimated_polling_hz"]) for g in said] == [(800, 125.0)]
    assert read_features(tmp_path / "m.parquet")["event_rate"].max() < 125  # the measure, over rests, too


@pytest.mark.parametrize("chunk", [1, 5, 1000])
@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
@pytest.mark.parametrize("kind", ["recording", "stroke", "action"])
def test_measure_writes_what_measuring_all_at_once_gives(
    musculus: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, ending: str, kind: str
) -> None:
    monkeypatch.setattr("musculus.cli.inputs.CHUNK", chunk)
    path = tmp_path / f"out.{ending}"
    assert musculus("measure", events, "--cut", kind, "--only", "path_length,velocity", "-o", path)[0] == 0
    table = measure(read(events), kind, only=["path_length", "velocity"]).to_polars()
    assert table.columns[:6] == ["recording", "page", "cut", "cut_kind", "start", "end"]
    found = read_features(path).cast(dict(table.schema)).with_columns(pl.selectors.float().fill_nan(None))
    assert_frame_equal(found, table.with_columns(pl.selectors.float().fill_nan(None)))


def test_measure_of_recordings_gives_one_row_each_in_the_order_of_the_input(
    musculus: Run, events: Path, tmp_path: Path
) -> None:
    lonely = tmp_path / "0.csv"
    lonely.write_text("recording,t,kind,x,y\nz,0,key_down,,\nnobody,5,move,1,1\n")
    musculus("measure", events, lonely, "-o", tmp_path / "out.csv", "--only", "path_length")
    table = pl.read_csv(tmp_path / "out.csv")
    assert table["recording"].to_list() == ["a", "b", "z", "nobody"]
    assert table["path_length"].fill_nan(None).to_list() == [10.0, 40.0, None, 0.0]


def test_windows_have_the_length_that_was_asked_for(musculus: Run, events: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    musculus("measure", events, "--cut", "window", "--count", 2, "--step", 1, "--only", "path_length", "-o", path)
    cuts = cut(read(events), "window", count=2, step=1)
    assert len(pl.read_parquet(path)) == len(cuts) > 4


def test_tiers_choose_columns(musculus: Run, events: Path, tmp_path: Path) -> None:
    code, out, _ = musculus("measure", events, "--tier", "raw", "-o", tmp_path / "out.parquet", "--json")
    assert code == 0
    columns = pl.read_parquet(tmp_path / "out.parquet").columns
    assert "velocity_mean" in columns
    assert "velocity_s_mean" not in columns
    assert json.loads(out)["measures"] == len(columns) - 6


def test_features_are_written_with_a_manifest_that_names_them(musculus: Run, events: Path, tmp_path: Path) -> None:
    path, manifest = tmp_path / "out.parquet", tmp_path / "m.json"
    code, out, _ = musculus(
        "features", events, "-o", path, "--manifest", manifest, "--only", "path_length,clicks", "--json"
    )
    assert code == 0
    told = json.loads(manifest.read_text())
    names = [f["name"] for f in told["features"]]
    assert pl.read_parquet(path).columns == ["recording", "person", *names]
    assert json.loads(out)["hash"] == told["hash"]


def test_a_row_per_person_takes_in_recordings_that_lie_apart(
    musculus: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musculus.cli.inputs.CHUNK", 1)
    with events.open("a") as f:
        f.write("c,0,move,0,0,-1,anna\nc,10,move,5,0,-1,anna\n")
    musculus("features", events, "--per", "person", "--only", "path_length", "-o", tmp_path / "out.csv")
    table = pl.read_csv(tmp_path / "out.csv")
    assert table["person"].to_list() == ["anna", "ben"]
    assert table["strokes"].to_list() == [2, 2]


def test_the_table_of_measures_is_told_as_data(musculus: Run) -> None:
    table = json.loads(musculus("measures", "--json")[1])
    told = {m["name"]: m for m in table}
    assert told["straightness"]["unit"] == "1"
    assert told["velocity"]["columns"][0] == "velocity_mean"
    assert all(m["sentence"] for m in table)
    assert json.loads(musculus("measures", "velocity_q95", "--json")[1])["name"] == "velocity"


def test_columns_of_ones_own_are_joined_on_the_recording(
    musculus: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musculus.cli.inputs.CHUNK", 1)
    own = tmp_path / "own.csv"
    own.write_text("recording;dpi;sex\nb;800;woman\nelsewhere;400;man\n")
    assert musculus("convert", events, "--join", own, "-o", tmp_path / "out.parquet")[0] == 0
    context = read(tmp_path / "out.parquet").context
    assert {k: v.tolist() for k, v in context.items()}["sex"] == [None, "woman"]
    assert context["dpi"][1] == 800
    assert context["person"].tolist() == ["anna", "ben"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("session,dpi\na,800\n", "own.csv is joined on the column 'recording', which it lacks; it has session, dpi"),
        ("recording,dpi\na,800\na,400\n", "own.csv has two rows for recording 'a'; give each recording one"),
        ("recording,dpi\nA,800\n", "own.csv: none of its recordings is among those read"),
    ],
)
def test_a_table_that_cannot_be_joined_is_refused(
    musculus: Run, events: Path, tmp_path: Path, text: str, message: str
) -> None:
    own = tmp_path / "own.csv"
    own.write_text(text)
    code, _, err = musculus("convert", events, "--join", own, "-o", tmp_path / "out.parquet")
    assert code == 2
    assert message in err
    assert not (tmp_path / "out.parquet").exists()

"""`musculus study configuration`: the document of the contract, the page, and what a wrong call is told."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devices.hands import hands
from evaluate.study.made import cells, table
from musculus.cli.study import mice
from musculus.read import write

Run = Callable[..., Any]
CONTRACT = {
    "people", "configurations", "features", "significant", "kendall_w", "icc", "leakage", "matrix", "normalisers",
    "flags",
}  # fmt: skip


@pytest.fixture
def features(tmp_path: Path) -> Path:
    """A features table: 16 people, three mice, two tasks, the mouse moving every feature."""
    file = tmp_path / "features.csv"
    table(cells(16, 3, 6, person=1.5, mouse=1.2)).rename({"person": "who"}).write_csv(file)
    return file


def test_a_quick_study_prints_the_document_of_the_contract_and_writes_the_page(
    features: Path, tmp_path: Path, musculus: Run
) -> None:
    named = ["--person", "who", "--configuration", "dpi", "--task", "task"]
    asked = ["study", "configuration", features, *named, "--quick"]
    code, out, err = done = musculus(*asked, "-o", tmp_path / "report.html", "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    d = done.json
    assert set(d) >= CONTRACT
    assert (d["people"], d["configurations"], d["features"]) == (16, ["800", "1600", "2400"], 6)
    assert set(d["significant"]) == {"rows_p05", "p05", "bh", "holm"}
    assert d["significant"]["holm"] == 6
    assert set(d["kendall_w"]) == set(d["icc"]) == {f"f{i}" for i in range(6)}
    assert (d["leakage"], d["matrix"], d["normalisers"]) == ({}, {}, [])
    assert "Is it the person or the mouse?" in (tmp_path / "report.html").read_text()
    words = musculus(*asked).out
    assert "change with the mouse: 6 of 6 (Holm)" in words


def test_recordings_are_studied_by_simulated_mice(tmp_path: Path, musculus: Run) -> None:
    file = tmp_path / "people.parquet"
    write(hands(6).with_context(person=list("abcdef")), file)
    asked = ["study", "configuration", file, "--simulate", "polling=60,125,1000", "--only", "acceleration,path_length"]
    d = musculus(*asked, "--quick", "--json").json
    assert d["configurations"] == ["60", "125", "1000"]
    assert len(d["devices"]) == 18
    by_name = {m["name"]: m for m in d["measures"]}
    assert by_name["acceleration_std__median"]["kendall_w"] > 0.9


def test_a_hand_that_repeats_its_movement_goes_further_with_more_dpi(tmp_path: Path, musculus: Run) -> None:
    file = tmp_path / "people.parquet"
    write(hands(6).with_context(person=list("abcdef")), file)
    asked = ["study", "configuration", file, "--simulate", "dpi=400,800", "--only", "path_length", "--quick", "--json"]
    changed = {m["name"]: m["kendall_w"] for m in musculus(*asked, "--hand", "800").json["measures"]}
    assert changed["path_length__median"] == 1.0
    assert "above 0" in musculus(*asked, "--hand", "-1").err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([], "--configuration dpi"),
        (["--configuration", "dip", "--person", "who"], "no column named 'dip'"),
        (["--configuration", "dpi"], "no column named 'person'"),
        (["--configuration", "dpi", "--person", "who", "--simulate", "dpi=400,800"], "give recordings"),
        (["--configuration", "dpi", "--person", "who", "--bound", "0"], "--bound must be above 0"),
        (["--configuration", "dpi", "--person", "who", "--join", "x.csv"], "add them to the table"),
        (["--configuration", "dpi", "--person", "who", "-o", "report.pdf"], ".html or .json"),
        (["--simulate", "dpi"], "is no number"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong_with_it(more: list[str], words: str, features: Path, musculus: Run) -> None:
    code, out, err = musculus("study", "configuration", features, "--quick", *more)
    assert (code, out) == (2, "")
    assert words in err


def test_a_file_of_events_with_a_fault_is_not_taken_for_features(tmp_path: Path, musculus: Run) -> None:
    file = tmp_path / "events.csv"
    file.write_text("recording,t,kind,x,y,dpi\na,0,move,1,1,800\na,ten,move,2,2,800\n")
    code, _, err = musculus("study", "configuration", file, "--configuration", "dpi", "--quick")
    assert code == 2
    assert "ten" in err


def test_a_folder_of_several_tables_asks_for_one(tmp_path: Path, musculus: Run) -> None:
    head = "respondent_id;session_id;dpi;sens;velocity_mean;acceleration_mean\n1;1;1;1;1;1\n"
    for name in ("points", "minigame"):
        (tmp_path / f"{name}_aggregated_data.csv").write_text(head)
    code, _, err = musculus("study", "configuration", tmp_path, "--quick")
    assert code == 2
    assert "holds 2 tables, each a study of its own" in err


def test_settings_of_mice_are_names_with_values() -> None:
    assert mice("dpi=400,800, polling=60") == {"dpi": [400.0, 800.0], "polling": [60.0]}
    for wrong in ("400", "dpi=fast", ""):
        with pytest.raises(argparse.ArgumentTypeError, match="write dpi=400,800"):
            mice(wrong)

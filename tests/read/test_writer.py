"""Tables written a frame at a time: the file is whole or not there."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from musculus.errors import UsageError
from musculus.read import Writer


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".jsonl", ".feather"])
def test_frames_that_lack_columns_of_others_join_with_nulls(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    with Writer(path) as out:
        out.add(pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
        assert names(tmp_path) == []  # the first frame waits: it may be the only one
        out.add(pl.DataFrame({"a": [2.5], "c": [True]}))
        out.add(pl.DataFrame({"c": [False]}))
    assert out.rows == 4
    read = {".parquet": pl.read_parquet, ".csv": pl.read_csv, ".jsonl": pl.read_ndjson, ".feather": pl.read_ipc}
    table = read[ending](path)
    assert table.rows() == [(1.0, "x", None), (2.0, "y", None), (2.5, None, True), (None, None, False)]
    assert names(tmp_path) == [path.name]


def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old\n")

    def fail() -> None:
        with Writer(path) as out:
            out.add(pl.DataFrame({"a": [1]}))
            out.add(pl.DataFrame({"a": [2]}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old\n"
    assert names(tmp_path) == ["out.csv"]


def test_a_table_that_cannot_be_written_in_that_form_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be written as csv"), Writer(tmp_path / "out.csv") as out:
        out.add(pl.DataFrame({"a": [[1, 2]]}))  # a CSV has no lists
    assert names(tmp_path) == []


def test_nothing_added_is_an_empty_table(tmp_path: Path) -> None:
    with Writer(tmp_path / "out.csv"):
        pass
    assert (tmp_path / "out.csv").read_text().strip() == ""


def test_a_written_file_may_be_read_by_whom_the_umask_allows(tmp_path: Path) -> None:
    with Writer(tmp_path / "out.csv") as out:
        out.add(pl.DataFrame({"a": [1]}))
    (tmp_path / "plain").touch()
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode

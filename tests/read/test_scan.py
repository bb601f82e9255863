"""Large files and many files: whole recordings a part at a time, the same as all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from musculus.errors import EventsError, UsageError
from musculus.events import Events
from musculus.events.place import Place
from musculus.read import delimited, read, scan, slices, write
from musculus.read.whole import whole

Make = Callable[[str, str], Path]
HEADER = "recording,t,kind,x,y\n"


def recordings(sizes: list[int], first: int = 0) -> Events:
    """Recordings of these many events, every position its own."""
    ids = [f"r{first + i}" for i, n in enumerate(sizes) for _ in range(n)]
    n = len(ids)
    t = [float(k) for size in sizes for k in range(size)]
    dpi = [800 * (i + 1) for i, size in enumerate(sizes) for _ in range(size)]
    return Events.from_table(
        {"recording": ids, "t": t, "kind": ["move"] * n, "x": range(n), "y": [0] * n, "button": [-1] * n,
         "trusted": [True] * n, "dpi": dpi, "viewport_width": [900.0] * n}
    )  # fmt: skip


@pytest.fixture
def tiny_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read a few rows at a time, so that a small file has many borders."""
    monkeypatch.setattr(slices, "ROWS", 3)
    monkeypatch.setattr(delimited, "BLOCK", 64)


@pytest.mark.usefixtures("tiny_slices")
@pytest.mark.parametrize("ending", [".parquet", ".csv", ".csv.gz", ".jsonl", ".feather"])
@pytest.mark.parametrize("sizes", [[1], [20], [1, 1, 1, 1], [3, 3, 3], [2, 7, 1, 1, 12, 4], [10, 1, 10]])
def test_a_file_read_in_slices_is_the_file(tmp_path: Path, ending: str, sizes: list[int]) -> None:
    events = recordings(sizes)
    path = tmp_path / f"events{ending}"
    write(events, path)
    assert_frame_equal(read(path).to_polars(), events.to_polars())


@pytest.mark.usefixtures("tiny_slices")
@pytest.mark.parametrize("chunk", [1, 4, 5, 13, 1000])
def test_parts_hold_whole_recordings_and_no_more_events_than_asked_for(tmp_path: Path, chunk: int) -> None:
    sizes = [2, 7, 1, 1, 12, 4]
    write(recordings(sizes), tmp_path / "events.csv")
    parts = list(scan(tmp_path / "events.csv", chunk_events=chunk))
    assert [r for p in parts for r in p.recordings] == [f"r{i}" for i in range(6)]
    assert [int(n) for p in parts for n in p.offsets[1:] - p.offsets[:-1]] == sizes
    assert all(p.n_events <= chunk or len(p) == 1 for p in parts)


def test_a_part_is_filled_from_several_files(tmp_path: Path) -> None:
    for i in range(4):
        write(recordings([2], first=i), tmp_path / f"{i}.csv")
    assert [len(p) for p in scan(tmp_path, chunk_events=4)] == [2, 2]


def test_only_the_columns_asked_for_are_read(tmp_path: Path) -> None:
    write(recordings([3, 2]), tmp_path / "events.parquet")
    plain = next(scan(tmp_path, columns=[]))
    assert set(plain.columns) == {"t", "kind", "x", "y", "button", "page"}
    assert (plain.context, plain.pages) == ({}, {})
    some = next(scan(tmp_path, columns=["trusted", "dpi", "viewport_width"]))
    assert "trusted" in some
    assert some.context["dpi"].tolist() == [800, 1600]
    assert some.pages["viewport_width"].tolist() == [900.0, 900.0]


def test_progress_is_told_in_bytes_and_ends_with_all_of_them(tmp_path: Path) -> None:
    for i in range(3):
        write(recordings([50], first=i), tmp_path / f"{i}.csv")
    total = sum(p.stat().st_size for p in tmp_path.iterdir())
    told: list[tuple[int, int, str]] = []
    list(scan(tmp_path, progress=lambda done, all_, name: told.append((done, all_, name))))
    assert [d for d, _, _ in told] == sorted(d for d, _, _ in told)
    assert told[-1] == (total, total, "2.csv")
    assert [n for _, _, n in told] == ["0.csv", "1.csv", "2.csv"]


@pytest.mark.usefixtures("tiny_slices")
def test_a_recording_in_two_runs_far_apart_is_refused(make: Make) -> None:
    rows = "".join(f"r{i},0,move,1,2\n" for i in range(50)) + "r7,5,move,1,2\nr99,0,move,1,1\n"
    path = make("events.csv", HEADER + rows)
    with pytest.raises(EventsError) as e:
        list(scan(path, chunk_events=5))
    assert str(e.value).startswith(
        f"{path} row 51: recording 'r7' starts a second run (its first began at row 8); rows of one recording"
    )


def test_one_recording_in_two_files_is_refused_with_both_names(make: Make) -> None:
    make("a.csv", HEADER + "r0,0,move,1,2\nr1,0,move,1,2\n")
    last = make("b.csv", HEADER + "r2,0,move,1,2\nr1,5,move,1,2\n")
    with pytest.raises(EventsError) as e:
        read(last.parent)
    assert str(e.value).startswith(
        f"recording 'r1' is in two files: {last.parent / 'a.csv'} (row 2) and {last} row 2; rows of one recording"
    )


@pytest.mark.usefixtures("tiny_slices")
def test_a_bad_cell_far_down_is_named_by_its_row_and_line(make: Make) -> None:
    rows = "".join(f"r{i // 4},{i % 4},move,1,2\n" for i in range(60))
    with pytest.raises(EventsError, match=r"events.csv row 62 \(line 63\): time is text \('\?'\)"):
        read(make("events.csv", HEADER + rows + "z,0,move,1,2\nz,?,move,1,2\n"))


@pytest.mark.usefixtures("tiny_slices")
def test_an_unknown_column_that_turns_into_words_further_down_is_words_from_there_on(make: Make) -> None:
    rows = "".join(f"r{i},0,move,1,2,{v}\n" for i, v in enumerate(["", "", "8", "9", "10", "11", "12", "n/a", "7"]))
    path = make("events.csv", HEADER.strip() + ",level\n" + rows)
    assert [None if v is None else str(v) for v in read(path).context["level"].tolist()][-3:] == ["12", "n/a", "7"]


def test_less_than_one_event_a_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="chunk_events is 0, expected at least 1"):
        next(scan(tmp_path, chunk_events=0))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 10))
def test_frames_cut_anywhere_are_cut_anew_between_recordings(sizes: list[int], step: int) -> None:
    ids = [str(i) for i, n in enumerate(sizes) for _ in range(n)]
    table = pl.DataFrame(
        {"recording": ids, "t": range(len(ids)), "kind": "move", "x": 0, "y": 0}, schema_overrides={"kind": pl.String}
    )

    def pieces() -> Iterator[tuple[Place, pl.DataFrame]]:
        for i in range(0, len(table), step):
            yield Place("file", i, i + 2), table[i : i + step]

    found = list(whole(pieces()))
    assert_frame_equal(pl.concat([f for _, f in found]), table)
    runs = [set(f["recording"]) for _, f in found]
    assert sum(len(r) for r in runs) == len(sizes)
    assert [(p.first_row, p.first_line) for p, _ in found] == [(f["t"][0], f["t"][0] + 2) for _, f in found]

"""The lake: an hour a file, whole or not at all, as the store has it, whatever happens in between."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from tests.serve.conftest import walk

from musculus.devices import estimate
from musculus.errors import StoreError
from musculus.events import Events
from musculus.read import read
from musculus.store import open_store
from musculus.store.base import BatchRow, Store, Verdict
from musculus.store.export import Exported, export, export_table
from musculus.store.lake import HOUR
from musculus.store.recording import events_of
from musculus.wire import encode

START = 470_000 * HOUR
NOW = START + 100 * HOUR


def rows(recording: int, hour: int, batches: int = 2, *, site: str = "demo", begin: int = 0) -> list[BatchRow]:
    """The batches of a visit that began in an hour after START."""
    name = f"{recording:032x}"
    found = []
    for k in range(begin, begin + batches):
        b = walk(name, k, 50)
        received = START + hour * HOUR + recording * 1000 + k
        found.append(BatchRow(site, name, b.view, k, float(b.time_origin), received, b.n, encode(b)))
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/musculus.db")
    yield opened
    opened.close()


def content(lake: Path) -> pl.DataFrame:
    """Everything in a lake as one table."""
    files = sorted(lake.glob("events/**/*.parquet"))
    return pl.concat([pl.read_parquet(file, hive_partitioning=False) for file in files])


def in_lake(lake: Path) -> list[str]:
    return content(lake)["recording"].unique(maintain_order=True).cast(pl.String).to_list()


def test_every_hour_is_a_file_with_whole_recordings_as_the_store_gives_them(store: Store, tmp_path: Path) -> None:
    for recording, hour in ((1, 0), (2, 0), (3, 5), (4, 30)):
        store.append(rows(recording, hour))
    store.append(rows(9, 5, site="b/c"))
    done = export(store, str(tmp_path / "lake"), now=NOW)
    assert done == Exported(4, 0, 5, 500, 0)
    files = sorted(str(path.relative_to(tmp_path / "lake")) for path in (tmp_path / "lake").glob("events/**/*.parquet"))
    assert [file.split("/")[1] for file in files] == ["site=b%2Fc", "site=demo", "site=demo", "site=demo"]
    for recording in (1, 2, 3, 4):
        name = f"{recording:032x}"
        mine = events_of(store.batches("demo", name))
        theirs = Events.from_table(content(tmp_path / "lake").filter(pl.col("recording") == name))
        assert theirs.recordings == (name,)
        for column in mine.columns:
            np.testing.assert_array_equal(mine.column(column), theirs.column(column))


def test_a_file_of_the_lake_is_an_events_table_like_any_other(store: Store, tmp_path: Path) -> None:
    store.append([*rows(1, 0), *rows(2, 0)])
    export(store, str(tmp_path / "lake"), now=NOW)
    [file] = (tmp_path / "lake").glob("events/**/*.parquet")
    found = read(file)
    assert len(found) == 2
    assert found.context["site"].tolist() == ["demo", "demo"]
    shown = estimate(found)  # what the events show of the mouse is stored beside them
    assert found.context["event_rate"] == pytest.approx(shown.event_rate)
    assert found.context["quantum"] == pytest.approx(shown.quantum)


def test_an_hour_waits_for_its_visits_and_a_second_run_writes_nothing_twice(store: Store, tmp_path: Path) -> None:
    lake = str(tmp_path / "lake")
    store.append([*rows(1, 0), *rows(2, 1)])
    early = START + HOUR + 20 * 60_000
    assert export(store, lake, now=early).waiting == 2  # an hour is over, but somebody was there 20 minutes ago
    assert export(store, lake, now=early + 45 * 60_000).hours == 1
    assert export(store, lake, now=NOW).hours == 1
    assert export(store, lake, now=NOW) == Exported(0, 0, 0, 0, 0)


def test_a_tab_left_open_holds_its_hour_back_for_a_day_at_most(store: Store, tmp_path: Path) -> None:
    store.append([*rows(1, 0), *rows(1, 30, begin=2)])
    assert export(store, str(tmp_path / "lake"), now=START + 30 * HOUR + 60_000).hours == 1


def test_late_batches_verdicts_and_deletions_reach_the_file_at_the_next_run(store: Store, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    store.append([*rows(1, 0), *rows(2, 0)])
    export(store, str(lake), now=NOW)
    store.append(rows(1, 2, begin=2))
    assert export(store, str(lake), now=NOW) == Exported(1, 0, 2, 300, 0)
    assert in_lake(lake) == [f"{k:032x}" for k in (1, 2)]
    store.put_verdict(Verdict("demo", f"{1:032x}", 3, "bot-1", "human", 7, b'{"probability":0.9}'))
    assert export(store, str(lake), now=NOW).hours == 1
    seen = content(lake).group_by("recording").agg(pl.col("verdict", "probability").first()).sort("recording")
    assert seen.rows() == [(f"{1:032x}", "human", 0.9), (f"{2:032x}", None, None)]
    store.erase("demo", f"{1:032x}")
    export(store, str(lake), now=NOW)
    assert in_lake(lake) == [f"{2:032x}"]
    store.erase("demo", f"{2:032x}")
    assert export(store, str(lake), now=NOW).removed == 1
    assert not list(lake.glob("events/**/*.parquet"))
    left = b"".join(path.read_bytes() for path in lake.rglob("*") if path.is_file())
    assert not any(f"{k:032x}".encode() in left for k in (1, 2))


def test_an_hour_that_no_ledger_knows_follows_a_deletion_too(store: Store, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    store.append([*rows(1, 0), *rows(2, 5)])
    export(store, str(lake), now=NOW)
    for ledger in (lake / "_ledger").iterdir():
        ledger.unlink()  # as if every run had been killed before it wrote this
    store.erase("demo", f"{1:032x}")
    assert export(store, str(lake), now=NOW).removed == 1
    assert in_lake(lake) == [f"{2:032x}"]


def test_a_visit_that_the_list_missed_because_it_went_on_keeps_its_hour(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "lake"
    store.append(rows(1, 0))
    export(store, str(lake), now=NOW)
    monkeypatch.setattr("musculus.store.export._listed", lambda *_: iter(()))  # it moved while the list was read
    assert export(store, str(lake), now=NOW).removed == 0
    assert in_lake(lake) == [f"{1:032x}"]


def test_a_file_somebody_removed_is_written_again(store: Store, tmp_path: Path) -> None:
    store.append(rows(1, 0))
    export(store, str(tmp_path / "lake"), now=NOW)
    [file] = (tmp_path / "lake").glob("events/**/*.parquet")
    file.unlink()
    assert export(store, str(tmp_path / "lake"), now=NOW).hours == 1
    assert file.is_file()


def test_row_groups_hold_whole_recordings(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musculus.store.lake_table.GROUP", 120)
    store.append([b for k in range(1, 7) for b in rows(k, 0)])
    export(store, str(tmp_path / "lake"), now=NOW)
    [path] = (tmp_path / "lake").glob("events/**/*.parquet")
    file = pq.ParquetFile(path)
    groups = [set(file.read_row_group(k, ["recording"])["recording"].to_pylist()) for k in range(file.num_row_groups)]
    assert len(groups) == 3
    assert sum(map(len, groups)) == len(set.union(*groups)) == 6


def test_an_object_store_by_fsspec_holds_the_same(store: Store, tmp_path: Path) -> None:
    store.append([*rows(1, 0), *rows(2, 3)])
    export(store, str(tmp_path / "lake"), now=NOW)
    assert export(store, "memory://lake", now=NOW).hours == 2
    assert export(store, "memory://lake", now=NOW).hours == 0
    files = fsspec.filesystem("memory")
    for path in (tmp_path / "lake").glob("events/**/*.parquet"):
        assert files.cat_file(f"/lake/{path.relative_to(tmp_path / 'lake')}") == path.read_bytes()
    store.erase("demo", f"{1:032x}")
    assert export(store, "memory://lake", now=NOW).removed == 1
    with pytest.raises(StoreError, match="no lake at"):
        export(store, "nowhere://lake", now=NOW)


KILLED = """
import os, sys
from pathlib import Path
import pyarrow.parquet as pq
import musculus.store.sqlite, musculus.events.frames  # here, so that the children need not
from musculus.store import open_store
from musculus.store.export import export
def counted(function):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        return function(*args, **kwargs)
    return call
os.fsync = counted(os.fsync)
Path.replace = counted(Path.replace)
Path.write_bytes = counted(Path.write_bytes)
pq.ParquetWriter.write_table = counted(pq.ParquetWriter.write_table)
pq.ParquetWriter.close = counted(pq.ParquetWriter.close)
for step, lake in enumerate(sys.argv[3:], 1):
    child = os.fork()
    if not child:
        left = step
        export(open_store(sys.argv[1], readonly=True), lake, now=int(sys.argv[2]))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def killed(url: str, lakes: list[Path]) -> list[bool]:
    """Export to the k-th lake in a process that ends without a word before its k-th touch of the disk; which did."""
    command = [sys.executable, "-c", KILLED, url, str(NOW), *map(str, lakes)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    codes = done.stdout.split()
    assert set(codes) <= {"0", "9"}, done.stderr
    return [code == "9" for code in codes]


def hours(lake: Path) -> dict[str, Any]:
    """Each hour's file with its rows; a file that is only half there could not be read."""
    return {
        str(path.relative_to(lake)): pl.read_parquet(path, hive_partitioning=False)
        for path in lake.glob("events/**/*.parquet")
    }


@pytest.mark.slow
def test_a_kill_at_any_step_leaves_whole_hours_and_the_next_run_puts_it_right(store: Store, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/musculus.db"
    store.append([*rows(1, 0), *rows(2, 0), *rows(3, 7)])
    export(store, str(tmp_path / "old"), now=NOW)
    store.append(rows(1, 2, begin=2))
    store.append(rows(4, 8))
    store.erase("demo", f"{3:032x}")
    export(store, str(tmp_path / "new"), now=NOW)
    old, new = hours(tmp_path / "old"), hours(tmp_path / "new")
    lakes = [tmp_path / f"lake{step}" for step in range(1, 27)]
    for lake in lakes:
        shutil.copytree(tmp_path / "old", lake)
    ended = killed(url, lakes)
    assert 8 < sum(ended) < len(lakes)  # the last ones had fewer steps than that
    for lake in lakes:
        for name, frame in hours(lake).items():
            assert any(frame.equals(made[name]) for made in (old, new) if name in made)
        export(store, str(lake), now=NOW)
        assert {name: frame.equals(new[name]) for name, frame in hours(lake).items()} == dict.fromkeys(new, True)
        assert not list(lake.glob("_*.part"))


DOC = Path(__file__).resolve().parents[2] / "docs" / "lake.md"
BLOCKS = re.findall(r"```(sql|python)\n(.*?)```", DOC.read_text(), re.DOTALL)


@pytest.mark.parametrize(("language", "text"), BLOCKS)
def test_the_questions_in_the_docs_have_answers(
    language: str, text: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append([*rows(1, 0), *rows(2, 30)])
    export(store, str(tmp_path / "lake"), now=NOW)
    monkeypatch.chdir(tmp_path)
    if language == "sql":
        assert duckdb.connect().execute(text).fetchall() or "click" in text
    else:
        exec(text, {})


def test_the_command_says_what_it_did_and_can_be_run_beside_the_server(store: Store, tmp_path: Path) -> None:
    store.append(rows(1, 0))
    command = [sys.executable, "-m", "musculus", "export", "--store", f"sqlite:///{tmp_path}/musculus.db"]
    command += ["-o", str(tmp_path / "lake"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert (said["hours"], said["recordings"], said["events"], said["waiting"]) == (1, 1, 100, 0)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_one_table_holds_every_visit_as_it_is_now_with_its_verdict(store: Store, tmp_path: Path, form: str) -> None:
    store.append([*rows(1, 0), *rows(2, 50), *rows(3, 60, site="other")])
    name = f"{1:032x}"
    store.put_verdict(Verdict("demo", name, 2, "bot-1", "human", 7, b'{"probability":0.9}'))
    path = tmp_path / f"visits.{form}"
    assert export_table(store, path, site="demo") == (2, 200)
    events = read(path)
    assert events.recordings == (name, f"{2:032x}")
    assert [str(v) for v in events.context["verdict"][:1]] == ["human"]
    kept = events_of(store.batches("demo", name))
    assert np.array_equal(events[0].t, kept.t)
    assert np.array_equal(events[0].x, kept.x)
    store.erase("demo", name)
    assert export_table(store, path) == (2, 200)  # written anew, of both sites
    assert read(path).recordings == (f"{2:032x}", f"{3:032x}")

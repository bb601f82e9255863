"""Stamps in the place of frames: what a site that keeps measures only has in its store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
from tests.serve.conftest import frame
from tests.store.conftest import EXAMPLE, batch, visit

from musculus.store.base import Ack, Letter, Query, Record, Store, stamp
from musculus.store.export import export, export_table

FRAMES = [replace(b, frame=b.frame + b" and more than a stamp") for b in visit(7, 5)]
NAME = FRAMES[0].recording


def stamped(b: object = EXAMPLE) -> object:
    return replace(b, frame=stamp(b.frame))  # type: ignore[type-var, attr-defined]


def test_a_stamped_batch_is_known_again_by_its_stamp_and_by_its_frame(store: Store) -> None:
    assert store.append([stamped()]) == [Ack.STORED]  # type: ignore[list-item]
    other = replace(EXAMPLE, frame=b"other events")
    assert store.append([stamped(), EXAMPLE]) == [Ack.AGAIN, Ack.AGAIN]  # type: ignore[list-item]
    assert store.append([stamped(other), other]) == [Ack.CONFLICT, Ack.CONFLICT]  # type: ignore[list-item]
    [row] = store.recordings(Query())
    assert (row.batches, row.events, row.has_paths) == (1, EXAMPLE.events, False)


def test_a_frame_that_is_kept_is_known_again_by_its_stamp(store: Store) -> None:
    store.append([EXAMPLE])
    assert store.append([stamped()]) == [Ack.AGAIN]  # type: ignore[list-item]
    assert store.recordings(Query())[0].has_paths


def test_stripping_hands_over_every_frame_once_and_leaves_the_counts(
    store: Store, reopen: Callable[[], Store]
) -> None:
    store.append(FRAMES)
    store.append([batch()])
    store.put_record(Record("label", "demo", "one", 5, b"{}", NAME))
    before = store.recordings(Query(recording=NAME))[0]
    found = store.strip("demo", NAME)
    assert sorted(found, key=lambda b: (b.view, b.sequence)) == sorted(FRAMES, key=lambda b: (b.view, b.sequence))
    assert store.strip("demo", NAME) == []
    again = reopen()
    after = again.recordings(Query(recording=NAME))[0]
    assert after == replace(before, size=2 * len(FRAMES))
    assert not after.has_paths
    assert {row.frame for row in again.batches("demo", NAME)} == {stamp(b.frame) for b in FRAMES}
    assert again.batches("demo", EXAMPLE.recording) == [EXAMPLE]
    assert len(again.records("label", "demo")) == 1
    again.check()
    late = replace(FRAMES[0], sequence=90)
    assert again.append([late, FRAMES[0]]) == [Ack.STORED, Ack.AGAIN]
    assert again.strip("demo", NAME) == [late]


def test_stripping_takes_the_dead_letters_of_the_recording_and_no_others(store: Store) -> None:
    store.append(FRAMES)
    store.bury([Letter(1, "cut short", b"half a frame", NAME), Letter(2, "cut short", b"another", "ff" * 16)])
    store.strip("demo", NAME)
    assert [letter.recording for letter in store.letters()] == ["ff" * 16]
    assert store.strip("demo", "00" * 16) == []


def test_no_byte_of_a_stripped_frame_is_left_in_the_files(tmp_path: Path) -> None:
    from musculus.store import open_store

    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.append(FRAMES)
    store.strip("demo", NAME)
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [b for b in FRAMES if b.frame[:40] in left or b.frame[-40:] in left]
    store.close()


def test_a_lake_and_a_table_hold_no_path_that_the_store_does_not_hold(store: Store, tmp_path: Path) -> None:
    name, other, lake = "1a" * 16, "1b" * 16, tmp_path / "lake"
    hours = {name: 1_000_000, other: 9_000_000}  # ms since 1970
    store.append([batch(recording=r, received=at, events=40, frame=frame(r)) for r, at in hours.items()])
    assert export(store, str(lake), now=10**12).recordings == 2
    store.strip("demo", name)
    done = export(store, str(lake), now=10**12)
    assert (done.removed, done.hours) == (1, 0)
    assert set(pl.read_parquet(lake / "events/**/*.parquet")["recording"].cast(pl.String)) == {other}
    assert export_table(store, tmp_path / "table.parquet") == (1, 40)
    late = batch(recording=name, sequence=1, received=1_000_100, events=40, frame=frame(name, 1))
    store.append([late])  # its site keeps paths again
    assert export(store, str(lake), now=10**12).events == 40

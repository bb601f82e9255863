"""An index in a file is the same index; any other file is refused, with the reason."""

from __future__ import annotations

import pickle
from pathlib import Path

import msgspec
import numpy as np
import pytest

from musculus.errors import BundleError, UsageError
from musculus.score.arrays import from_npy, to_npy
from musculus.score.container import MANIFEST, pack, sha256, unpack
from musculus.score.replay import ReplayIndex
from score.replay.hands import changed, hand


@pytest.fixture
def index() -> ReplayIndex:
    """A full ring, whose oldest stroke is not in its first row."""
    made = ReplayIndex(20, per_recording=7)
    for i in range(4):
        made.add(hand(8 * i, name=f"hand {i}"))
    return made


@pytest.fixture
def file(index: ReplayIndex, tmp_path: Path) -> Path:
    index.save(tmp_path / "seen.musculus")
    return tmp_path / "seen.musculus"


def test_what_was_saved_gives_the_same_answers(index: ReplayIndex, file: Path) -> None:
    again, asked = ReplayIndex.load(file), changed(hand(16), turn=1.0)
    assert again.recordings == index.recordings
    assert (len(again), again.capacity, again.per_recording) == (20, 20, 7)
    np.testing.assert_array_equal(again.score(asked).ratio, index.score(asked).ratio)
    assert again.nearest(asked) == index.nearest(asked)


def test_the_order_is_kept_so_that_the_same_strokes_go_next(index: ReplayIndex, file: Path) -> None:
    again = ReplayIndex.load(file)
    for one in (again, index):
        one.add(hand(300, 6, "new"))
    assert again.recordings == index.recordings == {"hand 2": 7, "hand 3": 7, "new": 6}


def test_the_same_index_gives_the_same_bytes(index: ReplayIndex, file: Path, tmp_path: Path) -> None:
    ReplayIndex.load(file).save(tmp_path / "again.musculus")
    assert (tmp_path / "again.musculus").read_bytes() == file.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again.musculus", "seen.musculus"]


def test_a_smaller_index_keeps_the_newest(file: Path) -> None:
    assert ReplayIndex.load(file, capacity=8).recordings == {"hand 2": 1, "hand 3": 7}


def test_an_empty_index_comes_back_empty(tmp_path: Path) -> None:
    ReplayIndex(5).save(tmp_path / "empty")
    assert len(ReplayIndex.load(tmp_path / "empty")) == 0


def test_room_for_no_stroke_is_refused(file: Path) -> None:
    with pytest.raises(UsageError, match="1 or more"):
        ReplayIndex.load(file, capacity=0)


def edited(file: Path, **change: object) -> bytes:
    """The file with other values in its head, or other arrays, packed as musculus packs."""
    members = dict(unpack(file.read_bytes(), "a test"))
    head = msgspec.json.decode(members[MANIFEST])
    for name, value in change.items():
        if name in ("owner", "run", "values"):
            members[f"{name}.npy"] = to_npy(np.asarray(value))
        else:
            head[name] = value
    head["members"] = {n: sha256(d) for n, d in members.items() if n != MANIFEST}
    members[MANIFEST] = msgspec.json.encode(head)
    return pack(members)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"replay_index": 2}, "format 2"),
        ({"capacity": 0}, "a capacity of 0"),
        ({"capacity": 10**12}, "a capacity of 1,000,000,000,000"),
        ({"capacity": 19}, "no index"),
        ({"per_recording": 0}, "0 strokes a recording"),
        ({"recordings": ["a", "a", "b"]}, "a recording twice"),
        ({"recordings": ["a", "b", "c" * 300]}, "more than 200 characters"),
        ({"recordings": ["a", "b"]}, "don't belong to the 2 recordings"),
        ({"likeness": "0" * 64}, "scaled by other numbers"),
        ({"capacity": "many"}, "not a replay index"),
        ({"owner": np.full(20, 7, np.int32)}, "don't belong"),
        ({"owner": np.zeros(20, np.int64)}, "no index"),
        ({"run": np.full(20, np.nan, np.float32)}, "numbers that no stroke has"),
        ({"run": np.zeros(20, np.float32)}, "numbers that no stroke has"),
        ({"run": np.ones(3, np.float32)}, "no index"),
        ({"values": np.full((20, 16), 0x7C007C00, np.int32)}, "numbers that no stroke has"),
        ({"values": np.zeros((20, 3), np.int32)}, "no index"),
    ],
)
def test_a_file_that_lies_is_refused_with_what_is_wrong(file: Path, change: dict[str, object], reason: str) -> None:
    file.write_bytes(edited(file, **change))
    with pytest.raises(BundleError, match=reason) as error:
        ReplayIndex.load(file)
    assert "fill an index again" in str(error.value)


def test_other_files_are_refused(tmp_path: Path, file: Path) -> None:
    good = file.read_bytes()
    others = {
        "pickle": pickle.dumps({"strokes": 1}),
        "empty": b"",
        "cut": good[:-40],
        "longer": good + b"x",
        "zip": b"PK\x03\x04" + bytes(200),
    }
    for name, data in others.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BundleError, match=name):
            ReplayIndex.load(tmp_path / name)
    with pytest.raises(BundleError, match="check the name"):
        ReplayIndex.load(tmp_path / "nowhere")


def test_no_byte_of_a_file_is_free_to_differ(file: Path) -> None:
    good = file.read_bytes()
    for at in range(0, len(good), 97):
        file.write_bytes(good[:at] + bytes([good[at] ^ 0x21]) + good[at + 1 :])
        with pytest.raises(BundleError):
            ReplayIndex.load(file)


def test_a_file_holds_numbers_and_names_alone(file: Path) -> None:
    members = unpack(file.read_bytes(), "a test")
    assert set(members) == {MANIFEST, "owner.npy", "run.npy", "values.npy"}
    assert all(from_npy(d, n).dtype.kind in "if" for n, d in members.items() if n != MANIFEST)

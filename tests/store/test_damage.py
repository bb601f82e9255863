"""A damaged file gives an error or a consistent prefix, never a wrong row.

`MUSCULUS_PROVE=1` cuts at each of the last 16 KiB and flips 2,000 bits; without it a seeded sample of both.
`MUSCULUS_OUTCOMES` names a file that the counts of outcomes are added to, for the proof `damage`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.store.conftest import visit

from musculus.errors import StoreError
from musculus.store import open_store
from musculus.store.base import BatchRow, Query, Verdict

PROVE = os.environ.get("MUSCULUS_PROVE") == "1"
TAIL = 16384


@pytest.fixture(scope="module")
def groups() -> list[list[BatchRow]]:
    """Twelve acknowledged groups of batches, interleaved over six recordings."""
    visits = [visit(k, 10) for k in range(6)]
    everything = [batch for row in zip(*visits, strict=True) for batch in row]
    return [everything[k : k + 5] for k in range(0, len(everything), 5)]


@pytest.fixture(scope="module")
def crashed(groups: list[list[BatchRow]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files as a killed server leaves them: the last groups are in the write-ahead log only."""
    folder = tmp_path_factory.mktemp("crashed")
    first = open_store(f"sqlite:///{folder}/store.db")
    for group in groups[: len(groups) // 2]:
        first.append(group)
    first.put_verdict(Verdict("demo", groups[0][0].recording, 1, "bot-1", "human", 5, b"{}"))
    first.close()  # a clean stop moves the log into the file
    second = open_store(f"sqlite:///{folder}/store.db")
    for group in groups[len(groups) // 2 :]:
        second.append(group)
    image = tmp_path_factory.mktemp("image")
    for name in ("store.db", "store.db-wal"):
        shutil.copy(folder / name, image / name)
    second.close()
    return image


def read_all(folder: Path) -> set[BatchRow]:
    """Everything the store gives back, or `StoreError`."""
    store = open_store(f"sqlite:///{folder}/store.db")
    try:
        found = {b for row in store.recordings(Query(limit=1000)) for b in store.batches(row.site, row.recording)}
        store.check()
        return found
    finally:
        store.close()


def rows_that_can_be_read(folder: Path) -> set[BatchRow]:
    """What a reader who ignores errors gets, recording by recording."""
    found: set[BatchRow] = set()
    try:
        store = open_store(f"sqlite:///{folder}/store.db")
    except StoreError:
        return found
    for recording in range(6):
        try:
            found |= set(store.batches("demo", f"{recording:032x}"))
        except StoreError:
            continue
    store.close()
    return found


def prefixes(groups: list[list[BatchRow]]) -> list[set[BatchRow]]:
    return [{b for group in groups[:k] for b in group} for k in range(len(groups) + 1)]


def damaged(image: Path, to: Path, name: str, content: bytes) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(image, to)
    (to / name).write_bytes(content)
    return to


def test_the_image_of_a_killed_server_holds_every_acknowledged_batch(
    crashed: Path, groups: list[list[BatchRow]], tmp_path: Path
) -> None:
    whole = damaged(crashed, tmp_path / "copy", "store.db", (crashed / "store.db").read_bytes())
    assert read_all(whole) == {b for group in groups for b in group}


@pytest.mark.parametrize("name", ["store.db", "store.db-wal"])
def test_a_file_cut_short_gives_an_error_or_a_prefix(
    name: str, crashed: Path, groups: list[list[BatchRow]], tmp_path: Path
) -> None:
    content = (crashed / name).read_bytes()
    lengths = list(range(max(0, len(content) - TAIL), len(content)))
    outcomes: Counter[str] = Counter()
    for length in lengths if PROVE else random.Random(1).sample(lengths, 60):
        copy = damaged(crashed, tmp_path / "copy", name, content[:length])
        outcomes[outcome(copy, groups)] += 1
    tell(f"{name} cut short", outcomes)
    assert "wrong" not in outcomes
    assert outcomes.keys() & {"prefix", "error"}  # the cuts did cut something


def test_a_flipped_bit_gives_an_error_or_a_prefix(crashed: Path, groups: list[list[BatchRow]], tmp_path: Path) -> None:
    rng = random.Random(2)
    contents = {name: (crashed / name).read_bytes() for name in ("store.db", "store.db-wal")}
    outcomes: Counter[str] = Counter()
    for _ in range(2000 if PROVE else 120):
        name = rng.choice(sorted(contents))
        content = bytearray(contents[name])
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        outcomes[outcome(damaged(crashed, tmp_path / "copy", name, bytes(content)), groups)] += 1
    tell("a bit flipped in either", outcomes)
    assert "wrong" not in outcomes
    assert outcomes["error"] > outcomes.total() / 20  # the checks do see the flips


def tell(of: str, outcomes: Counter[str]) -> None:
    """Add the counts to the proof's file, if there is one."""
    if file := os.environ.get("MUSCULUS_OUTCOMES"):
        with Path(file).open("a") as out:
            out.write(json.dumps({"of": of, "outcomes": outcomes}) + "\n")


def outcome(folder: Path, groups: list[list[BatchRow]]) -> str:
    """`whole`, `prefix`, `error`; `wrong` where a row came back that was never put in, or groups are missing inside."""
    true = {b for group in groups for b in group}
    if not rows_that_can_be_read(folder) <= true:
        return "wrong"
    try:
        found = read_all(folder)
    except StoreError:
        return "error"
    if found == true:
        return "whole"
    return "prefix" if found in prefixes(groups) else "wrong"


def test_an_erased_recording_can_not_be_found_in_any_file(tmp_path: Path) -> None:
    canary = b"the bytes of a visit that asked to be forgotten"
    secret, other = (replace(one, frame=canary * 500) for one in visit(1, 1) + visit(2, 1))
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.append([secret, replace(other, frame=b"another visit")])
    store.put_verdict(Verdict("demo", secret.recording, 1, "bot-1", "human", 5, canary))
    assert any(canary in file.read_bytes() for file in tmp_path.iterdir())
    store.erase("demo", secret.recording)
    assert not any(canary in file.read_bytes() for file in tmp_path.iterdir())
    store.close()
    assert not any(canary in file.read_bytes() for file in tmp_path.iterdir())


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "store.db") as db:
        db.execute("CREATE TABLE accounts (name TEXT)")
    db.close()
    with pytest.raises(StoreError, match="of another program"):
        open_store(f"sqlite:///{tmp_path}/store.db")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("a diary, by no means a database" * 200)
    with pytest.raises(StoreError, match="damaged"):
        open_store(f"sqlite:///{tmp_path}/store.db")
    assert (tmp_path / "store.db").read_text().startswith("a diary")

"""Damaged files of every form are read or refused with a word, and nothing else happens."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musculus.errors import EventsError, ReadError
from musculus.events import Events
from musculus.read import read, write

N = 400
EVENTS = Events.from_table(
    {
        "recording": [f"r{i // 40}" for i in range(N)],
        "t": [float(i % 40) for i in range(N)],
        "kind": ["move", "key_down"] * (N // 2),
        "x": [1.5 * i for i in range(N)],
        "y": [2.0] * N,
        "target": ["#a", "b c"] * (N // 2),
        "dpi": [i // 40 for i in range(N)],
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(where=st.floats(0, 1), length=st.integers(0, 60), new=st.binary(max_size=40), cut=st.booleans())
@pytest.mark.parametrize("ending", [".parquet", ".csv", ".csv.gz", ".jsonl"])
def test_a_damaged_table_is_read_or_refused(
    tmp_path: Path, ending: str, where: float, length: int, new: bytes, cut: bool
) -> None:
    path = tmp_path / f"events{ending}"
    if not path.exists():
        write(EVENTS, path)
    whole = path.read_bytes()
    at = int(where * len(whole))
    damaged = tmp_path / "damaged"
    damaged.write_bytes(whole[:at] + new + (b"" if cut else whole[at + length :]))
    with contextlib.suppress(ReadError, EventsError):
        assert len(read(damaged)) >= 1


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda s: s.encode()))
def test_any_bytes_at_all_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises((ReadError, EventsError)):
        read(path)

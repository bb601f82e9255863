"""What docs/spark.md shows of other engines runs, and gives what one machine gives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from musculus.events import Events
from musculus.measures import measure

PAGE = Path(__file__).resolve().parents[2] / "docs" / "spark.md"


def test_the_ten_lines_for_dask_give_the_rows_of_one_machine(
    lake: Path, events: Events, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dask", reason="Dask is not installed; test_kernel works the same partitions by hand")
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (block,) = [b for b in blocks if "import dask" in b]
    assert len([line for line in block.splitlines() if line]) <= 11
    found: dict[str, Any] = {}
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lake").symlink_to(lake)
    exec(compile(block, str(PAGE), "exec"), found)
    rows = pl.from_arrow(found["rows"])
    wanted = measure(events, only=["velocity", "straightness"]).to_polars()
    assert isinstance(rows, pl.DataFrame)
    assert rows.sort("recording", "cut").equals(wanted.sort("recording", "cut"))

"""Stores cut short at each byte of their end or with a bit flipped: an error or a consistent prefix, never a wrong row.

The damage is done by `tests/store/test_damage.py`: files as a killed server leaves them, cut at each of the last 16 KiB
of the database and of its write-ahead log, and 2,000 seeded flips of a bit in either.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from proofs import Finding
from proofs.metered import SOURCE

TESTS: Final = SOURCE.parent / "tests" / "store" / "test_damage.py"


def prove(small: bool) -> list[Finding]:
    """Run the store's own tests, at their full size unless `small`."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Path(folder) / "outcomes.jsonl"
        given = {**os.environ, "PYTHONPATH": str(SOURCE), "MUSCULUS_OUTCOMES": str(outcomes)}
        if not small:
            given["MUSCULUS_PROVE"] = "1"
        line = [sys.executable, "-m", "pytest", "-q", str(TESTS), "-p", "no:cacheprovider"]
        done = subprocess.run(line, env=given, cwd=SOURCE.parent, capture_output=True, text=True, check=False)  # noqa: S603  # a list
        said = [json.loads(row) for row in outcomes.read_text().splitlines()] if outcomes.is_file() else []
    found = [_finding(one["of"], one["outcomes"]) for one in said]
    last = (done.stdout.strip().splitlines() or ["it said nothing"])[-1]
    return [*found, Finding("the tests of damage", last, "all passed", held=done.returncode == 0)]


def _finding(of: str, outcomes: dict[str, int]) -> Finding:
    """What became of so many damaged copies."""
    words = {"error": "told as an error", "prefix": "a consistent prefix", "whole": "no harm", "wrong": "WRONG"}
    seen = {"wrong": 0, **outcomes}
    parts = [f"{seen[name]:,} {word}" for name, word in words.items() if name in seen]
    count = sum(outcomes.values())
    return Finding(f"{of}: {count:,} copies", ", ".join(parts), "none wrong", held=not outcomes.get("wrong"))

"""The server killed under load and started again: what it acknowledged is there, once, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from proofs import Finding
from proofs.metered import SOURCE

KILLS = 100


def prove(small: bool) -> list[Finding]:
    """`make torture` with more kills."""
    kills = 2 if small else KILLS
    script = Path(__file__).resolve().parents[1] / "torture.py"
    given = {**os.environ, "PYTHONPATH": str(SOURCE)}
    line = [sys.executable, str(script), str(kills)]
    done = subprocess.run(line, env=given, capture_output=True, text=True, check=False)  # noqa: S603  # a list
    said = (done.stdout.strip() or done.stderr.strip() or "it said nothing").splitlines()
    return [
        Finding("load", said[0] if len(said) > 1 else ""),
        Finding("the server killed under load", said[-1], "lost 0, duplicated 0", held=done.returncode == 0),
    ]

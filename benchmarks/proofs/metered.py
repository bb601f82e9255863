"""Run a command of musculus in a process of its own, and tell what it cost: `metered(["measure", ...])`.

A child's peak memory as its parent sees it includes what the parent held before; so the child tells its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path(__file__).resolve().parents[2] / "src"


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time (user and system, all threads), seconds that passed, MiB resident at most."""

    cpu: float
    wall: float
    peak: float
    printed: str

    @property
    def document(self) -> dict[str, Any]:
        """What the command printed with --json."""
        found: dict[str, Any] = json.loads(self.printed)
        return found


def metered(command: list[str], **environment: str) -> Cost:
    """Run `musculus COMMAND` and wait for it. RuntimeError with its last words where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "cost.json"
        given = {**os.environ, "PYTHONPATH": str(SOURCE), **environment}
        line = [sys.executable, str(Path(__file__)), str(report), *command]
        done = subprocess.run(line, capture_output=True, text=True, check=False, env=given)  # noqa: S603  # a list
        if done.returncode:
            raise RuntimeError(f"musculus {' '.join(command)}: {done.stderr.strip()[-20_000:]}")
        return Cost(**json.loads(report.read_text()), printed=done.stdout)


def peak() -> float:
    """MiB that this process had resident at most."""
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def child(report: Path, command: list[str]) -> int:
    """Be the process that is metered."""
    from musculus.cli import main

    begun = time.perf_counter()
    code = main(command)
    sys.stdout.flush()
    cost = {"cpu": time.process_time(), "wall": time.perf_counter() - begun, "peak": peak()}
    report.write_text(json.dumps(cost))
    return code


if __name__ == "__main__":
    sys.exit(child(Path(sys.argv[1]), sys.argv[2:]))

"""What the collector costs a page at 1,000 events a second, from Chromium's own trace; and bytes on the wire.

Processor time, so that other programs on the machine only add to it; `tests/collector/measure.py` says how.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Final

from proofs import Finding
from proofs.metered import SOURCE

MEASURE: Final = SOURCE.parent / "tests" / "collector" / "measure.py"
SHARE: Final = 10.0  # ms for 1,000 events: one per cent of a core at 1,000 a second
LONG: Final = 50.0  # ms; browsers call a task beyond it long


def prove(small: bool) -> list[Finding]:
    """Run the measurement; judged by processor time at full size, by counts always."""
    given = {**os.environ, "PYTHONPATH": str(SOURCE)}
    line = [sys.executable, str(MEASURE), "--json", "--frames", "40" if small else "1200"]
    done = subprocess.run(line, env=given, capture_output=True, text=True, check=False)  # noqa: S603  # a list
    if done.returncode:
        return [Finding("the collector in Chromium", (done.stderr.strip() or "?").splitlines()[-1])]
    figures: dict[str, float] = json.loads(done.stdout)
    script, longest = figures["ms of its script for 1,000 events"], figures["ms of the page's longest task, with"]
    judged = {
        "ms of its script for 1,000 events": ("under 10", None if small else script < SHARE),
        "ms of the page's longest task, with": ("under 50", None if small else longest < LONG),
        "layouts in its calls": ("0", figures["layouts in its calls"] == 0),
    }
    return [Finding(name, f"{value:,.5g}", *judged.get(name, ())) for name, value in figures.items()]

"""A million frames damaged on purpose: each is read as what it says or refused, none breaks the decoder or holds it up.

The damage is done by `tests/wire/fuzz.py`: it lies in every field of the golden frames and mends the checksum.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from proofs import Finding
from proofs.metered import SOURCE

FUZZ: Final = SOURCE.parent / "tests" / "wire" / "fuzz.py"
FRAMES: Final = 1_000_000


def prove(small: bool) -> list[Finding]:
    """Run the fuzzer as the wire's tests do, only longer."""
    count = 2_000 if small else FRAMES
    given = {**os.environ, "PYTHONPATH": str(SOURCE)}
    line = [sys.executable, str(FUZZ), str(count), "1"]
    done = subprocess.run(line, env=given, capture_output=True, text=True, check=False)  # noqa: S603  # a list
    if done.returncode and "Error" in done.stderr:
        why = done.stderr.strip().splitlines()[-1]
        return [Finding(f"{count:,} damaged frames", why, "no error but a refusal", held=False)]
    last = done.stdout.strip().splitlines()[-1]
    slow = None if small else done.returncode == 0
    return [
        Finding(f"{count:,} damaged frames", last, "no error but a refusal", held=True),
        Finding("the slowest of them", last.rpartition("took ")[2], "under 10 ms of CPU", held=slow),
    ]

"""Cold start: what an import costs beside numpy's, filling the engine's cache, and the first call once it is full."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from typing import Final

from proofs import Finding
from proofs.metered import SOURCE, metered

FILL, FIRST, IMPORT, KERNELS = 60.0, 1.5, 1.5, 15
TIMED: Final = "import time; a = time.process_time(); {}; print(time.process_time() - a)"
FIRST_CALL: Final = """
import time
begun = time.perf_counter()
from musculus import Events, measure
made = measure(Events.of(t=[0, 10, 20, 30, 40], x=[0, 3, 6, 9, 9], y=[0, 4, 8, 8, 9]), "stroke")
print(time.perf_counter() - begun)
assert len(made.names) > 800 and len(made) == 1
"""


def prove(small: bool) -> list[Finding]:
    """Fresh processes and a fresh cache; the small size leaves the cache as it is."""
    found = [*imports(1 if small else 15, judge=not small)]
    if small:
        return [*found, Finding("first call", f"{statistics.median(run(FIRST_CALL) for _ in range(2)):.2f} s")]
    with tempfile.TemporaryDirectory() as cache:
        fresh = {"NUMBA_CACHE_DIR": cache}
        cost = metered(["doctor", "--warm", "--json"], **fresh)
        engine = cost.document["engine"]
        said = f"{engine['made']} of {engine['kernels']} kernels made in {engine['seconds']} s"
        held = engine["made"] == engine["kernels"] and engine["seconds"] < FILL
        found.append(Finding("first fill of the cache", said, f"all, under {FILL:.0f} s", held))
        few = engine["kernels"] <= KERNELS
        found.append(Finding("compiled kernels", str(engine["kernels"]), f"at most {KERNELS}", few))
        seconds = statistics.median(run(FIRST_CALL, **fresh) for _ in range(5))
        found.append(
            Finding("first call of every measure with a full cache, import included", f"{seconds:.2f} s",
                    f"under {FIRST} s", seconds < FIRST)
        )  # fmt: skip
    return found


def imports(rounds: int, judge: bool) -> list[Finding]:
    """`import musculus` beside `import numpy`, and what a call needs beside it too, in turns."""
    lines = {"numpy": "import numpy", "musculus": "import musculus", "all": "from musculus import Events, measure"}
    spent: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(rounds):
        for name, line in lines.items():
            spent[name].append(run(TIMED.format(line)))
    medians = {name: statistics.median(values) for name, values in spent.items()}
    ratio = medians["musculus"] / medians["numpy"]
    said = f"{medians['musculus'] * 1e3:.0f} ms, {ratio:.2f} times `import numpy` ({medians['numpy'] * 1e3:.0f} ms)"
    names = f"{medians['all'] * 1e3:.0f} ms, {medians['all'] / medians['numpy']:.2f} times"
    return [
        Finding("import musculus", said, f"at most {IMPORT} times", ratio <= IMPORT if judge else None),
        Finding("from musculus import Events, measure", names),
    ]


def run(code: str, **environment: str) -> float:
    """What a fresh Python prints."""
    given = {**os.environ, "PYTHONPATH": str(SOURCE), **environment}
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout)

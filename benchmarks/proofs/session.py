"""What one visit of 1,200 events costs once the engine is warm: the live path computes this every time it looks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from recordings import simulated

from musculus.features import features
from musculus.measures import measure
from proofs import Finding

EVENTS = 1200
MOST = 2.0  # ms


def prove(small: bool) -> list[Finding]:
    """Processor time of one call, the median of many; simulated strokes at 125 Hz."""
    events = simulated(EVENTS)
    calls: list[tuple[str, Callable[[], object], bool]] = [
        ("every measure of the recording", lambda: measure(events, "recording"), True),
        ("the raw tier of the recording", lambda: measure(events, "recording", tier=["raw"]), False),
        ("every measure of each stroke", lambda: measure(events, "stroke"), False),
        ("features of the recording", lambda: features(events), False),
    ]
    found = [Finding("measured", f"a simulated recording of {EVENTS:,} events")]
    for of, call, judged in calls:
        spent = [milliseconds(call) for _ in range(3 if small else 300)]
        said = f"{statistics.median(spent[1:]):.2f} ms of processor time"
        held = statistics.median(spent[1:]) < MOST if judged and not small else None
        found.append(Finding(of, said, f"under {MOST:.0f} ms" if judged else "", held))
    return found


def milliseconds(call: Callable[[], object]) -> float:
    """Processor time of one call."""
    begun = time.process_time()
    call()
    return (time.process_time() - begun) * 1e3

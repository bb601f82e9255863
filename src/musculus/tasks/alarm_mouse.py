"""Is it another mouse than those a person enrolled with?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from musculus.tasks.alarm_rows import Device

# how far from every enrolled recording an estimate may lie: its own error, and what sessions of one mouse differ by
FACTORS: Final = {"event_rate": 1.3, "polling_hz": 1.5, "clock_resolution": 1.5, "quantum": 1.15, "frame_hz": 1.1}
UNITS: Final = {
    "event_rate": ("events a second", "{:.0f}"),
    "polling_hz": ("reports a second", "{:.0f}"),
    "clock_resolution": ("ms steps of the clock", "{:.1f}"),
    "quantum": ("px steps of position", "{:.2f}"),
    "frame_hz": ("frames a second", "{:.0f}"),
}
SPEED: Final = 1.5  # times the fastest or slowest enrolled recording: what people do differs by less, a mouse by more
SPREADS: Final = 3.0  # and so many spreads of the enrolled recordings


def differences(known: Sequence[Device], now: Device) -> list[str]:
    """What the mouse of a recording does that none of the enrolled recordings' did, in words; empty for the same.

    >>> old = Device(60.0, None, 1.0, 1.0, 60.0, 0.5, "unknown")
    >>> differences([old], Device(125.0, 125.0, 1.0, 1.0, None, 0.5, "unknown"))
    ['125 events a second, 60 when enrolled']
    """
    found = []
    for name, factor in FACTORS.items():
        new = getattr(now, name)
        old = [v for d in known if (v := getattr(d, name))]
        if not new or not old or min(abs(math.log(new / v)) for v in old) <= math.log(factor):
            continue  # what one of them doesn't tell, differs from nothing
        words, form = UNITS[name]
        nearest = min(old, key=lambda v: abs(math.log(new / v)))
        found.append(f"{form.format(new)} {words}, {form.format(nearest)} when enrolled")
    kinds = {d.pointer for d in known} - {"unknown"}
    if now.pointer != "unknown" and kinds and now.pointer not in kinds:
        found.append(f"a {now.pointer}, a {min(kinds)} when enrolled")
    return found + _gain(known, now)


def _gain(known: Sequence[Device], now: Device) -> list[str]:
    logs = [math.log(d.speed) for d in known if d.speed]
    if not logs or not now.speed:
        return []
    mean = sum(logs) / len(logs)
    spread = math.sqrt(sum((v - mean) ** 2 for v in logs) / len(logs))
    away = max(math.log(now.speed) - max(logs), min(logs) - math.log(now.speed))
    if away <= math.log(SPEED) or abs(math.log(now.speed) - mean) <= SPREADS * spread:
        return []
    return [f"the pointer goes {now.speed / math.exp(mean):.1f} times as fast as when enrolled"]

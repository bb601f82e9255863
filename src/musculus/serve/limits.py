"""How often somebody may come: a bucket that fills at a rate, for each key and each address, in bounded memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Final

KNOWN: Final = 20_000  # buckets held; the one unused longest goes first, full by then
BURST: Final = 4.0  # seconds of the rate that may come at once


class Limits:
    """Buckets by name. Addresses are held in memory only, for as long as they keep coming."""

    def __init__(self) -> None:
        # apart for each `what`: whoever comes under many addresses pushes no key out
        self._buckets: dict[str, OrderedDict[str, tuple[float, float]]] = {}

    def wait(self, what: str, who: str, rate: float) -> float:
        """Seconds until the next one may come: 0 where this one may, and is counted."""
        now = time.monotonic()
        buckets, most = self._buckets.setdefault(what, OrderedDict()), max(rate * BURST, 1.0)
        left, at = buckets.pop(who, (most, now))
        left = min(most, left + (now - at) * rate)
        allowed = left >= 1
        buckets[who] = (left - allowed, now)
        if len(buckets) > KNOWN:
            buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / rate

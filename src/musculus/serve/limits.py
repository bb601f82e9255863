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
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, what: str, who: str, rate: float) -> float:
        """Seconds until the next one may come: 0 where this one may, and is counted."""
        now = time.monotonic()
        left, at = self._buckets.pop((what, who), (rate * BURST, now))
        left = min(rate * BURST, left + (now - at) * rate)
        allowed = left >= 1
        self._buckets[what, who] = (left - allowed, now)
        if len(self._buckets) > KNOWN:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / rate

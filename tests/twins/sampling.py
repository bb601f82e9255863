"""What the data's clock, rate and positions are like."""

from __future__ import annotations

import itertools
import math
from collections import Counter

from twins.events_view import Cut, Sample
from twins.summaries import mean, sd

NAN = math.nan


def sampling(cut: Cut, samples: list[Sample]) -> dict[str, float]:
    dts = [b.t - a.t for a, b in itertools.pairwise(samples)]
    positive = [dt for dt in dts if dt > 0]
    duration = cut.duration()
    return {
        "event_count": float(len(cut.rows)),
        "event_rate": len(cut.rows) / duration * 1000 if duration > 0 else NAN,
        "clock_resolution": clock_resolution(positive),
        "dt_cv": sd(positive) / mean(positive) if len(positive) > 1 else NAN,
        "dt_mode_share": mode_share([round(dt / 0.1) for dt in dts]),
        "dt_entropy": entropy([round(dt) for dt in dts]),
        "dt_zero_share": sum(dt <= 0 for dt in dts) / len(dts) if dts else NAN,
        "clock_regressions": float(sum(dt < 0 for dt in dts)) if samples else NAN,
        "coalesced_share": share([row.coalesced for row in cut.rows]),
        "fractional_share": share([row.fractional for row in cut.rows]),
        "out_of_screen": out_of_screen(cut, samples),
    }


def clock_resolution(positive: list[float]) -> float:
    """Largest step of which 95 % of the intervals are multiples."""
    for k in range(200, 0, -1):
        step = k / 10
        fitting = sum(abs(dt - step * round(dt / step)) <= 0.05 for dt in positive)
        if positive and fitting >= 0.95 * len(positive):
            return step
    return NAN


def mode_share(bins: list[int]) -> float:
    return max(Counter(bins).values()) / len(bins) if bins else NAN


def entropy(bins: list[int]) -> float:
    shares = [n / len(bins) for n in Counter(bins).values()]
    return -math.fsum(p * math.log2(p) for p in shares) + 0.0 if bins else NAN


def share(flags: list[bool | None]) -> float:
    known = [flag for flag in flags if flag is not None]
    return sum(known) / len(known) if known else NAN


def out_of_screen(cut: Cut, samples: list[Sample]) -> float:
    if cut.screen is None or not samples:
        return NAN
    width, height = cut.screen
    return float(sum(not (0 <= x <= width and 0 <= y <= height) for _, x, y in samples))

"""The shape of the speed of a stroke: where in its time it is fast, how it rises and falls, where it stands."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.score.dynamics.frames import compiled, lagged, place_of

BINS: Final = 12
SHARES: Final = (0.05, 0.10, 0.25, 0.5, 0.75, 0.9, 0.95)
SLOW: Final = 0.1  # of the peak
PROMINENT: Final = 0.1
SPEED: Final = (
    *(f"speed_bin_{i}" for i in range(BINS)),
    *(f"way_time_{round(100 * s)}" for s in SHARES),
    "peak_ratio", "peak_place", "speed_peaks", "first_share", "still_share", "still_runs", "longest_still",
    "slow_start", "slow_end", "speed_cv", "peak_symmetry", "acceleration_symmetry", "acceleration_peak",
    "band_4_8", "band_8_13", "band_13_20", "band_20_30", "acceleration_lag_1", "acceleration_lag_2",
)  # fmt: skip


@compiled
def write_speed(v, s, way, o):  # type: ignore[no-untyped-def]
    """Write the columns of `SPEED` from steps a frame (v), smoothed (s), and the running way."""
    n, length = len(v), way[-1]
    mean = length / n
    for b in range(BINS):
        o[b] = (_at(way, (b + 1) * n / BINS) - _at(way, b * n / BINS)) * BINS / length
    k = BINS
    for share in SHARES:
        j, part = place_of(way, share)
        o[k] = (j + part) / n
        k += 1
    peak = np.argmax(s)
    o[k], o[k + 1] = s[peak] / mean, peak / n
    o[k + 2], first = _peaks(s, peak)
    o[k + 3] = way[first] / length
    _write_rests(v, s, s[peak], o[k + 4 : k + 9])
    o[k + 9] = v.std() / mean
    o[k + 10] = _symmetry(s, peak)
    _write_acceleration(v, s, mean, o[k + 11 :])


@compiled
def _at(way, frame):  # type: ignore[no-untyped-def]
    i = min(int(frame), len(way) - 2)
    return way[i] + (frame - i) * (way[i + 1] - way[i])


@compiled
def _peaks(s, peak):  # type: ignore[no-untyped-def]
    """Peaks that stand out by a tenth of the highest, and the frame in which, after the highest, it rises again."""
    least = PROMINENT * s[peak]
    count, low, high, rising, first = 0, 0.0, 0.0, True, len(s)
    for i in range(len(s) + 1):
        now = s[i] if i < len(s) else 0.0
        if rising:
            high = max(high, now)
            if now < high - least:
                count, rising, low = count + 1, False, now
        else:
            low = min(low, now)
            if now > low + least:
                if first == len(s) and i > peak:
                    first = i
                rising, high = True, now
    return count, first


@compiled
def _write_rests(v, s, peak, o):  # type: ignore[no-untyped-def]
    n = len(v)
    still = runs = longest = current = 0
    for i in range(n):
        current = current + 1 if v[i] < 1e-9 else 0
        still += current > 0
        runs += current == 1
        longest = max(longest, current)
    o[0], o[1], o[2] = still / n, runs / n, longest / n
    i = 0
    while i < n and s[i] < SLOW * peak:
        i += 1
    o[3] = i / n
    i = n - 1
    while i >= 0 and s[i] < SLOW * peak:
        i -= 1
    o[4] = (n - 1 - i) / n


@compiled
def _symmetry(s, peak):  # type: ignore[no-untyped-def]
    """Log of the time from half the peak up to it over the time down to half of it."""
    i = j = peak
    while i > 0 and s[i] > 0.5 * s[peak]:
        i -= 1
    while j < len(s) - 1 and s[j] > 0.5 * s[peak]:
        j += 1
    return np.log((peak - i + 0.5) / (j - peak + 0.5))


@compiled
def _write_acceleration(v, s, mean, o):  # type: ignore[no-untyped-def]
    up = down = 0.0
    for i in range(1, len(s)):
        up, down = max(up, s[i] - s[i - 1]), max(down, s[i - 1] - s[i])
    o[0] = np.log((up + 1e-3) / (down + 1e-3))
    o[1] = np.log((max(up, down) + 1e-3) / mean)
    a = v[1:] - v[:-1]
    _write_bands(a, o[2:6])
    none = np.zeros(len(a))
    o[6], o[7] = lagged(a, none, 1), lagged(a, none, 2)


@compiled
def _write_bands(a, o):  # type: ignore[no-untyped-def]
    """Log shares of the power of the changes of speed above 4, 8, 13 and 20 Hz, under a Hann window."""
    n, total = len(a), 0.0
    power = np.zeros(4)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(n) + 0.5) / n)
    for hertz in range(1, 31):
        real = imaginary = 0.0
        turn = 2 * np.pi * hertz / 60.0
        c, d, step_c, step_d = 1.0, 0.0, np.cos(turn), np.sin(turn)
        for i in range(n):
            real += window[i] * a[i] * c
            imaginary += window[i] * a[i] * d
            c, d = c * step_c - d * step_d, c * step_d + d * step_c
        here = real * real + imaginary * imaginary
        total += here
        if hertz > 4:
            power[(hertz > 8) + (hertz > 13) + (hertz > 20)] += here
    for b in range(4):
        o[b] = np.log(power[b] / total + 1e-3) if total > 0 else np.nan

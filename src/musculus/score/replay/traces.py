"""What a stroke is known again by: numbers that shifting, turning, scaling, mirroring and warping hardly change.

A stroke is put on even time, smoothed, and walked by arc length: so time is out of its shape. Its shape is what is left
of the positions when the straight run from end to end is taken out (its place, turn and size with it), as cosine
coefficients along and aside. Its pace is the logarithm of speed over arc length, as such coefficients too. A mirrored
stroke differs by the sign of those aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, cut, position_rows
from musculus.events import Events

Floats = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]

STEP: Final = 1000.0 / 120.0  # ms of the even time
FRAME: Final = 1000.0 / 60.0
GAP: Final = 2.5 * FRAME  # ms without a sample after which the pointer is taken to have stood
SMOOTH: Final = 16.0  # ms, standard deviation of the smoothing: about a frame
PLACES: Final = 32  # along the arc
ALONG, ASIDE, PACE = 8, 12, 12  # coefficients of each
WIDTH: Final = ALONG + ASIDE + PACE
MIRROR: Final = np.repeat([1.0, -1.0, 1.0], [ALONG, ASIDE, PACE])
FEWEST: Final = 8  # samples, and
SHORTEST: Final = 40.0  # px along its straight run, below which a stroke has too little shape to be known by
SLOW: Final = 0.05  # of the mean speed: added before the logarithm, so that a rest is a number

_half = (np.arange(PLACES) + 0.5) / PLACES
_RAMP: Final = _half - 0.5
_COSINES: Final = np.sqrt(2 / PLACES) * np.cos(np.pi * np.arange(1, max(ALONG, ASIDE, PACE) + 1) * _half[:, None])


@dataclass(frozen=True, eq=False)
class Traces:
    """What strokes are known by, one row a stroke.

    Attributes
    ----------
    values : (n, WIDTH) float64; NaN where a stroke has fewer than 8 samples or goes less than 40 px: too little shape
    run : (n,) px of its straight run: how large it was, and so how little a pixel says
    recording : (n,) index of the recording among `recordings`
    recordings : names
    """

    values: Floats
    run: Floats
    recording: npt.NDArray[np.int64]
    recordings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.run)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which strokes have enough shape to be known by, (n,)."""
        return np.isfinite(self.run)

    def __getitem__(self, which: slice | npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Traces:
        return Traces(self.values[which], self.run[which], self.recording[which], self.recordings)


def trace(events: Events, cuts: Cuts | None = None) -> Traces:
    """What the strokes of recordings are known by: a row for each of `cuts` (default: the strokes of `musculus.cut`).

    Any rate will do: a 60 Hz page view, a 1,000 Hz mouse. Times may stand or run back (they are made monotone).

    >>> t = np.arange(0, 500, 10.0)
    >>> one = Events.of(t=t, x=t, y=40 * np.sin(t / 100))
    >>> turned = Events.of(t=t, x=500 - 80 * np.sin(t / 100), y=2 * t)  # a quarter turn, twice as large
    >>> float(np.abs(trace(one).values - trace(turned).values).max()) < 1e-9
    True
    """
    cuts = cut(events, "stroke") if cuts is None else cuts
    use = position_rows(events) & np.isfinite(events.x) & np.isfinite(events.y) & np.isfinite(events.t)
    values, run = np.full((len(cuts), WIDTH), np.nan), np.full(len(cuts), np.nan)
    for i, (a, b) in enumerate(zip(cuts.start.tolist(), cuts.end.tolist(), strict=True)):
        rows = a + np.flatnonzero(use[a:b])
        if len(rows) >= FEWEST:
            found = _one(events.t[rows], events.x[rows] + 1j * events.y[rows])
            if found is not None:
                values[i], run[i] = found
    return Traces(values, run, cuts.recording, events.recordings)


def _one(t: Floats, z: Complex) -> tuple[Floats, float] | None:
    """Coefficients and straight run of one stroke; None where it has too little of either."""
    path = _smoothed(t, z)
    step = np.abs(np.diff(path))
    way = float(step.sum()) if len(path) >= FEWEST else 0.0
    if way < SHORTEST:
        return None
    arc = np.append(0.0, np.cumsum(step))
    at = _half * way
    z = np.interp(at, arc, path)
    z = z - z.mean()
    turn = (z @ _RAMP) / (_RAMP @ _RAMP)
    run = float(abs(turn))
    if run < max(SHORTEST, way / 20):  # a scribble about one spot has no direction to be turned by
        return None
    rest = z / turn - _RAMP
    speed = np.interp(at, arc, np.append(step, step[-1]))
    pace = np.log(speed / speed.mean() + SLOW)
    parts = (rest.real @ _COSINES[:, :ALONG], rest.imag @ _COSINES[:, :ASIDE], pace @ _COSINES[:, :PACE])
    return np.concatenate(parts), run


def _smoothed(t: Floats, z: Complex) -> Complex:
    """The path every `STEP` ms, gaps held, smoothed by a Gaussian; it stands before its start and after its end."""
    t = np.maximum.accumulate(t)
    last = np.append(t[1:] > t[:-1], True)
    t, z = t[last], z[last]
    after = np.flatnonzero(np.diff(t) > GAP) + 1
    if len(after):
        t, z = np.insert(t, after, t[after] - FRAME), np.insert(z, after, z[after - 1])
    even = np.interp(np.arange(t[0], t[-1] + 1e-6, STEP), t, z)
    reach = len(_KERNEL) // 2
    path: Complex = np.convolve(np.concatenate([[even[0]] * reach, even, [even[-1]] * reach]), _KERNEL, "valid")
    return path


def _kernel() -> Floats:
    reach = int(np.ceil(4 * SMOOTH / STEP))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) * STEP / SMOOTH) ** 2)
    return np.asarray(bell / bell.sum())


_KERNEL: Final = _kernel()

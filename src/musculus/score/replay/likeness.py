"""How much more likely one stroke is a copy of another than a stroke of its own: log likelihoods, and nats of evidence.

Two strokes differ by what a copy loses (whole pixels, noise, another clock: more, the smaller the stroke is), or as
strokes of people do. A copy's coefficients scatter about the original's, its pace tightly where time was kept and
loosely where it was warped; a stroke of its own has coefficients as people's lie, straight ones often and loops rarely.
So a straight stroke, which everybody makes, is hardly evidence however well it fits, and an odd one is a lot.
The numbers lie in `likeness.json`; `benchmarks/detectors/likeness.py` makes them of people's strokes and their copies.
"""

from __future__ import annotations

import hashlib
import math
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from musculus.score.replay.traces import ALONG, ASIDE, PACE

Floats = npt.NDArray[np.float64]
FILE: Final = Path(__file__).with_name("likeness.json")
COPY, OWN = 4.0, 5.0  # degrees of freedom of the two scatters: heavy tails, so that one odd coefficient decides nothing
BESIDE: Final = 0.25  # of the strokes of who replays some are of his own making, or copies that fit nothing any more
PX: Final = 100.0  # px of straight run at which `px` of a scatter is told
BLOCKS: Final = np.array([ALONG, ASIDE, PACE])  # coefficients that share a width
STARTS: Final = np.cumsum(BLOCKS) - BLOCKS


class Scatter(msgspec.Struct, frozen=True):
    """How a copy's coefficients scatter: `floor` at any size, `px` more at 100 px, less in proportion when larger."""

    floor: list[float]
    px: list[float]


class Likeness(msgspec.Struct, frozen=True, dict=True):
    """The numbers, and what is reckoned with them.

    Attributes
    ----------
    kept, warped : scatter of copies whose time was kept, and of those whose time was warped
    middle, spread : of people's coefficients
    widths, shares : people's strokes are a mixture of such multiples of the spread, in these shares, block by block
    slope, offset : evidence in nats is slope x log likelihood ratio (or 0 if that is below) + offset
    size, crowd : in an index of so many strokes; the ratio people's strokes gain where it grows e times as large
    most : nats that one stroke can give
    made : by what, of whom
    """

    kept: Scatter
    warped: Scatter
    middle: list[float]
    spread: list[float]
    widths: list[float]
    shares: list[list[float]]
    slope: float
    offset: float
    size: float
    crowd: float
    most: float
    made: str = ""

    @cached_property
    def digest(self) -> str:
        """Of the numbers: strokes scaled by others don't compare."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @cached_property
    def unit(self) -> Floats:
        """The spread as an array, (WIDTH,): coefficients are kept in it."""
        return np.array(self.spread)

    @cached_property
    def scatters(self) -> tuple[Floats, Floats]:
        """Variances of the two scatters, floor and at 100 px, (2, WIDTH) each."""
        both = (self.kept, self.warped)
        return np.square([s.floor for s in both]), np.square([s.px for s in both])

    def own(self, values: Floats, run: Floats) -> Floats:
        """Log density of strokes among people's, (n,), less the constant of `COPY` that `search.compare` leaves out."""
        mixed = self.by_width(values, run) + self._log_shares
        return np.asarray(np.logaddexp.reduce(mixed, axis=1).sum(axis=1))

    def by_width(self, values: Floats, run: Floats) -> Floats:
        """Log density of strokes among people's of each width, block by block, (n, n_widths, n_blocks)."""
        off2, small = np.square(values - self._middle), np.square(PX / run)[:, None]
        variance = self._wide + (self.scatters[0][0] + self.scatters[1][0] * small)[:, None, :]
        tails = (OWN + 1) / 2 * np.log1p(off2[:, None, :] / (OWN * variance)) + 0.5 * np.log(variance)
        return np.asarray((_constant(OWN) - _constant(COPY)) * BLOCKS - np.add.reduceat(tails, STARTS, axis=2))

    @cached_property
    def _middle(self) -> Floats:
        return np.array(self.middle)

    @cached_property
    def _log_shares(self) -> Floats:
        return np.log(self.shares).T

    @cached_property
    def _wide(self) -> Floats:
        """Variances of people's strokes of each width, (n_widths, WIDTH); of pace they differ less."""
        power = np.repeat([2.0, 2.0, 1.0], BLOCKS)
        return np.asarray(np.square(self.spread) * np.array(self.widths)[:, None] ** power)

    def evidence(self, ratio: Floats, stored: int) -> Floats:
        """Nats of evidence for the best log likelihood ratio among so many stored strokes, (n,).

        The more are stored, the better the best fit of a stroke of its own. A fit below 0 says no more than that the
        stroke isn't known; and that says little, as who replays strokes may make others between them.
        """
        fair = ratio - self.crowd * math.log(max(stored / self.size, 1.0))
        nats = np.minimum(self.slope * np.maximum(fair, 0.0) + self.offset, self.most)
        return np.log((1 - BESIDE) * np.exp(nats) + BESIDE)


def _constant(freedom: float) -> float:
    """What Student's t of this freedom has before its tails, as a logarithm."""
    return math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)


@lru_cache(maxsize=1)
def shipped() -> Likeness:
    """The numbers that the package ships."""
    return msgspec.json.decode(FILE.read_bytes(), type=Likeness)

"""The sigma-lognormal fit: of which strokes a movement is the sum; part of the category `motor`.

Plamondon's theory of rapid movements: a stroke's speed is a lognormal in time, D / (sigma sqrt(2 pi) (t - t0))
exp(-(ln(t - t0) - mu)² / (2 sigma²)), while its heading turns from theta_start to theta_end as its way is done; strokes
overlap and add up as vectors. The fit reads the velocity on the 10 ms grid, smoothed by a bell of 20 ms (the model is
smoothed alike): the largest stroke that is left is taken off, again and again, all of them refined together after
each by Levenberg-Marquardt, until the rest is 25 dB below the movement or a further stroke brings less than half a dB.
It is slow, so it is computed only when asked for. NaN for fewer than 10 grid samples (90 ms), for a cut with a rest of
500 ms in it or of more than 30 s, and for a pointer that stood still.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.lognormals import FITTED, lognormals
from musculus.measures.engine.once import once
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]


@once
def _fits(path: Paths) -> Floats:
    return lognormals(path.grid.x, path.grid.y, path.grid.offsets, path.grid.whole)


def _fit(path: Paths, name: str) -> Floats:
    return _fits(path)[:, FITTED.index(name)]


@measure("motor", unit="1", px=None, ms=None, slow=True)
def lognormal_components(path: Paths) -> Floats:
    """How many lognormal strokes the movement is made of, by the sigma-lognormal fit.

    At most 20; the fewest that come within 25 dB, or that a further one would improve by less than half a dB. A skilled
    movement needs few. NaN for fewer than 10 samples of the 10 ms grid, a cut with a rest of 500 ms in it or longer
    than 30 s, and a pointer that stood still. Plamondon; O'Reilly & Plamondon 2009.
    """
    return _fit(path, "components")


@measure("motor", unit="dB", px=None, ms=None, slow=True)
def lognormal_snr(path: Paths) -> Floats:
    """How well the sum of lognormal strokes gives the movement back: its power over that of what is left.

    Both of the velocity vectors on the 10 ms grid, smoothed by a bell of 20 ms. People reach 15 to 25 dB and more.
    NaN as for `lognormal_components`.
    """
    return _fit(path, "snr")


@measure("motor", unit="px", px=None, ms=None, slow=True)
def lognormal_D(path: Paths) -> Floats:  # noqa: N802 - the theory's own letter, and the contract's name
    """Length of the largest stroke of the sigma-lognormal fit; NaN as for `lognormal_components`."""
    return _fit(path, "D")


@measure("motor", unit="ms", px=None, ms=None, slow=True)
def lognormal_t0(path: Paths) -> Floats:
    """When the largest stroke was commanded, from the cut's first sample; often before it, so below 0.

    NaN as for `lognormal_components`.
    """
    return _fit(path, "t0")


@measure("motor", unit="ln ms", px=None, ms=None, slow=True)
def lognormal_mu(path: Paths) -> Floats:
    """Delay of the largest stroke on a logarithmic scale: exp(mu) ms after t0 half of its way is done.

    Less 6.908 (ln 1000) it is the value for seconds, which the literature has. NaN as for `lognormal_components`.
    """
    return _fit(path, "mu")


@measure("motor", unit="1", px=None, ms=None, slow=True)
def lognormal_sigma(path: Paths) -> Floats:
    """Response time of the largest stroke on a logarithmic scale: how skewed its bell of speed is.

    NaN as for `lognormal_components`.
    """
    return _fit(path, "sigma")


@measure("motor", unit="rad", px=None, ms=None, turns=True, slow=True)
def lognormal_theta_start(path: Paths) -> Floats:
    """Heading with which the largest stroke starts, in (-pi, pi], positive clockwise from the right.

    NaN as for `lognormal_components`.
    """
    return _fit(path, "theta_start")


@measure("motor", unit="rad", px=None, ms=None, turns=True, slow=True)
def lognormal_theta_end(path: Paths) -> Floats:
    """Heading with which the largest stroke ends, in (-pi, pi], positive clockwise from the right.

    NaN as for `lognormal_components`.
    """
    return _fit(path, "theta_end")

"""The nine functions of BeCAPTCHA-Mouse: three shapes by three profiles of speed.

Source: A. Acien, A. Morales, J. Fierrez & R. Vera-Rodriguez, "BeCAPTCHA-Mouse: synthetic mouse trajectories and
improved bot detection", Pattern Recognition 127 (2022), and the description of its benchmark. The curve is drawn along
and beside the way from start to end. Constants the text leaves open are drawn here and named below.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from musculus.bots.motion import Floats, Point, beside, moments, movement_time, stroke
from musculus.bots.table import PROFILES, SHAPES, Generator
from musculus.events import Events

BEND: Final = 0.2  # of the way: standard deviation of a curve's greatest distance from it
STEEP: Final = 3.0  # exponent of the exponential shape over the whole way


def becaptcha(
    rng: np.random.Generator,
    start: Point,
    end: Point,
    *,
    shape: str,
    profile: str,
    rate: float = 1000.0,
    duration: float | None = None,
) -> Events:
    """One of the shapes lin, quad, exp, travelled with one of the profiles const, log, gauss."""
    t = moments(movement_time(rng, start, end, duration), rate)
    along = _travelled(rng, t / t[-1], profile)
    x, y = beside(start, end, along, _shaped(rng, along, shape))
    return stroke(t, x, y, end)


def _travelled(rng: np.random.Generator, s: Floats, profile: str) -> Floats:
    """Share of the way at shares of the time: even steps, steps that grow tenfold, steps that rise and fall."""
    if profile == "const":
        speed = np.ones(len(s))
    elif profile == "log":
        speed = 10.0**s
    else:
        speed = np.exp(-0.5 * ((s - rng.normal(0.5, 0.05)) / 0.17) ** 2)
    way = np.append(0.0, np.cumsum((speed[1:] + speed[:-1]) * np.diff(s)))
    return np.asarray(way / way[-1])


def _shaped(rng: np.random.Generator, along: Floats, shape: str) -> Floats:
    """Distance aside at shares of the way, itself a share of it."""
    height = rng.normal(0.0, BEND)
    if shape == "quad":
        return np.asarray(4 * height * along * (1 - along))
    if shape == "exp":
        curve = along - np.expm1(STEEP * along) / np.expm1(STEEP)
        return np.asarray(height * curve / curve.max())
    return np.zeros(len(along))


GENERATORS: Final[dict[str, Generator]] = {
    f"becaptcha_{s}_{p}": partial(becaptcha, shape=s, profile=p) for s in SHAPES for p in PROFILES
}

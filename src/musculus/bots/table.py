"""The table of generators: name -> module path, imported when asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Final

from musculus.errors import UnknownName
from musculus.events import Events

# A generator: (rng, start, end, *, rate=1000.0, **settings) -> Events of one stroke, moves from t = 0.
Generator = Callable[..., Events]

SHAPES: Final = ("lin", "quad", "exp")
PROFILES: Final = ("const", "log", "gauss")
BOTS: Final[dict[str, str]] = {
    "straight": "musculus.bots.straight",
    "eased_sine": "musculus.bots.eased",
    "eased_quad": "musculus.bots.eased",
    "eased_cubic": "musculus.bots.eased",
    "eased_expo": "musculus.bots.eased",
    "bezier": "musculus.bots.bezier",
    "windmouse": "musculus.bots.windmouse",
    "minimum_jerk": "musculus.bots.minimum_jerk",
    "sigma_lognormal": "musculus.bots.sigma_lognormal",
    **{f"becaptcha_{s}_{p}": "musculus.bots.becaptcha" for s in SHAPES for p in PROFILES},
    "replay_exact": "musculus.bots.replay",
    "replay_rotated": "musculus.bots.replay",
    "replay_noisy": "musculus.bots.replay",
    "learned": "musculus.bots.learned",
}


def module(name: str) -> ModuleType:
    """The module a generator lives in; UnknownName with the nearest name where there is none."""
    if name not in BOTS:
        raise UnknownName("bot", name, BOTS)
    return import_module(BOTS[name])


def bot(name: str) -> Generator:
    """The generator of that name: `(rng, start, end, *, rate=1000.0, **settings) -> Events`.

    Replays and `learned` also want `corpus=`, what their module's `learn(events)` gives.

    >>> import numpy as np
    >>> e = bot("straight")(np.random.default_rng(0), (0, 0), (30, 40), speed=100)
    >>> e.t[-1].item(), e.x[-1].item(), e.y[-1].item()
    (500.0, 30.0, 40.0)
    """
    generators: dict[str, Generator] = module(name).GENERATORS
    return generators[name]

"""What a detector learns people from, besides people: the same strokes recorded otherwise, distorted, taken apart.

A model that met people on one page only would call whoever has another mouse a bot, and one that met a handful of bots
would know a handful of bots. So people's strokes are recorded again, cut and joined otherwise (they stay people),
distorted as somebody would who plays them again (they are bots), and their rows taken apart so that features no longer
belong together (they are nobody). None of that needs a bot.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.bots import generate
from musculus.devices.mouse import Mouse, Page
from musculus.devices.page import show
from musculus.devices.record import record
from musculus.events import Events
from musculus.score.dynamics.strokes import FAR

Floats = npt.NDArray[np.float64]
OWN: Final = (
    "straight", "eased_sine", "eased_quad", "eased_cubic", "eased_expo", "bezier", "windmouse", "minimum_jerk",
    "sigma_lognormal", "becaptcha_lin_const", "becaptcha_quad_log", "becaptcha_exp_gauss", "learned",
)  # fmt: skip
MICE: Final = (Mouse(polling_hz=1000), Mouse(polling_hz=125))
STROKES: Final = 8  # of a bot's session
PAUSE: Final = (17.0, 450.0)  # ms: shorter than the rest that ends a stroke
SLOWER: Final = (-0.2, 0.6)  # logarithm of what times are multiplied by


def on_page(strokes: Events, intervals: Floats, seed: int) -> Events:
    """The strokes recorded once more by a page with frames of these lengths."""
    return record(strokes, Mouse(), Page(intervals=intervals), seed)


def by_mice(strokes: Events, seed: int) -> Events:
    """The strokes as mice of 1000 and 125 Hz report them, in turns, without a page."""
    parts = [record(strokes[i :: len(MICE)], mouse, None, seed) for i, mouse in enumerate(MICE)]
    return Events.concat([parts[i % len(MICE)][i // len(MICE)] for i in range(len(strokes))])


def composed(strokes: Events, visit: npt.NDArray[Any], rng: np.random.Generator) -> Events:
    """Pieces of one to three strokes in a row, up to 450 ms apart, somewhat slower or faster: people at other tasks.

    Where nobody is told what to click, a stroke begins and ends anywhere and has more than one aim. One piece for each
    stroke; `visit` says which strokes are of one recording.
    """
    return Events.concat([_piece(strokes, visit, i, rng) for i in range(len(strokes))])


def _piece(strokes: Events, visit: npt.NDArray[Any], i: int, rng: np.random.Generator) -> Events:
    one = strokes[i]
    t, x, y = one.t - one.t[0], one.x, one.y
    for j in range(i + 1, i + int(rng.integers(1, 4))):
        if j < len(strokes) and visit[j] == visit[i]:
            more = strokes[j]
            t = np.r_[t, t[-1] + rng.uniform(*PAUSE) + more.t - more.t[0]]
            x, y = np.r_[x, x[-1] + more.x - more.x[0]], np.r_[y, y[-1] + more.y - more.y[0]]
    a, b = _piece_ends(x, y, rng)
    slower = np.exp(rng.uniform(*SLOWER))
    return Events.of((t[a:b] - t[a]) * slower, x[a:b], y[a:b], "move", recording=one.recordings[0])


def _piece_ends(x: Floats, y: Floats, rng: np.random.Generator) -> tuple[int, int]:
    """Where a piece that is long enough begins and ends; all of it where six draws gave none."""
    n = len(x)
    for _ in range(6):
        a = int(rng.integers(0, max(n // 2, 1))) if rng.random() < 0.6 else 0
        b = n - int(rng.integers(0, max((n - a) // 2, 1))) if rng.random() < 0.6 else n
        if b - a >= 6 and np.hypot(x[b - 1] - x[a], y[b - 1] - y[a]) >= FAR:
            return a, b
    return 0, n


def distorted(strokes: Events, rng: np.random.Generator) -> Events:
    """Each stroke turned and, by chance, scaled, bent, slowed, shaken or warped in time: as replays hide."""
    return Events.concat([_distorted(one, rng) for one in strokes])


def _distorted(one: Events, rng: np.random.Generator) -> Events:
    t, z = one.t - one.t[0], (one.x - one.x[0]) + 1j * (one.y - one.y[0])
    chord = z[-1] if abs(z[-1]) >= 1 else 1 + 0j
    on = rng.random(5) < 0.5
    on[rng.integers(5)] |= not on.any()
    way = z / chord
    bent = (np.exp(rng.normal(0, 0.4)) if on[1] else 1.0) * (-1 if rng.random() < 0.3 else 1)
    size = abs(chord) * (np.exp(rng.uniform(-0.7, 0.7)) if on[0] else 1.0)
    path = (way.real + 1j * bent * way.imag) * size * np.exp(1j * rng.uniform(-np.pi, np.pi))
    share = t / max(t[-1], 1e-9)
    if on[3]:
        path = path + _shaken(rng, share, path)
    if on[4]:
        warp = share + rng.uniform(0.3, 0.9) * np.sin(2 * np.pi * share + rng.uniform(0, 2 * np.pi)) / (2 * np.pi)
        t = (warp - warp[0]) / (warp[-1] - warp[0]) * t[-1]
    t = t * (np.exp(rng.normal(0, 0.3)) if on[2] else 1.0)
    place = np.rint(path)
    return Events.of(t, place.real, place.imag, "move", recording=one.recordings[0])


def _shaken(rng: np.random.Generator, share: Floats, path: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
    """A px or so of noise on every sample that moves, or a slow sway of some hundredths of the way."""
    n = len(share)
    if rng.random() < 0.5:
        noise = rng.uniform(0.5, 1.5) * (rng.normal(size=n) + 1j * rng.normal(size=n))
        noise[0] = noise[-1] = 0
        stood = np.append(False, np.diff(path) == 0)
        return np.asarray(noise[np.maximum.accumulate(np.where(stood, 0, np.arange(n)))])
    sway = [_sway(rng, share) * abs(path[-1]) * rng.uniform(0.01, 0.06) for _ in range(2)]
    return np.asarray(sway[0] + 1j * sway[1])


def _sway(rng: np.random.Generator, share: Floats) -> Floats:
    waves = np.sum([rng.normal() / k * np.sin(np.pi * k * share) for k in range(1, 6)], axis=0)
    return np.asarray(waves / (np.abs(waves).max() + 1e-9))


def taken_apart(values: Floats, rng: np.random.Generator, times: int = 2) -> Floats:
    """Rows of nobody, (times n, n_columns): some columns of each row from other rows, or from anywhere near the range.

    A model that tells people from these has learned which features go together (Hempstalk, Frank & Witten 2008).
    """
    low, high = np.nanquantile(values, 0.01, axis=0), np.nanquantile(values, 0.99, axis=0)
    width, found = high - low, []
    for _ in range(times):
        other = np.column_stack([rng.permutation(column) for column in values.T])
        anywhere = low - 0.3 * width + 1.6 * width * rng.random(values.shape)
        given = np.where(rng.random(values.shape) < 0.3, anywhere, other)
        change = rng.random(values.shape) < rng.uniform(0.1, 1.0, (len(values), 1))
        found.append(np.where(change, given, values))
    return np.vstack(found)


def own_bots(strokes: Events, intervals: Floats, each: int, seed: int) -> Events:
    """Sessions of our own generators between the ends of people's strokes, half as a page records them."""
    rng = np.random.default_rng(seed)
    first, last = strokes.offsets[:-1], strokes.offsets[1:] - 1
    ends = np.stack([np.column_stack([strokes.x[r], strokes.y[r]]) for r in (first, last)], axis=1)
    found: list[Events] = []
    for name in OWN:
        corpus: Any = strokes if name == "learned" else None
        made = generate(name, STROKES, rng, sessions=max(each // STROKES, 2), ends=ends, corpus=corpus)
        found += [show(made[::2], Page(intervals=intervals), seed), made[1::2]]
    return Events.concat(found)

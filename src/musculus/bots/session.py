"""Sessions of strokes: ends, pauses, and a press where each stroke ends."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.bots.corpus import strokes_of
from musculus.bots.table import Generator, bot, module
from musculus.errors import UsageError
from musculus.events import Events

Floats = npt.NDArray[np.float64]
WIDTH, HEIGHT, MARGIN, SHORTEST = 1280.0, 720.0, 40.0, 60.0  # px: where ends are drawn when none are given
PAUSE: Final = (300.0, 0.5)  # ms and scatter of the logarithm: from a click to the next movement
DWELL: Final = (90.0, 0.4)  # from the last move to the press
HELD: Final = (85.0, 0.25)  # from press to release


def generate(
    name: str,
    n: int,
    rng: np.random.Generator | int,
    *,
    sessions: int = 1,
    ends: npt.ArrayLike | None = None,
    pauses: npt.ArrayLike | None = None,
    corpus: Events | None = None,
    rate: float = 1000.0,
    **settings: Any,
) -> Events:
    """Sessions of n strokes by one generator, at a device's rate, not yet rendered by any page; seeded by `rng`.

    Each stroke ends in a press, release and click. A session is a recording `name-0`, `name-1` ... with context
    `generator`, `person` (the generator again), `session` and `bot`, as the arena wants it; `stroke` is what the arena
    cuts a session into.

    Parameters
    ----------
    ends : (m, 2, 2), start and end of strokes, as those of people; each session takes n in a row from a place drawn
        by chance, beginning again after the last. None: a chain of places on a screen (an exact replay: the corpus's)
    pauses : ms from a click to the next movement, drawn from these; None: about 300
    corpus : people's strokes, for the replays and `learned`
    settings : the generator's own, such as `duration` or `speed`

    UnknownName for a name the table hasn't; UsageError for a replay without a corpus.
    """
    rng = np.random.default_rng(rng)
    make = _with_corpus(name, corpus)
    pool = None if ends is None else np.asarray(ends, np.float64).reshape(-1, 2, 2)
    if pool is None and name == "replay_exact" and corpus is not None:
        strokes = strokes_of(corpus)
        pool = np.stack([strokes.starts, strokes.ends], axis=1)
    if n < 1 or (pool is not None and not len(pool)):
        raise UsageError(f"{name}: {n} strokes from {'no' if pool is not None else 'drawn'} ends; both must be some")
    given = None if pauses is None else np.asarray(pauses, np.float64).ravel()
    parts = []
    for i in range(sessions):
        mine = _chain(rng, n) if pool is None else pool[(rng.integers(len(pool)) + np.arange(n)) % len(pool)]
        waits = _drawn(rng, PAUSE, n) if given is None else rng.choice(given, n)
        parts.append(_session(f"{name}-{i}", [make(rng, a, b, rate=rate, **settings) for a, b in mine], waits, rng))
    named = np.array([part.recordings[0] for part in parts], object)
    return Events.concat(parts).with_context(generator=name, person=name, session=named, bot=True)


def _with_corpus(name: str, corpus: Events | None) -> Generator:
    """The generator, with what it learned from the corpus where it wants one."""
    home = module(name)
    make = bot(name)
    if not hasattr(home, "learn"):
        return make
    if corpus is None:
        raise UsageError(f"{name} repeats what people did: give it recordings of some, corpus=read(...)")
    known = home.learn(corpus)
    return lambda rng, start, end, **more: make(rng, start, end, corpus=known, **more)


def _chain(rng: np.random.Generator, n: int) -> Floats:
    """Ends of n strokes, each beginning where the one before it ended, none too short."""
    places = [rng.uniform((MARGIN, MARGIN), (WIDTH - MARGIN, HEIGHT - MARGIN))]
    while len(places) <= n:
        place = rng.uniform((MARGIN, MARGIN), (WIDTH - MARGIN, HEIGHT - MARGIN))
        if np.hypot(*(place - places[-1])) >= SHORTEST:
            places.append(place)
    chain = np.rint(np.array(places))
    return np.stack([chain[:-1], chain[1:]], axis=1)


def _drawn(rng: np.random.Generator, about: tuple[float, float], n: int) -> Floats:
    return np.asarray(about[0] * np.exp(rng.normal(0.0, about[1], n)))


def _session(name: str, strokes: list[Events], waits: Floats, rng: np.random.Generator) -> Events:
    """Strokes one after another, each with its press; a first sample that stands where the pointer is is no move."""
    t: list[npt.ArrayLike] = []
    x: list[npt.ArrayLike] = []
    y: list[npt.ArrayLike] = []
    kind: list[str] = []
    now, here = 0.0, (np.nan, np.nan)
    dwell, held = _drawn(rng, DWELL, len(strokes)), _drawn(rng, HELD, len(strokes))
    for one, wait, rest, hold in zip(strokes, waits, dwell, held, strict=True):
        skip = int((one.x[0], one.y[0]) == here)
        begin = now + wait
        press = begin + one.t[-1] + rest
        here = (float(one.x[-1]), float(one.y[-1]))
        t += [begin + one.t[skip:], [press, press + hold, press + hold]]
        x += [one.x[skip:], [here[0]] * 3]
        y += [one.y[skip:], [here[1]] * 3]
        kind += ["move"] * (one.n_events - skip) + ["down", "up", "click"]
        now = press + hold
    press_rows = np.array([k != "move" for k in kind])
    rows = [np.concatenate([np.asarray(p, np.float64) for p in parts]) for parts in (t, x, y)]
    return Events.of(
        rows[0], rows[1], rows[2], kind,
        button=np.where(press_rows, 0, -1), buttons=np.array([k == "down" for k in kind]).astype(int), recording=name,
    )  # fmt: skip

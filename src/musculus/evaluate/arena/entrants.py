"""How bots come into the arena: people's ends, sittings of eight strokes, the page that recorded the people."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.devices.mouse import Page
from musculus.devices.page import show
from musculus.errors import DataError
from musculus.evaluate.arena.controls import FRAME, SITTING, frame_intervals, pieces
from musculus.events import Events
from musculus.tasks.bot import labels

Floats = npt.NDArray[np.float64]
SHORT: Final = 0.7 * FRAME  # ms
CROWDED: Final = 0.1  # share of shorter intervals above which a recording comes from something faster than a page


def ends_of(people: Events, n: int, seed: int = 0) -> Floats:
    """Start and end of n of the people's strokes, drawn by chance, (n, 2, 2); each again only when all were drawn."""
    first, last = people.offsets[:-1], people.offsets[1:] - 1
    both = np.stack([np.column_stack([people.x[r], people.y[r]]) for r in (first, last)], axis=1)
    rng = np.random.default_rng(seed)
    times = -(-n // len(both))
    return np.asarray(both[np.concatenate([rng.permutation(len(both)) for _ in range(times)])[:n]])


def strokes_from(generator: str, paths: list[Any], family: str = "") -> Events:
    """Paths of a generator, rows of (ms, x, y), as strokes with the context of `strokes60hz`: eight a sitting.

    Rows whose time isn't above that of the row before stand in its place. DataError where a path has no two times.
    """
    found = []
    for i, path in enumerate(paths):
        rows = np.asarray(path, np.float64).reshape(-1, 3)
        rows = rows[np.isfinite(rows).all(axis=1)]
        t = np.maximum.accumulate(rows[:, 0]) if len(rows) else rows[:, 0]
        rows = rows[np.append(t[1:] > t[:-1], True)[: len(t)]]
        if len(rows) < 2:
            raise DataError(f"stroke {i} of {generator} has fewer than two moments; a stroke is rows of (ms, x, y)")
        about: dict[str, Any] = {"generator": generator, "person": generator, "bot": True}
        about |= {"session": f"{generator}/{i // SITTING}", "stroke": i % SITTING, "recording": f"{generator}/{i}"}
        if family:
            about["family"] = family
        found.append(Events.of(rows[:, 0] - rows[0, 0], rows[:, 1], rows[:, 2], "move", **about))
    return Events.concat(found)


def entered(strokes: Events, people: Events, seed: int = 0) -> Events:
    """Strokes as the page that recorded the people records them: whole px, the last of each frame, none that stand."""
    return show(strokes, Page(intervals=frame_intervals(people)), seed)


def as_strokes(events: Events, seed: int = 0) -> Events:
    """Recordings as strokes: those with a `stroke` in their context are one, whole ones are cut from click to click.

    What was cut and comes faster than a page's frames is shown to a page with the frames of the people among them. So
    the sessions that `musculus.bots.generate` gives fight as they are; strokes that somebody cut are taken as they
    were rendered. DataError where a whole recording has no clicks, or there are no people.
    """
    events = _labelled(events)
    whole = np.array([str(s) in ("None", "nan") for s in _column(events, "stroke")], bool)
    if not whole.any():
        return events
    ready, bot = _only(events, ~whole), labels(events)
    cut = [pieces(_only(events, whole & side), seed) for side in (~bot, bot) if (whole & side).any()]
    late = Events.concat(cut)
    people = [_only(part, ~labels(part)) for part in (ready, late) if len(part)]
    if not any(len(part) for part in people):
        raise DataError("there are no people among the strokes; bots are shown to the page that recorded people")
    quick = _faster_than_frames(late)
    shown = entered(_only(late, quick), Events.concat(people), seed) if quick.any() else late[:0]
    return Events.concat([part for part in (ready, _only(late, ~quick), shown) if len(part)])


def _labelled(events: Events) -> Events:
    """With `bot` for those that only say their `generator`, where others of the arena say `bot`."""
    said = _column(events, "bot")
    if all(s is None for s in said) or all(s is not None for s in said):
        return events
    by_name = [g is not None and g != "human" for g in _column(events, "generator")]
    full = [by if s is None else s for s, by in zip(said, by_name, strict=True)]
    return events.with_context(bot=np.array(full, object))


def _column(events: Events, name: str) -> list[Any]:
    return list(events.context.get(name, np.full(len(events), None, object)))


def _faster_than_frames(events: Events) -> npt.NDArray[np.bool_]:
    """Which recordings have more than a tenth of their intervals below 0.7 frames."""
    ms = np.diff(events.t)
    inside = np.ones(len(ms), bool)
    inside[events.offsets[1:-1] - 1] = False
    of = events.recording_of_row()[1:][inside]
    n = np.bincount(of, minlength=len(events))
    return np.asarray(np.bincount(of, ms[inside] < SHORT, minlength=len(events)) > CROWDED * np.maximum(n, 1))


def _only(events: Events, which: npt.NDArray[np.bool_]) -> Events:
    rows = np.flatnonzero(which)
    return Events.concat([events[int(i)] for i in rows]) if len(rows) else events[:0]

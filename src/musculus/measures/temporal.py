"""When things happened: durations, rests, and the time from a stimulus to the answer. All in ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import PAUSE
from musculus.events import KIND, Events
from musculus.measures.engine.by_cut import reduce
from musculus.measures.engine.landmarks import PRESS, landmarks
from musculus.measures.engine.once import once, once_per_events
from musculus.measures.engine.rows import ends, group, inside
from musculus.measures.engine.series import only
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
HOVER: Final = 100.0  # ms of standing that make a hover


@measure("temporal", unit="ms")
def movement_time(path: Paths) -> Floats:
    """Time of the last position less that of the first, in arrival order.

    0 for one position, NaN without one; negative where the clock ran back between them.

    >>> movement_time(Paths.of(x=[0, 3, 6], y=[0, 4, 8], t=[5, 10, 25]))
    array([20.])
    """
    return reduce(path.raw_t, path.raw_offsets, "last") - reduce(path.raw_t, path.raw_offsets, "first")


@once
def onset(path: Paths) -> Floats:
    """When what the cut answers to began, ms, shape (n_cuts,).

    The first `stimulus` row in the cut; else the last one before it on its page; else the first `show` of its page
    (that of its first row); else its first row.
    """
    marks, cuts = landmarks(path.events), path.cuts
    row = np.where(cuts.end > cuts.start, cuts.start, -1)
    place = cuts.recording * marks.n_pages + cuts.page
    first = ends(path)[0]
    if len(marks.shows):
        shown = marks.show_of.first(place)
        first = np.where(shown >= 0, path.events.t[marks.shows[shown]], first)
    if len(marks.stimuli):
        before = marks.stimulus_before.find(row, place)
        next_one = np.searchsorted(marks.stimuli, cuts.start)
        within = next_one < np.searchsorted(marks.stimuli, cuts.end)
        which = np.where(within, next_one, before)
        first = np.where(which >= 0, path.events.t[marks.stimuli[which]], first)
    return first


@measure("temporal", unit="ms")
def response_time(path: Paths) -> Floats:
    """From the stimulus to the first press of the cut at or after it.

    The stimulus is the first `stimulus` row in the cut, else the last one before it on the same page; without one
    the page's first `show`, else the cut's first event. NaN without a press.
    """
    presses = landmarks(path.events).presses
    take, offsets = inside(path, presses)
    if not len(take):
        return np.full(len(path), np.nan)
    t = path.events.t[presses[take]] - onset(path)[group(path, offsets)]
    return reduce(np.where(t >= 0, t, np.nan), offsets, "first")


@once
def _way_off(path: Paths) -> Floats:
    """Square of the distance of each sample of the time view from the first, px²."""
    n = np.diff(path.offsets)
    x0, y0 = (np.repeat(reduce(v, path.offsets, "first"), n) for v in (path.x, path.y))
    return (path.x - x0) ** 2 + (path.y - y0) ** 2


def _initiation(path: Paths, px: float) -> Floats:
    away = only(path.t, _way_off(path) > px * px)
    return reduce(away, path.offsets, "first") - onset(path)


@measure("temporal", unit="ms")
def initiation_time(path: Paths) -> Floats:
    """From the stimulus to the first sample of the time view that is anywhere but at the first position.

    The stimulus as for `response_time`; negative where the pointer moved before it. NaN if it never moved.

    >>> initiation_time(Paths.of(x=[4, 4, 5], y=[0, 0, 0], t=[0, 10, 30]))
    array([30.])
    """
    return _initiation(path, 0.0)


@measure("temporal", unit="ms", px=None)
def initiation_time_10(path: Paths) -> Floats:
    """From the stimulus to the first sample of the time view farther than 10 px from the first position.

    The stimulus as for `response_time`. NaN if it never went so far.

    >>> initiation_time_10(Paths.of(x=[0, 10, 11], y=[0, 0, 0]))
    array([20.])
    """
    return _initiation(path, 10.0)


@dataclass(frozen=True, eq=False)
class Rests:
    """What followed each moving sample of the time view (the first sample counts as moving), one entry each.

    Attributes
    ----------
    until_next : ms to the next moving sample; after the last one to the last sample
    standing : ms to the last sample that stands at the same place
    offsets : (n_cuts + 1,)
    """

    until_next: Floats
    standing: Floats
    offsets: Ints


@once
def rests(path: Paths) -> Rests:
    """The rests of a chunk: between moving samples, and standing at one place."""
    moved = np.flatnonzero((path.dx != 0) | (path.dy != 0))  # NaN at every head, which is not 0 either
    offsets = np.searchsorted(moved, path.offsets)
    after = np.append(moved, len(path.t))[1:]
    standing = path.t[after - 1] - path.t[moved]
    until_next = path.t[np.minimum(after, len(path.t) - 1)] - path.t[moved]
    last = offsets[1:][np.diff(offsets) > 0] - 1
    until_next[last] = standing[last]
    return Rests(until_next, standing, offsets)


def _known(path: Paths, values: Floats) -> Floats:
    """NaN for the cuts without any position."""
    return np.where(np.diff(path.offsets) > 0, values, np.nan)


def _longer(path: Paths, values: npt.NDArray[Any], op: str) -> Floats:
    return _known(path, reduce(values, rests(path).offsets, op))


@measure("temporal", unit="ms")
def idle_time(path: Paths) -> Floats:
    """Sum of the intervals of the time view in which the position did not change.

    0 for one position, NaN without one.

    >>> idle_time(Paths.of(x=[0, 0, 5, 5, 5], y=[0, 0, 0, 0, 0]))
    array([30.])
    """
    return _known(path, reduce(rests(path).standing, rests(path).offsets, "sum"))


@measure("temporal", unit="ms", ms=None)
def pause_time(path: Paths) -> Floats:
    """Time spent in rests of at least 500 ms between successive moving samples of the time view.

    The first sample counts as moving and a rest at the end is included. 0 without a rest, NaN without a position.

    >>> pause_time(Paths.of(x=[0, 5, 9, 9], y=[0, 0, 0, 0], t=[0, 10, 600, 1100]))  # 590 ms and 500 ms
    array([1090.])
    """
    rest = rests(path).until_next
    return _longer(path, np.where(rest >= PAUSE, rest, 0.0), "sum")


@measure("temporal", unit="1", ms=None)
def pause_count(path: Paths) -> Floats:
    """Rests of at least 500 ms between successive moving samples of the time view, counted as `pause_time` is.

    >>> pause_count(Paths.of(x=[0, 5, 9, 9], y=[0, 0, 0, 0], t=[0, 10, 600, 1100]))
    array([2.])
    """
    return _longer(path, rests(path).until_next >= PAUSE, "sum")


@measure("temporal", unit="ms", ms=None)
def hover_time_100(path: Paths) -> Floats:
    """Time of the phases in which the pointer stood for longer than 100 ms, each as long as it could be.

    Standing is what the samples of the time view show: a gap that ends somewhere else is no hover. 0 without a
    phase, NaN without a position.

    >>> hover_time_100(Paths.of(x=[0, 0, 0, 5], y=[0, 0, 0, 0], t=[0, 60, 110, 400]))
    array([110.])
    """
    phase = rests(path).standing
    return _longer(path, np.where(phase > HOVER, phase, 0.0), "sum")


@measure("temporal", unit="1", ms=None)
def hover_count_100(path: Paths) -> Floats:
    """Phases in which the pointer stood for longer than 100 ms.

    >>> hover_count_100(Paths.of(x=[0, 0, 0, 5, 5], y=[0, 0, 0, 0, 0], t=[0, 60, 110, 400, 500]))
    array([1.])
    """
    return _longer(path, rests(path).standing > HOVER, "sum")


@measure("temporal", unit="ms")
def page_time(path: Paths) -> Floats:
    """How long the page, or what is cut, was visible, from its `show` and `hide` rows.

    Visible from a `show` (from the first event if a `hide` comes first) to the next `hide`, else to the last event;
    a second `show` while visible changes nothing. Without either kind: last event less first. NaN without an event.
    """
    first, last = ends(path)
    rows = landmarks(path.events).visibility
    take, offsets = inside(path, rows)
    if not len(take):
        return last - first
    n = np.diff(offsets)
    told = path.events.t[rows[take]]
    shows = path.events.kind[rows[take]] == KIND["show"]
    head, tail = offsets[:-1][n > 0], offsets[1:][n > 0] - 1
    owner = group(path, offsets)
    visible = np.where(shows, _next(told, tail, last[owner]) - told, 0.0)
    visible[head] += np.where(shows[head], 0.0, told[head] - first[owner[head]])
    return np.where(n > 0, reduce(visible, offsets, "sum"), last - first)


def _next(values: Floats, tail: Ints, end: Floats) -> Floats:
    """The entry after each; `end` after the last of a cut."""
    out = np.append(values[1:], np.nan)
    out[tail] = end[tail]
    return out


@once_per_events
def between_clicks(events: Events) -> tuple[Ints, Ints]:
    """Rows of all releases that a press follows, and of that press; ordered by press."""
    marks = landmarks(events)
    rows, alone = marks.buttons, marks.clicks_alone
    follows = np.flatnonzero(~marks.pressed[:-1] & marks.pressed[1:])
    release, press = rows[follows], rows[follows + 1]
    if not len(alone):
        return release, press
    release, press = np.concatenate([release, alone[:-1]]), np.concatenate([press, alone[1:]])
    order = np.argsort(press)
    return release[order], press[order]


@measure("temporal", unit="ms", summarise=True, view="own", count=True, kinds=PRESS)
def click_interval(path: Paths) -> tuple[Floats, Ints]:
    """From the release of one click to the press of the next: the movement duration of the Smashing article.

    Where a recording has no `down` rows: from click to click. None for the first click.
    """
    release, press = between_clicks(path.events)
    take, offsets = inside(path, press, release)
    passed: Floats = path.events.t[press[take]] - path.events.t[release[take]]
    return passed, offsets

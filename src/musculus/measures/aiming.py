"""Aiming at targets: how far off, how hard, how soon; part of the category `performance`.

A press is a `down` row of the primary pointer, or a `click` row where a recording has no `down` at all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.aim import aims, centre
from musculus.measures.engine.by_cut import reduce
from musculus.measures.engine.landmarks import PRESS, landmarks
from musculus.measures.engine.rows import count_inside, group, inside, no_series, nothing, presses_inside
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Series = tuple[Floats, Ints]


def _presses_at_targets(path: Paths) -> tuple[Ints, Ints]:
    """The presses of each cut, or none at all where no stimulus was ever shown."""
    return presses_inside(path) if len(landmarks(path.events).stimuli) else nothing(path)


@measure("performance", unit="px", summarise=True, view="own", count=True, kinds=("stimulus",))
def click_error(path: Paths) -> Series:
    """Distance from a press to the centre of the intended target.

    The target is that of the last `stimulus` row before the press on the same page, in the cut or before it; NaN
    without one, or where the stimulus has no box.
    """
    take, offsets = _presses_at_targets(path)
    return aims(path.events).error[take], offsets


@measure("performance", unit="px", summarise=True, view="own", count=True, kinds=PRESS)
def click_offset(path: Paths) -> Series:
    """Distance from a press to the centre of the element pressed; NaN where the row has no box."""
    marks, (take, offsets) = landmarks(path.events), presses_inside(path)
    if not len(take) or "left" not in path.events:
        return no_series(path)
    rows = marks.presses[take]
    x, y = centre(marks, rows)
    return np.hypot(path.events.x[rows] - x, path.events.y[rows] - y), offsets


@measure("performance", unit="ms", summarise=True, view="own", count=True, kinds=("enter",))
def time_to_click(path: Paths) -> Series:
    """From the last entry into the target, at or before the press, to the press.

    The target is that of the last stimulus before the press on its page, else the element pressed. Entries are
    `enter` rows with that target on the same page, in the cut or before it; NaN without one.
    """
    marks, (take, offsets) = landmarks(path.events), presses_inside(path)
    if not len(take) or not len(marks.enters):
        return no_series(path)
    rows, target = marks.presses[take], aims(path.events).target[take]
    entry = marks.enter_before.find(rows, np.where(target >= 0, marks.with_target(rows, target), -1))
    t = path.events.t
    return np.where(entry >= 0, t[rows] - t[marks.enters[entry]], np.nan), offsets


@measure("performance", unit="bit", summarise=True, view="own", count=True, kinds=("stimulus",))
def fitts_id(path: Paths) -> Series:
    """Fitts's index of difficulty of each press at a target: log2(D / W + 1).

    D is the way from where the pointer was when the last stimulus before the press appeared (its last position at
    or before that row on the page, else the first after it) to the target's centre, W the target's smaller side.
    NaN without a stimulus, its box, or a position. MacKenzie.
    """
    take, offsets = _presses_at_targets(path)
    return aims(path.events).difficulty[take], offsets


@measure("performance", unit="bit/s", ms=-1)
def fitts_throughput(path: Paths) -> Floats:
    """Throughput of the presses at targets, the cut being the sequence: effective difficulty over mean time.

    log2(De / We + 1) / MT. We is 4.133 times the standard deviation (n - 1) of where the presses lie along the task
    axis (from the start position to the target's centre), De the mean distance gone along it, MT the mean time
    from stimulus to press. NaN with fewer than two presses, or all at the same place. ISO 9241-411.
    """
    aim, (take, offsets) = aims(path.events), _presses_at_targets(path)
    if not len(take):
        return np.full(len(path), np.nan)
    known = np.isfinite(aim.along[take] + aim.distance[take] + aim.time[take])
    along, distance, time = (np.where(known, v[take], np.nan) for v in (aim.along, aim.distance, aim.time))
    width = 4.133 * reduce(along, offsets, "sd")
    gone = reduce(distance + along, offsets, "mean")
    bits = np.log2(gone / np.where(width > 0, width, np.nan) + 1)
    seconds_each = reduce(time, offsets, "mean") / 1e3
    return bits / np.where(seconds_each > 0, seconds_each, np.nan)


@measure("performance", unit="1")
def target_reentries(path: Paths) -> Floats:
    """Entries into the intended target after the first, summed over the stimuli of the cut.

    An entry is an `enter` row whose target is that of the last stimulus at or before it on its page; for each
    stimulus the first one is taken off. 0 if the pointer never entered, NaN where no stimulus with a target is
    known, in the cut or in force when it began. MacKenzie 2001.
    """
    marks, aim = landmarks(path.events), aims(path.events)
    if not len(marks.stimuli):
        return np.full(len(path), np.nan)
    row = np.where(path.cuts.end > path.cuts.start, path.cuts.start, -1)
    before = marks.stimulus_before.find(row, path.cuts.recording * marks.n_pages + path.cuts.page)
    known = ((before >= 0) & aim.named[before]) | (count_inside(path, aim.named_rows) > 0)
    take, offsets = inside(path, aim.entry_rows)
    trial = aim.entry_trial[take] * len(path) + group(path, offsets)
    again = np.ones(len(take), bool)
    again[np.unique(trial, return_index=True)[1]] = False
    return np.where(known, reduce(again, offsets, "sum"), np.nan)

"""Where recordings, pages, motions, strokes, actions, clicks and windows begin and end.

A cut is a range of rows of the same columns, never a copy: everything that works on one recording works on a stroke.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut_rows import CLICK_AS_PRESS, action_rows, stroke_rows
from musculus.errors import UnknownName, UsageError
from musculus.events import KIND, Events

Ints = npt.NDArray[np.int64]
ACTIONS: Final = ("MM", "PC", "DD", "SC")
PAUSE: Final = 500.0  # ms without movement that end a motion, stroke or action
MASK: Final = np.array([1, 4, 2, 8, 16] + [0] * 251, np.int16)  # bit of button 0, 1, 2 ... in the mask of those held
DRAG: Final = 3.0  # px of way with a button held that make a press a drag

MOVE, DOWN, UP, CANCEL, CLICK = (KIND[k] for k in ("move", "down", "up", "cancel", "click"))
WHEEL, HIDE, BLUR = (KIND[k] for k in ("wheel", "hide", "blur"))


@dataclass(frozen=True, eq=False)
class Cuts:
    """Ranges of rows `start[k]:end[k]`, each inside one recording, and on one page but for `recording click window`.

    Attributes
    ----------
    kind : which rule made them
    start, end : (n_cuts,) int64, row numbers
    recording : (n_cuts,) int64, index of the recording
    page : (n_cuts,) int32, page view of the first row (0 for an empty recording)
    action : (n_cuts,) int8 index into `ACTIONS` for the cut `action`, else None
    """

    kind: str
    start: Ints
    end: Ints
    recording: Ints
    page: npt.NDArray[np.int32]
    action: npt.NDArray[np.int8] | None = None

    def __len__(self) -> int:
        return len(self.start)

    @property
    def index(self) -> Ints:
        """For each cut how many came before it in its recording."""
        before = np.searchsorted(self.recording, self.recording, side="left")
        return np.arange(len(self)) - before

    def __getitem__(self, which: slice | npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Cuts:
        start, end, recording = (np.ascontiguousarray(p[which]) for p in (self.start, self.end, self.recording))
        action = None if self.action is None else self.action[which]
        return Cuts(self.kind, start, end, recording, self.page[which], action)


def cut(
    events: Events,
    kind: str = "stroke",
    *,
    pause: float = PAUSE,
    ms: float | None = None,
    count: int | None = None,
    strokes: int | None = None,
    step: float | None = None,
) -> Cuts:
    """The cuts of one kind: `recording page motion stroke action click window` (rules: docs/recordings.md).

    `pause` (ms) is the rest that ends motions, strokes and actions. A `window` has exactly one of `ms`, `count`
    (events) and `strokes`, and a `step` in the same unit (default: the window's length, so that windows don't
    overlap); only full windows are cut. UnknownName for another kind, UsageError for a window without a length.

    >>> e = Events.of(t=[0, 10, 20, 900, 910], x=[0, 5, 9, 9, 2], y=[0, 0, 0, 0, 0])
    >>> c = cut(e, "stroke")  # the pointer rests from 20 ms to 900 ms
    >>> c.start.tolist(), c.end.tolist()
    ([0, 3], [3, 5])
    """
    if kind == "window":
        return _windows(events, pause, ms, count, strokes, step)
    if kind not in RULES:
        raise UnknownName("cut", kind, [*RULES, "window"])
    return RULES[kind](events, pause)


def position_rows(events: Events) -> npt.NDArray[np.bool_]:
    """Which rows have the positions of a path: moves, presses and releases of the primary pointer.

    Clicks count in recordings that have no press at all (some published data record clicks only).
    """
    kinds = events.kind
    rows: npt.NDArray[np.bool_] = (kinds == MOVE) | (kinds == DOWN) | (kinds == UP)
    if len(clicks := np.flatnonzero(kinds == CLICK)):
        presses = np.append(0, np.cumsum(kinds == DOWN))[events.offsets]
        without = np.diff(presses) == 0
        recording = np.searchsorted(events.offsets, clicks, side="right") - 1
        rows[clicks[without[recording]]] = True
    if "primary" in events:
        rows &= events.columns["primary"] != 0
    return rows


def _cuts(events: Events, kind: str, start: Ints, end: Ints, action: npt.NDArray[np.int8] | None = None) -> Cuts:
    recording = np.searchsorted(events.offsets, start, side="right") - 1
    return Cuts(kind, start, end, recording, events.columns["page"][start], action)


def _recordings(events: Events, pause: float) -> Cuts:
    start, end = events.offsets[:-1], events.offsets[1:]
    page = np.zeros(len(start), np.int32)
    full = end > start
    page[full] = events.columns["page"][start[full]]
    return Cuts("recording", start, end, np.arange(len(start)), page)


def _pages(events: Events, pause: float) -> Cuts:
    page = events.columns["page"]
    first = np.zeros(events.n_events, bool)
    first[1:] = page[1:] != page[:-1]
    first[events.offsets[:-1][np.diff(events.offsets) > 0]] = True
    start = np.flatnonzero(first)
    return _cuts(events, "page", start, np.append(start[1:], events.n_events)[: len(start)])


def _motions(events: Events, pause: float) -> Cuts:
    rows = np.flatnonzero(position_rows(events) & (events.kind == MOVE))
    if not len(rows):
        return _cuts(events, "motion", rows, rows)
    key = events.recording_of_row()[rows]
    page, t = events.columns["page"][rows], events.t[rows]
    together = (key[1:] == key[:-1]) & (page[1:] == page[:-1]) & (np.diff(t) < pause)
    first = np.append(0, np.flatnonzero(~together) + 1)
    last = np.append(first[1:], len(rows)) - 1
    long = last > first
    return _cuts(events, "motion", rows[first[long]], rows[last[long]] + 1)


def _strokes(events: Events, pause: float) -> Cuts:
    start, end = _room(events)
    n = stroke_rows(*_pointer_columns(events), pause, start, end)
    return _cuts(events, "stroke", start[:n].copy(), end[:n].copy())


def _actions(events: Events, pause: float) -> Cuts:
    start, end = _room(events)
    what = np.empty(len(start), np.int8)
    n = action_rows(*_pointer_columns(events), pause, DRAG, start, end, what)
    return _cuts(events, "action", start[:n].copy(), end[:n].copy(), what[:n].copy())


def _clicks(events: Events, pause: float) -> Cuts:
    """From the release of click k to the press of click k + 1, both rows included, on whatever pages they are.

    So the measure `click_interval` goes too. A release counts where its button was pressed before it. In a recording
    without presses, from click to click.
    """
    rows = np.flatnonzero(position_rows(events) & (events.kind != MOVE))
    kind, button = events.kind[rows], events.columns["button"][rows]
    recording = events.recording_of_row()[rows]
    release = (kind == CLICK) | ((kind == UP) & _pressed_before(kind, button, recording))
    press = (kind == CLICK) | (kind == DOWN)
    first, second = _next_pairs(release, press)
    same = recording[first] == recording[second]
    return _cuts(events, "click", rows[first[same]], rows[second[same]] + 1)


def _pressed_before(kind: npt.NDArray[Any], button: npt.NDArray[Any], recording: Ints) -> npt.NDArray[np.bool_]:
    """For each row whether the last row of its button before it in its recording is a press."""
    order = np.lexsort((np.arange(len(kind)), button, recording))
    before = np.zeros(len(kind), bool)
    down = (kind == DOWN)[order]
    same = (button[order][1:] == button[order][:-1]) & (recording[order][1:] == recording[order][:-1])
    before[order[1:]] = down[:-1] & same
    return before


def _next_pairs(first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Each `second` with the last `first` before it, where no other `second` stands between."""
    at = np.arange(len(first))
    latest = np.maximum.accumulate(np.where(first, at, -1))
    b = np.flatnonzero(second)
    a = np.where(b > 0, latest[b - 1], -1) if len(b) else b
    previous = np.append(-1, b[:-1])
    keep = (a >= 0) & (a >= previous)
    return a[keep], b[keep]


RULES: Final[dict[str, Callable[[Events, float], Cuts]]] = {
    "recording": _recordings,
    "page": _pages,
    "motion": _motions,
    "stroke": _strokes,
    "action": _actions,
    "click": _clicks,
}


def _windows(
    events: Events, pause: float, ms: float | None, count: int | None, strokes: int | None, step: float | None
) -> Cuts:
    if sum(v is not None for v in (ms, count, strokes)) != 1:
        raise UsageError("a window needs exactly one length: ms=3000, count=500 (events) or strokes=8")
    size = next(v for v in (ms, count, strokes) if v is not None)
    step = size if step is None else step
    if not (size > 0 and step > 0):
        raise UsageError(f"a window of {size} with a step of {step}: both must be above 0")
    if strokes is not None:
        return _stroke_windows(_strokes(events, pause), int(size), int(step), events)
    starts, ends = [], []
    for a, b in zip(events.offsets[:-1], events.offsets[1:], strict=True):
        if ms is not None:
            s, e = _time_windows(events.t[a:b], float(size), float(step))
        else:
            s = np.arange(0, b - a - int(size) + 1, int(step))
            e = s + int(size)
        starts.append(a + s)
        ends.append(a + e)
    none = np.zeros(0, np.int64)
    return _cuts(events, "window", np.concatenate([none, *starts]), np.concatenate([none, *ends]))


def _time_windows(t: npt.NDArray[np.float64], size: float, step: float) -> tuple[Ints, Ints]:
    if not len(t):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    clock = np.fmax.accumulate(t)  # rows stay in arrival order even where the clock ran backwards
    n = int(np.floor((clock[-1] - clock[0] - size) / step + 1e-9)) + 1
    begin = clock[0] + np.arange(max(n, 0)) * step
    s, e = np.searchsorted(clock, begin, side="left"), np.searchsorted(clock, begin + size, side="left")
    return s[e > s], e[e > s]


def _stroke_windows(strokes: Cuts, size: int, step: int, events: Events) -> Cuts:
    k = strokes.index
    n = np.bincount(strokes.recording, minlength=len(events))[strokes.recording]
    first = np.flatnonzero((k % step == 0) & (k + size <= n))
    return _cuts(events, "window", strokes.start[first], strokes.end[first + size - 1])


def _room(events: Events) -> tuple[Ints, Ints]:
    n = events.n_events + 1  # a lost release can end two actions at one row
    return np.empty(n, np.int64), np.empty(n, np.int64)


def _pointer_columns(events: Events) -> tuple[npt.NDArray[Any], ...]:
    """The columns that `cut_rows` reads, of the rows that matter to strokes and actions."""
    rows = np.flatnonzero(_pointer_rows(events))
    take = slice(None) if len(rows) == events.n_events else rows  # all of them need no copy
    t, x, y, kinds, button, page = (events.columns[name][take] for name in ("t", "x", "y", "kind", "button", "page"))
    click = kinds == CLICK
    if click.any():
        kinds = np.where(click, np.int8(CLICK_AS_PRESS), kinds)
    new = np.ones(len(rows), np.bool_)
    new[1:] = page[1:] != page[:-1]
    begin = np.searchsorted(rows, events.offsets[:-1])
    new[begin[begin < len(rows)]] = True
    mask = events.columns["buttons"][take] if "buttons" in events else np.full(len(rows), -1, np.int16)
    return rows, kinds, t, x, y, MASK[button.view(np.uint8)], mask, new


def _pointer_rows(events: Events) -> npt.NDArray[np.bool_]:
    table = np.zeros(128, bool)
    table[[CANCEL, WHEEL, HIDE, BLUR]] = True
    rows: npt.NDArray[np.bool_] = table[events.kind] | position_rows(events)
    if "primary" in events:
        rows &= (events.kind != CANCEL) | (events.columns["primary"] != 0)
    return rows

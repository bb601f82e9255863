"""Where cuts begin and end, from the contract's table."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import groupby, pairwise

from twins.actions import actions
from twins.cut_state import Held, breaks, held_rows
from twins.events_view import Row, has_down, is_primary, press_kind, usable
from twins.rests import split_at_rests

Range = tuple[int, int]


def cuts(rows: list[Row], kind: str, pause: float = 500.0, **window: float) -> list[Range]:
    """Row ranges (start, end) of one recording."""
    if kind == "window":
        return windows(rows, pause, **window)
    ranges: dict[str, Callable[[], list[Range]]] = {
        "recording": lambda: [(0, len(rows))],
        "page": lambda: pages(rows),
        "motion": lambda: motions(rows),
        "stroke": lambda: stroke_cuts(rows, pause),
        "action": lambda: [(start, end) for _, start, end in actions(rows, pause)],
        "click": lambda: clicks(rows),
    }
    return ranges[kind]()


def pages(rows: list[Row]) -> list[Range]:
    out = []
    for _, run in groupby(enumerate(rows), key=lambda pair: pair[1].page):
        numbers = [i for i, _ in run]
        out += [(numbers[0], numbers[-1] + 1)]
    return out


def motions(rows: list[Row]) -> list[Range]:
    """Runs of at least two `move` records less than 500 ms apart on one page."""
    runs: list[list[int]] = []
    for i, row in enumerate(rows):
        if row.kind != "move" or not is_primary(row) or not math.isfinite(row.t):
            continue
        last = runs[-1][-1] if runs else None
        if last is not None and row.page == rows[last].page and row.t - rows[last].t < 500:
            runs[-1].append(i)
        else:
            runs.append([i])
    return [(run[0], run[-1] + 1) for run in runs if len(run) > 1]


def stroke_cuts(rows: list[Row], pause: float) -> list[Range]:
    """Runs of records with no button held, split at rests, that pass two distinct positions."""
    parts = [part for run in stroke_runs(rows) for part in split_at_rests(rows, run, pause)]
    moved = [part for part in parts if len({(rows[i].x, rows[i].y) for i in part}) > 1]
    return [(part[0], part[-1] + 1) for part in moved]


def stroke_runs(rows: list[Row]) -> list[list[int]]:
    """Move records between presses, wheels and breaks; the press that ends a run is its last record."""
    held = held_rows(rows)
    press = press_kind(rows)
    runs: list[list[int]] = [[]]
    page = None
    for i, row in enumerate(rows):
        if breaks(row, page):
            runs.append([])
        page = row.page
        if row.kind == "move" and usable(row) and not held[i]:
            runs[-1].append(i)
        elif row.kind == press and is_primary(row):
            if runs[-1] and usable(row) and not held[i]:
                runs[-1].append(i)
            runs.append([])
        elif row.kind == "wheel":
            runs.append([])
    return [run for run in runs if run]


def clicks(rows: list[Row]) -> list[Range]:
    """From the release of each click to the next press, both rows included, whatever page it is on."""
    if not has_down(rows):
        numbers = [i for i, row in enumerate(rows) if row.kind == "click" and is_primary(row)]
        return [(a, b + 1) for a, b in pairwise(numbers)]
    out = []
    held = Held()
    released: int | None = None
    for i, row in enumerate(rows):
        if row.kind not in ("down", "up") or not is_primary(row):
            continue
        if row.kind == "down" and released is not None:
            out.append((released, i + 1))
            released = None
        if row.kind == "up" and row.button in held.buttons:
            released = i
        held.see(row)
    return out


def windows(
    rows: list[Row], pause: float, ms: float = 0, count: float = 0, strokes: float = 0, step: float = 0
) -> list[Range]:
    """Full windows of so many ms, events or strokes, one every `step` of the same unit."""
    if strokes:
        parts = stroke_cuts(rows, pause)
        n, by = int(strokes), int(step or strokes)
        return [(parts[k][0], parts[k + n - 1][1]) for k in range(0, len(parts) - n + 1, by)]
    if count:
        n, by = int(count), int(step or count)
        return [(k, k + n) for k in range(0, len(rows) - n + 1, by)]
    return ms_windows(rows, ms, step or ms)


def ms_windows(rows: list[Row], ms: float, step: float) -> list[Range]:
    """Half open in time, from the first row's time as long as a window is full; empty ones are left out."""
    high, times = -math.inf, []
    for row in rows:
        high = max(high, row.t) if math.isfinite(row.t) else high
        times.append(high)
    out, k = [], 0
    while rows and times[0] + k * step + ms <= times[-1]:
        begin = times[0] + k * step
        window = (sum(t < begin for t in times), sum(t < begin + ms for t in times))
        if window[0] < window[1]:
            out.append(window)
        k += 1
    return out

"""numpy over whole columns: shifted differences that stop at the borders of cuts, summaries from one sort by cut.

Quantiles need the values of each cut in order. They are sorted by value, then by cut with numpy's radix sort of small
whole numbers, which keeps the order of equal ones: several times faster than `np.lexsort`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from same_work import MOVING_SERIES, PATH_SERIES, QUANTILES, SERIES, SUMMARIES, TIME_SERIES, Floats, Ints, Rows


@dataclass(frozen=True)
class View:
    """Samples of a view, and the cut of each."""

    cut: Ints
    t: Floats
    x: Floats
    y: Floats

    @property
    def first(self) -> np.ndarray:
        """Which samples are the first of their cut."""
        return np.append(True, self.cut[1:] != self.cut[:-1])

    def only(self, which: np.ndarray) -> View:
        """Some of the samples."""
        return View(self.cut[which], self.t[which], self.x[which], self.y[which])


def prepare(rows: Rows) -> tuple[View, int]:
    """Columns, and the number of cuts."""
    return View(rows.cut, rows.t, rows.x, rows.y), len(rows.offsets) - 1


def time_view(rows: View) -> View:
    """Time made monotone within each cut, then the last sample of each time."""
    same = rows.cut[1:] == rows.cut[:-1]
    t = rows.t.copy()
    for cut in np.unique(rows.cut[1:][(t[1:] < t[:-1]) & same]):  # few clocks ever run backwards
        a, b = np.searchsorted(rows.cut, [cut, cut + 1])
        t[a:b] = np.maximum.accumulate(t[a:b])
    return View(rows.cut, t, rows.x, rows.y).only(np.append((t[1:] != t[:-1]) | ~same, True))


def path_view(rows: View) -> View:
    """Successive equal positions collapsed."""
    moved = np.append(True, (rows.x[1:] != rows.x[:-1]) | (rows.y[1:] != rows.y[:-1]))
    return rows.only(moved | rows.first)


def change(v: Floats) -> Floats:
    """Value less the one before; heads of cuts are NaN already, or made so by the caller."""
    return np.append(np.nan, v[1:] - v[:-1])


def between(v: Floats) -> Floats:
    """Mean of a value and the one before."""
    return np.append(np.nan, (v[1:] + v[:-1]) / 2)


def before(v: Floats) -> Floats:
    """The value before."""
    return np.append(np.nan, v[:-1])


def steps(view: View) -> tuple[Floats, Floats]:
    """Steps across and down; NaN at the first sample of each cut."""
    dx, dy = change(view.x), change(view.y)
    dx[view.first] = dy[view.first] = np.nan
    return dx, dy


def turn(dx: Floats, dy: Floats) -> tuple[Floats, Floats]:
    """Turning angle between the last two steps, and their cross product."""
    cross = before(dx) * dy - before(dy) * dx + 0.0
    return np.arctan2(cross, before(dx) * dx + before(dy) * dy), cross


def series(rows: View) -> dict[str, tuple[Ints, Floats]]:
    """Name -> (cut of each value, values)."""
    time, path = time_view(rows), path_view(rows)
    found = dict(zip(TIME_SERIES, of_time(time), strict=True))
    out = {name: (time.cut, values) for name, values in found.items()}
    out |= dict(zip(MOVING_SERIES, [angular(time)], strict=True))
    return out | {name: (path.cut, values) for name, values in zip(PATH_SERIES, of_path(path), strict=True)}


def of_time(view: View) -> list[Floats]:
    """The series of the time view."""
    dx, dy = steps(view)
    interval = change(view.t)
    dt = interval / 1e3
    dt[view.first] = np.nan
    step = np.sqrt(dx * dx + dy * dy)
    speed, vx, vy = step / dt, dx / dt, dy / dt
    dt1 = between(dt)
    dt2 = between(dt1)
    acceleration = change(speed) / dt1
    jerk = change(acceleration) / dt2
    return [
        speed, vx, vy, np.abs(vx), np.abs(vy), acceleration, change(vx) / dt1, change(vy) / dt1,
        np.where(acceleration > 0, acceleration, np.nan), np.where(acceleration < 0, acceleration, np.nan),
        jerk, change(jerk) / between(dt2), interval / step,
    ]  # fmt: skip


def angular(view: View) -> tuple[Ints, Floats]:
    """Change of heading between successive moving intervals over the time between their midpoints."""
    dx, dy = steps(view)
    middle = between(view.t)
    moving = (dx != 0) | (dy != 0)
    moving &= ~view.first
    cut, dx, dy, middle = view.cut[moving], dx[moving], dy[moving], middle[moving]
    angle, _ = turn(dx, dy)
    angle[np.append(True, cut[1:] != cut[:-1])] = np.nan
    return cut, angle / change(middle) * 1e3


def of_path(view: View) -> list[Floats]:
    """The series of the path view."""
    dx, dy = steps(view)
    length = np.sqrt(dx * dx + dy * dy)
    angle, cross = turn(dx, dy)
    ax, ay = before(dx) + dx, before(dy) + dy
    return [np.abs(angle), angle / between(length), np.abs(cross) / (ax * ax + ay * ay)]


def summaries(cut: Ints, values: Floats, cuts: int) -> Floats:
    """The eight summaries of each cut, shape (cuts, 8); NaN where it has no value."""
    finite = np.isfinite(values)
    cut, values = cut[finite], values[finite]
    order = np.argsort(values)
    order = order[np.argsort(cut[order].astype(np.uint16 if cuts < 65_536 else np.uint32), kind="stable")]
    ordered = values[order]
    count = np.bincount(cut, minlength=cuts)
    some = count > 0
    start = (np.cumsum(count) - count)[some]
    n = count[some]
    mean = np.bincount(cut, values, cuts)[some] / n
    off = values - np.repeat(mean, n)
    square = np.bincount(cut, off * off, cuts)[some]
    out = np.full((cuts, len(SUMMARIES)), np.nan)
    out[some, 0] = mean
    out[some, 1] = np.sqrt(square / np.where(n > 1, n - 1, np.nan))
    out[some, 2] = ordered[start]
    for k, q in enumerate(QUANTILES.values()):
        place = q * (n - 1)
        low = place.astype(np.int64)
        a, b = ordered[start + low], ordered[start + np.minimum(low + 1, n - 1)]
        out[some, 3 + k] = a + (place - low) * (b - a)
    out[some, 7] = ordered[start + n - 1]
    return out


def run(prepared: tuple[View, int]) -> tuple[list[str], Floats]:
    """Every series, every summary."""
    rows, cuts = prepared
    with np.errstate(all="ignore"):
        found = series(rows)
        values = np.hstack([summaries(*found[name], cuts) for name in SERIES])
    return [f"{name}_{s}" for name in SERIES for s in SUMMARIES], values

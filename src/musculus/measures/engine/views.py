"""The two views of a path (EVENTS.md) for many cuts in one pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@kernel(
    "void(f8[::1], f8[::1], f8[::1], b1[::1], i8[::1], i8[::1],"
    " f8[::1], f8[::1], f8[::1], i8[::1], f8[::1], f8[::1], i8[::1], f8[::1], i8[::1])"
)
def fill_views(t, x, y, use, start, end, tt, tx, ty, t_off, px, py, p_off, rt, r_off):  # type: ignore[no-untyped-def]
    """Write time view (tt, tx, ty), path view (px, py) and the raw times (rt) of each cut, with their offsets."""
    nt, np_, nr = 0, 0, 0
    t_off[0], p_off[0], r_off[0] = 0, 0, 0
    for c in range(len(start)):
        t0, p0 = nt, np_
        clock = -np.inf
        for i in range(start[c], end[c]):
            if not use[i] or not (np.isfinite(t[i]) and np.isfinite(x[i]) and np.isfinite(y[i])):
                continue
            rt[nr] = t[i]
            nr += 1
            if t[i] > clock:
                clock = t[i]
            if nt > t0 and tt[nt - 1] == clock:  # one sample per distinct time, the last one wins
                nt -= 1
            tt[nt], tx[nt], ty[nt] = clock, x[i], y[i]
            nt += 1
            if np_ == p0 or px[np_ - 1] != x[i] or py[np_ - 1] != y[i]:
                px[np_], py[np_] = x[i], y[i]
                np_ += 1
        t_off[c + 1], p_off[c + 1], r_off[c + 1] = nt, np_, nr


def views(
    t: Floats, x: Floats, y: Floats, use: npt.NDArray[np.bool_], start: Ints, end: Ints
) -> tuple[tuple[Floats, Floats, Floats, Ints], tuple[Floats, Floats, Ints], tuple[Floats, Ints]]:
    """Time view (t, x, y, offsets), path view (x, y, offsets) and raw times (t, offsets) of the cuts `start:end`.

    Rows with non-finite t, x or y, and rows that `use` leaves out, are in none of them.
    """
    room = int((end - start).sum())
    buffers: list[Any] = [np.empty(room) for _ in range(6)]
    offsets = [np.empty(len(start) + 1, np.int64) for _ in range(3)]
    tt, tx, ty, px, py, rt = buffers
    fill_views(t, x, y, use, start, end, tt, tx, ty, offsets[0], px, py, offsets[1], rt, offsets[2])
    nt, n, nr = (int(o[-1]) for o in offsets)
    return (tt[:nt], tx[:nt], ty[:nt], offsets[0]), (px[:n], py[:n], offsets[1]), (rt[:nr], offsets[2])

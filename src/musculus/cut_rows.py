"""The two compiled passes over pointer rows that find strokes and actions."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.compiled import kernel
from musculus.events import KIND

MOVE, DOWN, UP, CANCEL = (KIND[k] for k in ("move", "down", "up", "cancel"))
WHEEL, HIDE, BLUR = (KIND[k] for k in ("wheel", "hide", "blur"))
CLICK_AS_PRESS: Final = 100  # a click in a recording that has no press at all


@kernel("i8(i8[::1], i8[::1], f8[::1], f8[::1], f8[::1], i8[::1], b1[::1], f8, i8[::1], i8[::1])")
def stroke_rows(rows, kinds, t, x, y, buttons, new, pause, start, end):  # type: ignore[no-untyped-def]
    """Write the first row and one past the last of each stroke; give their number.

    `s` is the first record of the open stroke, `last` its last, `moved` the last one that changed position.
    """
    n, s, last, moved, away, held, clock, t_last, t_moved = 0, -1, -1, -1, False, False, -np.inf, 0.0, 0.0
    for i in range(len(rows) + 1):
        over = i == len(rows)
        kind = HIDE if over else kinds[i]
        border = not over and new[i]
        if kind == MOVE and buttons[i] >= 0:
            held = buttons[i] > 0
        elif border or kind in (UP, CANCEL, HIDE, BLUR):
            held = kind == UP and buttons[i] > 0
        press = kind in (DOWN, CLICK_AS_PRESS)
        record = (kind == MOVE and not held) or (press and s >= 0 and not border)
        record = record and np.isfinite(t[i]) and np.isfinite(x[i]) and np.isfinite(y[i])
        clock = -np.inf if border else clock
        ends = border or kind in (CANCEL, HIDE, BLUR, WHEEL) or (kind == MOVE and held)
        begin = -1  # the record a next stroke begins with, where a rest comes before this one
        if record:
            clock = max(clock, t[i])
            if s >= 0 and not ends:
                step = x[i] != x[last] or y[i] != y[last]
                if clock - t_last >= pause:
                    begin = i
                elif step and t_last - t_moved >= pause:
                    begin = last
        if s >= 0 and (ends or begin >= 0):
            if away:
                start[n] = rows[s]
                end[n] = rows[moved if t_last - t_moved >= pause or begin == last else last] + 1
                n += 1
            s = -1
        if record and (kind == MOVE or s >= 0 or begin == last):
            if s < 0 and begin != -1 and begin != i:
                s, moved, away, t_moved = begin, begin, False, t_last
            if s < 0:
                s, moved, away, t_moved = i, i, False, clock
            elif x[i] != x[last] or y[i] != y[last]:
                moved, away, t_moved = i, True, clock
            last, t_last = i, clock
        if press:
            if s >= 0 and away:
                start[n], end[n] = rows[s], rows[moved if t_last - t_moved >= pause else last] + 1
                n += 1
            s = -1
            held = kind == DOWN
    return n


@kernel("i8(i8[::1], i8[::1], f8[::1], f8[::1], f8[::1], i8[::1], b1[::1], f8, f8, i8[::1], i8[::1], i1[::1])")
def action_rows(rows, kinds, t, x, y, buttons, new, pause, drag, start, end, what):  # type: ignore[no-untyped-def]
    """Write first row, one past the last and the kind (index into ACTIONS) of each action; give their number.

    `mode` is 0 nothing open, 1 moving, 2 a button held, 3 scrolling; `s` the first record of what is open, `press`
    the press, `way` the path since it.
    """
    n, mode, s, press, last, count, moved, way = 0, 0, -1, -1, -1, 0, -1, 0.0
    clock, t_last, t_moved, px, py = -np.inf, 0.0, 0.0, np.nan, np.nan
    for i in range(len(rows) + 1):
        over = i == len(rows)
        kind = HIDE if over else kinds[i]
        border = not over and new[i]
        if border:
            clock = -np.inf
        if not over and np.isfinite(t[i]):
            clock = max(clock, t[i])
        lost = mode == 2 and ((kind == MOVE and buttons[i] == 0) or kind in (DOWN, CLICK_AS_PRESS))
        stop = over or border or kind in (CANCEL, HIDE, BLUR)
        step = kind == MOVE and (x[i] != px or y[i] != py)
        rest = mode in (1, 3) and (clock - t_last >= pause or (step and t_last - t_moved >= pause))
        released = mode == 2 and kind == UP and not border and not buttons[i] > 0
        if mode == 2 and kind == DOWN and buttons[i] > 0 and buttons[i] & (buttons[i] - 1):
            lost = False  # another button joins the first
        if mode == 2 and (released or lost or stop):
            last = i if released else last
            if released and np.isfinite(x[i]):
                way += np.hypot(x[i] - px, y[i] - py)
            if way > drag:
                if count >= 2:
                    start[n], end[n], what[n] = rows[s], rows[moved] + 1, 0
                    n += 1
                start[n], end[n], what[n] = rows[press], rows[last] + 1, 2
            else:
                start[n], end[n], what[n] = rows[s], rows[last] + 1, 1
            n += 1
            mode = 0
        elif mode == 1 and (stop or rest or kind == WHEEL):
            if count >= 2:
                start[n], end[n], what[n] = rows[s], rows[last] + 1, 0
                n += 1
            mode = 0
        elif mode == 3 and (stop or rest or kind in (MOVE, DOWN, CLICK_AS_PRESS)):
            if count >= 2:
                start[n], end[n], what[n] = rows[s], rows[last] + 1, 3
                n += 1
            mode = 0
        if over:
            break
        if kind == MOVE and np.isfinite(x[i]) and np.isfinite(y[i]):
            if mode == 2:
                way += np.hypot(x[i] - px, y[i] - py)
            elif not buttons[i] > 0:
                if mode == 0:
                    mode, s, count, t_moved = 1, i, 0, clock
                count += 1
            if x[i] != px or y[i] != py:
                t_moved = clock
            px, py, last, t_last = x[i], y[i], i, clock
        elif kind == DOWN or kind == CLICK_AS_PRESS:
            if kind == CLICK_AS_PRESS:
                start[n], end[n], what[n] = rows[s if mode == 1 else i], rows[i] + 1, 1
                n, mode = n + 1, 0
            elif mode != 2:
                if mode == 0:
                    s, count = i, 0
                mode, press, moved, way = 2, i, last, 0.0
            px, py, last, t_last, t_moved = x[i], y[i], i, clock, clock
        elif kind == WHEEL:
            if mode == 0:
                mode, s, count, t_moved = 3, i, 0, clock
            if mode == 3:
                count += 1
                last, t_last, t_moved = i, clock, clock
    return n

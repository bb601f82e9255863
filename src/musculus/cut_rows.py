"""The two compiled passes over pointer rows that find strokes and actions.

Both read the same columns of the rows that matter (moves, presses, releases, clicks that stand for presses, wheel,
cancel, hide, blur): `rows` their row numbers, `bit` the button of a press or release as a bit of the browser's mask (0
where unknown), `mask` the buttons held as the row says (-1 where it doesn't), `new` where a recording or page begins.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.compiled import kernel
from musculus.events import KIND

MOVE, DOWN, UP, CANCEL = (KIND[k] for k in ("move", "down", "up", "cancel"))
WHEEL, HIDE, BLUR = (KIND[k] for k in ("wheel", "hide", "blur"))
CLICK_AS_PRESS: Final = 100  # a click in a recording that has no press at all
COLUMNS: Final = "i8[::1], i1[::1], f8[::1], f8[::1], f8[::1], i2[::1], i2[::1], b1[::1]"


@kernel(f"i8({COLUMNS}, f8, i8[::1], i8[::1])")
def stroke_rows(rows, kinds, t, x, y, bit, mask, new, pause, start, end):  # type: ignore[no-untyped-def]
    """Write the first row and one past the last of each stroke; give their number.

    `s` is the first record of the open stroke, `last` its last, `moved` the last one that changed position.
    """
    n, s, last, moved, away, held = 0, -1, -1, -1, False, 0
    for i in range(len(rows) + 1):
        over = i == len(rows)
        kind = HIDE if over else kinds[i]
        border = over or new[i]
        if border or kind in (CANCEL, HIDE, BLUR):
            held = 0
        if kind == UP:
            held = held & ~bit[i] if bit[i] else 0
        if kind == MOVE and mask[i] >= 0:
            held = mask[i]
        press = kind in (DOWN, CLICK_AS_PRESS)
        record = (kind == MOVE and held == 0) or (press and s >= 0 and not border)
        record = record and np.isfinite(t[i]) and np.isfinite(x[i]) and np.isfinite(y[i])
        ends = border or kind in (CANCEL, HIDE, BLUR, WHEEL) or (kind == MOVE and held != 0)
        stood = s >= 0 and t[last] - t[moved] >= pause
        begin = -1  # the record a next stroke begins with, where a rest comes before this one
        if record and s >= 0 and not ends:
            if t[i] - t[last] >= pause:
                begin = i
            elif stood and (x[i] != x[last] or y[i] != y[last]):
                begin = last
        if s >= 0 and (ends or begin >= 0):
            if away:
                start[n], end[n] = rows[s], rows[moved if stood else last] + 1
                n += 1
            s = -1
        if begin >= 0 and begin != i:
            s, last, moved, away = begin, begin, begin, False
        if record and (kind == MOVE or s >= 0):
            if s < 0:
                s, moved, away = i, i, False
            elif x[i] != x[last] or y[i] != y[last]:
                moved, away = i, True
            last = i
        if press:
            if s >= 0 and away:
                start[n], end[n] = rows[s], rows[moved if t[last] - t[moved] >= pause else last] + 1
                n += 1
            s = -1
            if kind == DOWN:
                held = held | bit[i] if bit[i] else max(held, 1)
    return n


@kernel(f"i8({COLUMNS}, f8, f8, i8[::1], i8[::1], i1[::1])")
def action_rows(rows, kinds, t, x, y, bit, mask, new, pause, drag, start, end, what):  # type: ignore[no-untyped-def]
    """Write first row, one past the last and the kind (index into ACTIONS) of each action; give their number.

    `mode` is 0 nothing open, 1 moving, 2 a button held, 3 scrolling. `s` is the first record of the open move or
    scroll (-1 none), `last` its last, `count` their number, `moved` the last that changed position and `upto` the
    number up to it; `press` the press, `tail` the last row with a button held, `way` the path since the press.
    """
    n, mode, s, last, count, moved, upto = 0, 0, -1, -1, 0, -1, 0
    press, tail, way, held, px, py = -1, -1, 0.0, 0, np.nan, np.nan
    for i in range(len(rows) + 1):
        over = i == len(rows)
        kind = HIDE if over else kinds[i]
        placed = not over and np.isfinite(x[i]) and np.isfinite(y[i]) and np.isfinite(t[i])
        stop = over or new[i] or kind in (CANCEL, HIDE, BLUR)
        pressing = kind in (DOWN, CLICK_AS_PRESS)
        again = mode == 2 and kind == DOWN and (bit[i] == 0 or (held & bit[i]) != 0)
        lost = mode == 2 and kind == MOVE and mask[i] == 0  # a release nobody saw
        released = False
        if mode == 2 and not (stop or again or lost):
            if kind == UP:
                held = held & ~bit[i] if bit[i] else 0
                released = held == 0
            elif kind == DOWN:
                held |= bit[i]
            if kind in (UP, DOWN) or (kind == MOVE and placed):
                tail = i
                if placed:
                    way += np.hypot(x[i] - px, y[i] - py) if np.isfinite(px) else 0.0
                    px, py = x[i], y[i]
        if mode == 2 and (stop or again or lost or released):
            if way > drag:
                if s >= 0 and upto >= 2:
                    start[n], end[n], what[n] = rows[s], rows[moved] + 1, 0
                    n += 1
                start[n], end[n], what[n] = rows[press], rows[tail] + 1, 2
            else:
                start[n], end[n], what[n] = rows[s if s >= 0 else press], rows[tail] + 1, 1
            n += 1
            mode, s, held = 0, -1, 0
            if released:
                continue
        if mode == 3 and (stop or kind == MOVE or pressing or (kind == WHEEL and t[i] - t[last] >= pause)):
            if count >= 2:
                start[n], end[n], what[n] = rows[s], rows[last] + 1, 3
                n += 1
            mode, s = 0, -1
        if mode == 1:
            step = placed and (x[i] != x[last] or y[i] != y[last])
            stood = t[i if pressing and placed and not step else last] - t[moved] >= pause
            gap = kind == WHEEL or stop or (((kind == MOVE and placed) or pressing) and t[i] - t[last] >= pause)
            if gap or (stood and (pressing or (kind == MOVE and step))):
                size = upto if stood else count
                if size >= 2:
                    start[n], end[n], what[n] = rows[s], rows[moved if stood else last] + 1, 0
                    n += 1
                mode, s = 0, -1
                if not gap and step:  # what comes next leaves from where the pointer stood
                    mode, s, moved, count, upto = 1, last, last, 1, 1
        if stop:
            held = 0
        if kind == MOVE and placed and mode != 2 and not mask[i] > 0:
            if mode != 1:
                mode, s, moved, count, upto = 1, i, i, 0, 0
            elif x[i] != x[last] or y[i] != y[last]:
                moved = i
            count += 1
            if moved == i:
                upto = count
            last = i
        elif kind == CLICK_AS_PRESS:
            start[n], end[n], what[n] = rows[s if mode == 1 else i], rows[i] + 1, 1
            n, mode, s = n + 1, 0, -1
        elif kind == DOWN and mode != 2:
            if mode != 1:
                s = -1
            else:
                moved, upto = last, count  # what the move before a drag ends with
            mode, press, tail, way, held = 2, i, i, 0.0, bit[i] if bit[i] else 1
            px, py = (x[i], y[i]) if placed else (np.nan, np.nan)
        elif kind == WHEEL and mode != 2:
            if mode != 3:
                mode, s, count = 3, i, 0
            count += 1
            last = i
    return n

"""What the table of measures doesn't hold: the profile of one stroke, free of its size and its place."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.events import Events
from musculus.score.dynamics.frames import lay, smoothed
from musculus.score.dynamics.shape import SHAPE, write_shape
from musculus.score.dynamics.speed import SPEED, write_speed
from musculus.score.dynamics.texture import TEXTURE, write_texture

Floats = npt.NDArray[np.float64]
PROFILE: Final = (*SPEED, *SHAPE, *TEXTURE)
VERSION: Final = 1  # raise it with any change in frames, speed, shape or texture: compiled code is kept by this file
FRAMES: Final = 6  # a stroke of fewer has no profile
WAY: Final = 5.0  # px
_A, _B = len(SPEED), len(SPEED) + len(SHAPE)


@kernel("void(f8[::1], f8[::1], f8[::1], i8[::1], f8[:, ::1])")
def fill_profiles_of_strokes(t, x, y, offsets, out):  # type: ignore[no-untyped-def]
    """Write a row of `PROFILE` for each stroke."""
    out[:] = np.nan
    for c in range(len(offsets) - 1):
        a, b = offsets[c], offsets[c + 1]
        if b - a < 3:
            continue
        gx, gy = lay(t[a:b], x[a:b], y[a:b])
        v = np.sqrt((gx[1:] - gx[:-1]) ** 2 + (gy[1:] - gy[:-1]) ** 2)
        way = np.zeros(len(gx))
        for i in range(len(v)):
            way[i + 1] = way[i] + v[i]
        if len(v) < FRAMES or way[-1] < WAY:
            continue
        s = smoothed(v)
        write_speed(v, s, way, out[c, :_A])
        write_shape(gx, gy, way, out[c, _A:_B])
        write_texture(gx, gy, v, s.max(), out[c, _B:])


def profiles(strokes: Events) -> Floats:
    """The columns `PROFILE` of each recording, which is one stroke of moves; (n_recordings, n_columns).

    NaN where a figure is undefined, and everywhere for strokes of fewer than 6 frames or 5 px.

    >>> line = Events.of(t=[i * 1000 / 60 for i in range(13)], x=range(0, 130, 10), y=[0] * 13)
    >>> dict(zip(PROFILE, profiles(line)[0].round(2).tolist()))["peak_ratio"]
    1.0
    """
    out = np.empty((len(strokes), len(PROFILE)))
    t, x, y = (np.ascontiguousarray(v, np.float64) for v in (strokes.t, strokes.x, strokes.y))
    fill_profiles_of_strokes(t, x, y, np.ascontiguousarray(strokes.offsets, np.int64), out)
    return out

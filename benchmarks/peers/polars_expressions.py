"""polars: expressions over whole columns that are null at the heads of cuts, one group_by for all summaries.

Shifting whole columns and blanking the heads is many times faster than `.over("cut")` on every shift, which
only the running maximum of time needs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from same_work import MOVING_SERIES, PATH_SERIES, QUANTILES, SERIES, SUMMARIES, TIME_SERIES, Floats, Rows

c = pl.col
CHANGED = c("cut") != c("cut").shift()
HEAD = CHANGED.fill_null(True)


def prepare(rows: Rows) -> tuple[pl.DataFrame, int]:
    """A frame of cut, t, x, y, and the number of cuts."""
    return pl.DataFrame({"cut": rows.cut, "t": rows.t, "x": rows.x, "y": rows.y}), len(rows.offsets) - 1


def between(name: str) -> Any:
    """Mean of a value and the one before."""
    return (c(name) + c(name).shift()) / 2


def finite(value: Any) -> Any:
    """Null where the value is NaN or infinite, so that aggregates leave it out."""
    return pl.when(value.is_finite()).then(value)


def steps(frame: pl.LazyFrame, *names: str) -> pl.LazyFrame:
    """Add `d` + name: change since the row before, null at the heads of cuts."""
    return frame.with_columns(pl.when(~HEAD).then(c(n).diff()).alias(f"d{n}") for n in names)


def turn(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Add `cross` and `turn` of the last two steps."""
    bx, by = pl.when(~HEAD).then(c("dx").shift()), pl.when(~HEAD).then(c("dy").shift())
    frame = frame.with_columns(bx=bx, by=by)
    cross = c("bx") * c("dy") - c("by") * c("dx")
    frame = frame.with_columns(cross=pl.when(cross == 0).then(0.0).otherwise(cross))  # polars drops a `+ 0.0`
    return frame.with_columns(turn=pl.arctan2(c("cross"), c("bx") * c("dx") + c("by") * c("dy")))


def of_time(view: pl.LazyFrame) -> pl.LazyFrame:
    """The series of the time view."""
    f = steps(view, "t", "x", "y").with_columns(dt=c("dt") / 1e3)
    f = f.with_columns(step=(c("dx") * c("dx") + c("dy") * c("dy")).sqrt())
    f = f.with_columns(
        velocity=c("step") / c("dt"), velocity_x=c("dx") / c("dt"), velocity_y=c("dy") / c("dt"), dt1=between("dt")
    )
    f = f.with_columns(
        *(
            (c(f"velocity{axis}").diff() / c("dt1")).alias(f"acceleration{axis}")
            for axis in ("", "_x", "_y")
        ),
        speed_x=c("velocity_x").abs(),
        speed_y=c("velocity_y").abs(),
        dt2=between("dt1"),
        pace=c("dt") * 1e3 / c("step"),
    )  # fmt: skip
    a = c("acceleration")
    f = f.with_columns(
        acceleration_pos=pl.when(a > 0).then(a),
        acceleration_neg=pl.when(a < 0).then(a),
        jerk=a.diff() / c("dt2"),
        dt3=between("dt2"),
    )
    return f.with_columns(snap=c("jerk").diff() / c("dt3"))


def angular(view: pl.LazyFrame) -> pl.LazyFrame:
    """Change of heading between successive moving intervals over the time between their midpoints."""
    f = steps(view, "x", "y").with_columns(middle=between("t"))
    f = turn(f.filter((c("dx") != 0) | (c("dy") != 0)))
    return f.with_columns(angular_velocity=c("turn") / c("middle").diff() * 1e3)


def of_path(view: pl.LazyFrame) -> pl.LazyFrame:
    """The series of the path view."""
    f = turn(steps(view, "x", "y")).with_columns(length=(c("dx") * c("dx") + c("dy") * c("dy")).sqrt())
    ax, ay = c("bx") + c("dx"), c("by") + c("dy")
    return f.with_columns(
        curvature_angle=c("turn").abs(),
        curvature=c("turn") / between("length"),
        curvature_distance=c("cross").abs() / (ax * ax + ay * ay),
    )


def summaries(frame: pl.LazyFrame, names: tuple[str, ...]) -> pl.LazyFrame:
    """One row a cut, eight columns a series."""
    f = frame.select("cut", *(finite(c(n)).alias(n) for n in names))
    wanted = []
    for n in names:
        for s in SUMMARIES:
            v = c(n).quantile(QUANTILES[s], "linear") if s in QUANTILES else getattr(c(n), s)()
            wanted.append(v.alias(f"{n}_{s}"))
    return f.group_by("cut").agg(wanted)


def run(prepared: tuple[pl.DataFrame, int]) -> tuple[list[str], Floats]:
    """Every series, every summary."""
    frame, cuts = prepared
    rows = frame.lazy()
    monotone = rows.with_columns(t=c("t").cum_max().over("cut"))
    time = monotone.filter((c("t") != c("t").shift(-1)).fill_null(True) | HEAD.shift(-1, fill_value=True))
    path = rows.filter(HEAD | (c("x") != c("x").shift()) | (c("y") != c("y").shift()))
    parts = [
        summaries(of_time(time), TIME_SERIES),
        summaries(angular(time), MOVING_SERIES),
        summaries(of_path(path), PATH_SERIES),
    ]
    table = pl.LazyFrame({"cut": np.arange(cuts)})
    for part in parts:
        table = table.join(part, on="cut", how="left", maintain_order="left")
    names = [f"{name}_{s}" for name in SERIES for s in SUMMARIES]
    done = table.select(c(n).fill_null(float("nan")) for n in names).collect()
    return names, done.to_numpy()

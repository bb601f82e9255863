"""pandas: groupby for what must not cross the borders of cuts, plain columns for the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from same_work import MOVING_SERIES, PATH_SERIES, QUANTILES, SERIES, SUMMARIES, TIME_SERIES, Floats, Rows


def prepare(rows: Rows) -> tuple[pd.DataFrame, int]:
    """A frame of cut, t, x, y, and the number of cuts."""
    return pd.DataFrame({"cut": rows.cut, "t": rows.t, "x": rows.x, "y": rows.y}), len(rows.offsets) - 1


def turn(dx: Any, dy: Any, cut: Any) -> tuple[Any, Any]:
    """Turning angle between the last two steps, and their cross product."""
    bx, by = dx.groupby(cut).shift(), dy.groupby(cut).shift()
    cross = bx * dy - by * dx + 0.0
    return np.arctan2(cross, bx * dx + by * dy), cross


def of_time(view: pd.DataFrame) -> pd.DataFrame:
    """The series of the time view."""
    cut = view["cut"]

    def change(v: Any) -> Any:
        return v.groupby(cut).diff()

    def between(v: Any) -> Any:
        return (v + v.groupby(cut).shift()) / 2

    dx, dy, interval = change(view["x"]), change(view["y"]), change(view["t"])
    dt = interval / 1e3
    step = np.sqrt(dx * dx + dy * dy)
    speed, vx, vy = step / dt, dx / dt, dy / dt
    dt1 = between(dt)
    dt2 = between(dt1)
    acceleration = change(speed) / dt1
    jerk = change(acceleration) / dt2
    columns = [
        speed, vx, vy, vx.abs(), vy.abs(), acceleration, change(vx) / dt1, change(vy) / dt1,
        acceleration.where(acceleration > 0), acceleration.where(acceleration < 0), jerk, change(jerk) / between(dt2),
        (interval / step).where(step > 0),
    ]  # fmt: skip
    return pd.DataFrame(dict(zip(TIME_SERIES, columns, strict=True)))


def angular(view: pd.DataFrame) -> pd.DataFrame:
    """Change of heading between successive moving intervals, beside their cuts."""
    by = view.groupby("cut")
    steps = pd.DataFrame({"dx": by["x"].diff(), "dy": by["y"].diff(), "middle": (view["t"] + by["t"].shift()) / 2})
    moving = steps[(steps["dx"] != 0) | (steps["dy"] != 0)].dropna()
    cut = view["cut"].loc[moving.index]
    angle, _ = turn(moving["dx"], moving["dy"], cut)
    values = angle / moving["middle"].groupby(cut).diff() * 1e3
    return pd.DataFrame({MOVING_SERIES[0]: values, "cut": cut})


def of_path(view: pd.DataFrame) -> pd.DataFrame:
    """The series of the path view."""
    cut = view["cut"]
    by = view.groupby("cut")
    dx, dy = by["x"].diff(), by["y"].diff()
    length = np.sqrt(dx * dx + dy * dy)
    angle, cross = turn(dx, dy, cut)
    ax, ay = dx + dx.groupby(cut).shift(), dy + dy.groupby(cut).shift()
    bow = (length + length.groupby(cut).shift()) / 2
    square = ax * ax + ay * ay
    columns = [angle.abs(), angle / bow, (cross.abs() / square).where(square > 0)]
    return pd.DataFrame(dict(zip(PATH_SERIES, columns, strict=True)))


def summaries(table: pd.DataFrame, cut: Any, cuts: int) -> dict[str, Any]:
    """Column name -> one number a cut."""
    by = table.groupby(cut)
    out = {}
    for summary in SUMMARIES:
        found = by.quantile(QUANTILES[summary]) if summary in QUANTILES else getattr(by, summary)()
        found = found.reindex(range(cuts))
        out |= {f"{name}_{summary}": found[name].to_numpy() for name in table.columns}
    return out


def run(prepared: tuple[pd.DataFrame, int]) -> tuple[list[str], Floats]:
    """Every series, every summary."""
    rows, cuts = prepared
    monotone = rows.assign(t=rows.groupby("cut")["t"].cummax())
    time = monotone.drop_duplicates(["cut", "t"], keep="last")
    position = rows[["cut", "x", "y"]]
    path = rows[(position != position.shift()).any(axis=1)]
    moving = angular(time)
    out = summaries(of_time(time), time["cut"], cuts)
    out |= summaries(moving[list(MOVING_SERIES)], moving["cut"], cuts)
    out |= summaries(of_path(path), path["cut"], cuts)
    names = [f"{name}_{s}" for name in SERIES for s in SUMMARIES]
    return names, np.column_stack([out[n] for n in names])

"""DuckDB: `lag` in one window by cut, a step of the derivation a subquery, exact quantiles by `quantile_cont`."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
from same_work import MOVING_SERIES, PATH_SERIES, QUANTILES, SERIES, SUMMARIES, TIME_SERIES, Floats, Rows

W = "WINDOW w AS (PARTITION BY cut ORDER BY i)"
VIEWS = f"""
monotone AS (SELECT cut, i, x, y, max(t) OVER (PARTITION BY cut ORDER BY i ROWS UNBOUNDED PRECEDING) AS t FROM events),
time_view AS (SELECT * FROM monotone {W} QUALIFY t IS DISTINCT FROM lead(t) OVER w),
path_view AS (
    SELECT * FROM events {W} QUALIFY x IS DISTINCT FROM lag(x) OVER w OR y IS DISTINCT FROM lag(y) OVER w
),
"""  # noqa: S608  # nothing from outside is in here
TIME = f"""
a AS (
    SELECT cut, i, t, x - lag(x) OVER w AS dx, y - lag(y) OVER w AS dy, t - lag(t) OVER w AS interval_ms,
        (t + lag(t) OVER w) / 2 AS middle
    FROM time_view {W}
),
b AS (SELECT *, interval_ms / 1e3 AS dt, sqrt(dx * dx + dy * dy) AS step FROM a),
d AS (
    SELECT cut, i, dx, dy, middle, step, dt, step / dt AS velocity, dx / dt AS velocity_x, dy / dt AS velocity_y,
        (dt + lag(dt) OVER w) / 2 AS dt1, interval_ms / nullif(step, 0) AS pace
    FROM b {W}
),
e AS (
    SELECT *, (velocity - lag(velocity) OVER w) / dt1 AS acceleration,
        (velocity_x - lag(velocity_x) OVER w) / dt1 AS acceleration_x,
        (velocity_y - lag(velocity_y) OVER w) / dt1 AS acceleration_y, (dt1 + lag(dt1) OVER w) / 2 AS dt2
    FROM d {W}
),
g AS (
    SELECT *, (acceleration - lag(acceleration) OVER w) / dt2 AS jerk, (dt2 + lag(dt2) OVER w) / 2 AS dt3 FROM e {W}
),
time_series AS (
    SELECT *, abs(velocity_x) AS speed_x, abs(velocity_y) AS speed_y,
        CASE WHEN acceleration > 0 THEN acceleration END AS acceleration_pos,
        CASE WHEN acceleration < 0 THEN acceleration END AS acceleration_neg, (jerk - lag(jerk) OVER w) / dt3 AS snap
    FROM g {W}
),
"""  # noqa: S608
TURN = """
{0}_pairs AS (
    SELECT *, lag(dx) OVER w AS ux, lag(dy) OVER w AS uy FROM {1} WINDOW w AS (PARTITION BY cut ORDER BY i)
),
{0}_turns AS (
    SELECT *, ux * dy - uy * dx + 0.0 AS crossed, atan2(ux * dy - uy * dx + 0.0, ux * dx + uy * dy) AS turn
    FROM {0}_pairs
),
"""
MOVING = f"""
moving AS (SELECT cut, i, dx, dy, middle FROM d WHERE step > 0),
{TURN.format("moving", "moving")}
moving_series AS (
    SELECT *, turn / (middle - lag(middle) OVER w) * 1e3 AS angular_velocity FROM moving_turns {W}
),
"""  # noqa: S608
PATH = f"""
path_steps AS (SELECT cut, i, x - lag(x) OVER w AS dx, y - lag(y) OVER w AS dy FROM path_view {W}),
path_lengths AS (SELECT *, sqrt(dx * dx + dy * dy) AS length FROM path_steps),
{TURN.format("path", "path_lengths")}
path_series AS (
    SELECT *, abs(turn) AS curvature_angle, turn / ((length + lag(length) OVER w) / 2) AS curvature,
        abs(crossed) / nullif((ux + dx) ** 2 + (uy + dy) ** 2, 0) AS curvature_distance
    FROM path_turns {W}
),
"""  # noqa: S608


def aggregates(names: tuple[str, ...], table: str) -> str:
    """One row a cut, eight columns a series."""
    words = {"mean": "avg({})", "std": "stddev_samp({})", "min": "min({})", "max": "max({})"}
    words |= {name: f"quantile_cont({{}}, {q})" for name, q in QUANTILES.items()}
    wanted = ", ".join(f"{words[s].format(n)} AS {n}_{s}" for n in names for s in SUMMARIES)
    return f"SELECT cut, {wanted} FROM {table} GROUP BY cut"  # noqa: S608


QUERY = f"""
WITH {VIEWS} {TIME} {MOVING} {PATH}
of_time AS ({aggregates(TIME_SERIES, "time_series")}),
of_moving AS ({aggregates(MOVING_SERIES, "moving_series")}),
of_path AS ({aggregates(PATH_SERIES, "path_series")})
SELECT {", ".join(f"{name}_{s}" for name in SERIES for s in SUMMARIES)}
FROM of_time LEFT JOIN of_moving USING (cut) LEFT JOIN of_path USING (cut) ORDER BY cut
"""  # noqa: S608


def prepare(rows: Rows) -> Any:
    """A connection with the rows as a table of its own."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    columns = {"cut": rows.cut, "i": np.arange(len(rows)), "t": rows.t, "x": rows.x, "y": rows.y}
    connection.register("given", columns)
    connection.execute("CREATE TABLE events AS SELECT * FROM given")
    return connection


def run(prepared: Any) -> tuple[list[str], Floats]:
    """The whole work as one statement."""
    found = prepared.execute(QUERY).fetchnumpy()
    columns = [np.ma.filled(np.ma.asarray(v).astype(np.float64), np.nan) for v in found.values()]
    return list(found), np.column_stack(columns)

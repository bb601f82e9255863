"""The engine against the plain-Python twins: each cut, each column, on recordings of every nature."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musculus.cut import cut
from musculus.measures import COLUMNS, measure
from twins import Cut, Row, cuts, of_cut
from twins.contract import CONTRACT, FITTED
from twins.drawn import events_of, paths, visits, walks
from twins.events_view import time_view

KINDS = ("recording", "page", "motion", "stroke", "action", "click")
CHECKED = [name for name in CONTRACT if name in COLUMNS and name not in FITTED]
SCREEN = (800.0, 600.0)
RELATIVE = 1e-9

# Positions scaled by a few units in their last place: what a column does then is what rounding may do to it. Equal
# positions stay equal, zero steps zero, and times are left alone, so no threshold in ms is blurred.
SHAKES = [(1 + a * 2.0**-50, 1 + b * 2.0**-50) for a, b in ((1, -1), (-2, 1), (3, 2), (-1, -3))]
# These compare something with a threshold or pick by rank, so rounding may turn them over; the other counts may not.
TURNED_BY_ROUNDING = (
    "inflections", "submovements", "sample_entropy", "time_to_peak_velocity", "peak_time_ratio", "benford_mad",
    "direction_changes", "orthogonal_changes", "path_crossings",
)  # fmt: skip

# The n-th derivative of positions of size M at steps of dt carries rounding of about eps * M / dt^n, whatever its value.
DERIVATIVES = {"velocity": 1, "speed": 1, "acceleration": 2, "jerk": 3, "snap": 4}

relaxed = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=60)


def test_the_engine_has_every_column_of_the_contract_and_no_other() -> None:
    assert set(COLUMNS) == set(CONTRACT)


@pytest.mark.parametrize("kind", KINDS)
@given(recordings=st.lists(visits(), min_size=1, max_size=3))
@relaxed
def test_cuts_begin_and_end_where_the_contract_says(kind: str, recordings: list[list[Row]]) -> None:
    found = cut(events_of(recordings), kind)
    expected, first = [], 0
    for number, rows in enumerate(recordings):
        expected += [(number, first + a, first + b) for a, b in cuts(rows, kind)]
        first += len(rows)
    assert [*zip(found.recording.tolist(), found.start.tolist(), found.end.tolist(), strict=True)] == expected


@given(recordings=st.lists(paths(), min_size=1, max_size=4))
@relaxed
def test_short_paths_measure_as_their_twins_do(recordings: list[list[Row]]) -> None:
    check(recordings, "recording")


@given(rows=walks())
@settings(relaxed, max_examples=20)
def test_long_walks_measure_as_their_twins_do(rows: list[Row]) -> None:
    check([rows], "recording")


@pytest.mark.parametrize("kind", ["recording", "stroke", "click"])
@given(recordings=st.lists(visits(), min_size=1, max_size=2))
@settings(relaxed, max_examples=30)
def test_visits_measure_as_their_twins_do(kind: str, recordings: list[list[Row]]) -> None:
    check(recordings, kind)


def check(recordings: list[list[Row]], kind: str) -> None:
    """Every column of every cut the engine makes, beside the twin of that cut."""
    events = events_of(recordings, SCREEN)
    measured = measure(events, kind, only=CHECKED)
    column = {name: i for i, name in enumerate(measured.names)}
    wrong = []
    for k in range(len(measured.cuts)):
        number = int(measured.cuts.recording[k])
        first = int(events.offsets[number])
        where = (int(measured.cuts.start[k]) - first, int(measured.cuts.end[k]) - first)
        expected = of_cut(Cut(recordings[number], *where, SCREEN))
        engine = {name: float(measured.values[k, column[name]]) for name in CHECKED}
        differing = [name for name in CHECKED if not close(engine[name], expected[name], 0.0)]
        if differing:
            spread = spreads(recordings[number], where, expected)
            bad = [name for name in differing if not close(engine[name], expected[name], spread[name])]
            wrong += [f"{kind} {where}: {name} is {engine[name]!r}, its twin {expected[name]!r}" for name in bad]
    assert not wrong, "\n".join(wrong)


def close(a: float, b: float, spread: float) -> bool:
    if math.isinf(spread) or (math.isnan(a) and math.isnan(b)):
        return True
    return abs(a - b) <= RELATIVE * abs(b) + 30 * spread


def spreads(rows: list[Row], where: tuple[int, int], expected: dict[str, float]) -> dict[str, float]:
    """How far rounding of the positions moves each column: inf where it turns the column over or into NaN."""
    shaken = [expected]
    cut = Cut(rows, *where, SCREEN)
    for across, down in SHAKES:
        moved = [replace(row, x=row.x * across, y=row.y * down) for row in rows]
        shaken.append(of_cut(Cut(moved, *where, SCREEN)))
    out = {}
    for name in CHECKED:
        values = np.array([columns[name] for columns in shaken])
        blank = np.isnan(values)
        spread = 0.0 if blank.all() else math.inf if blank.any() else float(np.ptp(values))
        whole = name.endswith(("_count", "_flips", "_flips_3")) or name in ("corners", "collinear_share")
        spread = math.inf if spread and name.startswith(TURNED_BY_ROUNDING) else spread + rounding(name, cut)
        out[name] = 0.0 if whole else spread
    return out


def rounding(name: str, cut: Cut) -> float:
    """What rounding of positions and times leaves in a value, at the least."""
    view = time_view(cut.samples())
    size = max((abs(v) for s in view for v in (s.x, s.y)), default=0.0)
    shortest = 10.0 if "_s_" in name else min((b.t - a.t for a, b in pairwise(view)), default=1.0)
    order = DERIVATIVES.get(name.split("_", maxsplit=1)[0], 0)
    return 1e-15 * max(size, 1.0) * (1000 / shortest) ** order

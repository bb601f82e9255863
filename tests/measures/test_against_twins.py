"""The engine against the plain-Python twins: each cut, each column, on recordings of every nature."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musculus.cut import cut
from musculus.measures import COLUMNS, measure
from musculus.read import read
from twins import Cut, Row, cuts, of_cut
from twins.contract import CONTRACT, FITTED
from twins.drawn import events_of, paths, rows_of, visits, walks
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

# The n-th derivative of positions of size M at steps of dt carries rounding of about eps M / dt^n, whatever it is.
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


BORDERS = {
    "rests of 500 ms": [Row(t, "move", x, 0) for t, x in ((0, 0), (10, 1), (510, 2), (1009, 3), (1509, 3), (1510, 4))],
    "hovers of 100 ms": [Row(t, "move", x, 0) for t, x in ((0, 0), (100, 0), (110, 1), (210.5, 1), (220, 2))],
    "flips of 3 px": [Row(10 * i, "move", x, 0) for i, x in enumerate((0.0, 9.0, 6.0, 9.0, 5.75, 9.0))],
    "corners of 90 degrees": [Row(10 * i, "move", x, y) for i, (x, y) in enumerate(((0, 0), (5, 0), (5, 5), (4, 9)))],
    "holding above 2.5 intervals": [
        Row(t, "move", x, 0) for t, x in zip((0, 8, 16, 36, 44, 64.1, 72, 80, 88, 200), range(10), strict=True)
    ],
    "the rage of 1000 ms and 30 px": [
        Row(t, "down", x, 0, button=0) for t, x in ((0, 0), (500, 30), (1000, 30), (2000, 0), (2500, 30.5), (3000, 0))
    ],
    "a clock of 0.05 ms": [Row(t, "move", 0, 0) for t in (0, 16.04, 32.02, 47.98, 64, 80.04, 96)],
    "curvature above 20 px/s": [Row(10.0 * i, "move", 0.19 * i, 0.07 * (i % 20)) for i in range(60)],
    "submovements of 5 %": [
        Row(10.0 * i, "move", 0.1 * i * i if i < 30 else 90 + 6 * (i - 30) + dip, 0)
        for i, dip in enumerate(math.sin(i / 6) for i in range(120))
    ],
}


@pytest.mark.parametrize("name", BORDERS)
def test_at_its_thresholds_the_engine_measures_as_its_twins_do(name: str) -> None:
    check([BORDERS[name]], "recording")


@pytest.mark.parametrize(
    "size",
    [{"ms": 400.0}, {"ms": 400.0, "step": 150.0}, {"count": 3}, {"count": 3, "step": 2}, {"strokes": 2, "step": 1}],
)
@given(rows=visits())
@settings(relaxed, max_examples=25)
def test_windows_begin_and_end_as_their_twins_do(size: dict[str, float], rows: list[Row]) -> None:
    found = cut(events_of([rows]), "window", **size)
    assert [*zip(found.start.tolist(), found.end.tolist(), strict=True)] == cuts(rows, "window", **size)


RECORDED = (
    "pointclick/events.parquet",
    "arena/strokes60hz.parquet",
    "arena/browser.parquet",
    "balabit/training_files/user12/session_2144641057",
)


@pytest.mark.parametrize("file", RECORDED)
def test_recorded_hands_are_cut_and_measured_as_their_twins_do(data: Path, file: str) -> None:
    events = read(data / file)[0]
    rows = rows_of(events)
    for kind in KINDS:
        found = cut(events, kind)
        assert [*zip(found.start.tolist(), found.end.tolist(), strict=True)] == cuts(rows, kind)
    check([rows[:300]], "stroke")


@given(rows=visits(), other=visits())
@settings(relaxed, max_examples=15)
def test_a_cut_measures_the_same_whoever_stands_beside_it(rows: list[Row], other: list[Row]) -> None:
    alone = measure(events_of([rows], SCREEN), "recording", only=CHECKED).values[0]
    beside = measure(events_of([other, rows, other], SCREEN), "recording", only=CHECKED).values[1]
    assert np.array_equal(alone, beside, equal_nan=True)


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
        noise = rounding(name, cut)
        turned = bool(spread) and name.startswith(TURNED_BY_ROUNDING)
        series, _, kind = name.rpartition("_")
        shapeless = kind in ("skew", "kurtosis") and expected[f"{series}_std"] <= 1000 * noise  # of rounding alone
        out[name] = 0.0 if whole else math.inf if turned or shapeless else spread + noise
    return out


def rounding(name: str, cut: Cut) -> float:
    """What rounding of positions and times leaves in a value, at the least."""
    view = time_view(cut.samples())
    size = max((abs(v) for s in view for v in (s.x, s.y)), default=0.0)
    shortest = 10.0 if "_s_" in name else min((b.t - a.t for a, b in pairwise(view)), default=1.0)
    if name == "time_scatter":
        return 1e-15 * (view[-1].t - view[0].t) ** 2 if view else 0.0  # a difference of squares
    order = DERIVATIVES.get(name.split("_", maxsplit=1)[0], 0)
    return 1e-15 * max(size, 1.0) * (1000 / shortest) ** order

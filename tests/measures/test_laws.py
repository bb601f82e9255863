"""The laws of MEASURES.md for every measure of the table, from what each declares; for paths drawn by chance."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.drawing import Floats, long_wanders, of, recordings, row, wanders
from musculus.events import Events
from musculus.measures import COLUMNS, MEASURES, Measure, choose

FAST = [c for c in COLUMNS if not COLUMNS[c].slow]
Path = tuple[Floats, Floats, Floats]
few = settings(max_examples=25)

# A value that is the small rest of large terms keeps their rounding: positions of 1e3 px carry 1e-13 px of it, and
# the n-th derivative at steps of 10 ms multiplies that by 100^n. In the unit of the column, what may be left of it:
REST = {"px/s": 1e-9, "px/s²": 1e-7, "px/s³": 1e-4, "px/s⁴": 1e-1, "rad/s": 1e-6, "rad/px": 1e-8, "rad": 1e-8}


def agree(column: str, found: float, expected: float, *, rel: float = 1e-6) -> bool:
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    m = COLUMNS[column]
    rest = REST.get(m.unit, 1e-7)
    if column.endswith(("_skew", "_kurtosis")):
        rest = 1e-4
    return abs(found - expected) <= rest + rel * abs(expected)


def differing(found: dict[str, float], expected: dict[str, float], columns: list[str], **tolerance: float) -> list[str]:
    """The columns that differ, with both values; the shape of what is nothing but rounding is left out."""
    return [
        f"{c}: {found[c]!r} for {expected[c]!r}"
        for c in columns
        if not (agree(c, found[c], expected[c], **tolerance) or shape_of_rounding(c, found, expected))
    ]


def shape_of_rounding(column: str, *measured: dict[str, float]) -> bool:
    name, _, shape = column.rpartition("_")
    if shape not in ("skew", "kurtosis") or COLUMNS[column].name != name:
        return False
    return min(values[f"{name}_std"] for values in measured) <= REST.get(COLUMNS[column].unit, 1e-7)


def columns(keep: Callable[[Measure], object]) -> list[str]:
    return [c for c in FAST if keep(COLUMNS[c])]


def measured(path: Path, **more: object) -> dict[str, float]:
    t, x, y = path
    return row(Events.of(t, x, y, **more), choose(FAST))


# -- shifting ------------------------------------------------------------------------------------------------------


@given(path=recordings(), right=st.integers(-8000, 8000), down=st.integers(-8000, 8000))
@few
def test_moving_the_window_changes_nothing(path: Path, right: int, down: int) -> None:
    """Positions and shifts are whole eighths of a px, so that the shifted positions are exact."""
    t, x, y = path
    there = measured((t, np.array(x) + right / 8, np.array(y) + down / 8))
    wrong = differing(there, measured(path), columns(lambda m: not m.moves))
    assert not wrong, wrong


@given(path=recordings(), later=st.integers(-(10**7), 10**10))
@few
def test_starting_the_clock_elsewhere_changes_nothing(path: Path, later: int) -> None:
    t, x, y = path
    wrong = differing(measured((np.array(t) + later, x, y)), measured(path), FAST)
    assert not wrong, wrong


# -- turning, mirroring, scaling: paths in general position, where no threshold is met by chance ---------------------


@given(path=wanders, angle=st.floats(-3.1, 3.1))
@few
def test_turning_the_path_changes_only_what_declares_it(path: Path, angle: float) -> None:
    t, x, y = path
    c, s = math.cos(angle), math.sin(angle)
    turned = measured((t, c * x - s * y, s * x + c * y))
    wrong = differing(turned, measured(path), columns(lambda m: not m.turns))
    assert not wrong, wrong


@given(path=long_wanders)
@few
def test_what_declares_that_turning_changes_it_is_right(path: Path) -> None:
    """A quarter turn swaps across and down, so their measures swap."""
    t, x, y = path
    turned, straight = measured((t, -y, x)), measured(path)
    pairs = {"x_flips": "y_flips", "x_flips_3": "y_flips_3", "box_width": "box_height", "speed_x_mean": "speed_y_mean"}
    for across, down in pairs.items():
        assert agree(across, turned[across], straight[down])
        assert agree(down, turned[down], straight[across])
    for k in range(8):
        assert agree("path_length", turned[f"direction_octant_{(k + 2) % 8}"], straight[f"direction_octant_{k}"])


@given(path=wanders, k=st.sampled_from([0.25, 0.5, 2.0, 4.0]))
@few
def test_scaling_lengths_multiplies_by_the_declared_power(path: Path, k: float) -> None:
    t, x, y = path
    small = measured(path)
    power = {c: COLUMNS[c].powers_of(c)[0] for c in FAST}
    scaled = {c: v * k ** power[c] for c, v in small.items() if power[c] is not None}
    wrong = differing(measured((t, x * k, y * k)), scaled, list(scaled))
    assert not wrong, wrong


@given(path=wanders, k=st.sampled_from([0.25, 0.5, 2.0, 4.0]))
@few
def test_stretching_time_multiplies_by_the_declared_power(path: Path, k: float) -> None:
    t, x, y = path
    quick = measured(path)
    power = {c: COLUMNS[c].powers_of(c)[1] for c in FAST}
    slow = {c: v * k ** power[c] for c, v in quick.items() if power[c] is not None}
    wrong = differing(measured((t * k, x, y)), slow, list(slow))
    assert not wrong, wrong


OTHER_END = {"min": "max", "q05": "q95", "q25": "q75", "q75": "q25", "q95": "q05", "max": "min"}


def swapped(values: dict[str, float], m: Measure, sign: int) -> dict[str, float]:
    """A measure's columns where its value, or every entry of its series, has changed its sign (or has not)."""
    if sign == 1 or not m.summarise:
        return {c: sign * values[c] for c in m.columns}
    out = {}
    for c in m.columns:
        shape = c.removeprefix(f"{m.name}_")
        same = shape in ("std", "kurtosis", "count")
        out[c] = values[c] if same else -values[f"{m.name}_{OTHER_END.get(shape, shape)}"]
    return out


@given(path=wanders)
@few
def test_a_mirror_swaps_signs_where_declared_and_changes_nothing_else(path: Path) -> None:
    t, x, y = path
    seen, plain = measured((t, -x, y)), measured(path)
    for m in MEASURES.values():
        if m.slow or m.mirror is None:
            continue
        wrong = differing(seen, swapped(plain, m, m.mirror), list(m.columns))
        assert not wrong, wrong


@given(path=wanders)
@few
def test_time_run_backwards_keeps_lengths_and_swaps_signs_where_declared(path: Path) -> None:
    t, x, y = path
    # The 10 ms grid begins at the first sample: whole steps of it, so that it is the same from either end.
    t = np.arange(len(t)) * 10.0
    there, back = measured((t, x, y)), measured((t, x[::-1], y[::-1]))
    for m in MEASURES.values():
        if m.back is not None:
            wrong = differing(back, swapped(there, m, m.back), list(m.columns))
            assert not wrong, wrong


def test_every_length_declares_that_it_stays_when_time_runs_backwards() -> None:
    lengths = [m for m in MEASURES.values() if m.category == "spatial" and m.unit == "px" and m.mirror == 1]
    assert lengths
    assert all(m.back == 1 for m in lengths)


# -- repeating -----------------------------------------------------------------------------------------------------


@given(path=recordings(least=1), at=st.integers(0, 39), later=st.sampled_from([0.0, 0.0, 3.0]))
@settings(max_examples=50)
def test_a_repeated_sample_changes_no_spatial_measure(path: Path, at: int, later: float) -> None:
    t, x, y = ([*v] for v in path)
    at %= len(t)
    for values, extra in ((t, later), (x, 0.0), (y, 0.0)):
        values.insert(at + 1, values[at] + extra)
    spatial = columns(lambda m: m.category == "spatial")
    once, twice = of(path[1], path[2], path[0], spatial), of(x, y, t, spatial)
    assert [c for c in spatial if not np.array_equal(once[c], twice[c], equal_nan=True)] == []


# -- standing still and tiny paths ----------------------------------------------------------------------------------


@given(path=recordings())
@settings(max_examples=60)
def test_no_value_is_ever_infinite_and_none_that_cannot_be_is_negative(path: Path) -> None:
    found = measured(path)
    assert [c for c, v in found.items() if math.isinf(v)] == []
    never = (
        "path_length",
        "displacement",
        "auc_abs",
        "velocity_min",
        "velocity_s_min",
        "pace_min",
        "corners",
        "jitter",
    )
    assert [c for c in never if found[c] < 0] == []
    assert not found["straightness"] > 1 + 1e-12
    assert not found["tortuosity"] < 1 - 1e-12


@given(path=recordings())
@settings(max_examples=60)
def test_summaries_of_a_series_are_in_order(path: Path) -> None:
    found = measured(path)
    for m in MEASURES.values():
        if m.summarise and not m.slow:
            ranks = [found[f"{m.name}_{s}"] for s in ("min", "q05", "q25", "median", "q75", "q95", "max")]
            rounding = 1e-12 * max(abs(ranks[0]), abs(ranks[-1]))
            assert np.isnan(ranks).all() or (np.diff(ranks) >= -rounding).all(), m.name


@pytest.mark.parametrize("tier", ["raw", "s"])
def test_every_column_of_a_tier_says_its_unit(tier: str) -> None:
    names = choose(None, (tier,))
    assert names
    assert [c for c in names if not COLUMNS[c].unit_of(c)] == []

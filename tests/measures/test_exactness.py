"""A cut gives the same numbers to the last bit alone, in a batch, in any chunk, with any number of threads."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.drawing import recordings
from musculus.cut import Cuts, cut
from musculus.errors import MeasureError, UnknownName
from musculus.events import Events
from musculus.measures import COLUMNS, MEASURES, Paths, choose, define, forget, measure

FAST = [c for c in COLUMNS if not COLUMNS[c].slow]
KINDS = ("recording", "page", "motion", "stroke", "action", "click")


def visit(seed: int, aims: int) -> Events:
    """A visit of some aims: strokes of every length with tremor, rests, presses, keys, a wheel; whole px and ms."""
    rng = np.random.default_rng(seed)
    t, x, y, kind, now, at = [], [], [], [], 0.0, np.array([400.0, 300.0])
    for _ in range(aims):
        goal, n = (
            rng.uniform(0, 800, 2),
            int(rng.choice([1, 2, 5, 12, 40, 200, 900], p=[0.1, 0.1, 0.2, 0.3, 0.2, 0.09, 0.01])),
        )
        for s in np.linspace(0, 1, n):
            now += float(rng.choice([0, 1, 7, 8, 8, 16, 16, 110, 400]))
            place = np.rint(at + (goal - at) * s**2 * (3 - 2 * s) + rng.normal(0, 1, 2))
            t.append(now), x.append(place[0]), y.append(place[1]), kind.append("move")
        at = goal
        for what in rng.choice(["down", "key_down", "wheel", "rest", "leave"], 2):
            now += float(rng.choice([3, 90, 600]))
            pressed = [("down", x[-1], y[-1]), ("up", x[-1], y[-1])] if what == "down" else [(what, math.nan, math.nan)]
            for name, px, py in pressed if what != "rest" else []:
                t.append(now), x.append(px), y.append(py), kind.append(name)
                now += 80.0
    button = [0 if k in ("down", "up") else -1 for k in kind]
    page = np.cumsum(rng.random(len(t)) < 0.01)
    return Events.of(t, x, y, kind, button=button, page=page.astype(np.int32), recording=str(seed))


@pytest.fixture(scope="module")
def visits() -> Events:
    return Events.concat([visit(seed, aims) for seed, aims in enumerate([60, 1, 0, 25, 3, 80])])


def same(a: np.ndarray, b: np.ndarray, names: tuple[str, ...]) -> None:
    differ = ~((a == b) | (np.isnan(a) & np.isnan(b))).all(axis=0)
    assert not differ.any(), [n for n, d in zip(names, differ, strict=True) if d]


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_and_threads_change_no_bit(visits: Events, kind: str) -> None:
    whole = measure(visits, kind, threads=1, chunk=10**9)
    assert len(whole) >= 5
    for threads, chunk in ((1, 1), (1, 700), (2, 300), (5, 64)):
        same(measure(visits, kind, threads=threads, chunk=chunk).values, whole.values, whole.names)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_alone_is_the_same_as_in_a_batch(visits: Events, kind: str) -> None:
    batch = measure(visits, kind)
    for k in np.linspace(0, len(batch) - 1, 40).astype(int):
        alone = measure(visits, batch.cuts[k : k + 1])
        same(alone.values, batch.values[k : k + 1], batch.names)


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_alone_is_the_same_as_among_others(visits: Events, kind: str) -> None:
    batch = measure(visits, kind)
    alone = [measure(recording, kind).values for recording in visits]
    same(np.concatenate(alone), batch.values, batch.names)


@given(paths=st.lists(recordings(), min_size=2, max_size=5))
@settings(max_examples=25)
def test_paths_by_chance_are_the_same_alone_and_in_a_batch(paths: list[tuple[list[float], ...]]) -> None:
    events = [Events.of(t, x, y, recording=str(k)) for k, (t, x, y) in enumerate(paths)]
    batch = measure(Events.concat(events), "recording")
    same(np.concatenate([measure(e, "recording").values for e in events]), batch.values, batch.names)


def test_asking_for_a_few_columns_gives_the_same_numbers(visits: Events) -> None:
    everything = measure(visits, "stroke")
    some = [c for c in everything.names if c.endswith(("_q75", "straightness", "sparc", "corners", "_count", "_5"))]
    few = measure(visits, "stroke", only=some)
    assert few.names == tuple(some)
    same(few.values, everything.values[:, [everything.names.index(c) for c in some]], few.names)


@pytest.mark.parametrize("ends", [("_mean",), ("_min", "_max"), ("_std", "_mean"), ("_kurtosis",)])
def test_summaries_that_need_no_sorting_are_the_same_without_it(visits: Events, ends: tuple[str, ...]) -> None:
    huge = Events.of([0, 1e-300, 2, 3], [0, 1e300, -1e300, 0], [0, 0, 0, -0.0])  # sums and speeds that overflow
    for events in (visits, huge):
        everything = measure(events, "recording")
        some = [c for c in everything.names if c.endswith(ends) and COLUMNS[c].summarise]
        few = measure(events, "recording", only=some)
        same(few.values, everything.values[:, [everything.names.index(c) for c in some]], few.names)
        with np.errstate(divide="ignore"):
            assert not (1 / few.values == -np.inf).any(), "no -0.0"


def test_series_without_rows_of_their_kind_say_so_as_if_computed(visits: Events) -> None:
    """A recording among others that have keys, presses and stimuli, and one alone that is known to have none."""
    moves = Events.of([0, 8, 16], [0, 3, 9], [0, 4, 4], recording="moves")
    everything = [c for c in FAST if COLUMNS[c].kinds]
    assert {"key_hold_mean", "click_error_count", "double_click_interval_q05"} <= set(everything)
    alone = measure(moves, "recording", only=everything)
    among = measure(Events.concat([moves, visits]), "recording", only=everything)
    same(alone.values, among.values[:1], alone.names)
    counts = [c.endswith("_count") for c in everything]
    assert (alone.values[:, counts] == 0).all()
    assert np.isnan(alone.values[:, np.invert(counts)]).all()


def test_the_chunks_that_threads_get_by_default_change_no_bit() -> None:
    many = Events.concat([visit(seed, 150) for seed in range(10)])
    assert many.n_events > 40_000, "more than one chunk, for one thread and for several"
    alone = measure(many, "stroke", threads=1)
    for threads in (2, 3):
        same(measure(many, "stroke", threads=threads).values, alone.values, alone.names)


def test_a_tier_can_be_asked_for(visits: Events) -> None:
    raw, s, both = (measure(visits, "stroke", tier=tier) for tier in (["raw"], ["s"], ["raw", "s"]))
    assert set(raw.names) | set(s.names) == set(both.names)
    assert {"velocity_s_mean", "snap_s_max", "sparc", "jitter_t"} <= set(s.names)
    assert not set(raw.names) & set(s.names)
    with pytest.raises(UnknownName, match="no tier named 'smooth'"):
        measure(visits, "stroke", tier=["smooth"])


def test_balabit_strokes_are_the_same_in_any_chunk(data: Path) -> None:
    from musculus.read import read

    events = read(sorted((data / "balabit" / "training_files").glob("*/session_*"))[0])
    whole = measure(events, "stroke", threads=1, chunk=10**9)
    assert len(whole) > 100
    same(measure(events, "stroke", threads=2, chunk=999).values, whole.values, whole.names)


# -- float32 -------------------------------------------------------------------------------------------------------


@given(path=recordings(least=1))
@settings(max_examples=40)
def test_float32_input_of_exact_positions_gives_the_very_same(path: tuple[list[float], ...]) -> None:
    """Eighths of a px fit both: reversals, standing steps and -0.0 among them."""
    t, x, y = (np.array(v) for v in path)
    x = np.where(x == 0, -0.0, x)
    wide = measure(Events.of(t, x, y), "recording")
    narrow = measure(Events.of(t.astype(np.float32), x.astype(np.float32), y.astype(np.float32)), "recording")
    same(narrow.values, wide.values, wide.names)


def test_float32_input_differs_by_rounding_only() -> None:
    t = np.arange(300) * 8.0
    x, y = 400 + 300 * np.sin(t / 300), 300 + 200 * np.sin(t / 170)
    wide = measure(Events.of(t, x, y), "recording", tier=["raw", "s"])
    narrow = measure(Events.of(t, x.astype(np.float32), y.astype(np.float32)), "recording")
    smooth = [c for c in wide.names if COLUMNS[c].category in ("spatial", "smoothness") and "curvature" not in c]
    for name in [*smooth, "velocity_mean", "velocity_q95", "mean_speed"]:
        assert narrow[name][0] == pytest.approx(wide[name][0], rel=2e-3, abs=1e-6, nan_ok=True), name


def test_a_reversal_on_float32_is_still_plus_pi() -> None:
    for x in ([0.1, 0.7, 0.1], [0.7, 0.1, 0.7], [-0.0, 0.3, -0.0]):
        for dtype in (np.float32, np.float64):
            at = np.array(x, dtype)
            found = measure(Events.of([0, 10, 20], at, at), "recording", only=["winding", "velocity_min"])
            assert found["winding"][0] == math.pi
    standing = np.array([0.1, 0.1, 0.1], np.float32)
    assert measure(Events.of([0, 10, 20], standing, standing), "recording", only=["velocity"])["velocity_max"][0] == 0


# -- large and own -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_recording_of_ten_million_events_is_measured() -> None:
    n = 10_000_000
    rng = np.random.default_rng(0)
    t = np.cumsum(rng.integers(1, 9, n).astype(float))
    x, y = np.rint(500 + 400 * np.sin(t / 900)), np.rint(400 + 300 * np.sin(t / 1300))
    only = ["path_length", "straightness", "velocity", "acceleration_s_median", "submovements", "sparc", "event_count"]
    found = measure(Events.of(t, x, y, np.zeros(n, np.int8)), "recording", only=only)
    way = np.hypot(np.diff(x), np.diff(y)).sum()
    assert found["path_length"][0] == pytest.approx(way, rel=1e-9)
    assert found["velocity_q95"][0] == pytest.approx(
        np.quantile(np.hypot(np.diff(x), np.diff(y)) / np.diff(t) * 1e3, 0.95), rel=1e-12
    )
    assert found["event_count"][0] == n
    assert np.isfinite(found.values).all()


def test_a_measure_of_ones_own_runs_in_the_engine(visits: Events) -> None:
    @define("kinematic", unit="px/s", summarise=True, count=True)
    def fast_speed(path: Paths) -> np.ndarray:
        """Speeds above 100 px/s."""
        return np.where(path.speed > 100, path.speed, np.nan)

    try:
        found = measure(visits, "stroke", only=["fast_speed", "velocity_max"])
        assert found.names[-1] == "fast_speed_count"
        assert found.units["fast_speed_mean"] == "px/s"
        fast = found["fast_speed_count"] > 0
        assert fast.any()
        assert (found["fast_speed_min"][fast] > 100).all()
        assert (found["fast_speed_max"][fast] == found["velocity_max"][fast]).all()
        assert "fast_speed_mean" in choose(None)
    finally:
        forget("fast_speed")
    assert "fast_speed" not in MEASURES


@pytest.mark.parametrize("bad", ["scalar", "series"])
def test_a_measure_that_gives_another_shape_is_told_so(visits: Events, bad: str) -> None:
    @define("kinematic", unit="1", summarise=bad == "series")
    def crooked(path: Paths) -> np.ndarray:
        """Of a wrong shape."""
        return np.zeros(len(path) + 7 if bad == "scalar" else len(path.t) + 1)

    try:
        with pytest.raises(MeasureError, match="measure 'crooked' gave"):
            measure(visits, "stroke", only=["crooked"])
    finally:
        forget("crooked")


def test_two_measures_cannot_share_a_column() -> None:
    with pytest.raises(MeasureError, match="column 'velocity_mean' is 'velocity''s"):
        define("kinematic", unit="1", name="velocity_mean")(lambda path: path.length)


def test_no_cut_gives_an_empty_table(visits: Events) -> None:
    none = cut(visits, "stroke")[:0]
    assert isinstance(none, Cuts)
    found = measure(visits, none)
    assert found.values.shape == (0, len(found.names))


def test_the_table_carries_ids_and_times(visits: Events) -> None:
    found = measure(visits, "stroke", only=["path_length"])
    table = found.to_polars()
    assert table.columns == ["recording", "page", "cut", "cut_kind", "start", "end", "path_length"]
    assert table["recording"].unique(maintain_order=True).to_list() == ["0", "1", "3", "4", "5"]
    assert (table["end"] >= table["start"]).all()
    with pytest.raises(UnknownName, match="did you mean 'path_length'"):
        found["path_lenght"]

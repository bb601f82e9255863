"""The engine beside libraries of other hands, where their definitions and ours coincide."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musculus.events import Events
from musculus.measures import measure

antropy = pytest.importorskip("antropy", reason="sample entropy by other hands is in the extra [dev]")
shapely = pytest.importorskip("shapely", reason="lengths by other hands are in the extra [dev]")


def one(x: np.ndarray, y: np.ndarray, name: str) -> float:
    return float(measure(Events.of(np.arange(len(x)) * 10.0, x, y), "recording", only=[name]).values[0, 0])


@given(seed=st.integers(0, 10_000), n=st.integers(20, 300))
def test_sample_entropy_is_antropys(seed: int, n: int) -> None:
    """Of continuous steps: antropy counts distances below the tolerance, the contract those up to it."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=n) + np.sin(np.arange(n) / 3)
    theirs = antropy.sample_entropy(steps, order=3, tolerance=0.2 * float(np.std(steps, ddof=1)))
    ours = one(np.concatenate([[0], np.cumsum(steps)]), np.zeros(n + 1), "sample_entropy")
    if np.isfinite(theirs):
        assert ours == pytest.approx(theirs, rel=1e-9)
    else:
        assert np.isnan(ours)


points = st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=2, max_size=60)


@given(points)
def test_lengths_are_shapelys(path: list[tuple[int, int]]) -> None:
    x, y = np.array(path, float).T
    assert one(x, y, "path_length") == pytest.approx(shapely.LineString(path).length)
    assert one(x, y, "displacement") == pytest.approx(shapely.Point(path[0]).distance(shapely.Point(path[-1])))


@given(points)
def test_the_largest_deviation_is_shapelys_distance_from_the_whole_line(path: list[tuple[int, int]]) -> None:
    x, y = np.array(path, float).T
    if path[0] == path[-1]:
        assert np.isnan(one(x, y, "max_abs_deviation"))
        return
    far = 1e4 * np.array([x[-1] - x[0], y[-1] - y[0]])
    line = shapely.LineString([(x[0] - far[0], y[0] - far[1]), (x[0] + far[0], y[0] + far[1])])
    expected = max(line.distance(shapely.Point(p)) for p in path)
    assert one(x, y, "max_abs_deviation") == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(points)
def test_the_signed_area_is_shapelys_of_the_ring(path: list[tuple[int, int]]) -> None:
    """Positive to the right of travel; shapely's is positive anticlockwise with y up, so on a screen clockwise."""
    x, y = np.array(path, float).T
    ring = [*path, path[0]]
    area = 0.5 * sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
    if len({*path}) == 1:
        assert np.isnan(one(x, y, "auc_signed"))
        return
    if len({*path}) > 2:
        assert abs(area) == pytest.approx(shapely.Polygon(path).area) or not shapely.Polygon(path).is_valid
    assert one(x, y, "auc_signed") == pytest.approx(-area, abs=1e-6)

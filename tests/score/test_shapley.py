"""Boosted trees as arrays: LightGBM's own numbers, Shapley values by the definition, and damage refused."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest

from musculus.errors import BundleError
from musculus.score.arrays import to_npy
from musculus.score.kernels.boosted import BoostedKernel
from musculus.score.kernels.parts import Parts

WIDTH = 5


def kernel(**arrays: Any) -> BoostedKernel:
    return BoostedKernel.read(Parts({name: to_npy(np.asarray(v)) for name, v in arrays.items()}, "a test"), WIDTH)


@pytest.fixture(scope="module")
def fitted() -> tuple[Any, np.ndarray]:
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(800, WIDTH))
    rows[rng.random(rows.shape) < 0.1] = np.nan
    rows[:, 4] = rng.normal(size=800)  # a column without gaps: there, NaN counts as 0
    labels = np.nan_to_num(rows[:, 0]) * np.nan_to_num(rows[:, 1]) + rows[:, 4] > 0
    model = lightgbm.LGBMClassifier(n_estimators=20, num_leaves=8, max_depth=4, n_jobs=1, verbose=-1, random_state=0)
    model.fit(rows, labels)
    tests = rng.normal(size=(200, WIDTH))
    tests[rng.random(tests.shape) < 0.2] = np.nan
    return model, tests


def test_scores_and_contributions_are_those_of_lightgbm_to_1e_9(fitted: tuple[Any, np.ndarray]) -> None:
    from musculus.models.exports.boosted import boosted

    model, rows = fitted
    found = kernel(**boosted(model).values)
    own = model.predict_proba(rows, pred_contrib=True)
    assert np.abs(found(rows)[:, 0] - model.predict_proba(rows, raw_score=True)).max() < 1e-9
    assert np.abs(found.contributions(rows) - own[:, :-1]).max() < 1e-9
    assert found.base == pytest.approx(own[0, -1], abs=1e-9)


def test_scale_and_offset_go_into_the_leaves_so_that_contributions_stay_exact(fitted: tuple[Any, np.ndarray]) -> None:
    from musculus.models.exports.boosted import boosted

    model, rows = fitted
    plain, scaled = kernel(**boosted(model).values), kernel(**boosted(model, 0.5, 2.0).values)
    assert np.allclose(scaled(rows), 0.5 * plain(rows) + 2.0, rtol=0, atol=1e-12)
    assert np.allclose(scaled.contributions(rows).sum(axis=1) + scaled.base, scaled(rows)[:, 0], rtol=0, atol=1e-12)


TREE = {
    "feature": np.array([0, 1, 0], np.int32), "threshold": np.array([0.0, 1.0, -1.0]),
    "left": np.array([1, 2, -1], np.int32), "right": np.array([-4, -3, -2], np.int32),
    "missing": np.array([1, 0, 0], np.int32), "roots": np.array([0], np.int32),
    "leaf": np.array([5.0, -2.0, 1.0, 3.0]), "cover": np.array([10.0, 30.0, 20.0, 40.0]), "offset": np.array([0.25]),
}  # fmt: skip


def value(known: set[int], row: np.ndarray, at: int = 0) -> float:
    """The tree's value where only some features are known: both ways, in the shares of the training's rows."""
    if at < 0:
        return float(TREE["leaf"][-1 - at])
    left, right, f = int(TREE["left"][at]), int(TREE["right"][at]), int(TREE["feature"][at])
    if f in known:
        goes = bool(TREE["missing"][at]) if np.isnan(row[f]) else row[f] <= TREE["threshold"][at]
        return value(known, row, left if goes else right)
    share = rows_under(left) / (rows_under(left) + rows_under(right))
    return share * value(known, row, left) + (1 - share) * value(known, row, right)


def rows_under(at: int) -> float:
    if at < 0:
        return float(TREE["cover"][-1 - at])
    return rows_under(int(TREE["left"][at])) + rows_under(int(TREE["right"][at]))


@pytest.mark.parametrize("row", [[-2.0, 0.5], [-0.5, 2.0], [1.0, 0.0], [np.nan, np.nan], [-0.5, np.nan]])
def test_contributions_are_shapley_values_by_their_definition(row: list[float]) -> None:
    found, full = kernel(**TREE), np.array([*row, 0.0, 0.0, 0.0])
    wanted = np.zeros(WIDTH)
    for i in (0, 1):
        others = [j for j in (0, 1) if j != i]
        for size in range(len(others) + 1):
            for known in combinations(others, size):
                weight = factorial(size) * factorial(2 - size - 1) / factorial(2)
                wanted[i] += weight * (value({*known, i}, full) - value(set(known), full))
    assert found.contributions(full[None])[0] == pytest.approx(wanted, abs=1e-12)
    assert found.base == pytest.approx(0.25 + value(set(), full), abs=1e-12)


@pytest.mark.parametrize(
    "change",
    [
        {"left": np.array([0, 2, -1], np.int32)},  # back to itself
        {"right": np.array([-9, -3, -2], np.int32)},  # no such leaf
        {"feature": np.array([0, 7, 0], np.int32)},  # no such feature
        {"cover": np.array([0.0, 30.0, 20.0, 40.0])},
        {"roots": np.array([5], np.int32)},
        {"threshold": np.array([0.0, np.nan, 1.0])},
    ],
    ids=lambda c: next(iter(c)),
)
def test_trees_that_lead_nowhere_are_refused(change: dict[str, np.ndarray]) -> None:
    with pytest.raises(BundleError):
        kernel(**{**TREE, **change})

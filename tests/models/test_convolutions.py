"""Shapes in time are found whatever their place, a file keeps the kernels, and a row scores the same alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from musculus.errors import UsageError
from musculus.evaluate import roc_auc
from musculus.events import Events
from musculus.models import ImputeScale, save
from musculus.models.convolutions import RandomConvolutions
from musculus.score import load
from musculus.tasks.sequences import velocity_rows


@parametrize_with_checks([RandomConvolutions(n_kernels=12), RandomConvolutions(n_kernels=5, n_channels=1)])
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def sequences() -> tuple[np.ndarray, np.ndarray]:
    """Two channels of noise; half of the rows hold a bump up then down, the others down then up, anywhere."""
    rng = np.random.default_rng(0)
    label = np.arange(240) % 2
    rows = rng.normal(0, 0.3, (240, 2, 64))
    wave = np.sin(np.linspace(0, 2 * np.pi, 17))
    for row, kind, place in zip(rows, label, rng.integers(0, 47, 240), strict=True):
        row[0, place : place + 17] += wave if kind else wave[::-1]
    return rows.reshape(240, 128), label


def model(n_kernels: int = 168) -> object:
    return make_pipeline(ImputeScale(flag=False, scale=False), RandomConvolutions(n_kernels), LogisticRegression(C=1.0))


def test_a_shape_in_time_is_found_wherever_it_stands(sequences):
    rows, label = sequences
    fitted = model().fit(rows[:160], label[:160])
    found = roc_auc(label[160:], fitted.decision_function(rows[160:]))
    plain = LogisticRegression(max_iter=500).fit(rows[:160], label[:160])
    assert found > 0.95
    assert found > roc_auc(label[160:], plain.decision_function(rows[160:])) + 0.05  # columns alone show less


def test_shares_are_those_of_a_plain_convolution(sequences):
    rows, _ = sequences
    fitted = RandomConvolutions(20, random_state=3).fit(rows)
    found = fitted.transform(rows[:5])
    for k in range(20):
        gap = int(fitted.dilation_[k])
        spread = np.zeros((2, 8 * gap + 1))
        spread[:, ::gap] = fitted.weights_[k]
        for i, row in enumerate(rows[:5].reshape(5, 2, 64)):
            total = sum(np.convolve(c, w[::-1], "same") for c, w in zip(row, spread, strict=True))
            if spread.shape[1] <= 64:  # "same" means the longer of the two
                assert found[i, k] == pytest.approx((total > fitted.bias_[k]).mean(), abs=1e-12)


def test_the_file_keeps_the_kernels_and_scores_a_row_the_same_alone(sequences, tmp_path: Path):
    rows, label = sequences
    fitted = model(40).fit(rows, label)
    save(fitted, tmp_path / "m.musculus", features=[f"c{j}" for j in range(128)], rows=rows, labels=label)
    scorer = load(tmp_path / "m.musculus")
    np.testing.assert_allclose(scorer.score(rows), fitted.decision_function(rows), atol=1e-9)
    np.testing.assert_array_equal(np.concatenate([scorer.score(r[None]) for r in rows[:20]]), scorer.score(rows)[:20])


def test_rows_of_velocity_come_from_the_grid_and_rest_after_the_end():
    e = Events.concat([
        Events.of(t=np.arange(0, 301, 10.0), x=np.arange(0, 31) * 2.0, y=np.zeros(31), recording="even", person="p"),
        Events.of(t=np.arange(0, 301, 5.0), x=np.arange(0, 61) * 1.0, y=np.zeros(61), recording="twice", person="q"),
        Events.of(t=[0.0], x=[1.0], y=[1.0], recording="still", person="r"),
    ])  # fmt: skip
    table = velocity_rows(e)
    assert table.ids["recording"].tolist() == ["even", "twice"]
    np.testing.assert_allclose(table.values[0], table.values[1], atol=1e-9)
    np.testing.assert_allclose(table["vx_000"], [200.0, 200.0])
    assert (table.values[:, 30:128] == 0).all()
    assert table.names[128] == "vy_000"


def test_numbers_that_make_no_sense_are_told(sequences):
    with pytest.raises(UsageError, match="at least one of each"):
        RandomConvolutions(0).fit(sequences[0])

"""Selectors find what was planted, keep little of pure noise, and are scikit-learn's in every respect."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from musculus.errors import DataError, UnknownName, UsageError
from musculus.models import make_model, save
from musculus.models.selection import SELECTORS, make_selector
from musculus.models.selection.association import TESTS, associations
from musculus.models.selection.corrections import corrected
from musculus.models.selection.important import ImportantFeatures
from musculus.models.selection.shadow import ShadowFeatures
from musculus.models.selection.significant import SignificantFeatures
from musculus.models.selection.stable import StableFeatures
from musculus.score import load

EVERY = pytest.mark.parametrize("name", SELECTORS)
QUICK = {"shadow": {"rounds": 12}, "stable": {"times": 12}}


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, np.ndarray]:
    """300 rows of two labels; columns 0 and 1 of twelve go with them, some values are undefined."""
    rng = np.random.default_rng(0)
    labels = np.arange(300) % 2
    rows = rng.normal(size=(300, 12))
    rows[:, 0] += 1.5 * labels
    rows[:, 1] -= 1.5 * labels
    rows[rng.random(rows.shape) < 0.05] = np.nan
    return rows, labels


@parametrize_with_checks(
    [
        SignificantFeatures(),
        SignificantFeatures("mutual_information", correction="holm"),
        ImportantFeatures("lasso"),
        ImportantFeatures("trees"),
        ShadowFeatures(rounds=2),
        StableFeatures(times=3),
    ]
)
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)


@EVERY
def test_what_was_planted_is_found_and_little_else(name, planted):
    rows, labels = planted
    kept = make_selector(name, **QUICK.get(name, {})).fit(rows, labels).get_support()
    assert kept[:2].all()
    assert kept[2:].sum() <= (5 if name in ("lasso", "permutation") else 1)


@EVERY
def test_of_pure_noise_little_is_kept_but_never_nothing(name):
    kept = [
        make_selector(name, **QUICK.get(name, {}))
        .fit(np.random.default_rng(seed).normal(size=(120, 20)), np.arange(120) % 2)
        .get_support()
        .sum()
        for seed in range(3)
    ]
    assert min(kept) >= 1
    if name not in ("trees", "permutation", "lasso"):  # these rank; they don't say what is chance
        assert max(kept) <= 2


def test_false_finds_stay_rare_over_many_tables_of_noise():
    found = []
    for seed in range(60):
        rows = np.random.default_rng(seed).normal(size=(60, 30))
        chooser = SignificantFeatures(correction="holm").fit(rows, np.arange(60) % 2)
        found.append((chooser.corrected_p_ <= 0.05).any())
    assert np.mean(found) <= 0.12  # 5 % are expected


@pytest.mark.parametrize("seed", range(5))
def test_corrections_agree_with_scipy_and_with_the_definition(seed):
    p = np.random.default_rng(seed).beta(0.5, 2, 40)
    np.testing.assert_allclose(corrected(p), false_discovery_control(p), rtol=1e-12)
    rank = p.argsort().argsort()
    by_hand = [min(1.0, max((40 - rank[j]) * p[j] for j in range(40) if p[j] <= p[i])) for i in range(40)]
    np.testing.assert_allclose(corrected(p, "holm"), by_hand, rtol=1e-12)


def test_a_test_that_could_not_be_made_counts_for_nothing():
    np.testing.assert_array_equal(corrected([0.01, np.nan, 0.04], "holm"), [0.02, np.nan, 0.04])
    rows = np.c_[np.ones(10), np.full(10, np.nan), np.arange(10.0)]
    _, p = associations(rows, np.arange(10) // 5, TESTS["kruskal"])
    assert np.isnan(p[:2]).all()
    assert p[2] < 0.05


def test_a_number_to_be_predicted_is_met_with_rank_correlation(planted):
    rows, _ = planted
    age = np.nan_to_num(rows[:, 3]) * 10 + np.random.default_rng(1).normal(0, 1, 300)
    for name in ("kruskal", "mutual_information", "lasso", "trees", "shadow", "stable"):
        assert make_selector(name, **QUICK.get(name, {})).fit(rows, age).get_support()[3], name


def test_names_of_columns_go_through(planted):
    import pandas as pd

    rows, labels = planted
    frame = pd.DataFrame(rows, columns=[f"f{j}" for j in range(12)])
    kept = make_selector("kruskal").set_output(transform="pandas").fit_transform(frame, labels)
    assert list(kept.columns) == ["f0", "f1"]


def test_a_selection_in_the_pipeline_goes_into_the_file(planted, tmp_path):
    rows, labels = planted
    model = make_pipeline(make_selector("holm"), *make_model("logistic_regression")).fit(rows, labels)
    save(model, tmp_path / "m.musculus", features=[f"f{j}" for j in range(12)], rows=rows, labels=labels)
    scorer = load(tmp_path / "m.musculus")
    np.testing.assert_allclose(scorer.score(rows), model.decision_function(rows), atol=1e-9)
    assert scorer.manifest.steps[0].kind == "select"


def test_wrong_names_and_numbers_are_told():
    rows, labels = np.arange(12.0).reshape(6, 2), np.array([0, 0, 1, 1, 2, 2])
    with pytest.raises(DataError, match="take kruskal"):
        SignificantFeatures("mann_whitney").fit(rows, labels)
    with pytest.raises(UnknownName, match="'kruskall'; did you mean 'kruskal'"):
        SignificantFeatures("kruskall").fit(rows, labels)
    with pytest.raises(UnknownName, match="way to select"):
        make_selector("lassoo")
    for wrong in (SignificantFeatures(level=2), ImportantFeatures(count=0), StableFeatures(often=0)):
        with pytest.raises(UsageError):
            wrong.fit(rows, labels)

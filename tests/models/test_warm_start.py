"""A shop that has few customers yet learns from another one; the more it knows itself, the less it gains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from musculus.errors import BundleError, DataError, UnknownName, UsageError
from musculus.evaluate.warm import warm_gain
from musculus.models import fit_model, make_model, row_scores, save
from musculus.models.warm_start import WarmStart
from musculus.score import Scorer, load
from musculus.score.bundle import MAX_DEPTH
from musculus.tasks.attribute import Labelled


@parametrize_with_checks([WarmStart()])
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)


def site(seed: int, people: int, offset: float = 0.0) -> Labelled:
    """People with a label that ten of forty columns know a little of; the sites differ by an offset."""
    rng = np.random.default_rng(seed)
    label = rng.permutation(np.arange(people) % 2)
    values = rng.normal(size=(people, 40)) + offset
    values[:, :10] += 0.6 * label[:, None]
    names = tuple(f"f{j}" for j in range(40))
    who = np.array([f"{seed}-{i}" for i in range(people)])
    return Labelled(names, values, label, ("no", "yes"), who, {}, {}, "purchase")


def kept(data: Labelled, path: Path, model: str = "logistic_regression") -> Scorer:
    """A model file of a site."""
    fitted = fit_model(make_model(model), data.values, data.label)
    return save(fitted, path / f"{model}.musculus", features=list(data.names), rows=data.values, labels=data.label)


def test_a_warm_start_gains_most_where_little_is_known(tmp_path):
    found = warm_gain(kept(site(0, 400), tmp_path), site(1, 400, offset=0.5), people=(8, 20, 200))
    assert [row["people"] for row in found] == [8, 20, 200]
    assert found[0]["gain"]["low"] > 0.05
    assert found[0]["gain"]["value"] > found[-1]["gain"]["value"]
    assert found[-1]["warm"] > found[-1]["cold"] - 0.03


def test_a_source_that_knows_nothing_gives_no_gain(tmp_path):
    noise = replace(site(2, 400), values=np.random.default_rng(9).normal(size=(400, 40)))
    found = warm_gain(kept(noise, tmp_path), site(1, 400), people=(40, 200))
    assert all(row["gain"]["low"] < 0.02 for row in found)


@pytest.mark.parametrize("inner", [None, "random_forest", "mlp", "gaussian_nb"])
@pytest.mark.parametrize("old", ["logistic_regression", "svm_linear", "random_forest", "histogram_nb"])
def test_a_warm_start_goes_into_one_file_with_the_model_it_started_from(old, inner, tmp_path):
    source, new = kept(site(0, 100), tmp_path, old), site(1, 60)
    few = {"n_estimators": 10} if inner == "random_forest" else {}
    warm = fit_model(WarmStart(source, inner and make_model(inner, **few)), new.values, new.label)
    save(warm, tmp_path / "new.musculus", features=list(new.names), rows=new.values, labels=new.label)
    (tmp_path / f"{old}.musculus").unlink()
    holed = np.where(np.random.default_rng(0).random(new.values.shape) < 0.1, np.nan, new.values)
    again = load(tmp_path / "new.musculus")
    np.testing.assert_allclose(again.score(holed), row_scores(warm, holed), atol=1e-5)
    assert again.reasons(holed, 0)


def test_a_warm_start_from_a_model_that_is_no_file_is_not_saved(tmp_path):
    data = site(0, 60)
    warm = fit_model(WarmStart(fit_model(make_model("gaussian_nb"), data.values, data.label)), data.values, data.label)
    with pytest.raises(BundleError, match="save the source, and start from what `load` gives"):
        save(warm, tmp_path / "w.musculus", features=list(data.names), rows=data.values, labels=data.label)


def test_models_in_models_in_models_are_refused(tmp_path):
    data = site(0, 60)
    model, where = kept(data, tmp_path), tmp_path / "chain.musculus"
    for _ in range(MAX_DEPTH):
        warm = fit_model(WarmStart(model), data.values, data.label)
        model = save(warm, where, features=list(data.names), rows=data.values, labels=data.label)
    warm = fit_model(WarmStart(model), data.values, data.label)
    with pytest.raises(BundleError, match="a model in a model, more than 3 deep"):
        save(warm, where, features=list(data.names), rows=data.values, labels=data.label)


@pytest.mark.parametrize("name", ["svm_linear", "random_forest", "gaussian_nb"])
def test_any_family_may_be_the_source_and_a_row_scores_the_same_alone(name):
    old, new = site(0, 200), site(1, 60)
    source = fit_model(make_model(name), old.values, old.label)
    warm = WarmStart(source).fit(new.values, new.label)
    crowd = warm.predict_proba(new.values)
    alone = np.concatenate([warm.predict_proba(row[None]) for row in new.values[:9]])
    np.testing.assert_allclose(alone, crowd[:9], atol=1e-12)
    assert (warm.predict(new.values) == new.label).mean() > 0.7


def test_sites_with_other_columns_or_labels_are_refused(tmp_path):
    one, other = kept(site(0, 40), tmp_path), site(1, 40)
    with pytest.raises(UnknownName, match="no feature named 'f0'"):
        warm_gain(one, replace(other, names=tuple(f"g{j}" for j in range(40))))
    with pytest.raises(DataError, match="two classes"):
        warm_gain(one, replace(other, classes=("a", "b", "c")))
    with pytest.raises(UsageError, match="svm_linear gives no probabilities"):
        warm_gain(one, other, "svm_linear")

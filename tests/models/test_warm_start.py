"""A shop that has few customers yet learns from another one; the more it knows itself, the less it gains."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from musculus.errors import DataError
from musculus.evaluate.warm import warm_gain
from musculus.models import fit_model, make_model
from musculus.models.warm_start import WarmStart
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


def test_a_warm_start_gains_most_where_little_is_known():
    found = warm_gain(site(0, 400), site(1, 400, offset=0.5), people=(8, 20, 200))
    assert [row["people"] for row in found] == [8, 20, 200]
    assert found[0]["gain"]["low"] > 0.05
    assert found[0]["gain"]["value"] > found[-1]["gain"]["value"]
    assert found[-1]["warm"] > found[-1]["cold"] - 0.03


def test_a_source_that_knows_nothing_gives_no_gain():
    noise = site(2, 400)
    noise = Labelled(noise.names, np.random.default_rng(9).normal(size=(400, 40)), noise.label, noise.classes,
                     noise.person, {}, {}, "purchase")  # fmt: skip
    found = warm_gain(noise, site(1, 400), people=(40, 200))
    assert all(row["gain"]["low"] < 0.02 for row in found)


@pytest.mark.parametrize("name", ["svm_linear", "random_forest", "gaussian_nb"])
def test_any_family_may_be_the_source_and_a_row_scores_the_same_alone(name):
    old, new = site(0, 200), site(1, 60)
    source = fit_model(make_model(name), old.values, old.label)
    warm = WarmStart(source).fit(new.values, new.label)
    crowd = warm.predict_proba(new.values)
    alone = np.concatenate([warm.predict_proba(row[None]) for row in new.values[:9]])
    np.testing.assert_allclose(alone, crowd[:9], atol=1e-12)
    assert (warm.predict(new.values) == new.label).mean() > 0.8


def test_sites_with_other_columns_or_labels_are_refused():
    one, other = site(0, 40), site(1, 40)
    with pytest.raises(DataError, match="same features"):
        warm_gain(one, Labelled(other.names[::-1], other.values, other.label, other.classes, other.person, {}, {}, ""))

from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from musculus.errors import DataError, UsageError
from musculus.models.by_person import ByGroup


@parametrize_with_checks([ByGroup(), ByGroup("shift")])
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)


@pytest.fixture
def people() -> tuple[np.ndarray, np.ndarray]:
    """Five people whose speeds differ by offset and by spread."""
    rng = np.random.default_rng(0)
    who = np.repeat([f"p{i}" for i in range(5)], 200)
    scale = np.repeat([1.0, 2, 4, 8, 16], 200)
    return scale[:, None] * (3 + rng.normal(size=(1000, 3))), who


@pytest.mark.parametrize(
    ("way", "center", "spread"), [("shift", True, False), ("scale", False, True), ("both", True, True)]
)
def test_people_come_into_one_unit(way, center, spread, people):
    rows, who = people
    found = ByGroup(way).fit(rows, groups=who).transform(rows, groups=who)
    middles = np.stack([np.median(found[who == p], axis=0) for p in np.unique(who)])
    widths = np.stack([np.ptp(np.quantile(found[who == p], [0.25, 0.75], axis=0), axis=0) for p in np.unique(who)])
    assert (np.abs(middles).max() < 1e-9) == center
    assert (np.abs(widths - 1).max() < 1e-9) == spread


def test_a_row_comes_out_the_same_alone_and_in_a_crowd(people):
    rows, who = people
    by = ByGroup().fit(rows[::2], groups=who[::2])
    crowd = by.transform(rows, groups=who)
    alone = np.concatenate([by.transform(rows[i : i + 1], groups=who[i : i + 1]) for i in range(0, 1000, 50)])
    np.testing.assert_array_equal(alone, crowd[::50])


def test_somebody_new_is_everybody_until_enrolled(people):
    rows, who = people
    by = ByGroup().fit(rows, groups=who)
    np.testing.assert_array_equal(by.transform(rows[:3], groups=["new"] * 3), by.transform(rows[:3]))
    by.enrol(rows[who == "p4"], "new")
    np.testing.assert_array_equal(by.transform(rows[:3], groups=["new"] * 3), by.transform(rows[:3], groups=["p4"] * 3))
    by.enrol(rows[:2], "few")  # too few rows for statistics of their own
    np.testing.assert_array_equal(by.transform(rows[:3], groups=["few"] * 3), by.transform(rows[:3]))


def test_undefined_values_stay_and_wrong_arguments_are_told(people):
    rows, who = people
    rows = rows.copy()
    rows[::7, 1] = np.nan
    found = ByGroup().fit(rows, groups=who).transform(rows, groups=who)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(rows))
    with pytest.raises(UsageError, match="one of shift, scale, both"):
        ByGroup("stretch").fit(rows)
    with pytest.raises(DataError, match="3 groups for 1000 rows"):
        ByGroup().fit(rows, groups=["a"] * 3)

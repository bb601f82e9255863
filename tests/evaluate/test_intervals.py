import math

import numpy as np
import pytest

from musculus.errors import DataError
from musculus.evaluate import bootstrap, paired_difference, permutation_null, roc_auc


@pytest.fixture(scope="module")
def sessions():
    """Forty people of ten rows; each person's scores share a shift, so rows of one person aren't independent."""
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(40), 10)
    labels = person % 2 == 0
    scores = labels + rng.normal(size=40)[person] + 0.3 * rng.normal(size=400)
    return person, labels, scores


def test_the_quick_way_and_the_slow_way_draw_the_same_interval(sessions):
    person, labels, scores = sessions
    quick = bootstrap("auc", labels, scores, person, times=200)
    slow = bootstrap(roc_auc, labels, scores, person, times=200)
    assert (quick.value, quick.low, quick.high) == pytest.approx((slow.value, slow.low, slow.high))


def test_people_give_a_wider_interval_than_their_rows(sessions):
    person, labels, scores = sessions
    by_person, by_row = bootstrap("auc", labels, scores, person), bootstrap("auc", labels, scores)
    assert by_person.high - by_person.low > 2 * (by_row.high - by_row.low)
    assert (by_person.groups, by_row.groups) == (40, 400)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    truth = 0.7602  # of two unit normals one apart: Phi(1 / sqrt 2)
    held = 0
    for seed in range(200):
        labels = np.arange(200) < 100
        found = bootstrap("auc", labels, labels + rng.normal(size=200), times=300, seed=seed)
        held += found.low <= truth <= found.high
    assert 0.90 <= held / 200 <= 0.99


def test_the_same_seed_gives_the_same_interval_and_another_one_another(sessions):
    person, labels, scores = sessions
    one, two, three = (bootstrap("eer", labels, scores, person, times=100, seed=seed) for seed in (7, 7, 8))
    assert one == two
    assert (one.low, one.high) != (three.low, three.high)


def test_strata_keep_their_sizes(sessions):
    person, labels, scores = sessions
    few = bootstrap("auc", labels, scores, person, strata=labels, times=300)
    assert few.low < few.value < few.high
    with pytest.raises(DataError, match="two strata"):
        bootstrap("auc", labels, scores, person, strata=np.arange(400) % 2)


def test_what_cannot_be_resampled_says_why():
    labels, scores = np.array([0, 1, 1]), np.array([0.1, 0.2, 0.3])
    assert bootstrap("auc", labels, scores, ["ann"] * 3).reason == "one group only: nothing to resample"
    assert "too few groups" in bootstrap("auc", labels, scores, times=100).reason
    assert bootstrap("auc", [1, 1, 1], scores).reason == "no negatives among 3 rows"
    assert math.isnan(bootstrap("auc", [1, 1, 1], scores).value)


def test_a_better_model_is_told_from_an_equal_one_on_the_same_rows(sessions):
    person, labels, scores = sessions
    rng = np.random.default_rng(2)
    worse = scores + 3 * rng.normal(size=len(scores))
    better = paired_difference("auc", labels, scores, worse, person, times=500)
    assert better.low > 0
    assert better.p < 0.05
    same = paired_difference("auc", labels, scores, scores + 1e-9 * rng.normal(size=len(scores)), person, times=500)
    assert same.low <= 0 <= same.high
    assert same.p > 0.5


def test_scores_that_know_the_labels_stand_out_of_the_null(sessions):
    person, labels, scores = sessions
    found = permutation_null("auc", labels, scores, person, times=300)
    assert found.dealt == "between groups"
    assert found.value > found.high
    assert found.p < 0.05
    assert found.mean == pytest.approx(0.5, abs=0.02)


def test_noise_does_not_stand_out_of_the_null_even_with_many_rows_a_person():
    person = np.repeat(np.arange(20), 50)
    rejected = {"between groups": 0, "rows": 0}
    for seed in range(40):
        rng = np.random.default_rng(seed)
        labels = (rng.permutation(20) < 10)[person]
        scores = rng.normal(size=20)[person] + 0.1 * rng.normal(size=1000)
        rejected["between groups"] += permutation_null("auc", labels, scores, person, times=99).p <= 0.05
        rejected["rows"] += permutation_null("auc", labels, scores, times=99).p <= 0.05
    assert rejected["between groups"] <= 7  # 2 expected of 40
    assert rejected["rows"] >= 10  # what dealing rows one by one would have claimed


def test_labels_are_dealt_within_groups_that_hold_both():
    rng = np.random.default_rng(3)
    account = np.repeat(np.arange(5), 40)
    labels = rng.random(200) < np.array([0.1, 0.3, 0.5, 0.7, 0.9])[account]
    shift = np.array([0.0, 1.0, 2.0, 3.0, 4.0])[account]  # accounts differ in score and in share: not what is asked
    found = permutation_null("auc", labels, shift + rng.normal(size=200), account, times=200)
    assert found.dealt == "within groups"
    assert found.mean > 0.7
    assert found.p > 0.01


def test_the_null_of_a_rate_of_errors_counts_lower_values(sessions):
    person, labels, scores = sessions
    assert permutation_null("eer", labels, scores, person, times=200).p < 0.05
    assert permutation_null("eer", labels, -scores, person, times=200).p > 0.9

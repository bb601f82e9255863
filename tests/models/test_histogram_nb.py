import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.utils.estimator_checks import parametrize_with_checks

from musculus.errors import UsageError
from musculus.models import HistogramNB, ImputeScale

KINDS = pytest.mark.parametrize("buckets", ["width", "mass", "log"])


@parametrize_with_checks(
    [
        HistogramNB(),
        HistogramNB(20, buckets="mass", undefined="skip"),
        HistogramNB(buckets="log"),
        ImputeScale(),
        ImputeScale(clip=None, single=True),
    ]
)
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def people() -> np.ndarray:
    """400 rows of seven features with long tails; every tenth cell undefined."""
    rng = np.random.default_rng(1)
    rows = np.exp(rng.normal(size=(400, 7)))
    rows[rng.random(rows.shape) < 0.1] = np.nan
    return rows


@KINDS
def test_a_row_scores_the_same_alone_and_in_a_crowd_to_the_last_bit(people, buckets):
    model = HistogramNB(buckets=buckets).fit(people[:200])
    crowd = model.score_samples(people)
    alone = np.concatenate([model.score_samples(row[None]) for row in people])
    assert np.array_equal(crowd, alone)
    assert np.array_equal(crowd[::-1], model.score_samples(people[::-1]))


def test_the_shares_are_those_one_can_count_by_hand():
    model = HistogramNB(2, smoothing=1.0).fit([[0.0], [0.0], [0.0], [4.0]])
    assert model.edges_.tolist() == [[0.0, 2.0, 4.0]]
    # three and one of four, one added to each of four buckets
    np.testing.assert_allclose(np.exp(model.log_share_), [[1 / 8, 4 / 8, 2 / 8, 1 / 8]])
    np.testing.assert_allclose(
        np.exp(model.score_samples([[-1.0], [1.9], [2.0], [4.0], [4.1]])), [1 / 8, 4 / 8, 2 / 8, 2 / 8, 1 / 8]
    )


def test_outside_the_range_seen_is_no_more_likely_than_the_emptiest_bucket(people):
    for buckets in ("width", "mass", "log"):
        model = HistogramNB(buckets=buckets).fit(people)
        outside = model.log_share_[:, [0, -1]]
        assert (outside <= model.log_share_.min(axis=1, keepdims=True) + 1e-12).all()


@KINDS
def test_missing_values_never_make_a_row_look_more_human_than_typical_ones(people, buckets):
    model = HistogramNB(buckets=buckets).fit(people)
    assert (model.explain(np.full((1, 7), np.nan)) <= 0).all()
    skipping = HistogramNB(buckets=buckets, undefined="skip").fit(people)
    np.testing.assert_allclose(skipping.explain(np.full((1, 7), np.nan)), 0.0)


def test_where_people_are_never_undefined_a_missing_value_counts_against():
    rng = np.random.default_rng(2)
    model = HistogramNB().fit(rng.normal(size=(500, 1)))
    assert model.explain([[np.nan]])[0, 0] < -1


def test_the_contributions_add_up_to_the_score(people):
    model = HistogramNB().fit(people)
    np.testing.assert_allclose(model.explain(people).sum(axis=1) + model.typical_.sum(), model.score_samples(people))


def test_typical_people_contribute_nothing_on_average(people):
    model = HistogramNB().fit(people)
    found = model.explain(people)
    np.testing.assert_allclose(found[~np.isnan(people)].mean(), 0.0, atol=1e-9)


def test_equal_mass_buckets_still_know_a_rare_stretch_from_a_common_one():
    rows = np.concatenate([np.linspace(0, 1, 900), np.linspace(1, 100, 100)])[:, None]
    model = HistogramNB(10, buckets="mass").fit(rows)
    assert model.score_samples([[0.5]])[0] > model.score_samples([[50.0]])[0] + 1


def test_equal_mass_and_log_buckets_tell_a_long_tail_better_than_equal_width():
    rng = np.random.default_rng(3)
    people, machines = np.exp(2 * rng.normal(size=(2000, 1))), np.full((200, 1), 0.02)
    gap = {}
    for buckets in ("width", "mass", "log"):
        model = HistogramNB(buckets=buckets).fit(people)
        gap[buckets] = np.median(model.score_samples(people)) - model.score_samples(machines).mean()
    assert abs(gap["width"]) < 0.1
    assert min(gap["mass"], gap["log"]) > 0.5


def test_the_order_and_kind_of_labels_is_ignored(people):
    plain, labelled = HistogramNB().fit(people), HistogramNB().fit(people, np.arange(len(people)))
    assert np.array_equal(plain.log_share_, labelled.log_share_)


def test_contamination_is_the_share_of_training_rows_called_outliers(people):
    rows = np.nan_to_num(people, nan=1.0)
    for share in (0.01, 0.1, 0.5):
        model = HistogramNB(30, contamination=share).fit(rows)
        assert (model.predict(rows) == -1).mean() <= share + 1e-9


def test_a_feature_that_nobody_has_says_nothing():
    rows = np.column_stack([np.arange(50.0), np.full(50, np.nan)])
    model = HistogramNB(5).fit(rows)
    assert model.explain([[3.0, 7.0]])[0, 1] == 0.0
    assert model.score_samples([[3.0, 7.0]]) == model.score_samples([[3.0, np.nan]])


def test_a_constant_feature_knows_its_value_from_all_others():
    model = HistogramNB(5).fit(np.full((50, 1), 3.0))
    same, other = model.score_samples([[3.0], [3.1]])
    assert same > other + 3


@KINDS
@given(rows=arrays(np.float64, (20, 2), elements=st.one_of(st.just(np.nan), st.floats(-1e200, 1e200))))
def test_every_training_value_lies_inside_the_range_seen(buckets, rows):
    model = HistogramNB(7, buckets=buckets).fit(rows)
    assert np.isfinite(model.log_share_).all()
    assert (np.diff(model.edges_) >= 0).all()
    scores = model.score_samples(rows)
    assert np.isfinite(scores).all()
    for j in range(2):
        defined = rows[~np.isnan(rows[:, j]), j]
        if len(defined):
            assert model.edges_[j, 0] == defined.min()
            assert model.edges_[j, -1] == defined.max()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"n_buckets": 0}, "whole number"), ({"buckets": "tree"}, "width, mass, log"), ({"smoothing": 0.0}, "above 0"),
     ({"undefined": "drop"}, "learn or skip"), ({"contamination": 0.7}, "share in")],
)  # fmt: skip
def test_a_wrong_parameter_is_refused_with_what_would_do(wrong, said):
    with pytest.raises(UsageError, match=said):
        HistogramNB(**wrong).fit([[1.0], [2.0]])


def test_undefined_values_are_filled_with_the_median_and_flagged():
    model = ImputeScale(scale=False).fit([[1.0, 5.0], [2.0, 5.0], [9.0, np.nan]])
    np.testing.assert_array_equal(model.transform([[np.nan, np.nan]]), [[2.0, 5.0, 1.0]])
    assert model.get_feature_names_out(["speed", "jerk"]).tolist() == ["speed", "jerk", "jerk_undefined"]


def test_far_tails_are_moved_to_the_clip():
    model = ImputeScale(clip=3.0).fit(np.arange(100.0)[:, None])
    assert model.transform([[1e300], [-1e300]]).tolist() == [[3.0], [-3.0]]


def test_names_of_columns_survive_in_a_data_frame():
    import pandas as pd

    frame = pd.DataFrame({"speed": [1.0, 2.0, np.nan], "jerk": [1.0, 2.0, 3.0]})
    found = ImputeScale().set_output(transform="pandas").fit_transform(frame)
    assert list(found.columns) == ["speed", "jerk", "speed_undefined"]

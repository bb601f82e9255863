import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from musculus.errors import DataError, UnknownName
from musculus.evaluate import by_group
from musculus.evaluate.calibration import brier, calibration_error, log_loss, reliability
from musculus.evaluate.curves import curve
from musculus.evaluate.metrics import METRICS, eer, f1, f1_macro, far_frr, metric, roc_auc, tpr_at_fpr, undefined

# Few different scores, so that ties are the rule.
scored = st.lists(st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=60).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


def split(rows):
    labels, scores = zip(*rows, strict=True)
    return np.array(labels), np.array(scores, dtype=float)


@given(scored)
def test_the_area_is_scikit_learns_whatever_the_ties(rows):
    labels, scores = split(rows)
    assert roc_auc(labels, scores) == pytest.approx(reference.roc_auc_score(labels, scores))


@given(scored, st.integers(0, 2**32 - 1))
def test_weights_count_rows_as_often_as_they_say(rows, seed):
    labels, scores = split(rows)
    weights = np.random.default_rng(seed).integers(1, 4, len(labels))
    repeated = np.repeat(np.arange(len(labels)), weights)
    for name in ("auc", "eer"):
        alone = METRICS[name].batch(labels[repeated], scores[repeated], np.ones(len(repeated)))
        assert float(METRICS[name].batch(labels, scores, weights)) == pytest.approx(float(alone))


@given(scored)
def test_the_curve_passes_through_scikit_learns_points(rows):
    labels, scores = split(rows)
    fpr, tpr, thresholds = reference.roc_curve(labels, scores, drop_intermediate=False)
    found = curve(labels, scores)
    np.testing.assert_allclose(found.fpr, fpr)
    np.testing.assert_allclose(found.tpr, tpr)
    np.testing.assert_array_equal(found.thresholds, thresholds)


@given(scored)
def test_the_equal_error_rate_lies_on_the_curve_where_both_errors_are_equal(rows):
    labels, scores = split(rows)
    found = curve(labels, scores)
    rate = eer(labels, scores)
    below = np.interp(rate, found.fpr, found.tpr, left=0, right=1)
    steps = np.flatnonzero(np.isclose(found.fpr, rate))  # a vertical stretch of the curve holds many rates of hits
    heights = found.tpr[steps] if len(steps) else np.array([below])
    assert min(heights.min(), below) - 1e-9 <= 1 - rate <= max(heights.max(), below) + 1e-9


@given(scored)
def test_turning_labels_and_scores_round_changes_neither_area_nor_equal_error(rows):
    labels, scores = split(rows)
    assert roc_auc(~labels, -scores) == pytest.approx(roc_auc(labels, scores))
    assert eer(~labels, -scores) == pytest.approx(eer(labels, scores))


@given(scored)
def test_only_the_order_of_scores_counts(rows):
    labels, scores = split(rows)
    for name in ("auc", "eer"):
        ones = np.ones(len(labels))
        bent = METRICS[name].batch(labels, np.exp(scores) + 7, ones)
        assert float(bent) == pytest.approx(float(METRICS[name].batch(labels, scores, ones)))


@given(scored)
def test_f1_is_scikit_learns(rows):
    labels, scores = split(rows)
    said = scores > 0
    assert f1(labels, said) == pytest.approx(reference.f1_score(labels, said, zero_division=0.0))
    assert f1_macro(labels, said) == pytest.approx(reference.f1_score(labels, said, average="macro", zero_division=0.0))


@given(scored, st.integers(-6, 6))
def test_acceptance_and_rejection_errors_are_counts(rows, threshold):
    labels, scores = split(rows)
    far, frr = far_frr(labels, scores, threshold)
    assert far == pytest.approx(np.mean(scores[~labels] >= threshold))
    assert frr == pytest.approx(np.mean(scores[labels] < threshold))


@given(st.integers(100, 300), st.integers(0, 2**32 - 1))
def test_true_positives_at_a_rate_are_those_of_the_best_threshold_that_keeps_it(negatives, seed):
    rng = np.random.default_rng(seed)
    labels = np.arange(negatives + 50) < 50
    scores = rng.integers(0, 40, len(labels)) + 10.0 * labels
    best = max(
        (np.mean(scores[labels] >= t) for t in [*scores, np.inf] if np.mean(scores[~labels] >= t) <= 0.01), default=0.0
    )
    assert tpr_at_fpr(labels, scores, 0.01) == pytest.approx(best)


def test_a_rate_that_so_few_negatives_cannot_show_is_undefined_with_the_reason():
    labels = np.arange(150) < 60
    assert math.isnan(tpr_at_fpr(labels, np.arange(150.0), 0.01))
    assert (
        undefined("tpr_at_fpr_0.01", labels) == "a false alarm rate of 0.01 needs at least 100 negatives, there are 90"
    )


@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 1, 1]])
def test_one_kind_only_is_undefined_with_the_reason(labels):
    assert math.isnan(roc_auc(labels, [1.0, 2.0, 3.0]))
    assert math.isnan(eer(labels, [1.0, 2.0, 3.0]))
    assert "among 3 rows" in undefined("auc", labels)


def test_known_equal_error_rates():
    assert eer([0, 0, 1, 1], [1.0, 2.0, 3.0, 4.0]) == 0.0
    assert eer([1, 1, 0, 0], [1.0, 2.0, 3.0, 4.0]) == 1.0
    assert eer([0, 1], [5.0, 5.0]) == 0.5
    # one of three owners below one of three others: at 1/3 both are wrong
    assert eer([0, 0, 0, 1, 1, 1], [1.0, 2.0, 5.0, 3.0, 6.0, 7.0]) == pytest.approx(1 / 3)
    # rates meet between thresholds: (0, 1/2) to (1, 1) crosses 1 - x at 1/3
    assert eer([0, 1, 1], [1.0, 1.0, 2.0]) == pytest.approx(1 / 3)


def test_results_are_plain_floats():
    labels, scores = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.3, 0.2])
    found = [roc_auc(labels, scores), eer(labels, scores), tpr_at_fpr(labels, scores, 0.5), f1(labels, scores > 0.2)]
    found += [*far_frr(labels, scores, 0.2), brier(labels, scores), log_loss(labels, scores)]
    found += [f1_macro(labels, scores > 0.2), calibration_error(labels, scores, 2)]
    assert {type(value) for value in found} == {float}


def test_nan_scores_and_strange_labels_are_refused():
    with pytest.raises(DataError, match="row 1 is NaN"):
        roc_auc([0, 1], [0.1, np.nan])
    with pytest.raises(DataError, match="expected 0 and 1"):
        roc_auc([1, 2], [0.1, 0.2])
    with pytest.raises(DataError, match="3 labels for 2 scores"):
        roc_auc([0, 1, 1], [0.1, 0.2])
    with pytest.raises(UnknownName, match="did you mean 'auc'"):
        metric("auk")


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=50))
def test_brier_and_log_loss_are_scikit_learns(rows):
    labels, said = split(rows)
    assert brier(labels, said) == pytest.approx(np.mean((said - labels) ** 2))
    assert log_loss(labels, said) == pytest.approx(
        reference.log_loss(labels, np.clip(said, 1e-15, 1 - 1e-15), labels=[False, True]), abs=1e-9
    )


def test_probabilities_that_come_true_have_no_calibration_error():
    rng = np.random.default_rng(0)
    said = rng.random(100_000)
    assert calibration_error(rng.random(100_000) < said, said) < 0.01
    assert calibration_error(rng.random(100_000) < said**3, said) > 0.1


def test_the_table_behind_a_calibration_plot_counts_every_row_once():
    table = reliability([0, 1, 1, 0, 1], [0.1, 0.9, 0.9, 0.9, 0.2], bins=3)
    assert table.rows.sum() == 5
    assert table.said @ table.rows == pytest.approx(3.0)


def test_any_metric_by_group():
    labels, scores = [0, 1, 0, 1, 1], [0.1, 0.2, 0.4, 0.3, 0.5]
    found = by_group(roc_auc, labels, scores, ["new", "new", "old", "old", "odd"])
    assert [(one.group, one.rows) for one in found] == [("new", 2), ("odd", 1), ("old", 2)]
    assert [found[0].value, found[2].value] == [1.0, 0.0]
    assert found[1].reason == "no negatives among 1 rows"

import numpy as np
import pytest

from musculus.errors import UnknownName, UsageError
from musculus.score.bundle import loads
from musculus.score.manifest import Calibration, Feature
from musculus.score.reasons import reason
from musculus.score.scorer import calibrated


@pytest.fixture(params=["histogram", "linear", "trees"])
def scorer(request, files):
    return loads(files[request.param])


def test_a_row_scores_the_same_alone_and_in_a_crowd_to_the_last_bit(scorer, table):
    rows = np.concatenate([table[0], np.full((1, 4), np.nan)])
    crowd = scorer.score(rows)
    assert np.array_equal(crowd, np.concatenate([scorer.score(row[None]) for row in rows]))
    assert np.array_equal(crowd, scorer.score(np.asfortranarray(rows)))
    assert np.array_equal(crowd[::-1], scorer.score(rows[::-1]))


def test_no_rows_score_nothing(scorer):
    assert scorer.score(np.zeros((0, 4))).shape == (0,)
    assert scorer.verdict(np.zeros((0, 4))) == []
    assert scorer.weights(np.zeros((0, 4))).shape == (0, 4)


def test_columns_are_found_by_name_whatever_else_is_there(scorer, table):
    names = ["pause", "other", "turns", "jerk", "speed"]
    wide = np.column_stack([table[0][:, 2], np.ones(300), table[0][:, 3], table[0][:, 1], table[0][:, 0]])
    assert np.array_equal(scorer.score(wide[:, scorer.align(names)]), scorer.score(table[0]))
    with pytest.raises(UnknownName, match="no feature column named 'speed'; did you mean 'sped'"):
        scorer.align(["sped", "jerk", "pause", "turns"])


def test_rows_of_the_wrong_form_are_refused(scorer):
    with pytest.raises(UsageError, match="this model reads 4 columns"):
        scorer.score(np.zeros((2, 3)))
    with pytest.raises(UsageError, match="row 1: jerk is infinite"):
        scorer.score([[0.0] * 4, [0.0, -np.inf, 0.0, 0.0]])
    with pytest.raises(UsageError, match="no row 2 in a table of 1"):
        scorer.reasons(np.zeros((1, 4)), 2)


def test_probabilities_rise_with_scores_and_stay_between_0_and_1(scorer, table):
    scores, shares = scorer.score(table[0]), scorer.probability(table[0])
    assert 0 <= shares.min() <= shares.max() <= 1
    assert (np.diff(shares[np.argsort(scores)]) >= 0).all()


def test_reasons_pull_towards_the_verdict_strongest_first(scorer, table):
    for row in range(30):
        verdict = scorer.verdict(table[0])[row]
        found = scorer.reasons(table[0], row, limit=3)
        weights = [one.weight for one in found]
        assert len(found) <= 3
        assert weights == sorted(weights, key=abs, reverse=True)
        assert all(w > 0 for w in weights) if verdict == "human" else all(w < 0 for w in weights)
        assert {type(one.weight) for one in found} <= {float}


def test_the_last_row_can_be_asked_for_from_the_end(scorer, table):
    from_the_end, from_the_start = (scorer.reasons(table[0], row) for row in (-1, 299))
    assert from_the_end
    assert [one.sentence for one in from_the_end] == [one.sentence for one in from_the_start]


def test_for_a_linear_model_the_weights_are_coefficient_times_distance(files, table):
    scorer = loads(files["linear"])
    rows = table[0][:20]
    ordinary = np.array([feature.quantiles[3] for feature in scorer.manifest.features])
    whole = scorer.score(rows) - scorer.score(ordinary[None])
    np.testing.assert_allclose(scorer.weights(rows).sum(axis=1), whole, atol=1e-9)


def test_between_two_thresholds_the_verdict_is_unsure(files, repacked, table):
    scores = loads(files["histogram"]).score(table[0])
    low, high = np.quantile(scores, [0.3, 0.6])
    scorer = loads(repacked("histogram", thresholds=(float(low), float(high))))
    verdicts = scorer.verdict(table[0])
    assert verdicts == ["bot" if s < low else "human" if s >= high else "unsure" for s in scores]
    assert set(verdicts) == {"bot", "human", "unsure"}


def test_a_reason_says_where_the_value_lies_among_people():
    speed = Feature("mean_speed", "px/s", [10.0, 20.0, 100.0, 200.0, 400.0, 900.0, 2000.0], undefined=0.02)
    said = {
        5.0: "mean_speed is 5 px/s, below 99% of people (usually 100 to 400): speaks against",
        15.0: "mean_speed is 15 px/s, below 95% of people (usually 100 to 400): speaks against",
        200.0: "mean_speed is 200 px/s, as for most people (usually 100 to 400): speaks against",
        500.0: "mean_speed is 500 px/s, above 75% of people (usually 100 to 400): speaks against",
        3000.0: "mean_speed is 3000 px/s, above 99% of people (usually 100 to 400): speaks against",
        np.nan: "mean_speed is undefined, as for 2% of people: speaks against",
    }
    assert {v: reason(speed, v, -1.0).sentence for v in said} == said
    assert reason(Feature("odd"), 1.0, 2.0).sentence == "odd is 1, undefined for people: speaks for"
    assert reason(Feature("turns", "1", [1.0] * 7), 1.0, 0.0).sentence.endswith("(usually 1 to 1): says nothing")


def test_calibrations_at_known_points():
    assert calibrated(np.array([-1e9, 0.0, 1e9]), Calibration("logistic", 2.0, 0.0)).tolist() == [0.0, 0.5, 1.0]
    assert calibrated(np.array([0.25]), Calibration("identity")).tolist() == [0.25]
    assert calibrated(np.array([-5.0, 1.0, 9.0]), Calibration("share", knots=[0.0, 1.0, 2.0])).tolist() == [
        0.0,
        0.5,
        1.0,
    ]

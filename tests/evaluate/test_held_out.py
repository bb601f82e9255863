"""What a file keeps of scores it had not seen: rates, bands and calibration against answers known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.evaluate.detector_curves import evens
from musculus.evaluate.held_out import Axes, reliability, told, with_halves

AXES = Axes("cases", "wrong", "right", ("owners", "owners"))


def test_rates_are_those_of_thresholds_that_occur_and_begin_at_one_negative() -> None:
    positive = np.repeat([False, True], [10, 4])
    score = np.r_[np.arange(10.0), 8.5, 8.5, 20.0, -1.0]
    found = told(AXES, positive, score, np.arange(14))
    assert found["n"] == [10, 4]
    assert found["of_groups"] == [10, 4]
    roc = dict(zip(found["roc"]["fpr"], found["roc"]["tpr"], strict=True))
    assert min(roc) == 0.1
    assert roc[0.1] == 0.75  # one negative lies above 8.5
    assert roc[1.0] == 1.0


def test_a_line_in_use_is_marked_with_both_its_rates() -> None:
    found = told(AXES, [0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9], ["a", "b", "c", "d"], line=0.6)
    assert found["line"] == [0.5, 0.5]


def test_a_curve_needs_both_kinds_of_rows() -> None:
    assert told(AXES, [1, 1], [0.1, 0.2], ["a", "b"]) == {}


def test_the_band_holds_the_true_rate_and_is_wider_for_few_groups() -> None:
    rng = np.random.default_rng(0)
    positive = np.repeat([False, True], 600)
    owner = np.r_[np.repeat(np.arange(6), 100), 6 + np.repeat(np.arange(6), 100)]
    shift = rng.normal(0, 1, 12)[owner]
    score = rng.normal(0, 1, 1200) + shift + 2.0 * positive
    few = told(AXES, positive, score, owner, strata=positive)["roc"]
    alone = told(AXES, positive, score, np.arange(1200), strata=positive)["roc"]
    width = [np.mean(np.subtract(roc["high"], roc["low"])) for roc in (few, alone)]
    assert width[0] > 2 * width[1]
    bands = zip(alone["low"], alone["tpr"], alone["high"], strict=True)
    assert all(low <= value <= high for low, value, high in bands)


def test_a_person_called_as_a_program_is_a_group_of_its_own() -> None:
    rng = np.random.default_rng(3)
    positive = np.repeat([False, True], 60)
    score = rng.normal(0, 1, 120) + positive
    said, own = 1 / (1 + np.exp(-score)), np.repeat(np.arange(12), 10)
    apart, alike = (np.array([f"g{i:02}" for i in names]) for names in (own, own % 6))
    for of, figures in ((told, (AXES, positive, score)), (reliability, (positive, said))):
        assert of(*figures, apart, strata=positive) == of(*figures, alike, strata=positive)


def test_true_probabilities_come_true_in_every_bin_and_false_ones_do_not() -> None:
    rng = np.random.default_rng(1)
    said = rng.random(20_000)
    came = rng.random(20_000) < said
    good = reliability(came, said, np.arange(20_000))
    assert sum(good["rows"]) == 20_000
    assert np.allclose(good["said"], good["share"], atol=0.03)
    assert good["error"] < 0.02
    assert good["brier"] == pytest.approx(1 / 6, abs=0.01)
    bad = reliability(came, np.sqrt(said), np.arange(20_000))
    assert bad["error"] == pytest.approx(1 / 6, abs=0.01)


def test_a_bin_in_which_all_came_true_has_no_band() -> None:
    found = reliability([0] * 20 + [1] * 20, [0.1] * 20 + [0.9] * 20, np.arange(40))
    assert found["share"] == [0.0, 1.0]
    assert found["low"] == [None, None] == found["high"]


def test_weights_make_people_half_of_it_and_families_alike() -> None:
    bot = np.array([False, False, True, True, True])
    weights = evens(bot, np.array(["ann", "bob", "wind", "wind", "straight"]))
    assert weights.tolist() == [0.25, 0.25, 0.125, 0.125, 0.25]


def test_margins_become_probabilities_by_the_other_half_of_the_owners() -> None:
    rng = np.random.default_rng(2)
    positive = rng.random(4000) < 0.5
    found = with_halves(positive, 3.0 * positive + rng.normal(0, 1.5, 4000), np.arange(4000) // 10)
    assert found["error"] < 0.04
    assert with_halves(positive, -3.0 * positive, np.arange(4000)) == {}

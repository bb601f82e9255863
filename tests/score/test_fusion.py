"""Strokes added up, and the line below which a visit is called a bot."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.errors import DataError
from musculus.score.bundle import loads
from musculus.score.fusion import Fusion, alike
from musculus.score.operating import operating_point, with_line
from musculus.score.shipped import PATH


def test_no_stroke_counts_for_more_than_the_limit_and_shares_say_how_much_each_does() -> None:
    fusion, evidence = Fusion(most=4.0, alike=0.1), np.array([-9.0, 3.0, 4.0, -1.0])
    assert fusion.total(evidence) == pytest.approx((-4 + 3 + 4 - 1) / 1.3)
    assert (fusion.shares(evidence) * evidence).sum() == pytest.approx(fusion.total(evidence))


def test_more_strokes_of_one_hand_never_prove_more_than_the_mean_over_their_likeness() -> None:
    fusion = Fusion(alike=0.05)
    totals = [fusion.total(np.full(n, 1.0)) for n in (1, 2, 8, 50, 10_000)]
    assert totals == sorted(totals)
    assert totals[0] == 1.0
    assert 19 < totals[-1] < 20


def test_nothing_seen_is_no_evidence_and_tiny_evidence_is_not_divided_by() -> None:
    assert Fusion().total(np.zeros(0)) == 0.0
    assert Fusion().total(np.zeros(3)) == 0.0


def test_likeness_is_none_among_strokes_dealt_at_random_and_found_where_it_is() -> None:
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(100), 20)
    own = rng.normal(size=100)[who]
    noise = rng.normal(size=2000)
    assert alike(noise, who) < 0.02
    assert alike(own + noise, who) == pytest.approx(0.5, abs=0.1)


def test_a_line_leaves_the_allowed_share_below_it_and_says_how_sure_that_is() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(5, 2, 2000)
    point = operating_point(np.r_[scores, np.nan], 0.01)
    assert point.below == (scores < point.line).sum() == 20
    assert 0.01 < point.highest < 0.02
    assert operating_point(scores, 0.05).line > point.line


def test_ties_never_put_more_than_the_allowed_share_below_the_line() -> None:
    assert operating_point(np.r_[np.zeros(50), np.ones(950)], 0.01).below == 0


def test_too_few_visits_give_no_line() -> None:
    with pytest.raises(DataError, match="300 are needed"):
        operating_point(np.arange(120.0), 0.01)


def test_a_model_file_with_another_line_says_so_and_scores_as_before() -> None:
    data = PATH.read_bytes()
    point = operating_point(np.linspace(-20, 30, 1000), 0.01)
    model, moved = loads(data), loads(with_line(data, point))
    assert moved.manifest.thresholds == (point.line, model.manifest.thresholds[1])
    assert moved.manifest.more["operating"]["visits"] == 1000
    row = np.zeros((1, len(model.features)))
    assert moved.score(row) == model.score(row)

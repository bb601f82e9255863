"""Pairs of configurations, equivalence and intraclass correlations, against other hands and known answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp, wilcoxon

from evaluate.study.made import cells
from musculus.evaluate.study.effects import verdict
from musculus.evaluate.study.equivalence import equivalence
from musculus.evaluate.study.icc import icc
from musculus.evaluate.study.pairwise import pairwise


def test_pairs_have_scipys_p_exactly_where_people_are_few() -> None:
    given = cells(9, 3, 4, mouse=0.5)
    found = pairwise(given)
    assert found.pairs == ((0, 1), (0, 2), (1, 2))
    for i, (a, b) in enumerate(found.pairs):
        by_scipy = wilcoxon(given[:, b] - given[:, a], axis=0, method="exact")
        assert found.p[i].tolist() == pytest.approx(by_scipy.pvalue.tolist())


def test_pairs_have_scipys_p_with_ties_where_people_are_many() -> None:
    given = np.round(cells(40, 2, 5, mouse=0.6))
    kept = [d[d != 0] for d in (given[:, 1] - given[:, 0]).T]
    by_scipy = [wilcoxon(d, method="asymptotic", correction=False).pvalue for d in kept]
    assert pairwise(given).p[0].tolist() == pytest.approx(by_scipy)


def test_the_effect_is_the_share_of_ranks_that_go_up_less_those_that_go_down() -> None:
    differences = np.array([1.0, -2.0, 3.0, 4.0, 0.0])  # ranks 1 2 3 4: up 8, down 2, of 10; the fifth says nothing
    given = np.stack([np.zeros(5), differences], axis=1)[:, :, None]
    found = pairwise(given)
    assert (found.effect[0, 0], found.people[0, 0]) == (pytest.approx(0.6), 4)


def test_five_people_who_agree_make_no_certainty() -> None:
    given = np.stack([np.zeros(5), np.arange(1.0, 6)], axis=1)[:, :, None]
    found = pairwise(given)
    assert (found.effect[0, 0], found.high[0, 0], found.p[0, 0]) == (1.0, 1.0, 2 / 32)
    assert found.low[0, 0] < 0


@pytest.mark.parametrize(("people", "shift"), [(12, 0.0), (12, 0.6), (32, 0.3), (32, 1.0)])
def test_intervals_of_effects_hold_the_truth_as_often_as_they_say(people: int, shift: float) -> None:
    rng = np.random.default_rng(people)
    truth = 2 * (rng.normal(shift, 1, (200_000, 2)).sum(axis=1) > 0).mean() - 1
    drawn = rng.normal(shift, 1, (people, 1, 1500))
    found = pairwise(np.concatenate([np.zeros_like(drawn), drawn], axis=1))
    held = (found.low[0] <= truth) & (truth <= found.high[0])
    assert 0.93 < held.mean() < 0.985


def test_a_pair_nobody_has_both_of_has_no_figures() -> None:
    given = cells(6, 2, 1)
    given[:3, 0], given[3:, 1] = np.nan, np.nan
    found = pairwise(given)
    assert np.isnan([found.p[0, 0], found.effect[0, 0], found.low[0, 0]]).all()
    assert np.isnan(equivalence(given).worst[0])


def test_equivalence_is_two_one_sided_tests_within_the_bound() -> None:
    given = cells(30, 2, 3, person=3.0, mouse=0.1)
    spread = np.sqrt((given[:, 0].var(axis=0, ddof=1) + given[:, 1].var(axis=0, ddof=1)) / 2)
    differences = given[:, 1] - given[:, 0]
    below = ttest_1samp(differences - 0.5 * spread, 0, alternative="less").pvalue
    above = ttest_1samp(differences + 0.5 * spread, 0, alternative="greater").pvalue
    found = equivalence(given, 0.5)
    assert found.p[0].tolist() == pytest.approx(np.maximum(below, above).tolist())
    assert found.difference[0].tolist() == pytest.approx((differences.mean(axis=0) / spread).tolist())


def test_few_people_show_neither_a_change_nor_sameness() -> None:
    few = cells(6, 3, 40, seed=2)
    assert (equivalence(few).worst > 0.05).mean() > 0.9
    assert verdict(0.6, 0.4) == "open"


def test_what_differs_by_more_than_the_bound_is_called_the_same_in_at_most_one_of_twenty() -> None:
    given = cells(30, 3, 2000, person=2.0, seed=8)
    given[:, 2] += 0.5 * np.sqrt(5.0)  # just at the bound: people spread by sqrt(2² + 1)
    assert (equivalence(given).worst < 0.05).mean() < 0.065


def test_the_example_of_shrout_and_fleiss_gives_their_correlations() -> None:
    judged = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = icc(np.array(judged, dtype=float)[:, :, None])
    assert (round(found.value[0], 2), round(found.agreement[0], 2)) == (0.71, 0.29)  # their table 4
    assert (round(found.low[0], 2), round(found.high[0], 2)) == (0.34, 0.95)


def test_people_without_every_cell_are_left_out_of_the_correlation() -> None:
    given = cells(10, 3, 2, person=3.0)
    short = given.copy()
    short[0, 1, 0] = np.nan
    found = icc(short)
    assert found.people.tolist() == [9, 10]
    assert found.value[0] == pytest.approx(icc(given[1:]).value[0])

"""Friedman's test for all features at once: as scipy has it, as it must be where cells are missing, and honest."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import friedmanchisquare, kstest, wilcoxon

from evaluate.study.made import cells
from musculus.evaluate.study.friedman import friedman, holm_findings


@pytest.mark.parametrize("ties", [False, True])
def test_it_is_scipys_test_for_each_feature(ties: bool) -> None:
    given = cells(9, 4, 12, mouse=0.3)
    given = np.round(given) if ties else given
    found = friedman(given)
    for j in range(12):
        by_scipy = friedmanchisquare(*given[:, :, j].T)
        assert found.statistic[j] == pytest.approx(by_scipy.statistic)
        assert found.p[j] == pytest.approx(by_scipy.pvalue)
        assert found.kendall_w[j] == pytest.approx(by_scipy.statistic / (9 * 3))
    assert set(found.way.tolist()) == {"friedman"}


def test_of_two_configurations_p_is_wilcoxons() -> None:
    given = cells(15, 2, 6, mouse=0.8)
    by_scipy = wilcoxon(given[:, 1] - given[:, 0], axis=0, method="asymptotic", correction=False)
    assert friedman(given).p.tolist() == pytest.approx(by_scipy.pvalue.tolist())
    assert set(friedman(given).way.tolist()) == {"wilcoxon"}


def test_what_is_the_same_for_everybody_has_no_p() -> None:
    given = np.dstack([np.ones((6, 3)), np.arange(18.0).reshape(6, 3)])
    found = friedman(given)
    assert np.isnan(found.p[0])
    assert (found.way[0], found.kendall_w[1]) == ("", 1.0)


def test_with_a_missing_cell_nobody_is_thrown_away_and_an_effect_is_found() -> None:
    given = cells(20, 4, 8, mouse=0.8)
    given[3, 2, :4] = np.nan
    found = friedman(given)
    assert found.way.tolist() == ["aligned ranks"] * 4 + ["friedman"] * 4
    assert found.people.tolist() == [20] * 8
    assert (found.p < 1e-3).all()


def test_somebody_with_one_cell_says_nothing() -> None:
    given = cells(12, 3, 5, mouse=0.5)
    more = np.concatenate([given, np.full((1, 3, 5), np.nan)])
    more[12, 0] = 1000.0
    assert friedman(more).p.tolist() == pytest.approx(friedman(given).p.tolist())


def test_moving_a_person_changes_nothing_even_where_cells_are_missing() -> None:
    given = cells(14, 4, 6, mouse=0.4)
    given[2, 1], given[9, 3] = np.nan, np.nan
    moved = given + np.random.default_rng(5).normal(0, 50, (14, 1, 1))
    assert friedman(moved).p.tolist() == pytest.approx(friedman(given).p.tolist())


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_where_the_mouse_does_nothing_p_is_even(missing: float) -> None:
    given = cells(16, 4, 600, person=2.0, seed=3)
    holes = np.random.default_rng(4).random((16, 4)) < missing
    given[holes] = np.nan
    assert kstest(friedman(given).p, "uniform").statistic < 0.08


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_of_permuted_designs_few_have_a_finding_after_holm(missing: float) -> None:
    rng = np.random.default_rng(7)
    given = cells(20, 5, 60, person=1.0, mouse=1.0)  # the mouse does much: only the dealt labels hide it
    assert holm_findings(given) == 60
    hits = 0
    for _ in range(60):
        order = np.argsort(rng.random((20, 5)), axis=1)
        dealt = np.take_along_axis(given, order[:, :, None], axis=1)
        dealt[rng.random((20, 5)) < missing] = np.nan
        hits += holm_findings(dealt) > 0
    assert hits <= 8  # 3 expected at most; more than 8 has a chance of 1 in 200

"""The compiled passes and the likelihoods, against the same written plainly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from musculus.score.replay.likeness import BLOCKS, COPY, OWN, PX, shipped
from musculus.score.replay.search import BLOCK, compare, nearest
from musculus.score.replay.shelf import COARSE
from musculus.score.replay.traces import MIRROR, WIDTH

SIDES = MIRROR[COARSE].astype(np.int8)


@pytest.mark.parametrize("count", [0, 1, 5, 23, 24, 25, BLOCK - 1, BLOCK, 2 * BLOCK + 17])
@pytest.mark.parametrize("apart", [-2, 3])
def test_the_nearest_rows_are_those_of_a_plain_search(count: int, apart: int) -> None:
    rng = np.random.default_rng(count)
    stored = rng.integers(-120, 121, (len(COARSE), count + 9)).astype(np.int8)
    owner, asked = rng.integers(0, 6, count + 9).astype(np.int32), rng.integers(-120, 121, len(COARSE)).astype(np.int8)
    k = 24
    rows, sides, far = np.empty(k, np.int64), np.empty(k, bool), np.empty(k, np.float32)
    n = nearest(stored, asked, SIDES, owner, count, apart, rows, sides, far)
    plain, turned = (((stored[:, :count].T.astype(float) - a) ** 2).sum(axis=1) for a in (asked, asked * (SIDES + 0.0)))
    best = np.minimum(plain, turned)
    best[owner[:count] == apart] = np.inf
    want = np.sort(best[np.isfinite(best)])[:k]
    assert n == len(want)
    np.testing.assert_array_equal(far[:n], want)
    np.testing.assert_array_equal(best[rows[:n]], want)
    np.testing.assert_array_equal(sides[:n], (turned < plain)[rows[:n]])
    assert len(set(rows[:n].tolist())) == n


def test_a_copys_likelihood_is_a_mixture_of_two_students() -> None:
    like, rng = shipped(), np.random.default_rng(1)
    asked, run = rng.normal(size=WIDTH) * like.unit, 250.0
    stored = (rng.normal(size=(6, WIDTH)) * 0.3).astype(np.float32)
    size, sides = rng.uniform(50, 500, 6).astype(np.float32), np.array([0, 1, 0, 1, 1, 0], bool)
    fit = np.empty(6)
    compare(asked, run, MIRROR, stored, size, like.unit, sides, *like.scatters, COPY, fit)
    for i in range(6):
        seen = asked * (MIRROR if sides[i] else 1.0)
        logs = []
        for scatter in (like.kept, like.warped):
            wide = np.sqrt(np.square(scatter.floor) + np.square(scatter.px) * (PX / min(run, size[i])) ** 2)
            logs.append(student.logpdf(seen, COPY, stored[i] * like.unit, wide).sum())
        constant = student.logpdf(0.0, COPY) * WIDTH  # left out by both sides of the ratio
        assert fit[i] == pytest.approx(np.logaddexp(*logs) - np.log(2) - constant, rel=1e-6)


def test_a_stroke_of_ones_own_is_a_mixture_of_widths_block_by_block() -> None:
    like, rng = shipped(), np.random.default_rng(2)
    values, run = rng.normal(size=(5, WIDTH)) * like.unit, rng.uniform(50, 500, 5)
    block = np.repeat(np.arange(3), BLOCKS)
    for i, found in enumerate(like.own(values, run)):
        total = -student.logpdf(0.0, COPY) * WIDTH
        for b in range(3):
            mine = block == b
            noise = np.square(like.kept.floor) + np.square(like.kept.px) * (PX / run[i]) ** 2
            logs = []
            for width, share in zip(like.widths, like.shares[b], strict=True):
                wide = np.sqrt(np.square(like.unit) * width ** (1 if b == 2 else 2) + noise)
                logs.append(student.logpdf(values[i], OWN, like.middle, wide)[mine].sum() + np.log(share))
            total += np.logaddexp.reduce(logs)
        assert found == pytest.approx(total, rel=1e-9)


def test_evidence_never_falls_with_a_better_fit_and_never_rises_with_a_larger_index() -> None:
    ratio = np.linspace(-300, 300, 601)
    for stored in (1, 100, 1_000, 50_000):
        assert (np.diff(shipped().evidence(ratio, stored)) >= 0).all()
    several = np.array([shipped().evidence(ratio, n) for n in (1, 1_000, 50_000, 2_000_000)])
    assert (np.diff(several, axis=0) <= 0).all()


def test_no_single_stroke_decides_and_an_unknown_one_says_little() -> None:
    least, most = shipped().evidence(np.array([-np.inf, np.inf]), 10)
    assert -np.log(4) < least < 0
    assert np.log(100) < most < 6

"""Training the detector of strokes on a few made people: what stays a person, what doesn't, the same bytes twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluate.arena_made import people as made_people
from musculus.errors import DataError
from musculus.evaluate import stroke_trees
from musculus.evaluate.stroke_scorer import StrokeScorer
from musculus.evaluate.training_detector import _dealt, bot_line, train_detector, visits
from musculus.evaluate.training_negatives import by_mice, composed, distorted, own_bots, taken_apart
from musculus.evaluate.training_recorders import RECORDERS, by_recorders
from musculus.events import Events
from musculus.score import load
from musculus.score.dynamics.strokes import FAR
from musculus.score.fusion import Fusion
from musculus.tasks.bot import judge


@pytest.fixture(scope="module")
def people() -> Events:
    return made_people(n=6, strokes=24)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer trees."""
    monkeypatch.setitem(stroke_trees.TREES, "n_estimators", 40)


@pytest.mark.usefixtures("quick")
def test_the_same_people_give_the_same_file_which_judges_and_says_whom_it_accuses(
    people: Events, tmp_path: Path
) -> None:
    paths = tmp_path / "one.musculus", tmp_path / "two.musculus"
    model = next(iter([train_detector(people, path) for path in paths]))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert load(paths[0]).sha256 == model.sha256
    assert model.manifest.data["people"] == 6
    assert model.manifest.metrics["auc"] > 0.8
    one, eight = model.manifest.more["curves"]
    assert one["n"] == [model.manifest.data["strokes"], model.manifest.data["strokes_of_bots"]]
    assert one["auc"] == pytest.approx(model.manifest.metrics["auc"], abs=1e-4)
    assert eight["of_groups"][0] == 6
    wrong, found = eight["line"]
    assert found == pytest.approx(np.interp(wrong, eight["roc"]["fpr"], eight["roc"]["tpr"]), abs=0.1)
    assert sum(one["calibration"]["rows"]) == sum(one["n"])
    for words in ("Wrong about people", "our windmouse", "Can't tell", "most accused"):
        assert words in model.manifest.card
    bots = own_bots(people, np.array([1000 / 60]), 8, 9)
    ours = [j.score for j in judge(bots, model)]
    theirs = [j.score for j in judge(people, model)]
    assert np.nanmedian(ours) < 0 < np.nanmedian(theirs)


def test_fewer_than_five_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="learns from 5 people"):
        train_detector(made_people(n=3, strokes=8), tmp_path / "no.musculus")


def test_pieces_are_long_enough_and_distorted_strokes_go_elsewhere(people: Events) -> None:
    few = people[:20]
    rng = np.random.default_rng(0)
    pieces = composed(few, np.array(["one"] * 20), rng)
    far = [np.hypot(p.x[-1] - p.x[0], p.y[-1] - p.y[0]) >= FAR for p in pieces]
    assert np.mean(far) >= 0.9
    turned = distorted(few, rng)
    assert turned.recordings == few.recordings
    ends = [(one.x[-1] - one.x[0], one.y[-1] - one.y[0]) for one in (few[0], turned[0])]
    assert not np.allclose(ends[0], ends[1])


def test_other_mice_report_the_same_strokes_in_the_same_order(people: Events) -> None:
    few = people[:6]
    seen = by_mice(few, 0)
    assert seen.recordings == few.recordings
    assert np.diff(seen.offsets)[0] > 2 * np.diff(few.offsets)[0]  # 1000 Hz
    assert [one.x[-1] for one in seen] == pytest.approx([one.x[-1] for one in few], abs=1)


def test_strokes_recorded_again_keep_their_order_ends_and_duration_and_get_all_kinds_of_rates(people: Events) -> None:
    few = people[: 2 * RECORDERS]
    seen = by_recorders(few, 3)
    assert seen.recordings == few.recordings
    assert np.array_equal(seen.x, by_recorders(few, 3).x)
    ends = [(one.x[-1], one.t[-1] - one.t[0]) for one in few], [(one.x[-1], one.t[-1] - one.t[0]) for one in seen]
    assert np.array(ends[1]) == pytest.approx(np.array(ends[0]), abs=12)  # they go where they went, in that time
    rate = np.diff(seen.offsets) / np.diff(few.offsets)
    assert rate.min() < 0.8  # some skip frames
    assert rate.max() > 3  # some give every report


def test_rows_taken_apart_keep_each_column_near_its_range_and_lose_what_goes_together() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=4000)
    rows = taken_apart(np.column_stack([x, x]), rng, 1)
    assert np.abs(rows).max() < 2 * np.abs(x).max()
    assert np.corrcoef(rows.T)[0, 1] < 0.8


def test_visits_do_not_overlap_and_stay_within_one() -> None:
    names = np.array(["a"] * 5 + ["b"] * 4)
    assert [of.tolist() for of in visits(names, 2)] == [[0, 1], [2, 3], [5, 6], [7, 8]]


def test_the_line_leaves_no_more_than_the_allowed_share_of_visits_below_it_at_any_length() -> None:
    scores, fusion = np.random.default_rng(0).normal(3, 2, 3200), Fusion(alike=0.02)
    names = np.repeat(np.arange(100).astype(str), 32)
    line = bot_line(scores, names, fusion, 0.01)
    for n in (1, 2, 4, 8):
        totals = np.array([fusion.total(scores[of]) for of in visits(names, n)])
        assert (totals < line).mean() <= 0.01


def test_rows_of_one_name_are_dealt_to_one_fold_and_folds_are_about_equal() -> None:
    names = np.repeat(np.array(list("abcdefghij")), np.arange(10, 20))
    fold = _dealt(names, 0)
    assert all(len(set(fold[names == n])) == 1 for n in set(names))
    assert np.ptp(np.bincount(fold)) <= 12


@pytest.mark.usefixtures("quick")
def test_the_scorer_of_the_arena_tells_people_apart_from_ruler_lines_without_having_met_a_bot(people: Events) -> None:
    scorer = StrokeScorer("alone", one_class=True)
    rows = scorer.rows(people)
    score = scorer.fit(rows[::2], rows[:0])
    lines = [Events.of(np.arange(40) * 1000 / 60, np.arange(40) * 15.0, [0.0] * 40, "move", recording=f"l/{i}")
             for i in range(3)]  # fmt: skip
    assert score(scorer.rows(Events.concat(lines))).max() < np.median(score(rows[1::2]))

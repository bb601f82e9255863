"""The index finds copies, leaves people alone, stays small, and forgets."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.errors import UsageError
from musculus.events import Events
from musculus.score.replay import ReplayIndex
from score.replay.hands import changed, hand, one_by_one

LINE = np.log(100)


@pytest.fixture
def index() -> ReplayIndex:
    """Forty hands of eight strokes each, 0 to 319."""
    made = ReplayIndex(1000)
    for i in range(40):
        made.add(hand(8 * i, name=f"hand {i}"))
    return made


@pytest.mark.parametrize(
    "copy",
    [{}, {"turn": 2.0}, {"scale": 0.7, "turn": -1.0}, {"scale": 1.6}, {"mirror": True}, {"noise": 1.0, "turn": 0.5}],
    ids=["as it was", "turned", "smaller", "larger", "mirrored", "with noise"],
)
def test_a_copy_is_found_and_whose_it_is_is_told(index: ReplayIndex, copy: dict[str, float]) -> None:
    found = index.score(changed(hand(40), **copy))
    assert found.total > LINE
    assert found.recording.count("hand 5") >= 7
    assert found.mirrored.sum() >= 7 if copy.get("mirror") else found.mirrored.sum() <= 1


def test_a_copy_in_another_time_is_found(index: ReplayIndex) -> None:
    events = hand(80)
    share = events.t / events.t[-1]
    later = Events.of(events.t[-1] * (1.3 * share + 0.01 * np.sin(20 * share)), events.x, events.y)
    assert index.score(later).total > LINE


def test_strokes_of_ones_own_are_no_copies(index: ReplayIndex) -> None:
    sums = [index.score(hand(10_000 + 8 * i)).total for i in range(30)]
    assert max(sums) < LINE
    assert np.median(sums) < 0


def test_the_recording_that_is_set_apart_is_not_compared(index: ReplayIndex) -> None:
    mine = hand(40)
    assert index.score(mine).total > LINE
    assert index.score(mine, "hand 5").total < LINE
    assert "hand 5" not in index.score(mine, "hand 5").recording
    assert index.score(mine, "nobody").total > LINE


def test_straight_strokes_say_little_however_well_they_fit(index: ReplayIndex) -> None:
    """Everybody draws them, so two that are the same mean less than two odd ones that are."""
    t = np.arange(0.0, 600.0, 16.7)
    way = 400 * (t / t[-1]) ** 2 * (3 - 2 * t / t[-1])
    straight = Events.of(t, np.rint(way), np.zeros(len(t)), recording="straight")
    index.add(straight)
    odd = index.score(hand(40)).ratio
    plain = index.score(changed(straight, turn=np.pi / 2)).ratio
    assert plain[0] < np.median(odd)


def test_evidence_is_worth_less_among_more_strokes() -> None:
    events = hand(0)
    few, many = ReplayIndex(), ReplayIndex()
    for i in range(4):
        few.add(hand(8 * i, name=f"{i}"))
    for i in range(200):
        many.add(hand(8 * i, name=f"{i}"))
    copy = changed(events, turn=1.0, noise=2.0)
    less, more = many.score(copy), few.score(copy)
    same = (less.ratio == more.ratio) & (less.ratio > 20)
    assert same.sum() >= 4
    assert (less.evidence[same] < more.evidence[same]).all()


def test_a_stroke_scores_the_same_alone_and_in_a_crowd(index: ReplayIndex) -> None:
    traces = one_by_one(changed(hand(40), turn=1.0))
    together = index.score(traces)
    alone = [index.score(traces[i : i + 1]).ratio[0] for i in range(len(traces))]
    np.testing.assert_array_equal(together.ratio, alone)


def test_the_same_additions_give_the_same_answers() -> None:
    one, two = (ReplayIndex(20) for _ in range(2))
    for made in (one, two):
        for i in range(5):
            made.add(hand(8 * i, name=f"{i}"))
    asked = changed(hand(24), turn=1.0)
    np.testing.assert_array_equal(one.score(asked).evidence, two.score(asked).evidence)
    assert one.nearest(asked) == two.nearest(asked)


def test_the_nearest_come_best_first_and_as_many_as_asked_for(index: ReplayIndex) -> None:
    found = index.nearest(changed(hand(40), turn=1.0), k=3)
    assert [len(f) for f in found] == [3] * 8
    assert all(f[0].ratio >= f[1].ratio >= f[2].ratio for f in found)
    assert sum(f[0].recording == "hand 5" for f in found) >= 7


def test_a_full_index_lets_the_oldest_go() -> None:
    index = ReplayIndex(16)
    for i in range(4):
        index.add(hand(8 * i, name=f"{i}"))
        assert len(index) <= 16
    assert index.recordings == {"2": 8, "3": 8}
    assert index.score(hand(0)).total < LINE
    assert index.score(hand(16)).total > LINE
    index.add(hand(100, 4, "half"))
    assert index.recordings == {"2": 4, "3": 8, "half": 4}


def test_one_recording_takes_no_more_than_its_share() -> None:
    index = ReplayIndex(100, per_recording=5)
    assert index.add(hand(0)) == 5
    assert index.add(hand(50, 3)) == 0
    assert index.recordings == {"someone": 5}


def test_memory_is_bounded_whatever_is_added() -> None:
    index = ReplayIndex(300)
    sizes = []
    for i in range(100):
        index.add(hand(8 * i, name=f"recording {i}"))
        sizes.append(index.nbytes)
    assert max(sizes[50:]) == max(sizes)
    assert max(sizes) < 300 * 140
    assert len(index.recordings) <= 39


def test_what_is_forgotten_is_found_no_more_and_leaves_nothing_behind(index: ReplayIndex) -> None:
    before = len(index)
    assert index.forget("hand 5") == 8
    assert index.forget("hand 5") == 0
    assert len(index) == before - 8
    assert "hand 5" not in index.recordings
    assert index.score(hand(40)).total < LINE
    assert index.score(hand(48)).recording.count("hand 6") >= 7
    held = index._shelf.values
    assert np.count_nonzero(held.any(axis=1)) == len(index)


def test_forgetting_in_a_full_ring_keeps_the_order_of_the_others() -> None:
    index = ReplayIndex(20)
    for i in range(5):
        index.add(hand(8 * i, name=f"{i}"))
    index.forget("3")
    assert index.recordings == {"2": 4, "4": 8}
    index.add(hand(200, 12, "new"))
    assert index.recordings == {"4": 8, "new": 12}


def test_an_empty_index_knows_nothing() -> None:
    found = ReplayIndex().score(hand(0))
    assert found.evidence.tolist() == [0.0] * 8
    assert set(found.recording) == {""}
    assert ReplayIndex().nearest(hand(0)) == [[]] * 8


def test_strokes_with_too_little_shape_are_neither_kept_nor_evidence(index: ReplayIndex) -> None:
    short = Events.of(np.arange(20) * 16.0, np.arange(20), np.zeros(20))
    before = len(index)
    assert index.add(short) == 0
    assert len(index) == before
    assert index.score(short).evidence.tolist() == [0.0]


def test_where_only_its_own_strokes_are_stored_nothing_is_compared() -> None:
    index = ReplayIndex()
    index.add(hand(0, name="mine"))
    assert index.score(hand(0), "mine").evidence.tolist() == [0.0] * 8


def test_a_name_too_long_to_be_saved_is_refused() -> None:
    with pytest.raises(UsageError, match="200 characters"):
        ReplayIndex().add(hand(0), "n" * 201)


@pytest.mark.parametrize("wrong", [{"capacity": 0}, {"capacity": 5, "per_recording": 0}, {"capacity": 10**9}])
def test_an_index_of_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="must be 1 or more"):
        ReplayIndex(**wrong)

"""The detector's rows and verdicts, on strokes made by hand and a model fitted on the spot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musculus.errors import DataError
from musculus.evaluate.training import train_bot
from musculus.events import Events
from musculus.score import Scorer
from musculus.tasks.bot import join_strokes, judge, labels, page_view, rows

SEVEN = ("winslow_segments", "winslow_speed")


def visit(rng: np.random.Generator, strokes: int, name: str, *, speed: float = 1.0, person: str = "p") -> Events:
    """Strokes of half a second with uneven steps, a second apart: about `speed` px a ms."""
    t, x = [], []
    clock = 0.0
    for _ in range(strokes):
        at = clock + np.arange(30) * 16.0
        t.append(at)
        x.append(np.cumsum(rng.gamma(2.0, 8.0 * speed, 30)))
        clock = at[-1] + 1000
    return Events.of(np.concatenate(t), np.concatenate(x), np.zeros(30 * strokes), recording=name, person=person)


@pytest.fixture(scope="module")
def people() -> Events:
    rng = np.random.default_rng(1)
    return Events.concat([visit(rng, 16, f"r{i}", speed=1 + i % 3, person=f"p{i}") for i in range(12)])


@pytest.fixture(scope="module")
def detector(people: Events, tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return train_bot(people, tmp_path_factory.mktemp("models") / "bot.musculus")


def test_training_twice_gives_the_same_bytes(people: Events, detector: Scorer, tmp_path: Path) -> None:
    assert train_bot(people, tmp_path / "again.musculus").sha256 == detector.sha256


def test_people_pass_and_a_program_that_moves_a_hundred_times_faster_does_not(detector: Scorer) -> None:
    rng = np.random.default_rng(2)
    found = judge(Events.concat([visit(rng, 16, "person", speed=2), visit(rng, 16, "program", speed=100)]), detector)
    assert [j.verdict for j in found] == ["human", "bot"]
    assert found[0].score > found[1].score
    assert found[1].reasons[0].weight < 0


def test_fewer_strokes_than_a_row_needs_are_unsure_and_have_no_score(detector: Scorer) -> None:
    (found,) = judge(visit(np.random.default_rng(3), 5, "short"), detector)
    assert (found.verdict, found.rows) == ("unsure", 0)
    assert np.isnan(found.score)


def test_a_recording_is_judged_the_same_alone_and_in_a_crowd(people: Events, detector: Scorer) -> None:
    crowd = judge(people, detector)
    assert [judge(people[i], detector)[0].score for i in range(len(people))] == [j.score for j in crowd]


def test_a_row_for_each_window_where_that_is_asked(people: Events, detector: Scorer) -> None:
    found = judge(people[0], detector, cut="window")
    assert len(found) == len(rows(people[0], SEVEN)) == 3
    assert [j.start for j in found] == sorted(j.start for j in found)


def test_coalesced_samples_are_left_out_so_that_a_fast_mouse_looks_as_the_page_saw_it() -> None:
    e = Events.of(t=[0, 4, 8, 16], x=[0, 1, 2, 4], y=[0] * 4, coalesced=[1, 1, 0, 0])
    assert page_view(e).t.tolist() == [8, 16]
    assert page_view(e).offsets.tolist() == [0, 2]
    plain = Events.of(t=[0, 4], x=[0, 1], y=[0, 0])
    assert page_view(plain) is plain


def test_labels_come_from_the_column_bot_or_from_the_generator() -> None:
    e = Events.concat([Events.of([0], [0], [0], recording=str(i)) for i in range(3)])
    assert labels(e).tolist() == [False] * 3
    assert labels(e.with_context(generator=np.array(["human", "windmouse", "human"]))).tolist() == [False, True, False]
    assert labels(e.with_context(bot=np.array([True, False, True]))).tolist() == [True, False, True]
    with pytest.raises(DataError, match="'perhaps'"):
        labels(e.with_context(bot=np.array(["true", "perhaps", "false"])))


def test_strokes_are_joined_within_a_person_and_a_gap_apart() -> None:
    strokes = [
        Events.of([5, 15, 25], [i, i + 1, i + 3], [0, 0, 0], recording=f"{who}{i}", person=who, stroke=i)
        for who in "ab"
        for i in range(3)
    ]
    joined = join_strokes(Events.concat(strokes), 2)
    assert joined.recordings == ("a0+1", "b0+1")
    assert joined[0].t.tolist() == [0, 10, 20, 1020, 1030, 1040]
    assert joined[1].x.tolist() == [0, 1, 3, 1, 2, 4]
    assert joined.context["person"].tolist() == ["a", "b"]
    assert join_strokes(Events.concat(strokes), 2, step=1).recordings == ("a0+1", "a1+1", "b0+1", "b1+1")

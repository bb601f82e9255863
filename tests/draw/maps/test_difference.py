"""Where two groups differ: nowhere when chance made them, in the right place when something is planted."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.draw.maps import difference
from musculus.draw.maps.permutation import shuffle
from musculus.errors import DataError, UnknownName
from musculus.events import Events

WIDTH, HEIGHT = 640, 480


def visits(n: int, rng: np.random.Generator, planted: np.ndarray | None = None, people: int = 0) -> Events:
    """n recordings that wander about a place of their own; those `planted` also rest at (500, 400)."""
    parts = []
    for i in range(n):
        place = rng.uniform((100, 100), (540, 300))
        x, y = rng.normal(place[:, None], 60, (2, 150)).clip(1, 470)
        if planted is not None and planted[i]:
            x[-25:], y[-25:] = rng.normal(500, 8, 25), rng.normal(400, 8, 25)
        parts.append(Events.of(np.arange(150) * 40.0, x, y, recording=str(i)))
    events = Events.concat(parts)
    pages = {"recording": np.arange(n), "page": np.zeros(n, np.int32), "viewport_width": np.full(n, float(WIDTH)),
             "document_height": np.full(n, float(HEIGHT))}  # fmt: skip
    context = {"person": np.arange(n) % people} if people else {}
    return Events.build(events.columns, events.offsets, events.recordings, context, pages)


def test_of_forty_random_halvings_of_the_same_people_about_one_in_twenty_shows_something() -> None:
    rng = np.random.default_rng(3)
    shown = []
    for k in range(40):
        events = visits(24, rng)
        half = rng.permutation(24) < 12
        shown.append(difference(events, half, shuffles=199, seed=k).differs.any())
    assert sum(shown) <= 6  # 2 expected; 7 or more come by chance once in 170 times


def test_the_share_of_false_alarms_is_what_it_says_over_a_thousand_sets_of_maps() -> None:
    rng = np.random.default_rng(8)
    half = np.arange(16) < 8
    alarms = [
        (shuffle(rng.exponential(1, (16, 30)) ** 2, half, np.zeros(16, np.int64), 99, rng).p <= 0.05).any()
        for _ in range(1000)
    ]
    assert 0.03 < np.mean(alarms) < 0.07


def test_a_planted_difference_is_found_where_it_is_and_nowhere_else() -> None:
    half = np.arange(24) < 12
    found = difference(visits(24, np.random.default_rng(0), half), half)
    rows, columns = np.nonzero(found.differs)
    assert len(rows)
    assert {(int(c), int(r)) for c, r in zip(columns, rows, strict=True)} <= {(7, 5), (7, 6), (8, 5), (8, 6)}
    assert (found.values[found.differs] > 0).all()
    assert found.n == (12, 12)
    assert found.first.sum() == pytest.approx(1)


def test_events_of_one_busy_recording_are_no_evidence() -> None:
    half = np.array([True, True, False, False])
    planted = np.array([True, False, False, False])
    assert not difference(visits(4, np.random.default_rng(1), planted), half).differs.any()


def test_recordings_of_one_person_are_one_piece_of_evidence() -> None:
    rng = np.random.default_rng(2)
    person = np.arange(24) % 4
    events = visits(24, rng, person < 2, people=4)
    found = difference(events, person < 2)
    assert found.unit == "people"
    assert found.n == (2, 2)
    assert found.p.min() >= 2 / 6 - 0.06  # of six ways to halve four people two are as extreme
    within = difference(events, np.arange(24) < 12)
    assert within.unit == "recordings within people"


def test_people_with_both_mice_are_compared_with_themselves() -> None:
    other_mouse = np.arange(24) < 12
    found = difference(visits(24, np.random.default_rng(5), other_mouse, people=12), other_mouse)
    assert found.unit == "recordings within people"
    assert found.differs.any()


def test_groups_are_named_by_a_column_and_refused_where_they_are_not_there() -> None:
    events = visits(12, np.random.default_rng(4)).with_context(bot=np.arange(12) % 2 == 0)
    assert difference(events, "true", "false", column="bot", shuffles=19).groups == ("bot true", "bot false")
    with pytest.raises(DataError, match="no recording has bot 'yes'; there are: false, true"):
        difference(events, "yes", column="bot")
    with pytest.raises(UnknownName, match="did you mean 'bot'"):
        difference(events, "true", column="bott")
    with pytest.raises(DataError, match="none in both"):
        difference(events, np.ones(12, bool), np.ones(12, bool))

"""Rows of strokes: the same wherever the stroke lies and whatever comes later, and none for what can't be judged."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from musculus.events import Events
from musculus.score.dynamics.columns import COLUMNS, recipe, unit
from musculus.score.dynamics.evidence import evidence_of
from musculus.score.dynamics.live import Follower
from musculus.score.dynamics.profile import PROFILE, profiles
from musculus.score.dynamics.strokes import strokes_of
from musculus.score.shipped import shipped


def reaches(n: int, seed: int = 0, name: str = "r") -> Events:
    """Reaches over a page at 60 Hz with a little wobble, each ended by a press."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 900, (n + 1, 2))
    places[1::2, 0] += 1000
    t, x, y, kind = [0.0], [places[0, 0]], [places[0, 1]], ["move"]
    for a, b in pairwise(places):
        u = np.linspace(0, 1, int(rng.integers(25, 50)))[1:]
        way = a + np.outer(10 * u**3 - 15 * u**4 + 6 * u**5, b - a) + rng.normal(0, 1.0, (len(u), 2))
        when = t[-1] + 300 + 1000 / 60 * np.arange(1, len(u) + 1)
        t += [*when, when[-1] + 90, when[-1] + 180]
        x += [*np.rint(way[:, 0]), *[np.rint(way[-1, 0])] * 2]
        y += [*np.rint(way[:, 1]), *[np.rint(way[-1, 1])] * 2]
        kind += ["move"] * len(u) + ["down", "up"]
    return Events.of(t, x, y, kind, recording=name)


def part(events: Events, rows: int) -> Events:
    columns = {name: column[:rows] for name, column in events.columns.items()}
    return Events.build(columns, np.array([0, rows]), events.recordings, {}, {}, ())


def test_a_row_does_not_depend_on_where_the_stroke_lies_or_when() -> None:
    one = reaches(6)
    there = Events.of(one.t + 1000, one.x + 300, one.y - 70, one.kind, recording="r")
    assert np.allclose(strokes_of(one).values, strokes_of(there).values, rtol=1e-6, atol=1e-9, equal_nan=True)


def test_a_recording_judged_in_a_crowd_has_the_rows_it_has_alone() -> None:
    one, two = reaches(5, 1, "a"), reaches(7, 2, "b")
    both = strokes_of(Events.concat([one, two]))
    assert np.array_equal(both.values[both.recording == 1], strokes_of(two).values, equal_nan=True)
    assert (both.start[both.recording == 1] - one.n_events).tolist() == strokes_of(two).start.tolist()


def test_rows_of_closed_strokes_stay_as_they_are_while_the_recording_goes_on() -> None:
    whole, model = reaches(12, 3), shipped()
    follower = Follower(model)
    for rows in range(40, whole.n_events + 1, 37):
        follower.evidence(part(whole, rows))
    followed, _ = follower.evidence(whole)
    anew = evidence_of(strokes_of(whole, model.features), model)
    for name in ("start", "end", "values", "scores", "weights"):
        assert np.array_equal(getattr(followed, name), getattr(anew, name), equal_nan=True)


def test_an_event_that_comes_late_makes_all_of_it_be_computed_again() -> None:
    whole, model = reaches(8, 4), shipped()
    follower = Follower(model)
    follower.evidence(whole)
    changed = Events.of(whole.t, np.where(np.arange(whole.n_events) == 20, whole.x + 40, whole.x), whole.y, whole.kind)
    changed = Events.build(dict(changed.columns), changed.offsets, whole.recordings, {}, {}, ())
    anew = evidence_of(strokes_of(changed, model.features), model)
    assert np.array_equal(follower.evidence(changed)[0].values, anew.values, equal_nan=True)


@pytest.mark.parametrize("pointer", ["touch", "pen"])
def test_fingers_and_pens_have_no_strokes_to_judge(pointer: str) -> None:
    one = reaches(4)
    other = Events.of(one.t, one.x, one.y, one.kind, pointer=[pointer] * one.n_events)
    assert (len(strokes_of(one)), len(strokes_of(other))) == (4, 0)


def test_jumps_short_ways_and_coarse_recordings_are_not_judged() -> None:
    one = reaches(4)
    jumps = Events.of(np.arange(12) * 900.0, np.arange(12) * 400.0, [0.0] * 12, ["move", "down", "up"] * 4)
    near = Events.of(one.t, one.x / 20, one.y / 20, one.kind)
    every_tenth = np.flatnonzero((one.kind != 0) | (np.arange(one.n_events) % 7 == 0))
    coarse = Events.of(one.t[every_tenth], one.x[every_tenth], one.y[every_tenth], one.kind[every_tenth])
    assert [len(strokes_of(e)) for e in (jumps, near, coarse)] == [0, 0, 0]
    assert strokes_of(coarse).coarse.tolist() == [4]


def test_a_ruler_line_at_one_speed_has_the_profile_one_works_out_by_hand() -> None:
    line = Events.of(t=np.arange(31) * 1000 / 60, x=np.arange(31) * 10.0, y=[0.0] * 31)
    found = dict(zip(PROFILE, profiles(line)[0], strict=True))
    assert [found[f"speed_bin_{i}"] for i in range(12)] == pytest.approx([1.0] * 12)
    assert found["way_time_50"] == pytest.approx(0.5)
    assert (found["peak_ratio"], found["speed_cv"]) == pytest.approx((1.0, 0.0))
    assert (found["same_step"], found["still_share"], found["overshoot"]) == pytest.approx((1.0, 0.0, 0.0))
    assert found["tremor_across"] == pytest.approx(0.0, abs=1e-9)


def test_a_profile_is_free_of_size_but_for_what_is_in_px() -> None:
    one = reaches(1, 5)
    moves = one.kind == 0
    small = Events.of(one.t[moves], one.x[moves], one.y[moves])
    large = Events.of(one.t[moves], 3 * one.x[moves], 3 * one.y[moves])
    a, b = profiles(small)[0], profiles(large)[0]
    free = [j for j, n in enumerate(PROFILE) if n.startswith(("speed_bin", "way_time", "bow", "peak_", "back", "band"))]
    assert np.allclose(a[free], b[free], rtol=1e-6, atol=1e-3, equal_nan=True)


def test_every_column_has_a_recipe_and_a_unit() -> None:
    made = recipe(COLUMNS)
    assert len(made.upper) == len(COLUMNS) == len(set(COLUMNS))
    assert {unit(name) for name in COLUMNS} == {"1", "1/s", "px", "rad", "rad/s"}
    assert not [name for name in made.asked if name.startswith(("dt_", "event_", "movement_time", "displacement"))]

"""Long recordings that go on: read and judged from what was kept, the same to the bit, and forgotten on request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from tests.serve.conftest import ORIGIN

from musculus.events import Events
from musculus.serve import followed
from musculus.serve.followed import Decoded
from musculus.serve.verdicts import judge, load_detector
from musculus.store.base import BatchRow
from musculus.store.recording import events_of
from musculus.wire import Batch, encode

NAME, EACH = "ab" * 16, 2_500


def row(sequence: int, recording: str = NAME, shift: float = 0.0) -> BatchRow:
    """A batch of strokes: six reaches with a rest after each, every other batch with a column of its own."""
    rng = np.random.default_rng(sequence)
    n = EACH // 50
    u = np.tile(np.linspace(0, 1, 50), n)
    to = np.cumsum(rng.uniform(-400, 400, (n + 1, 2)), axis=0) + 2000
    share = (10 * u**3 - 15 * u**4 + 6 * u**5)[:, None]
    way = np.repeat(to[:-1], 50, 0) + share * np.repeat(np.diff(to, axis=0), 50, 0) + rng.normal(0, 1.0, (EACH, 2))
    t = sequence * 120_000 + np.arange(EACH) * 17.0 + np.repeat(np.arange(n), 50) * 900 + shift
    more = {"trusted": [1] * EACH} if sequence % 2 else {"pointer": ["mouse"] * EACH}
    x, y = np.round(way).T
    batch = Batch.of(t, x, y, recording=recording, sequence=sequence, time_origin=ORIGIN, **more)
    return BatchRow("demo", recording, batch.view, sequence, ORIGIN, 0, EACH, encode(batch))


def same(left: Events, right: Events) -> bool:
    names = list(left.columns) == list(right.columns)
    return names and all(
        values.dtype == right.columns[name].dtype and values.tobytes() == right.columns[name].tobytes()
        for name, values in left.columns.items()
    )


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    followed.forget(NAME)


def test_a_recording_read_while_it_goes_on_is_to_the_bit_what_reading_all_of_it_gives() -> None:
    rows, kept = [row(k) for k in range(12)], Decoded()
    for n in (8, 10, 12):
        assert same(kept.events_of(rows[:n]), events_of(rows[:n]))
    assert same(kept.events_of(rows[::-1]), events_of(rows))
    assert kept.events == 12 * EACH


def test_other_bytes_in_the_place_of_a_batch_are_read_anew() -> None:
    rows, kept = [row(k) for k in range(10)], Decoded()
    kept.events_of(rows)
    rows[3] = row(3, shift=0.5)
    assert same(kept.events_of(rows), events_of(rows))


def test_only_so_many_events_are_kept_and_short_recordings_not_at_all() -> None:
    kept = Decoded(most=50_000)
    for name in ("aa", "bb", "cc"):
        kept.events_of([row(k, name * 16) for k in range(9)])
    assert kept.events == 2 * 9 * EACH
    kept.forget("cc" * 16)
    kept.forget("aa" * 16)
    assert kept.events == 9 * EACH
    kept.events_of([row(0, "dd" * 16)])
    assert kept.events == 9 * EACH


def test_the_verdict_of_a_followed_recording_is_that_of_a_first_look_and_is_forgotten_whole() -> None:
    detector = load_detector()
    assert detector is not None
    rows = [row(k) for k in range(10)]
    for n in (8, 9, 10):
        live = judge(followed.events_of(rows[:n]), detector)
    follower = followed.follower(detector)
    assert NAME in follower._kept
    followed.forget(NAME)
    assert NAME not in follower._kept
    assert followed._DECODED.events == 0
    assert judge(events_of(rows), detector) == live
    followed.forget(NAME)


def test_a_rule_broken_early_and_one_broken_late_are_both_told_of_a_long_recording() -> None:
    events = events_of([row(k) for k in range(9)])
    trusted = np.ones(events.n_events, np.int8)
    trusted[[5, -5]] = 0
    said = judge(replace(events, columns={**events.columns, "trusted": trusted}), None)
    assert (said.verdict, said.reasons[0].name) == ("bot", "untrusted")
    assert said.reasons[0].events == (5, events.n_events - 5)

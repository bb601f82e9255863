"""The memory of visits without paths: bounded, the one heard of longest ago goes first."""

from __future__ import annotations

import time
from dataclasses import replace

from tests.store.conftest import EXAMPLE

from musculus.serve.pathless.held import IDLE, ROW, Held, Visit
from musculus.store.base import BatchRow

FRAME = b"f" * 500  # with its row 1,000 bytes


def row(visit: int, sequence: int = 0) -> BatchRow:
    return replace(EXAMPLE, recording=f"{visit:032x}", sequence=sequence, frame=FRAME)


def names(visits: list[Visit]) -> list[int]:
    return [int(visit.recording, 16) for visit in visits]


def test_what_is_over_the_bound_is_to_be_closed_in_the_order_it_was_heard_of() -> None:
    held = Held(most=5_000)
    for k in range(5):
        held.take(row(k), heard=float(k))
    assert (held.size, held.crowded.is_set(), held.too_much()) == (5_000, False, [])
    held.take(row(0, 1), heard=9.0)
    assert held.crowded.is_set()
    assert names(held.too_much()) == [1]
    held.take(row(7), heard=9.0)
    assert names(held.too_much()) == [1, 2]
    assert not held.is_full
    for k in range(1, 3):
        held.take(row(0, k + 1), heard=9.0)
    assert held.is_full


def test_a_visit_that_is_too_long_is_closed_and_goes_on_as_another_part() -> None:
    held = Held(each=2 * (len(FRAME) + ROW))
    for k in range(3):
        held.take(row(1, k))
    [long] = held.too_much()
    held.close(long)
    held.take(row(1, 3))
    [again] = held.visits()
    assert again.part != long.part
    assert ([r.sequence for r in long.rows], [r.sequence for r in again.rows]) == ([0, 1, 2], [3])
    assert held.size == 4_000  # until it is written its bytes count
    held.release(long)
    assert (held.size, long.rows) == (1_000, [])
    held.release(long)
    assert held.size == 1_000


def test_a_visit_has_ended_after_half_an_hour_without_a_batch() -> None:
    held, now = Held(), time.monotonic()
    held.take(row(1), heard=now - IDLE - 1)
    held.take(row(2), heard=now - IDLE + 60)
    assert names(held.ended(now)) == [1]
    assert not held.visits()[0].is_quiet or now - held.visits()[0].heard > 10
    held.take(row(1, 1))
    assert held.ended(now) == []
    assert names(held.visits()) == [2, 1]

"""Where an index keeps its strokes: a ring of rows of small numbers, the oldest of which makes room for the newest."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.score.replay.traces import ALONG, ASIDE, WIDTH

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]

Bytes = npt.NDArray[np.int8]
# What the coarse search goes by: the coefficients in which people differ most and copies least.
COARSE: Final = np.array([0, 1, 2, *range(ALONG, ALONG + 5), *range(ALONG + ASIDE + 1, ALONG + ASIDE + 5)])
FINE: Final = 20.0  # steps of the coarse numbers a spread, near 0
MOST: Final = 2_000_000  # strokes an index may be made for
LONGEST: Final = 200  # characters of a recording's name
ROOM: Final = 256  # rows at first; it grows as it fills
NAME: Final = 120  # bytes a recording's name takes, with its entries in two tables, about


class Shelf:
    """Rows of strokes in a ring. Arrays grow to `capacity` rows and no further.

    Attributes
    ----------
    values : (room, WIDTH) float16, coefficients in units of people's spread
    run : (room,) float32, px
    owner : (room,) int32, number of the recording
    coarse : (len(COARSE), room) int8: what the coarse search compares
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.names: dict[int, str] = {}  # number -> recording
        self._numbers: dict[str, int] = {}
        self._held: Counter[int] = Counter()
        self._count, self._oldest, self._fresh = 0, 0, 0
        self._take(0)

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Bytes held: the arrays, and the names of recordings by a rough count."""
        arrays = (self.values, self.run, self.owner, self.coarse)
        return sum(a.nbytes for a in arrays) + sum(NAME + len(n) for n in self._numbers)

    @property
    def recordings(self) -> dict[str, int]:
        """Recording -> strokes held of it."""
        return {name: self._held[number] for name, number in self._numbers.items()}

    def number(self, recording: str) -> int:
        """The number of a recording, -1 where no stroke of it is held."""
        return self._numbers.get(recording, -1)

    def name(self, row: int) -> str:
        """The recording that the stroke in a row is of."""
        return self.names[int(self.owner[row])]

    def held(self, recording: str) -> int:
        """How many strokes of a recording are held."""
        return self._held[self._numbers[recording]] if recording in self._numbers else 0

    def order(self) -> Ints:
        """Row numbers, the oldest stroke first."""
        return (self._oldest + np.arange(self._count)) % max(self._count, 1)

    def put(self, values: Singles, run: Floats, recording: str) -> None:
        """Keep strokes of a recording, in order; where the shelf is full each takes the place of the oldest."""
        values, run = values[-self.capacity :], run[-self.capacity :]
        if not len(run):
            return
        self._grow(min(self._count + len(run), self.capacity))
        free = min(self.capacity - self._count, len(run))
        rows = np.r_[self._count + np.arange(free), (self._oldest + np.arange(len(run) - free)) % self.capacity]
        self._let_go(rows[free:])
        self._write(rows, values, run, self._enter(recording, len(run)))
        self._count += free
        self._oldest = (self._oldest + len(run) - free) % self.capacity

    def forget(self, recording: str) -> int:
        """Erase a recording's strokes, and its name; how many there were. Nothing of them stays in the arrays."""
        number = self._numbers.get(recording)
        if number is None:
            return 0
        order = self.order()
        rows = order[self.owner[order] != number]
        gone = self._count - len(rows)
        values, run, owner, coarse = self.values[rows], self.run[rows], self.owner[rows], self.coarse[:, rows]
        self._take(len(rows))
        self.values[: len(rows)], self.run[: len(rows)], self.owner[: len(rows)] = values, run, owner
        self.coarse[:, : len(rows)] = coarse
        self._count, self._oldest = len(rows), 0
        del self._held[number], self.names[number], self._numbers[recording]
        return gone

    def _enter(self, recording: str, strokes: int) -> int:
        number = self._numbers.get(recording)
        if number is None:
            number, self._fresh = self._fresh, self._fresh + 1
            self._numbers[recording], self.names[number] = number, recording
        self._held[number] += strokes
        return number

    def _let_go(self, rows: Ints) -> None:
        """Take the strokes in these rows off the count of their recordings; a recording without any is forgotten."""
        for number, strokes in zip(*np.unique(self.owner[rows], return_counts=True), strict=True):
            self._held[int(number)] -= int(strokes)
            if not self._held[int(number)]:
                del self._held[int(number)]
                del self._numbers[self.names.pop(int(number))]

    def _write(self, rows: Ints, values: Singles, run: Floats, number: int) -> None:
        self.values[rows], self.run[rows], self.owner[rows] = values, run, number
        self.coarse[:, rows] = coarse(self.values[rows].astype(np.float32)).T  # as they are kept, and so after `load`

    def _grow(self, rows: int) -> None:
        if rows <= len(self.run):
            return
        old = (self.values, self.run, self.owner, self.coarse)
        self._take(rows)
        n = self._count
        self.values[:n], self.run[:n], self.owner[:n] = (a[:n] for a in old[:3])
        self.coarse[:, :n] = old[3][:, :n]

    def _take(self, rows: int) -> None:
        """New arrays with room for so many rows, and half as many again while that is below the capacity."""
        room = min(max(rows + rows // 2, ROOM), self.capacity)
        self.values = np.zeros((room, WIDTH), np.float16)
        self.run, self.owner = np.zeros(room, np.float32), np.full(room, -1, np.int32)
        self.coarse = np.zeros((len(COARSE), room), np.int8)


def coarse(values: Singles) -> Bytes:
    """What the coarse search compares, (n, len(COARSE)): far out values drawn in, so that one can't hide all others."""
    return np.ascontiguousarray(np.clip(np.rint(FINE * np.arcsinh(values[:, COARSE])), -127, 127), np.int8)

"""The index of strokes seen before: bounded, erasable, and quick to ask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.errors import UsageError
from musculus.events import Events
from musculus.score.replay import saved
from musculus.score.replay.likeness import COPY, Floats, Likeness, shipped
from musculus.score.replay.search import compare, nearest
from musculus.score.replay.shelf import COARSE, LONGEST, MOST, Bytes, Shelf, Singles, coarse
from musculus.score.replay.traces import MIRROR, Traces, trace

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CANDIDATES: Final = 24  # nearest by the coarse search that are compared in full
SIDES: Final = MIRROR[COARSE].astype(np.int8)


@dataclass(frozen=True, eq=False)
class Matches:
    """What the index knows of some strokes, one value a stroke.

    Attributes
    ----------
    evidence : nats for "a copy of a stroke seen before" against "a stroke of its own"; 0 where nothing was compared,
        since the stroke has too little shape or the index no other. It adds up over strokes: a sum that ever comes to
        log(100) is a false alarm for one person in 100 at most
    ratio : log likelihood ratio of the best fit, before it is made evidence; -inf where nothing was compared
    recording : whose stroke fits best, "" where nothing was compared
    mirrored : whether it fits in a mirror
    """

    evidence: Floats
    ratio: Floats
    recording: tuple[str, ...]
    mirrored: Bools

    def __len__(self) -> int:
        return len(self.ratio)

    @property
    def total(self) -> float:
        """Evidence of all strokes together, nats."""
        return float(self.evidence.sum())


@dataclass(frozen=True)
class Match:
    """A stored stroke beside one that was asked for: whose it is, its log likelihood ratio, whether in a mirror."""

    recording: str
    ratio: float
    mirrored: bool


class ReplayIndex:
    """Strokes seen before, of any recordings; finds copies that were moved, turned, scaled, mirrored or warped in time.

    Holds `capacity` strokes at most, some 90 bytes each. When it is full, the oldest stroke goes for each that comes.
    Of one recording `per_recording` strokes are taken and no more, so that one can't push out all others. The same
    additions in the same order give the same answers. Not for several threads at once.

    >>> t = np.arange(0, 500, 10.0)
    >>> seen = Events.of(t=t, x=t + 20 * np.sin(t / 40), y=90 * np.sin(t / 100), recording="a person")
    >>> again = Events.of(t=t, x=180 * np.sin(t / 100), y=2 * t + 40 * np.sin(t / 40))  # turned, mirrored, larger
    >>> index = ReplayIndex(capacity=1000)
    >>> index.add(seen)
    1
    >>> found = index.score(again)
    >>> found.recording, found.mirrored.tolist(), found.total > 4
    (('a person',), [True], True)
    >>> index.forget("a person"), len(index)
    (1, 0)
    """

    def __init__(
        self, capacity: int = 50_000, *, per_recording: int = 1_000, likeness: Likeness | None = None
    ) -> None:
        _check(capacity, per_recording)
        self.capacity, self.per_recording = capacity, per_recording
        self._likeness = likeness or shipped()
        self._shelf = Shelf(capacity)

    def __len__(self) -> int:
        """Strokes held."""
        return len(self._shelf)

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self._shelf.nbytes

    @property
    def recordings(self) -> dict[str, int]:
        """Recording -> strokes held of it."""
        return self._shelf.recordings

    def add(self, strokes: Events | Traces, recording: str | None = None) -> int:
        """Keep strokes; how many were taken.

        Of `Events` the strokes are cut first; a recording's name is its own unless `recording` is given. Strokes with
        too little shape to be known by are left out, and so are those over `per_recording`.
        """
        traces = strokes if isinstance(strokes, Traces) else trace(strokes)
        taken = 0
        for i in np.unique(traces.recording[traces.known]).tolist():
            name = traces.recordings[i] if recording is None else recording
            if len(name) > LONGEST:
                raise UsageError(f"a recording called {name[:40]!r}...: a name has {LONGEST} characters at most")
            room = max(self.per_recording - self._shelf.held(name), 0)
            mine = traces[np.flatnonzero((traces.recording == i) & traces.known)[:room]]
            self._shelf.put(self._scaled(mine), mine.run, name)
            taken += len(mine)
        return taken

    def score(self, strokes: Events | Traces, recording: str | None = None) -> Matches:
        """Evidence, stroke by stroke, that they copy strokes seen before.

        `recording` names one that is not compared: theirs, where strokes of it are in the index already. Strokes are
        judged each by itself; whether they are added to the index is the caller's to say.
        """
        traces = strokes if isinstance(strokes, Traces) else trace(strokes)
        ratio, row, flipped = np.full(len(traces), -np.inf), np.full(len(traces), -1), np.zeros(len(traces), bool)
        known = np.flatnonzero(traces.known)
        for i, (ratios, rows, sides) in zip(known, self._found(traces[known], recording), strict=True):
            if len(ratios):
                best = int(ratios.argmax())
                ratio[i], row[i], flipped[i] = ratios[best], rows[best], sides[best]
        evidence = np.where(row >= 0, self._likeness.evidence(ratio, len(self)), 0.0)
        names = tuple(self._shelf.name(int(r)) if r >= 0 else "" for r in row)
        return Matches(evidence, ratio, names, flipped)

    def nearest(self, strokes: Events | Traces, k: int = 5, recording: str | None = None) -> list[list[Match]]:
        """For each stroke the best fits among those stored, best first, k at most; none for one of too little shape."""
        traces = strokes if isinstance(strokes, Traces) else trace(strokes)
        answer: list[list[Match]] = [[] for _ in range(len(traces))]
        known = np.flatnonzero(traces.known)
        for i, (ratios, rows, sides) in zip(known, self._found(traces[known], recording), strict=True):
            best = np.argsort(-ratios, kind="stable")[:k].tolist()
            answer[i] = [Match(self._shelf.name(int(rows[j])), float(ratios[j]), bool(sides[j])) for j in best]
        return answer

    def forget(self, recording: str) -> int:
        """Erase the strokes of a recording; how many there were (0 for one that is not held)."""
        return self._shelf.forget(recording)

    def save(self, path: str | Path) -> None:
        """Write the index to a file that `load` reads: plain arrays, nothing that could be executed."""
        saved.write(path, self._shelf, self.per_recording, self._likeness.digest)

    @classmethod
    def load(
        cls, path: str | Path, *, capacity: int | None = None, likeness: Likeness | None = None
    ) -> ReplayIndex:
        """The index in a file that `save` wrote; with a smaller `capacity` its newest strokes.

        Raises BundleError, with the reason, for any other file.
        """
        if capacity is not None:
            _check(capacity)
        likeness = likeness or shipped()
        shelf, per_recording = saved.read(path, likeness.digest, capacity)
        index = cls(shelf.capacity, per_recording=per_recording, likeness=likeness)
        index._shelf = shelf
        return index

    def _scaled(self, traces: Traces) -> Singles:
        """Coefficients in units of people's spread."""
        return np.asarray(traces.values / self._likeness.unit, np.float32)

    def _found(self, traces: Traces, apart: str | None) -> list[tuple[Floats, Ints, Bools]]:
        """For each stroke: log likelihood ratios of its candidates, their rows, and whether they are in a mirror."""
        own = self._likeness.own(traces.values, traces.run)
        near = coarse(self._scaled(traces))
        other = -2 if apart is None else self._shelf.number(apart)
        return [self._one(traces, near, own, i, other) for i in range(len(traces))]

    def _one(self, traces: Traces, near: Bytes, own: Floats, i: int, apart: int) -> tuple[Floats, Ints, Bools]:
        shelf, like = self._shelf, self._likeness
        rows, sides = np.empty(CANDIDATES, np.int64), np.empty(CANDIDATES, bool)
        scratch = np.empty(CANDIDATES, np.float32)
        n = nearest(shelf.coarse, near[i], SIDES, shelf.owner, len(shelf), apart, rows, sides, scratch)
        rows, sides, fit = rows[:n], sides[:n], np.empty(n)
        stored, run = shelf.values[rows].astype(np.float32), shelf.run[rows]
        compare(traces.values[i], traces.run[i], MIRROR, stored, run, like.unit, sides, *like.scatters, COPY, fit)
        return fit - own[i], rows, sides


def _check(capacity: int, per_recording: int = 1) -> None:
    if not 1 <= capacity <= MOST or per_recording < 1:
        raise UsageError(
            f"an index of {capacity:,} strokes, {per_recording:,} a recording; both must be 1 or more, the index at "
            f"most {MOST:,}"
        )

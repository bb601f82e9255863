"""Running measures over cuts: chunks that stay in cache, on all cores, into one table of float64."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, cut, position_rows
from musculus.errors import MeasureError
from musculus.events import Events
from musculus.measures.engine.summaries import SUMMARIES
from musculus.measures.paths import Paths
from musculus.measures.table import COLUMNS, MEASURES, Measure, choose

if TYPE_CHECKING:
    import polars as pl

Floats = npt.NDArray[np.float64]
CHUNK: Final = 32_768  # rows of a chunk: its series fit a core's cache
HUGE: Final = 1 << 20  # a chunk (one cut) of more rows keeps no series between measures, so that memory stays bounded


@dataclass(frozen=True, eq=False)
class Measured:
    """A table of measures: one row a cut.

    Attributes
    ----------
    names : the columns
    values : (n_cuts, n_names) float64, NaN where a measure is undefined
    cuts : which cut each row is
    events : where the cuts are from
    """

    names: tuple[str, ...]
    values: Floats
    cuts: Cuts
    events: Events

    def __len__(self) -> int:
        return len(self.cuts)

    def __getitem__(self, name: str) -> Floats:
        """One column, shape (n_cuts,)."""
        if name not in self.names:
            from musculus.errors import UnknownName

            raise UnknownName("column", name, self.names)
        return self.values[:, self.names.index(name)]

    @property
    def units(self) -> dict[str, str]:
        """Column -> unit."""
        return {n: COLUMNS[n].unit_of(n) for n in self.names}

    def to_polars(self) -> pl.DataFrame:
        """`recording`, `page`, `cut`, `cut_kind`, `start`, `end` (ms), then the measures."""
        import polars as pl

        c, t = self.cuts, self.events.t
        full = c.end > c.start
        start, end = (np.full(len(c), np.nan) for _ in range(2))
        start[full], end[full] = t[c.start[full]], t[c.end[full] - 1]
        ids = pl.Series("recording", list(self.events.recordings), dtype=pl.String)
        head = {
            "recording": ids.gather(c.recording),
            "page": c.page,
            "cut": c.index,
            "cut_kind": pl.Series([c.kind], dtype=pl.String).gather(np.zeros(len(c), np.int64)),
            "start": start,
            "end": end,
        }
        return pl.DataFrame({**head, **{n: self.values[:, i] for i, n in enumerate(self.names)}})


def measure(
    events: Events,
    cuts: str | Cuts = "stroke",
    *,
    only: Sequence[str] | None = None,
    tier: Sequence[str] | None = None,
    slow: bool = False,
    threads: int | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int, int], None] | None = None,
) -> Measured:
    """Measures of each cut of the events.

    `only` names columns (`velocity_mean`) or measures (`velocity`, all its summaries); `tier` is `raw`, `s` or
    both. Measures marked slow (the sigma-lognormal fit, sample entropy) are computed when `only` names them or
    `slow` is true. `threads` defaults to the machine's cores; neither it nor `chunk` changes any value. UnknownName
    for a name that isn't there, offering the nearest.

    >>> e = Events.of(t=[0, 10, 20], x=[0, 3, 6], y=[0, 4, 8])
    >>> measure(e, "recording", only=["path_length", "velocity_mean"]).values
    array([[ 10., 500.]])
    """
    made = cut(events, cuts) if isinstance(cuts, str) else cuts
    key = None if only is None else tuple(only), None if tier is None else tuple(tier)
    names, plan = _plan(*key, slow, MEASURES.version)
    values = np.empty((len(names), len(made))).T  # column by column, as measures write and tables read them
    use = position_rows(events)
    bounds = list(_chunks(made, chunk))
    done = 0

    def one(a: int, b: int) -> int:
        fill(Paths(events, made[a:b], use), plan, values[a:b])
        return b - a

    workers = threads or cores()
    if workers == 1 or len(bounds) == 1:
        for a, b in bounds:
            done += one(a, b)
            if progress:
                progress(done, len(made))
    else:
        with ThreadPoolExecutor(workers) as pool:
            for n in pool.map(lambda ab: one(*ab), bounds):
                done += n
                if progress:
                    progress(done, len(made))
    return Measured(names, values, made, events)


def cores() -> int:
    """Cores this process may use (in a container often fewer than the machine has)."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@dataclass(frozen=True)
class Step:
    """One measure of a plan: `table` is the block of columns it fills, or `pairs` (its own column, the table's)."""

    measure: Measure
    pairs: tuple[tuple[int, int], ...]
    block: slice | None


Plan = tuple[Step, ...]


@lru_cache(maxsize=64)
def _plan(
    only: tuple[str, ...] | None, tier: tuple[str, ...] | None, slow: bool, version: int
) -> tuple[tuple[str, ...], Plan]:
    """The columns and, for each measure that has one of them, where they go; kept for one version of the table."""
    names = tuple(n for n in choose(only, tier) if only is not None or slow or not COLUMNS[n].slow)
    at = {n: i for i, n in enumerate(names)}
    steps = []
    for m in MEASURES.values():
        pairs = tuple((i, at[c]) for i, c in enumerate(m.columns) if c in at)
        if pairs:
            first = pairs[0][1]
            whole = len(pairs) == len(m.columns) and pairs[-1][1] - first == len(pairs) - 1
            steps.append(Step(m, pairs, slice(first, first + len(pairs)) if whole else None))
    return names, tuple(steps)


def fill(paths: Paths, plan: Plan, out: Floats) -> None:
    """Compute the planned measures of one chunk into its rows of the table."""
    with np.errstate(all="ignore"):
        for step in plan:
            if step.block is not None:
                compute(step.measure, paths, out[:, step.block])
            else:
                table = np.empty((len(paths), len(step.measure.columns)))
                compute(step.measure, paths, table)
                for i, column in step.pairs:
                    out[:, column] = table[:, i]
            if len(paths.raw_t) > HUGE:
                paths.release(grid=step.measure.tier != "s")


def compute(m: Measure, paths: Paths, out: Floats) -> None:
    """Write all columns of one measure to `out` (n_cuts, n_columns). MeasureError where it gave another shape."""
    got = m.function(paths)
    if m.summarise:
        values, offsets = _series(m, got, paths)
        layout = paths.layout(offsets)
        layout.summarise(values, out[:, : len(SUMMARIES)])
        if m.count:
            out[:, -1] = layout.count
        return
    table = np.asarray(got, np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.shape != out.shape:
        raise MeasureError(
            f"measure {m.name!r} gave an array of shape {table.shape}, expected {out.shape}: one row a cut"
        )
    np.copyto(out, table)
    out[np.isinf(out)] = np.nan


def _series(m: Measure, got: Any, paths: Paths) -> tuple[Floats, npt.NDArray[np.int64]]:
    values, offsets = got if m.view == "own" else (got, paths.offsets_of(m.view))
    if len(offsets) != len(paths) + 1 or len(values) != offsets[-1]:
        raise MeasureError(
            f"measure {m.name!r} gave a series of {len(values)} entries beside the {m.view} view, which has "
            f"{offsets[-1]}; give one entry a sample (NaN where undefined), or view='own' with offsets"
        )
    return np.ascontiguousarray(values, np.float64), offsets


def _chunks(cuts: Cuts, rows: int) -> Iterator[tuple[int, int]]:
    size = np.cumsum(cuts.end - cuts.start)
    a = 0
    while a < len(cuts):
        base = size[a - 1] if a else 0
        b = max(a + 1, int(np.searchsorted(size, base + rows, side="right")))
        yield a, b
        a = b

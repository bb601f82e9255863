"""Running measures over cuts: chunks that stay in cache, on all cores, into one table of float64."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, cut, position_rows
from musculus.errors import MeasureError
from musculus.events import Events
from musculus.measures.engine.summaries import SUMMARIES, summarise
from musculus.measures.paths import Paths
from musculus.measures.table import COLUMNS, MEASURES, Measure, choose

if TYPE_CHECKING:
    import polars as pl

Floats = npt.NDArray[np.float64]
CHUNK: Final = 16_384  # rows of a chunk: its series fit a core's cache


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
    names = tuple(n for n in choose(only and list(only), tier and tuple(tier)) if only or slow or not COLUMNS[n].slow)
    values = np.full((len(made), len(names)), np.nan)
    plan = _plan(names)
    use = position_rows(events)
    bounds = list(_chunks(made, chunk))
    done = 0

    def one(a: int, b: int) -> int:
        fill(Paths(events, made[a:b], use), plan, values[a:b])
        return b - a

    workers = threads or os.cpu_count() or 1
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


Plan = list[tuple[Measure, list[tuple[int, int]], int | None]]


def _plan(names: tuple[str, ...]) -> Plan:
    """For each measure: pairs (index in its own columns, column of the table), and the first if they are a block."""
    at = {n: i for i, n in enumerate(names)}
    plan: Plan = []
    for m in MEASURES.values():
        pairs = [(i, at[c]) for i, c in enumerate(m.columns) if c in at]
        if pairs:
            block = [p - pairs[0][1] for _, p in pairs] == list(range(len(m.columns)))
            plan.append((m, pairs, pairs[0][1] if block else None))
    return plan


def fill(paths: Paths, plan: Plan, out: Floats) -> None:
    """Compute the planned measures of one chunk into its rows of the table."""
    with np.errstate(all="ignore"):
        for m, pairs, block in plan:
            table = compute(m, paths)
            if block is not None:
                out[:, block : block + table.shape[1]] = table
                continue
            for i, column in pairs:
                out[:, column] = table[:, i]


def compute(m: Measure, paths: Paths) -> Floats:
    """All columns of one measure, shape (n_cuts, n_columns). MeasureError where its function gave another shape."""
    got = m.function(paths)
    n = len(paths)
    if not m.summarise:
        table = np.asarray(got, np.float64)
        table = table[:, None] if table.ndim == 1 else table
        if table.shape != (n, len(m.columns)):
            raise MeasureError(
                f"measure {m.name!r} gave an array of shape {table.shape}, expected ({n}, {len(m.columns)}): "
                "one row a cut"
            )
        return table
    values, offsets = _series(m, got, paths)
    table = np.empty((n, len(m.columns)))
    if m.count:
        finite = np.concatenate([[0], np.cumsum(np.isfinite(values))])
        table[:, -1] = finite[offsets[1:]] - finite[offsets[:-1]]
    table[:, : len(SUMMARIES)] = summarise(values, offsets)
    return table


def _series(m: Measure, got: Any, paths: Paths) -> tuple[Floats, npt.NDArray[np.int64]]:
    if m.view == "own":
        values, offsets = got
    else:
        values, offsets = got, paths.offsets if m.view == "time" else paths.path_offsets
    if len(offsets) != len(paths) + 1 or len(values) != offsets[-1]:
        raise MeasureError(
            f"measure {m.name!r} gave a series of {len(values)} entries beside the {m.view} view, which has "
            f"{offsets[-1]}; give one entry a sample (NaN where undefined), or view='own' with offsets"
        )
    return np.asarray(values, np.float64), offsets


def _chunks(cuts: Cuts, rows: int) -> Iterator[tuple[int, int]]:
    size = np.cumsum(cuts.end - cuts.start)
    a = 0
    while a < len(cuts):
        base = size[a - 1] if a else 0
        b = max(a + 1, int(np.searchsorted(size, base + rows, side="right")))
        yield a, b
        a = b

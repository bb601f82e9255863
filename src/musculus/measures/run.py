"""Running measures over cuts: chunks that stay in cache, on all cores, into one table of float64."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, cut, position_rows
from musculus.events import Events
from musculus.measures.engine.threads import cores, spread
from musculus.measures.paths import Paths
from musculus.measures.plan import Plan, fill, plan_of
from musculus.measures.table import COLUMNS, MEASURES

if TYPE_CHECKING:
    import polars as pl

Floats = npt.NDArray[np.float64]
CHUNK: Final = 32_768  # rows of a chunk: its series fit a core's cache
TOGETHER: Final = 4  # threads that work together get chunks up to so many times as large: the fewer numpy's calls, the
TOGETHER_S: Final = 2  # less they wait for the interpreter; fewer times on the grid, which has more samples than rows


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
    chunk: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Measured:
    """Measures of each cut of the events.

    `only` names columns (`velocity_mean`) or measures (`velocity`, all its summaries); `tier` is `raw`, `s` or
    both. Measures marked slow (the sigma-lognormal fit, sample entropy) are computed when `only` names them or
    `slow` is true. `threads` defaults to the machine's cores and `chunk`, the rows worked on together, to what suits
    them; neither changes any value. UnknownName for a name that isn't there, offering the nearest.

    >>> e = Events.of(t=[0, 10, 20], x=[0, 3, 6], y=[0, 4, 8])
    >>> measure(e, "recording", only=["path_length", "velocity_mean"]).values
    array([[ 10., 500.]])
    """
    made = cut(events, cuts) if isinstance(cuts, str) else cuts
    key = None if only is None else tuple(only), None if tier is None else tuple(tier)
    plan = plan_of(*key, slow, MEASURES.version)
    values = np.empty((len(plan.names), len(made))).T  # column by column, as measures write and tables read them
    use = position_rows(events)
    workers = threads or cores()
    bounds = list(_chunks(made, chunk or _suits(made, plan, workers)))
    done = 0

    def one(a: int, b: int) -> int:
        fill(Paths(events, made[a:b], use), plan, values[a:b])
        return b - a

    for n in spread(one, bounds, workers):
        done += n
        if progress:
            progress(done, len(made))
    return Measured(plan.names, values, made, events)


def _suits(cuts: Cuts, plan: Plan, workers: int) -> int:
    """Rows of a chunk: what the caches hold; with several threads more, in equal shares and two or more for each."""
    if workers == 1:
        return CHUNK
    most = CHUNK * (TOGETHER_S if any(step.measure.tier == "s" for step in plan.steps) else TOGETHER)
    rows = int((cuts.end - cuts.start).sum())
    turns = max(-(-rows // (workers * most)), 2)
    return max(-(-rows // (workers * turns)), CHUNK // 2)


def _chunks(cuts: Cuts, rows: int) -> Iterator[tuple[int, int]]:
    size = np.cumsum(cuts.end - cuts.start)
    a = 0
    while a < len(cuts):
        base = size[a - 1] if a else 0
        b = max(a + 1, int(np.searchsorted(size, base + rows, side="right")))
        yield a, b
        a = b

"""Which measures fill which columns of a table, and the filling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import MeasureError
from musculus.measures.engine.by_cut import reduce
from musculus.measures.engine.landmarks import landmarks
from musculus.measures.engine.summaries import SUMMARIES
from musculus.measures.paths import Paths
from musculus.measures.table import COLUMNS, MEASURES, Measure, choose

Floats = npt.NDArray[np.float64]
UNSORTED: Final = {SUMMARIES.index(op): op for op in ("mean", "min", "max")}  # summaries that need no sorted values
HUGE: Final = 1 << 20  # a chunk (one cut) of more rows keeps no series between measures, so that memory stays bounded


@dataclass(frozen=True)
class Step:
    """One measure of a plan: `block` is where it writes, if all its columns are wanted and stand together.

    Otherwise `pairs` says which of its own columns goes to which of the table. `column` is the one of a measure that
    gives one number.
    """

    measure: Measure
    pairs: tuple[tuple[int, int], ...]
    block: slice | None
    column: int | None


@dataclass(frozen=True)
class Silent:
    """What the series that need a row of `kinds` say where there is none: stretches of NaN, and counts of 0."""

    kinds: tuple[str, ...]
    blank: tuple[slice, ...]
    zero: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """Columns, the steps that fill them, and which stretches of columns are numbers as a function gave them.

    `silent` has an entry for each set of kinds of rows that some of the steps need, and `single` are the stretches of
    columns that are all a measure of their own.
    """

    names: tuple[str, ...]
    steps: tuple[Step, ...]
    silent: tuple[Silent, ...]
    single: tuple[slice, ...]
    plain: tuple[slice, ...]


@lru_cache(maxsize=64)
def plan_of(only: tuple[str, ...] | None, tier: tuple[str, ...] | None, slow: bool, version: int) -> Plan:
    """The columns and, for each measure that has one of them, where they go; kept for one version of the table."""
    names = tuple(n for n in choose(only, tier) if only is not None or slow or not COLUMNS[n].slow)
    at = {n: i for i, n in enumerate(names)}
    steps = []
    for m in MEASURES.values():
        pairs = tuple((i, at[c]) for i, c in enumerate(m.columns) if c in at)
        if pairs:
            first = pairs[0][1]
            whole = len(pairs) == len(m.columns) and pairs[-1][1] - first == len(pairs) - 1
            block = slice(first, first + len(pairs)) if whole else None
            steps.append(Step(m, pairs, block, first if len(m.columns) == 1 else None))
    needed = dict.fromkeys(s.measure.kinds for s in steps if s.measure.kinds)
    silent = tuple(_silent(kinds, steps, len(names)) for kinds in needed)
    alone = {s.column for s in steps}
    single = _stretches([i in alone for i in range(len(names))])
    return Plan(names, tuple(steps), silent, single, _stretches([not COLUMNS[n].summarise for n in names]))


def _silent(kinds: tuple[str, ...], steps: list[Step], n: int) -> Silent:
    blank, zero = [False] * n, []
    for step in steps:
        if step.measure.kinds == kinds:
            for own, column in step.pairs:
                if own < len(SUMMARIES):
                    blank[column] = True
                else:
                    zero.append(column)
    return Silent(kinds, _stretches(blank), tuple(zero))


def _stretches(wanted: list[bool]) -> tuple[slice, ...]:
    border = np.flatnonzero(np.diff([False, *wanted, False]))
    return tuple(slice(int(a), int(b)) for a, b in border.reshape(-1, 2))


def fill(paths: Paths, plan: Plan, out: Floats) -> None:
    """Compute the planned measures of one chunk into its rows of the table; what overflows is undefined."""
    silent = _say_nothing(paths, plan, out)
    numbers: dict[int, Floats] = {}
    with np.errstate(all="ignore"):
        for step in plan.steps:
            if step.column is not None:
                numbers[step.column] = _numbers(step.measure, paths)
            elif step.measure.kinds in silent:
                continue
            elif step.block is not None:
                compute(step.measure, paths, out[:, step.block])
            else:
                _part(step, paths, out)
            if len(paths.raw_t) > HUGE:
                paths.release(grid=step.measure.tier != "s")
    for stretch in plan.single:  # together: threads that copy a column at a time wait for each other
        together = np.concatenate([numbers[column] for column in range(stretch.start, stretch.stop)])
        out[:, stretch] = together.reshape(stretch.stop - stretch.start, len(paths)).T
    for stretch in plan.plain:
        some = out[:, stretch]
        infinite = np.isinf(some)
        if infinite.any():
            some[infinite] = np.nan


def _say_nothing(paths: Paths, plan: Plan, out: Floats) -> set[tuple[str, ...]]:
    """Fill the columns of series whose kinds of rows the events don't have; give those kinds."""
    marks = landmarks(paths.events)
    found = [s for s in plan.silent if not marks.some(s.kinds)]
    for s in found:
        for stretch in s.blank:
            out[:, stretch] = np.nan
        for column in s.zero:
            out[:, column] = 0
    return {s.kinds for s in found}


def _part(step: Step, paths: Paths, out: Floats) -> None:
    """Write those of a measure's several columns that are wanted; the same bits as with all of them."""
    m = step.measure
    if m.summarise and all(own in UNSORTED for own, _ in step.pairs):
        values, offsets = _series(m, m.function(paths), paths)
        for own, column in step.pairs:
            found = reduce(values, offsets, UNSORTED[own]) + 0.0  # -0.0 is 0.0 there too
            out[:, column] = np.where(np.isinf(found), np.nan, found)
        return
    table = np.empty((len(m.columns), len(paths))).T
    compute(m, paths, table)
    for own, column in step.pairs:
        out[:, column] = table[:, own]


def compute(m: Measure, paths: Paths, out: Floats) -> None:
    """Write the several columns of a measure to `out` (n_cuts, n_columns). MeasureError where it gave another shape."""
    got = m.function(paths)
    if m.summarise:
        values, offsets = _series(m, got, paths)
        if not len(values):  # no keys, no clicks: most recordings have some series without an entry
            out[:, : len(SUMMARIES)] = np.nan
            out[:, len(SUMMARIES) :] = 0
            return
        layout = paths.layout(offsets)
        layout.summarise(values, out[:, : len(SUMMARIES)])
        if m.count:
            out[:, -1] = layout.count
        return
    if np.shape(got) != out.shape:
        raise _shape_error(m, got, out.shape)
    out[:, :] = got


def _numbers(m: Measure, paths: Paths) -> Any:
    """What a measure of one column gives, shape (n_cuts,)."""
    got = m.function(paths)
    if getattr(got, "shape", None) != paths.shape and np.shape(got) != paths.shape:
        raise _shape_error(m, got, paths.shape)
    return got


def _shape_error(m: Measure, got: Any, expected: tuple[int, ...]) -> MeasureError:
    shape = np.shape(got)
    return MeasureError(f"measure {m.name!r} gave an array of shape {shape}, expected {expected}: one row a cut")


def _series(m: Measure, got: Any, paths: Paths) -> tuple[Floats, npt.NDArray[np.int64]]:
    values, offsets = got if m.view == "own" else (got, paths.offsets_of(m.view))
    if len(offsets) != len(paths) + 1 or len(values) != offsets[-1]:
        raise MeasureError(
            f"measure {m.name!r} gave a series of {len(values)} entries beside the {m.view} view, which has "
            f"{offsets[-1]}; give one entry a sample (NaN where undefined), or view='own' with offsets"
        )
    return np.ascontiguousarray(values, np.float64), offsets

"""The table of measures: one decorated function each, from which columns, docs, pickers and tests are made."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar

from musculus.errors import MeasureError, UnknownName

if TYPE_CHECKING:
    from musculus.measures.paths import Paths

SUMMARY_NAMES: Final = ("mean", "std", "min", "q05", "q25", "median", "q75", "q95", "max", "skew", "kurtosis")
CATEGORIES: Final = {
    name: f"musculus.measures.{name}"
    for name in (
        "spatial", "kinematic", "smoothness", "motor", "temporal", "performance", "keyboard", "sampling", "winslow",
    )
}  # fmt: skip
TIERS: Final = ("raw", "s")  # finite differences of what was recorded; the 10 ms grid, independent of the rate
VIEWS: Final = ("time", "path", "grid", "own")  # what a series stands beside; `own`: it brings its offsets
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Measure:
    """One measure: what it is called, what it gives, and which laws it keeps.

    `columns` are the names of its numbers: its own, or the eleven summaries of a series (and its count), or several
    that one computation gives; `units` stand beside them. `px` and `ms` are the powers of k by which a number grows
    when lengths or times are multiplied by k: None where a threshold breaks the scaling, "unit" where the unit says
    it. `turns` means that rotating the path changes it, `moves` that shifting it does. `mirror` and `back` are 1 where
    the value (or the series) stays under mirroring left to right and under time run backwards, -1 where it changes
    its sign, None where neither holds. `kinds` are the kinds of rows (any of them) without which its series is empty:
    where the events have none, the engine doesn't ask for it.
    """

    name: str
    category: str
    units: tuple[str, ...]
    tier: str
    columns: tuple[str, ...]
    summarise: bool
    view: str
    count: bool
    function: Callable[[Paths], Any]
    px: int | str | None
    ms: int | str | None
    turns: bool
    moves: bool
    mirror: int | None
    back: int | None
    slow: bool
    kinds: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The unit of its numbers (of a series: of its entries); several, each once, where they differ."""
        return self.units[0] if self.summarise else ", ".join(dict.fromkeys(self.units))

    @property
    def doc(self) -> str:
        """First sentence of the docstring."""
        text = inspect.getdoc(self.function) or ""
        return " ".join(text.split("\n\n")[0].split())

    @property
    def explanation(self) -> str:
        """The whole docstring."""
        return inspect.getdoc(self.function) or ""

    def unit_of(self, column: str) -> str:
        """The unit of one of its columns: shape numbers and counts have none."""
        return self.units[self.columns.index(column)]

    def powers_of(self, column: str) -> tuple[int | None, int | None]:
        """Powers of k by which a column grows when lengths, and when times, are multiplied by k."""
        px, ms = dimension(self.unit_of(column))
        own = self.unit_of(column) != "1" or self.unit == "1"  # a skew stays, whatever its series does
        keep = self.px is None or (own and self.px != "unit"), self.ms is None or (own and self.ms != "unit")
        return (self.px if keep[0] else px), (self.ms if keep[1] else ms)  # type: ignore[return-value]


def measure(
    category: str,
    *,
    unit: str | tuple[str, ...],
    summarise: bool = False,
    view: str | None = None,
    tier: str = "raw",
    columns: tuple[str, ...] | None = None,
    count: bool = False,
    name: str | None = None,
    px: int | str | None = "unit",
    ms: int | str | None = "unit",
    turns: bool = False,
    moves: bool = False,
    mirror: int | None = 1,
    back: int | None = None,
    slow: bool = False,
    kinds: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Enter a function `(paths) -> numbers` into the table of measures, under its own name.

    It is written over many cuts at once. Without `summarise` it gives one number a cut, shape (n_cuts,), or with
    `columns` several, shape (n_cuts, len(columns)), all of one `unit` or each of its own. With `summarise` it gives a
    series beside a view of the path (`view` is `path` for spatial measures, else `time`; `grid` is the 10 ms grid):
    as long as that view, NaN where it has no value; or, with `view="own"`, a pair (values, offsets). The engine adds
    the eleven summaries, and `count` their number. Such a series is not asked for where the events have no row of
    `kinds`.

    >>> from musculus.measures import Paths
    >>> @measure("kinematic", unit="px/s", summarise=True)
    ... def my_speed(path: Paths):
    ...     "Speed over each interval."
    ...     return path.step / path.dt
    >>> forget("my_speed")
    """

    def enter(function: Function) -> Function:
        own = name or function.__name__
        beside = view or ("path" if category == "spatial" else "time")
        if beside not in VIEWS:
            raise MeasureError(f"measure {own!r}: view {beside!r} is none of {', '.join(VIEWS)}")
        if kinds and not summarise:
            raise MeasureError(f"measure {own!r}: kinds of rows are for series; it gives numbers")
        names = columns or ((own,) if not summarise else tuple(f"{own}_{s}" for s in SUMMARY_NAMES))
        units = (unit,) * len(names) if isinstance(unit, str) else unit
        if len(units) != len(names):
            raise MeasureError(f"measure {own!r}: {len(units)} units for {len(names)} columns")
        if summarise:
            units = tuple("1" if n.endswith(("_skew", "_kurtosis")) else u for n, u in zip(names, units, strict=True))
        if count:
            names, units = (*names, f"{own}_count"), (*units, "1")
        m = Measure(
            own, category, units, tier, names, summarise, beside, count, function, px, ms, turns, moves, mirror, back,
            slow, kinds,
        )  # fmt: skip
        MEASURES.enter(m)
        return function

    return enter


def forget(name: str) -> None:
    """Take a measure out of the table (a user's own, in a notebook)."""
    MEASURES.remove(name)


def dimension(unit: str) -> tuple[int | None, int | None]:
    """Powers of length and time in a unit: `px/s²` gives (1, -2); None for units that aren't of that kind.

    >>> dimension("px/s²"), dimension("ms"), dimension("rad/px"), dimension("1")
    ((1, -2), (0, 1), (-1, 0), (0, 0))
    """
    powers = {"px": 0, "s": 0}
    over, _, under = unit.partition("/")
    for part, sign in ((over, 1), (under, -1)):
        for word in part.split():
            base = word.rstrip("²³⁴")
            power = {"²": 2, "³": 3, "⁴": 4}.get(word[len(base) :], 1) * sign
            if base in ("px", "s", "ms"):
                powers["s" if base == "ms" else base] += power
    return powers["px"], powers["s"]


class Table(Mapping[str, Measure]):
    """Name -> `Measure`; the categories' modules are imported on first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Measure] = {}  # replaced whole, never changed: reading it needs no lock
        self._loaded = False
        self._changes = 0

    def enter(self, m: Measure) -> None:
        """Add a measure, or replace the one of its name; MeasureError if a column of it is another's."""
        with self._lock:
            others = {n: x for n, x in self._rows.items() if n != m.name}
            taken = {c: x.name for x in others.values() for c in x.columns}
            for c in m.columns:
                if c in taken:
                    raise MeasureError(f"measure {m.name!r}: column {c!r} is {taken[c]!r}'s; choose another name")
            self._replace({**others, m.name: m})

    def remove(self, name: str) -> None:
        """Take a measure out; nothing happens if it isn't there."""
        with self._lock:
            self._replace({n: m for n, m in self._rows.items() if n != name})

    def _replace(self, rows: dict[str, Measure]) -> None:
        order = list(CATEGORIES)
        place = {n: order.index(m.category) if m.category in order else len(order) for n, m in rows.items()}
        self._rows = dict(sorted(rows.items(), key=lambda item: place[item[0]]))
        self._changes += 1

    def _all(self) -> dict[str, Measure]:
        if not self._loaded:
            for module in CATEGORIES.values():  # without our lock: the modules take it, under that of the import
                import_module(module)
            self._loaded = True
        return self._rows

    @property
    def version(self) -> int:
        """Grows with every change: what is derived from the table is kept for one version of it."""
        self._all()
        return self._changes

    def __contains__(self, name: object) -> bool:  # without the error that __getitem__ would make and throw away
        return name in self._all()

    def __getitem__(self, name: str) -> Measure:
        rows = self._all()
        if name not in rows:
            raise UnknownName("measure", name, rows)
        return rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Columns(Mapping[str, Measure]):
    """Column name -> the measure it belongs to."""

    def _all(self) -> dict[str, Measure]:
        return _by_column(MEASURES.version)

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __getitem__(self, name: str) -> Measure:
        found = self._all()
        if name not in found:
            raise UnknownName("measure", name, found)
        return found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


@lru_cache(maxsize=2)
def _by_column(version: int) -> dict[str, Measure]:
    return {c: m for m in MEASURES.values() for c in m.columns}


MEASURES: Final = Table()
COLUMNS: Final = Columns()


def choose(only: Sequence[str] | None, tiers: Sequence[str] | None = None) -> list[str]:
    """The columns that `only` names (columns, or measures for all of theirs), in the table's order.

    With `tiers` those of the given tiers; without either, all. UnknownName with the nearest name for a wrong one.
    """
    for tier in tiers or ():
        if tier not in TIERS:
            raise UnknownName("tier", tier, TIERS)
    wanted: set[str] = set()
    for name in only or ():
        if name in MEASURES:
            wanted.update(MEASURES[name].columns)
        else:
            wanted.update({name}.intersection(COLUMNS[name].columns))
    return [
        c
        for m in MEASURES.values()
        for c in m.columns
        if (only is None or c in wanted) and (tiers is None or m.tier in tiers)
    ]

"""The table of measures: one decorated function each, from which columns, docs, pickers and tests are made."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
VIEWS: Final = ("time", "path", "own")  # what the entries of a series stand beside; `own`: it brings its offsets
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Measure:
    """One measure: what it is called, what it gives, and which laws it keeps.

    `columns` are the names of its numbers: its own, or the eleven summaries of a series (and its count), or several
    that one computation gives. `px` and `ms` are the powers of k by which it grows when lengths or times are
    multiplied by k, None where a threshold breaks the scaling. `turns` means that rotating the path changes it.
    """

    name: str
    category: str
    unit: str
    tier: str
    columns: tuple[str, ...]
    summarise: bool
    view: str
    count: bool
    function: Callable[[Paths], Any]
    px: int | None
    ms: int | None
    turns: bool
    slow: bool

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
        if column.endswith(("_skew", "_kurtosis")) and self.summarise:
            return "1"
        return "1" if self.count and column == f"{self.name}_count" else self.unit


_TABLE: Final[dict[str, Measure]] = {}
_LOCK = threading.RLock()
_loaded = False


def measure(
    category: str,
    *,
    unit: str,
    summarise: bool = False,
    view: str | None = None,
    tier: str = "raw",
    columns: tuple[str, ...] | None = None,
    count: bool = False,
    name: str | None = None,
    px: int | None | str = "unit",
    ms: int | None | str = "unit",
    turns: bool = False,
    slow: bool = False,
) -> Callable[[Function], Function]:
    """Enter a function `(paths) -> numbers` into the table of measures, under its own name.

    It is written over many cuts at once. Without `summarise` it gives one number a cut, shape (n_cuts,), or with
    `columns` several, shape (n_cuts, len(columns)). With `summarise` it gives a series beside a view of the path
    (`view` is `path` for spatial measures, else `time`): as long as that view, NaN where it has no value; or, with
    `view="own"`, a pair (values, offsets). The engine adds the eleven summaries, and `count` their number.

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
        names = columns or ((own,) if not summarise else tuple(f"{own}_{s}" for s in SUMMARY_NAMES))
        names += (f"{own}_count",) if count else ()
        px_power = dimension(unit)[0] if px == "unit" else px
        ms_power = dimension(unit)[1] if ms == "unit" else ms
        m = Measure(
            own, category, unit, tier, names, summarise, beside, count, function, px_power, ms_power, turns, slow
        )  # type: ignore[arg-type]
        with _LOCK:
            taken = {c: x.name for x in _TABLE.values() if x.name != own for c in x.columns}
            clash = [c for c in names if c in taken]
            if clash:
                raise MeasureError(
                    f"measure {own!r}: column {clash[0]!r} is {taken[clash[0]]!r}'s; choose another name"
                )
            _TABLE[own] = m
        return function

    return enter


def forget(name: str) -> None:
    """Take a measure out of the table (a user's own, in a notebook)."""
    with _LOCK:
        _TABLE.pop(name, None)


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

    def _load(self) -> dict[str, Measure]:
        global _loaded
        if not _loaded:
            with _LOCK:
                for module in CATEGORIES.values():
                    import_module(module)
                _loaded = True
        return _TABLE

    def __getitem__(self, name: str) -> Measure:
        table = self._load()
        if name not in table:
            raise UnknownName("measure", name, table)
        return table[name]

    def __iter__(self) -> Iterator[str]:
        order = list(CATEGORIES)
        table = self._load()
        return iter(sorted(table, key=lambda n: order.index(table[n].category) if table[n].category in order else 99))

    def __len__(self) -> int:
        return len(self._load())


class Columns(Mapping[str, Measure]):
    """Column name -> the measure it belongs to."""

    def __getitem__(self, name: str) -> Measure:
        found = {c: m for m in MEASURES.values() for c in m.columns}
        if name not in found:
            raise UnknownName("measure", name, found)
        return found[name]

    def __iter__(self) -> Iterator[str]:
        return (c for m in MEASURES.values() for c in m.columns)

    def __len__(self) -> int:
        return sum(len(m.columns) for m in MEASURES.values())


MEASURES: Final = Table()
COLUMNS: Final = Columns()


def choose(only: list[str] | tuple[str, ...] | None, tiers: tuple[str, ...] | None = None) -> list[str]:
    """The columns that `only` names (columns, or measures for all of theirs), in the table's order.

    With `tiers` those of the given tiers; without either, all. UnknownName with the nearest name for a wrong one.
    """
    wanted: set[str] = set()
    for name in only or ():
        if name in MEASURES:
            wanted.update(MEASURES[name].columns)
        else:
            wanted.add(name if COLUMNS[name] else name)
    return [
        c
        for m in MEASURES.values()
        for c in m.columns
        if (only is None or c in wanted) and (tiers is None or m.tier in tiers)
    ]

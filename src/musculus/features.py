"""Events to a named feature table: one row a stroke, action, window, page, recording or person, with a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import PAUSE, Cuts, cut
from musculus.errors import DataError, UnknownName
from musculus.events import Events

if TYPE_CHECKING:
    import polars as pl

    from musculus.measures import Measured

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

ENGINE: Final = "1"  # raised when a measure's value changes: kept rows and models of another engine are refused
FINE: Final = ("stroke", "action", "motion", "click")  # a row is one cut
WHOLE: Final = ("window", "page", "recording", "person")  # a row sums up the strokes in it
IN_STROKES: Final = ("spatial", "kinematic", "smoothness", "motor")  # summed up over strokes; the rest on the whole
OVER: Final = ("mean", "std", "median")


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Features by name, and what each row is.

    Attributes
    ----------
    names : (n_features,) `velocity_mean` for a fine row, `velocity_mean__median` for one summed up over strokes
    values : (n_rows, n_features) float64, NaN where undefined
    ids : name -> (n_rows,) array: `recording`, the context columns, and for fine rows `page cut start end`
    per : what a row is
    about : name -> unit, tier, category, measure and summary of each feature
    """

    names: tuple[str, ...]
    values: Floats
    ids: dict[str, Array]
    per: str
    about: dict[str, dict[str, str]]

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, name: str) -> Array:
        """One feature or one id column, shape (n_rows,)."""
        if name in self.ids:
            return self.ids[name]
        if name not in self.names:
            raise UnknownName("feature", name, [*self.names, *self.ids])
        return self.values[:, self.names.index(name)]

    def rows(self, which: Array) -> FeatureTable:
        """The table with some of its rows."""
        return replace(self, values=self.values[which], ids={k: v[which] for k, v in self.ids.items()})

    def select(self, names: Sequence[str]) -> FeatureTable:
        """The table with these features, in this order. UnknownName where one isn't there."""
        at = {n: i for i, n in enumerate(self.names)}
        for n in names:
            if n not in at:
                raise UnknownName("feature", n, self.names)
        about = {n: self.about[n] for n in names}
        return replace(self, names=tuple(names), values=self.values[:, [at[n] for n in names]], about=about)

    def manifest(self) -> dict[str, Any]:
        """What a model needs to know of its features: names, units, tiers, how they were made, and a hash of that."""
        from musculus import __version__

        body = {
            "per": self.per,
            "engine": ENGINE,
            "features": [{"name": n, **self.about[n]} for n in self.names],
        }
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        return {**body, "version": __version__, "hash": digest}

    def to_polars(self) -> pl.DataFrame:
        """`recording`, the context columns, then the features."""
        import polars as pl

        ids = {k: pl.Series(k, v.tolist(), strict=False) for k, v in self.ids.items()}
        return pl.DataFrame({**ids, **{n: self.values[:, i] for i, n in enumerate(self.names)}})


def features(
    events: Events,
    per: str = "recording",
    *,
    only: Sequence[str] | None = None,
    tier: Sequence[str] | None = None,
    pause: float = PAUSE,
    ms: float | None = None,
    count: int | None = None,
    strokes: int | None = None,
    step: float | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> FeatureTable:
    """A feature table of the events.

    `per` is what a row is: `stroke action motion click` (the measures of each), or `window page recording person`:
    there the measures of movement are summed up over the strokes of the row (mean, standard deviation, median, as
    `velocity_mean__median`) beside their number `strokes`, and clicks, keys, times, sampling and Winslow's seven
    are measured on the whole. `only` and `tier` choose measures as in `musculus.measure`; `ms`, `count`, `strokes`
    and `step` are a window's. A row per person needs the context column `person` (DataError).

    >>> e = Events.of(t=[0, 10, 20, 900, 910], x=[0, 3, 6, 6, 9], y=[0, 4, 8, 8, 8], person="p1")
    >>> table = features(e, only=["path_length", "clicks"])
    >>> table.names
    ('strokes', 'path_length__mean', 'path_length__std', 'path_length__median', 'clicks')
    >>> table.values[0, :2]
    array([2. , 6.5])
    """
    from musculus.measures import measure

    options: dict[str, Any] = {"only": only, "tier": tier, "threads": threads, "progress": progress}
    if per in FINE:
        return _fine(measure(events, cut(events, per, pause=pause), **options), per)
    if per not in WHOLE:
        raise UnknownName("row of features", per, [*FINE, *WHOLE])
    window = {"ms": ms, "count": count, "strokes": strokes, "step": step} if per == "window" else {}
    whole = cut(events, "recording" if per == "person" else per, pause=pause, **window)  # type: ignore[arg-type]
    fine = cut(events, "stroke", pause=pause)
    moving, other = _split(only, tier)
    inner = measure(events, fine, **{**options, "only": moving}) if moving else None
    outer = measure(events, whole, **{**options, "only": other}) if other else None
    if per == "person":
        return _per_person(events, fine, inner, outer)
    order, offsets = _inside(fine, whole)
    return _assemble(events, whole, per, order, offsets, inner, outer)


def _split(only: Sequence[str] | None, tier: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """The chosen columns: those of movement, and those measured on the whole."""
    from musculus.measures import COLUMNS, choose

    named = choose(None if only is None else list(only), None if tier is None else tuple(tier))
    chosen = [c for c in named if only or not COLUMNS[c].slow]
    moving = [c for c in chosen if COLUMNS[c].category in IN_STROKES]
    return moving, [c for c in chosen if COLUMNS[c].category not in IN_STROKES]


def _about(column: str, summary: str = "") -> dict[str, str]:
    from musculus.measures import COLUMNS

    m = COLUMNS[column]
    return {
        "unit": "1" if summary == "count" else m.unit_of(column),
        "tier": m.tier,
        "category": m.category,
        "measure": m.name,
        **({"over_strokes": summary} if summary else {}),
    }


def _ids(events: Events, recording: Ints) -> dict[str, Array]:
    names = np.array(events.recordings, dtype=object)
    return {"recording": names[recording], **{k: v[recording] for k, v in events.context.items()}}


def _fine(measured: Measured, per: str) -> FeatureTable:
    c, t = measured.cuts, measured.events.t
    ids = _ids(measured.events, c.recording)
    ids |= {"page": c.page, "cut": c.index, "start": t[c.start], "end": t[c.end - 1]}
    return FeatureTable(measured.names, measured.values, ids, per, {n: _about(n) for n in measured.names})


def _inside(fine: Cuts, whole: Cuts) -> tuple[Ints, Ints]:
    """Strokes that lie in each whole, as (indices, offsets); windows may share strokes."""
    first = np.searchsorted(fine.start, whole.start, side="left")
    last = np.maximum(np.searchsorted(fine.end, whole.end, side="right"), first)
    n = last - first
    offsets = np.concatenate([[0], np.cumsum(n)]).astype(np.int64)
    order = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - first, n)
    return order, offsets


def summed(values: Floats, order: Ints, offsets: Ints) -> Floats:
    """Mean, standard deviation and median over the strokes of each row, shape (n_rows, 3 n_columns)."""
    from musculus.measures.engine.summaries import SUMMARIES, summarise

    at = [SUMMARIES.index(s) for s in OVER]
    out = np.empty((len(offsets) - 1, values.shape[1], len(OVER)))
    for j in range(values.shape[1]):
        out[:, j] = summarise(values[order, j], offsets)[:, at]
    return out.reshape(len(out), -1)


def _assemble(
    events: Events, whole: Cuts, per: str, order: Ints, offsets: Ints, inner: Measured | None, outer: Measured | None
) -> FeatureTable:
    names, parts, about = _movement(inner, order, offsets)
    if outer is not None:
        names += list(outer.names)
        parts.append(outer.values)
        about |= {n: _about(n) for n in outer.names}
    ids = _ids(events, whole.recording)
    if per != "recording":
        t = events.t
        full = whole.end > whole.start
        start, end = np.full(len(whole), np.nan), np.full(len(whole), np.nan)
        start[full], end[full] = t[whole.start[full]], t[whole.end[full] - 1]
        ids |= {"page": whole.page, "cut": whole.index, "start": start, "end": end}
    return FeatureTable(tuple(names), np.hstack(parts), ids, per, about)


def _movement(
    inner: Measured | None, order: Ints, offsets: Ints
) -> tuple[list[str], list[Floats], dict[str, dict[str, str]]]:
    if inner is None:
        return [], [np.empty((len(offsets) - 1, 0))], {}
    names = ["strokes", *(f"{n}__{s}" for n in inner.names for s in OVER)]
    about = {"strokes": {"unit": "1", "tier": "raw", "category": "count", "measure": "strokes"}}
    about |= {f"{n}__{s}": _about(n, s) for n in inner.names for s in OVER}
    number = np.diff(offsets).astype(float)[:, None]
    return names, [number, summed(inner.values, order, offsets)], about


def _per_person(events: Events, fine: Cuts, inner: Measured | None, outer: Measured | None) -> FeatureTable:
    """A row per person: movement over all their strokes, the rest as the mean over their recordings."""
    if "person" not in events.context:
        known = ", ".join(events.context) or "none"
        raise DataError(f"a row per person needs the context column 'person'; these events have {known}")
    people, who = np.unique(events.context["person"].astype(str), return_inverse=True)
    stroke_who = who[fine.recording]
    order = np.argsort(stroke_who, kind="stable")
    offsets = np.searchsorted(stroke_who[order], np.arange(len(people) + 1)).astype(np.int64)
    names, parts, about = _movement(inner, order, offsets)
    if outer is not None:
        rows = np.argsort(who, kind="stable")
        cuts = np.searchsorted(who[rows], np.arange(len(people) + 1)).astype(np.int64)
        parts.append(summed(outer.values, rows, cuts)[:, :: len(OVER)])
        names += list(outer.names)
        about |= {n: _about(n) for n in outer.names}
    return FeatureTable(tuple(names), np.hstack(parts), {"person": people.astype(object)}, "person", about)

"""`Events`: many recordings as parallel columns plus offsets, the one data type of the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from musculus.errors import EventsError
from musculus.events.schema import ALWAYS, KIND, SCHEMA

if TYPE_CHECKING:
    import polars as pl

    from musculus.events.place import Place

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Events:
    """Pointer, key and page events of many recordings; recording i is rows `offsets[i]:offsets[i + 1]`.

    Attributes
    ----------
    columns : name -> array of shape (n_events,); times in ms, positions in CSS px with y growing down,
        categories as codes into the words of `musculus.events.SCHEMA`, -1 where a value is missing.
    offsets : (n_recordings + 1,) int64
    recordings : ids, one a recording
    context : name -> array of shape (n_recordings,): person, site, device, labels
    pages : name -> array, one entry a page view; `recording` (index), `page`, `address`, `viewport_width` ...
    targets : the strings that codes of the column `target` stand for

    Examples
    --------
    >>> e = Events.of(t=[0, 10, 20], x=[0, 3, 6], y=[0, 4, 8])
    >>> len(e), e.n_events, e.kind_names()
    (1, 3, ['move', 'move', 'move'])
    """

    columns: Mapping[str, Array]
    offsets: npt.NDArray[np.int64]
    recordings: tuple[str, ...]
    context: Mapping[str, Array] = field(default_factory=dict)
    pages: Mapping[str, Array] = field(default_factory=dict)
    targets: tuple[str, ...] = ()

    @classmethod
    def of(cls, t: Any, x: Any, y: Any, kind: Any = "move", *, recording: str = "0", **more: Any) -> Events:
        """One recording from plain sequences; `kind` is one word for all rows, or a sequence of words or codes.

        Further columns of the schema by name; anything else is context. Lengths must agree (EventsError).
        """
        n = len(t)
        columns: dict[str, Array] = {}
        given = {"t": t, "x": x, "y": y, "kind": [kind] * n if isinstance(kind, str) else kind}
        targets: tuple[str, ...] = ()
        for name, values in {**given, **{k: v for k, v in more.items() if k in SCHEMA}}.items():
            if name == "target":
                targets, columns[name] = encode_text(values)
            else:
                columns[name] = encode(name, values)
        context = {k: np.array([v]) for k, v in more.items() if k not in SCHEMA}
        return cls.build(columns, np.array([0, n], np.int64), (recording,), context, {}, targets)

    @classmethod
    def build(
        cls,
        columns: Mapping[str, Array],
        offsets: npt.NDArray[np.int64],
        recordings: Sequence[str],
        context: Mapping[str, Array] | None = None,
        pages: Mapping[str, Array] | None = None,
        targets: Sequence[str] = (),
    ) -> Events:
        """Events from finished columns: fills in the ones that are always there and checks that lengths agree.

        Arrays that can't be written to, or have gaps, are copied: the engine's kernels are compiled for plain ones.
        """
        n = int(offsets[-1])
        full = {name: np.require(values, requirements=["C", "W"]) for name, values in columns.items()}
        for name in ALWAYS:
            if name not in full:
                c = SCHEMA[name]
                full[name] = np.full(n, c.null, c.dtype)
        for name, values in full.items():
            if len(values) != n:
                raise EventsError(f"column {name!r} has {len(values)} rows where the offsets end at {n}")
        if len(offsets) != len(recordings) + 1:
            raise EventsError(f"{len(recordings)} recordings need {len(recordings) + 1} offsets, got {len(offsets)}")
        return cls(full, offsets, tuple(recordings), context or {}, pages or {}, tuple(targets))

    def __len__(self) -> int:
        return len(self.recordings)

    def __repr__(self) -> str:
        return f"Events({len(self)} recordings, {self.n_events} events)"

    @property
    def n_events(self) -> int:
        """Rows over all recordings."""
        return int(self.offsets[-1])

    @property
    def t(self) -> Floats:
        """Times, ms since the recording began."""
        return self.columns["t"]

    @property
    def x(self) -> Floats:
        """Positions across, CSS px; NaN where the kind has none."""
        return self.columns["x"]

    @property
    def y(self) -> Floats:
        """Positions down, CSS px; NaN where the kind has none."""
        return self.columns["y"]

    @property
    def kind(self) -> npt.NDArray[np.int8]:
        """Codes into `KINDS`."""
        return self.columns["kind"]

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, which: int | slice) -> Events:
        """One recording, or a slice of them, as a view: no column is copied unless the slice has a step."""
        if isinstance(which, slice):
            first, last, step = which.indices(len(self))
            if step != 1:
                return Events.concat([self[i] for i in range(first, last, step)])
            return self._rows(first, max(first, last))
        i = which + len(self) if which < 0 else which
        if not 0 <= i < len(self):
            raise IndexError(f"recording {which} of {len(self)}")
        return self._rows(i, i + 1)

    def __iter__(self) -> Iterator[Events]:
        return (self[i] for i in range(len(self)))

    def _rows(self, first: int, last: int) -> Events:
        a, b = int(self.offsets[first]), int(self.offsets[last])
        pages = self.pages
        if pages:
            mine = (pages["recording"] >= first) & (pages["recording"] < last)
            pages = {k: v[mine] for k, v in pages.items()}
            pages["recording"] = pages["recording"] - first
        return replace(
            self,
            columns={k: v[a:b] for k, v in self.columns.items()},
            offsets=self.offsets[first : last + 1] - a,
            recordings=self.recordings[first:last],
            context={k: v[first:last] for k, v in self.context.items()},
            pages=pages,
        )

    def column(self, name: str) -> Array:
        """A column of the schema, or one full of its missing value where the recording has none."""
        if name in self.columns:
            return self.columns[name]
        c = SCHEMA[name]
        return np.full(self.n_events, c.null, c.dtype)

    def kind_names(self) -> list[str]:
        """The kinds as words."""
        names = list(KIND)
        return [names[k] for k in self.kind]

    def recording_of_row(self) -> npt.NDArray[np.int64]:
        """For each row the index of its recording."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def with_context(self, **labels: Any) -> Events:
        """The same events with more context: each value an array over recordings, or one value for all."""
        n = len(self)
        new = {k: np.full(n, v) if np.ndim(v) == 0 else np.asarray(v) for k, v in labels.items()}
        for k, v in new.items():
            if len(v) != n:
                raise EventsError(f"context {k!r} has {len(v)} values for {n} recordings")
        return replace(self, context={**self.context, **new})

    def to_polars(self) -> pl.DataFrame:
        """The events table of the contract, context repeated on every row."""
        from musculus.events.frames import to_polars

        return to_polars(self)

    def to_pandas(self) -> Any:
        """The same table as a pandas frame (needs pandas)."""
        from musculus.events.frames import to_pandas

        return to_pandas(self)

    def to_arrow(self) -> Any:
        """The same table as a pyarrow table (needs pyarrow)."""
        return self.to_polars().to_arrow()

    @classmethod
    def from_table(cls, frame: Any, where: str | Place = "table") -> Events:
        """Events from a polars, pandas or Arrow table (or a dict of columns); EventsError says what is wrong where."""
        from musculus.events.frames import from_table

        return from_table(frame, where)

    @staticmethod
    def concat(parts: Iterable[Events]) -> Events:
        """Recordings of several `Events`, one after another; columns one of them lacks are filled with missing."""
        from musculus.events.joins import concat

        return concat(list(parts))


def encode(name: str, values: Any) -> Array:
    """A sequence as the schema's array for column `name`; words become codes. EventsError at an unknown word."""
    c = SCHEMA[name]
    if c.kind == "category" and isinstance(next((v for v in values if v is not None), None), str):
        code = {w: i for i, w in enumerate(c.words)}
        wrong = [v for v in values if v is not None and v not in code]
        if wrong:
            raise EventsError(f"column {name!r} holds {wrong[0]!r}; known: {', '.join(c.words)}")
        return np.array([code.get(v, -1) for v in values], c.dtype)
    return np.ascontiguousarray(values, dtype=c.dtype)


def encode_text(values: Any) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """Strings as (the distinct ones in order of appearance, a code for each row; -1 for None)."""
    table: dict[str, int] = {}
    codes = [-1 if v is None else table.setdefault(str(v), len(table)) for v in values]
    return tuple(table), np.array(codes, np.int32)

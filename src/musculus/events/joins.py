"""Putting recordings of several `Events` together."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import EventsError
from musculus.events.recordings import Events
from musculus.events.schema import SCHEMA

Array = npt.NDArray[Any]


def concat(parts: list[Events]) -> Events:
    """One `Events` with the recordings of all parts in order.

    A column or context that a part lacks is filled with the missing value. The same recording id in two parts is
    refused (EventsError): it would be one recording in two runs.
    """
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Events.build({}, np.zeros(1, np.int64), ())
    ids = [r for p in parts for r in p.recordings]
    if len(set(ids)) != len(ids):
        seen: set[str] = set()
        twice = next(r for r in ids if r in seen or seen.add(r))  # type: ignore[func-returns-value]
        raise EventsError(f"recording {twice!r} is in two of the parts; give them different names, or join their rows")
    names = dict.fromkeys(n for p in parts for n in p.columns)
    targets, target_codes = _join_targets(parts)
    columns = {n: target_codes if n == "target" else _join_column(parts, n) for n in names}
    sizes = np.concatenate([np.diff(p.offsets) for p in parts])
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    lengths = [len(p) for p in parts]
    labels = dict.fromkeys(n for p in parts for n in p.context if n not in names)
    context = {n: join_arrays(_filled([p.context.get(n) for p in parts], lengths)) for n in labels}
    return Events.build(columns, offsets, ids, context, _join_pages(parts), targets)


def join_arrays(arrays: list[Array]) -> Array:
    """Concatenate arrays whose types may differ: numbers widen, anything mixed becomes objects."""
    kinds = {a.dtype.kind for a in arrays if len(a)}
    if len(kinds - {"i", "u", "f", "b"}) > 0 and len(kinds) > 1:
        arrays = [a.astype(object) for a in arrays]
    return np.concatenate(arrays)


def _join_column(parts: list[Events], name: str) -> Array:
    if name in SCHEMA:
        return np.concatenate([p.column(name) for p in parts])
    return join_arrays(_filled([_column(p, name) for p in parts], [p.n_events for p in parts]))


def _column(p: Events, name: str) -> Array | None:
    if name in p.context:  # constant in the recordings of this part, but not in those of another
        return np.repeat(p.context[name], np.diff(p.offsets))
    return p.columns.get(name)


def _filled(arrays: list[Array | None], sizes: list[int]) -> list[Array]:
    """The arrays, where one is absent full of missing values: NaN among numbers, else None."""
    numeric = all(a.dtype.kind in "iuf" for a in arrays if a is not None)
    missing: dict[str, Any] = {"fill_value": np.nan} if numeric else {"fill_value": None, "dtype": object}
    return [np.full(n, **missing) if a is None else a for a, n in zip(arrays, sizes, strict=True)]


def _join_targets(parts: list[Events]) -> tuple[tuple[str, ...], Array]:
    if not any("target" in p for p in parts):
        return (), np.zeros(0, np.int32)
    table: dict[str, int] = {}
    codes = []
    for p in parts:
        to = np.array([table.setdefault(s, len(table)) for s in p.targets] + [-1], np.int32)
        codes.append(to[p.column("target")])  # code -1 reads the last entry, which is -1
    return tuple(table), np.concatenate(codes)


def _join_pages(parts: list[Events]) -> dict[str, Array]:
    if not any(p.pages for p in parts):
        return {}
    names = dict.fromkeys(n for p in parts for n in p.pages)
    out: dict[str, list[Array | None]] = {n: [] for n in names}
    sizes: list[int] = []
    before = 0
    for p in parts:
        if p.pages:
            for name in names:
                out[name].append(p.pages.get(name))
            out["recording"][-1] = p.pages["recording"] + before
            sizes.append(len(p.pages["recording"]))
        before += len(p)
    return {n: join_arrays(_filled(v, sizes)) for n, v in out.items()}

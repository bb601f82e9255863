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
    columns = {n: target_codes if n == "target" else np.concatenate([_column(p, n) for p in parts]) for n in names}
    sizes = np.concatenate([np.diff(p.offsets) for p in parts])
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    context_names = dict.fromkeys(n for p in parts for n in p.context)
    context = {n: join_arrays([_context(p, n) for p in parts]) for n in context_names}
    return Events.build(columns, offsets, ids, context, _join_pages(parts), targets)


def join_arrays(arrays: list[Array]) -> Array:
    """Concatenate arrays whose types may differ: numbers widen, anything mixed becomes objects."""
    kinds = {a.dtype.kind for a in arrays if len(a)}
    if len(kinds - {"i", "u", "f", "b"}) > 0 and len(kinds) > 1:
        arrays = [a.astype(object) for a in arrays]
    return np.concatenate(arrays)


def _column(p: Events, name: str) -> Array:
    if name in SCHEMA or name in p.columns:
        return p.column(name)
    return np.full(p.n_events, None, object)


def _context(p: Events, name: str) -> Array:
    return p.context[name] if name in p.context else np.full(len(p), None, object)


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
    out: dict[str, list[Array]] = {n: [] for n in names}
    before = 0
    for p in parts:
        if p.pages:
            n = len(p.pages["recording"])
            for name in names:
                values = p.pages.get(name, np.full(n, None, object))
                out[name].append(values + before if name == "recording" else values)
        before += len(p)
    return {n: join_arrays(v) for n, v in out.items()}

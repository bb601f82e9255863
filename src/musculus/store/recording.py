"""The batches of one recording as `Events`: pages numbered, one clock, one table of targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import StoreError
from musculus.events import SCHEMA, Events
from musculus.store.base import BatchRow
from musculus.wire import Batch, decode

Array = npt.NDArray[Any]
TICKS = 10  # of the wire's clock in a millisecond: offsets are added in whole ticks, so that no rounding is visible


@dataclass(frozen=True, slots=True)
class View:
    """One page view: its batches in order, and how many of them are missing."""

    batches: Sequence[Batch]
    missing: int

    @property
    def begin(self) -> tuple[float, float]:
        """What pages are numbered by: the document's time origin, then the view's smallest time."""
        times = [float(b.columns["t"].min()) for b in self.batches if b.n]
        return self.batches[0].time_origin, min(times, default=0.0)


def decoded(row: BatchRow) -> Batch:
    """The batch that a row holds. FrameError where its bytes are none."""
    return decode(row.frame)


def events_of(rows: Sequence[BatchRow], batch_of: Callable[[BatchRow], Batch] = decoded) -> Events:
    """All batches of one recording, in any order, as one recording of `Events`; at least one row.

    `t` counts from the recording's first event, rows stand in the order in which batches were begun, `page` numbers the
    page views. `pages` also holds `lost`, the events known to be missing, and `missing`, the batches that never came.
    `batch_of` may remember batches that it has decoded before.
    """
    views = sorted(_views(rows, batch_of), key=lambda view: view.begin)
    parts = _in_order(views)
    first = min((round(begun * TICKS) for _, _, begun in parts), default=0)
    columns = _joined([batch for _, batch, _ in parts])
    if parts:
        sizes = [batch.n for _, batch, _ in parts]
        shifts = [round(batch.time_origin * TICKS) - first for _, batch, _ in parts]
        columns["t"] = (np.round(columns["t"] * TICKS) + np.repeat(np.array(shifts, np.int64), sizes)) / TICKS
        columns["page"] = np.repeat(np.array([page for page, _, _ in parts], np.int32), sizes)
    targets, codes = _targets([batch for _, batch, _ in parts])
    if targets:
        columns["target"] = codes
    n = sum(batch.n for _, batch, _ in parts)
    context = _context(views[0], first / TICKS)
    return Events.build(columns, np.array([0, n], np.int64), (rows[0].recording,), context, _pages(views), targets)


def with_paths(rows: Sequence[BatchRow], recording: str) -> list[BatchRow]:
    """The batches of a recording whose frames are kept. StoreError where there is none."""
    found = [row for row in rows if row.has_path]
    if not found:
        what = "the paths of this visit are not kept" if rows else f"there is no recording {recording}"
        raise StoreError(what)
    return found


def batches_in_order(rows: Sequence[BatchRow]) -> list[tuple[str, int, int]]:
    """View, sequence and number of events of each batch that has any, in the order of the rows of `events_of`."""
    views = sorted(_views(rows, decoded), key=lambda view: view.begin)
    return [(batch.view, batch.sequence, batch.n) for _, batch, _ in _in_order(views)]


def _in_order(views: Sequence[View]) -> list[tuple[int, Batch, float]]:
    """Page, batch and when it was begun, of each batch that has events."""
    return sorted(
        ((page, batch, begun) for page, view in enumerate(views) for batch, begun in _begun(view) if batch.n),
        key=lambda part: (part[2], part[0], part[1].sequence),
    )


def _views(rows: Sequence[BatchRow], batch_of: Callable[[BatchRow], Batch]) -> list[View]:
    by_view: dict[str, list[Batch]] = {}
    for row in sorted(rows, key=lambda row: row.sequence):
        by_view.setdefault(row.view, []).append(batch_of(row))
    return [View(batches, batches[-1].sequence + 1 - len(batches)) for batches in by_view.values()]


def _begun(view: View) -> list[tuple[Batch, float]]:
    """Each batch with when it was begun, ms since 1970; never before the one it follows, whatever the clock did."""
    begun, latest = [], -np.inf
    for batch in view.batches:
        if batch.n:
            latest = max(latest, batch.time_origin + float(batch.columns["t"][0]))
        begun.append((batch, latest))
    return begun


def _joined(batches: Sequence[Batch]) -> dict[str, Array]:
    """Every column that a batch has, missing values where another batch lacks it."""
    names = dict.fromkeys(name for batch in batches for name in batch.columns if name != "target")
    return {name: np.concatenate([_column(batch, name) for batch in batches]) for name in names}


def _column(batch: Batch, name: str) -> Array:
    about = SCHEMA[name]
    return batch.columns[name] if name in batch.columns else np.full(batch.n, about.null, about.dtype)


def _targets(batches: Sequence[Batch]) -> tuple[tuple[str, ...], Array]:
    table: dict[str, int] = {}
    codes = []
    for batch in batches:
        to = np.array([table.setdefault(name, len(table)) for name in batch.targets] + [-1], np.int32)
        codes.append(to[_column(batch, "target")])  # code -1 reads the last entry, which is -1
    return tuple(table), np.concatenate(codes) if codes else np.zeros(0, np.int32)


def _context(view: View, started: float) -> Mapping[str, Array]:
    page = view.batches[0].context
    said = {
        "started": datetime.fromtimestamp(started / 1000, UTC).isoformat(timespec="milliseconds"),
        "site": page.site,
        "screen_width": float(page.screen[0]),
        "screen_height": float(page.screen[1]),
        "device_pixel_ratio": float(page.device_pixel_ratio),
    }
    return {name: np.array([value], object if isinstance(value, str) else None) for name, value in said.items()}


def _pages(views: Sequence[View]) -> Mapping[str, Array]:
    last = [view.batches[-1].context for view in views]  # the page as it was when all of it had loaded
    return {
        "recording": np.zeros(len(views), np.int64),
        "page": np.arange(len(views), dtype=np.int32),
        "address": np.array([page.address for page in last], object),
        "viewport_width": np.array([page.viewport[0] for page in last], float),
        "viewport_height": np.array([page.viewport[1] for page in last], float),
        "document_width": np.array([page.document[0] for page in last], float),
        "document_height": np.array([page.document[1] for page in last], float),
        "lost": np.array([page.lost for page in last], np.int64),
        "missing": np.array([view.missing for view in views], np.int64),
    }

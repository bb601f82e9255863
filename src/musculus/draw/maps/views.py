"""Page views: which rows each has, where it was, and how large its window was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.events import Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Views:
    """The page views of many recordings.

    Attributes
    ----------
    recording, page : (n_views,) index of the recording, number of the page in it
    address : (n_views,) strings, "" where it isn't known
    width, height : (n_views,) the window, CSS px; NaN where it isn't known
    document_width, document_height : (n_views,) the whole page
    first : (n_runs,) row at which a run of rows of one view begins; two tabs take turns, so a view may have many
    view : (n_runs,) the view of each run
    """

    recording: Ints
    page: Ints
    address: Array
    width: Floats
    height: Floats
    document_width: Floats
    document_height: Floats
    first: Ints
    view: Ints

    def __len__(self) -> int:
        return len(self.recording)


def views(events: Events) -> Views:
    """All page views that have rows, ordered by recording and page.

    >>> v = views(Events.of(t=[0, 1, 2], x=[0, 0, 0], y=[0, 0, 0], page=[0, 1, 1]))
    >>> v.page.tolist(), v.first.tolist()
    ([0, 1], [0, 1])
    """
    page, offsets = events.column("page"), events.offsets
    border = np.zeros(events.n_events, bool)
    border[1:] = page[1:] != page[:-1]
    border[offsets[:-1][np.diff(offsets) > 0]] = True
    first = np.flatnonzero(border)
    recording = np.searchsorted(offsets, first, side="right") - 1
    pages = np.asarray(events.pages.get("page", np.zeros(0)), np.int64)
    base = int(max(page[first].max(initial=0), pages.max(initial=0))) + 1
    keys, at, view = np.unique(recording * base + page[first], return_index=True, return_inverse=True)
    known = np.asarray(events.pages.get("recording", np.zeros(0)), np.int64) * base + pages
    said = {name: _said(events, name, known, keys) for name in ("viewport_width", "viewport_height")}
    whole = {name: _said(events, name, known, keys) for name in ("document_width", "document_height")}
    return Views(
        recording[at], page[first][at].astype(np.int64), _addresses(events, known, keys), said["viewport_width"],
        said["viewport_height"], whole["document_width"], whole["document_height"], first, view.astype(np.int64),
    )  # fmt: skip


def _found(known: Ints, keys: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """For each key where it stands among the known ones, and whether it does."""
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known[order], keys), max(len(known) - 1, 0))
    there = known[order][place] == keys if len(known) else np.zeros(len(keys), bool)
    return (order[place] if len(known) else np.zeros(len(keys), np.int64)), there


def _said(events: Events, name: str, known: Ints, keys: Ints) -> Floats:
    out = np.full(len(keys), np.nan)
    if name in events.pages:
        at, there = _found(known, keys)
        out[there] = np.asarray(events.pages[name], np.float64)[at[there]]
    out[out <= 0] = np.nan
    return out


def _addresses(events: Events, known: Ints, keys: Ints) -> Array:
    out = np.full(len(keys), "", object)
    if "address" in events.pages:
        at, there = _found(known, keys)
        out[there] = [a if isinstance(a, str) else "" for a in np.asarray(events.pages["address"], object)[at[there]]]
    return out

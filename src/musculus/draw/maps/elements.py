"""Attention by element: how long the pointer was in each, how often it came, how often it clicked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.draw.maps.clicked import click_rows
from musculus.draw.maps.heat import IDLE, stays
from musculus.draw.maps.layouts import Layout, layout
from musculus.draw.maps.places import pieces
from musculus.events import KIND, Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Attention:
    """A row for each of the layout's boxes.

    Attributes
    ----------
    layout : the page
    seconds : (n,) time of the pointer in the element
    entries : (n,) how often it came in
    clicks : (n,)
    recordings : (n,) in how many recordings it came in
    elsewhere : time of the pointer on the page in none of them, s
    """

    layout: Layout
    seconds: Floats
    entries: Ints
    clicks: Ints
    recordings: Ints
    elsewhere: float

    @property
    def per_visit(self) -> Floats:
        """Mean time in the element over all recordings that saw the page, s, (n,): who never came counts as 0."""
        return self.seconds / max(self.layout.recordings, 1)

    def numbers(self, events: Events) -> dict[str, Any]:
        """What JSON says: the elements, those with the most time first."""
        order = np.argsort(-self.seconds, kind="stable")
        b, each = self.layout.boxes, self.per_visit
        said = {"unit": "s a visit", "n": self.layout.recordings, "elsewhere": float(self.elsewhere)}
        return {"layout": self.layout.numbers(events), **said, "elements": [
            {"target": events.targets[b.code[i]], "box": int(i), "seconds": float(self.seconds[i]),
             "per_visit": float(each[i]), "entries": int(self.entries[i]),
             "clicks": int(self.clicks[i]), "recordings": int(self.recordings[i])} for i in order
        ]}  # fmt: skip


def attention(events: Events, page: str | None = None, width: float | None = None, idle: float = IDLE) -> Attention:
    """Attention by element on a page at a window width (chosen as by `layout`); time as `dwell` counts it."""
    on = layout(events, page, width)
    rule, n = pieces(events, on), len(on.boxes.code)
    seconds = np.zeros(n + 1)
    for _, _, piece, time, _ in stays(events, rule, idle):
        seconds += np.bincount(rule.element[piece] + 1, weights=time, minlength=n + 1)
    came = _boxes_of(events, on, np.flatnonzero(events.kind == KIND["enter"]))
    clicked = _boxes_of(events, on, click_rows(events))
    pairs = np.unique(came[1] * max(n, 1) + came[0]) % max(n, 1)
    entries, presses = (np.bincount(which[0], minlength=n) for which in (came, clicked))
    came_in = np.bincount(pairs, minlength=n)
    return Attention(on, seconds[1:] / 1000.0, entries, presses, came_in, float(seconds[0]) / 1000.0)


def _boxes_of(events: Events, on: Layout, rows: Ints) -> tuple[Ints, Ints]:
    """Box and recording of the rows that belong to the layout and name one of its elements."""
    view = on.views.view[np.searchsorted(on.views.first, rows, side="right") - 1]
    box = on.boxes.find(events.column("target")[rows])
    good = on.chosen[view] & (box >= 0)
    return box[good], on.views.recording[view[good]]

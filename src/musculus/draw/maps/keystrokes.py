"""Keystrokes by their timing: how long each key was held, how long until the next; never which key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.events import KEY_CLASSES, Events
from musculus.measures.keyboard import key_rows

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Keys:
    """Presses with their release, in order.

    Attributes
    ----------
    t : (n,) when, ms since the recording began
    hold : (n,) press to release, ms
    flight : (n,) release to the next press of the same page view, ms; negative in rollover, NaN for the last
    kind : (n,) class of the key, into `musculus.events.KEY_CLASSES`; -1 where it isn't told
    recording : (n,) index
    """

    t: Floats
    hold: Floats
    flight: Floats
    kind: npt.NDArray[np.int8]
    recording: Ints

    def numbers(self, events: Events) -> dict[str, Any]:
        """What JSON says: medians by class, and every press."""
        both = zip(self.t, self.hold, self.flight, self.kind, self.recording, strict=True)
        return {
            "n": len(self.t), "recordings": len(np.unique(self.recording)), "classes": self.by_class(),
            "presses": [[events.recordings[r], float(t), float(h), float(f), KEY_CLASSES[k] if k >= 0 else None]
                        for t, h, f, k, r in both],
        }  # fmt: skip

    def by_class(self) -> dict[str, dict[str, float]]:
        """Class -> n, median hold and median flight (ms)."""
        out = {}
        for k, name in enumerate(KEY_CLASSES):
            if (mine := self.kind == k).any():
                flight = self.flight[mine & np.isfinite(self.flight)]
                after = float(np.median(flight)) if len(flight) else float("nan")
                out[name] = {"n": int(mine.sum()), "hold": float(np.median(self.hold[mine])), "flight": after}
        return out


def keys(events: Events) -> Keys:
    """All presses that have a release; a key's repeats are no presses.

    >>> kinds = ["key_down", "key_up", "key_down", "key_up"]
    >>> e = Events.of([0, 80, 200, 290], [None] * 4, [None] * 4, kinds, slot=[0, 0, 1, 1], key_class=["letter"] * 4)
    >>> k = keys(e)
    >>> k.hold.tolist(), k.flight.tolist()
    ([80.0, 90.0], [120.0, nan])
    """
    k, t = key_rows(events), events.t
    order = np.argsort(k.held, kind="stable")
    press, release = k.held[order], k.released[order]
    after = np.searchsorted(k.presses, press, side="right")
    follows = np.append(k.presses, 0)[after]
    recording = np.searchsorted(events.offsets, press, side="right") - 1
    page = events.column("page")
    same = (after < len(k.presses)) & (follows < events.offsets[1:][recording]) & (page[follows] == page[press])
    flight = np.where(same, t[follows] - t[release], np.nan) if len(press) else np.zeros(0)
    return Keys(t[press], t[release] - t[press], flight, events.column("key_class")[press], recording)

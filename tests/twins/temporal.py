"""Times of a cut."""

from __future__ import annotations

import itertools
import math

from twins.events_view import Cut, Row, Sample, is_primary, press_kind
from twins.kinematic import intervals

NAN = math.nan


def temporal(cut: Cut, samples: list[Sample], view: list[Sample]) -> dict[str, float]:
    """The one-number temporal measures."""
    began = stimulus_time(cut)
    return {
        "movement_time": samples[-1].t - samples[0].t if samples else NAN,
        "response_time": response_time(cut, began),
        "initiation_time": left_start(view, 0) - began,
        "initiation_time_10": left_start(view, 10) - began,
        "idle_time": math.fsum(i.dt for i in intervals(view) if i.length == 0) if view else NAN,
        **rests(view),
        **hovers(view),
        "page_time": page_time(cut),
    }


def stimulus_time(cut: Cut) -> float:
    """The cut's first stimulus; else the last before it on its page, the page's first show, the cut's first event."""
    if not cut.rows:
        return NAN
    page = cut.rows[0].page
    inside = [row for row in cut.rows if row.kind == "stimulus"]
    before = [row for row in cut.recording[: cut.start] if row.kind == "stimulus" and row.page == page]
    shows = [row for row in cut.recording if row.kind == "show" and row.page == page]
    return [*inside[:1], *before[-1:], *shows[:1], cut.rows[0]][0].t


def response_time(cut: Cut, began: float) -> float:
    return next((row.t - began for _, row in cut.presses() if row.t >= began), NAN)


def left_start(view: list[Sample], px: float) -> float:
    """When the pointer was first farther than px from its first position."""
    return next((s.t for s in view if math.hypot(s.x - view[0].x, s.y - view[0].y) > px), NAN)


def rests(view: list[Sample]) -> dict[str, float]:
    """Rests of at least 500 ms between successive moving samples, and the trailing one."""
    if not view:
        return {"pause_time": NAN, "pause_count": NAN}
    moving = [view[0].t]
    moving += [b.t for a, b in itertools.pairwise(view) if (a.x, a.y) != (b.x, b.y)]
    times = [*moving, view[-1].t]
    long = [b - a for a, b in itertools.pairwise(times) if b - a >= 500]
    return {"pause_time": math.fsum(long), "pause_count": float(len(long))}


def hovers(view: list[Sample]) -> dict[str, float]:
    """Maximal standing phases longer than 100 ms."""
    if not view:
        return {"hover_time_100": NAN, "hover_count_100": NAN}
    phases, since = [], view[0].t
    for a, b in itertools.pairwise(view):
        if (a.x, a.y) != (b.x, b.y):
            phases.append(a.t - since)
            since = b.t
    phases.append(view[-1].t - since)
    long = [p for p in phases if p > 100]
    return {"hover_time_100": math.fsum(long), "hover_count_100": float(len(long))}


def page_time(cut: Cut) -> float:
    """How long the page (or cut) was visible."""
    timed = [row for row in cut.rows if math.isfinite(row.t)]
    turns = [row for row in timed if row.kind in ("show", "hide")]
    if not turns:
        return cut.duration()
    since = timed[0].t if turns[0].kind == "hide" else None
    seen = []
    for row in turns:
        if row.kind == "show" and since is None:
            since = row.t
        elif row.kind == "hide" and since is not None:
            seen.append(row.t - since)
            since = None
    if since is not None:
        seen.append(timed[-1].t - since)
    return math.fsum(seen)


def click_intervals(cut: Cut) -> list[float]:
    """Release of click k to press of click k + 1; a `click` row is both where there is no `down`."""
    press = press_kind(cut.recording)
    release = "up" if press == "down" else "click"
    out = []
    released: Row | None = None
    for row in cut.rows:
        if not is_primary(row):
            continue
        if row.kind == press and released is not None:
            out.append(row.t - released.t)
            released = None
        if row.kind == release:
            released = row
    return out

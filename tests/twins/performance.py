"""Clicks, targets and scrolling."""

from __future__ import annotations

import math
from collections.abc import Iterable

from twins.events_view import Cut, Row, has_down, is_primary, position_kinds, usable
from twins.spatial import sign_changes
from twins.summaries import mean, sd

NAN = math.nan
Point = tuple[float, float]


def performance(cut: Cut) -> dict[str, float]:
    """The one-number measures."""
    holds, unpaired = paired(rows_of(cut, "down", "up"), by="button")
    clicks = len(holds) if has_down(cut.recording) else len(cut.presses())
    return {
        "clicks": float(clicks),
        "unpaired_buttons": float(unpaired),
        "click_rate": per_second(clicks, cut),
        **scrolling(cut),
        "target_reentries": target_reentries(cut),
        "fitts_throughput": fitts_throughput(cut),
        "rage_clicks": float(rage_clicks([row for _, row in cut.presses()])),
        "dead_clicks": dead_clicks(cut),
    }


def performance_series(cut: Cut) -> dict[str, list[float]]:
    """The series of happenings."""
    presses = cut.presses()
    holds, _ = paired(rows_of(cut, "down", "up"), by="button")
    return {
        "hold_time": [up.t - down.t for down, up in holds] if has_down(cut.recording) else [],
        "click_error": [distance(row, stimulus_before(cut, i)) for i, row in presses],
        "click_offset": [distance(row, row) for _, row in presses],
        "time_to_click": [time_to_click(cut, i, row) for i, row in presses],
        "pause_before_click": [pause_before(cut, i, row) for i, row in presses],
        "fitts_id": [fitts_id(cut, i) for i, _ in presses],
        "double_click_interval": double_click_intervals(cut),
    }


def rows_of(cut: Cut, *kinds: str) -> list[Row]:
    return [row for row in cut.rows if row.kind in kinds and is_primary(row)]


def per_second(count: int, cut: Cut) -> float:
    duration = cut.duration()
    return count / duration * 1000 if duration > 0 else NAN


def paired(rows: Iterable[Row], by: str) -> tuple[list[tuple[Row, Row]], int]:
    """Presses with their releases by button or slot, in order of release; and how many rows found no partner."""
    held: dict[object, Row] = {}
    pairs, unpaired = [], 0
    for row in rows:
        key = getattr(row, by)
        if row.kind in ("down", "key_down"):
            unpaired += key in held
            held[key] = row
        elif key in held:
            pairs.append((held.pop(key), row))
        else:
            unpaired += 1
    return pairs, unpaired + len(held)


def centre(box: Row) -> Point:
    return box.left + box.width / 2, box.top + box.height / 2


def distance(row: Row, box: Row | None) -> float:
    """From an event to the centre of a box; NaN where either is missing."""
    return math.dist((row.x, row.y), centre(box)) if box else NAN


def stimulus_before(cut: Cut, i: int) -> Row | None:
    """The last stimulus before row i of the recording, on that row's page."""
    page = cut.recording[i].page
    return next((row for row in reversed(cut.recording[:i]) if row.kind == "stimulus" and row.page == page), None)


def time_to_click(cut: Cut, i: int, press: Row) -> float:
    """Press minus the last entry into the target at or before it, on its page."""
    stimulus = stimulus_before(cut, i)
    target = stimulus.target if stimulus and stimulus.target else press.target
    before = [row for row in cut.recording[:i] if row.page == press.page]
    entries = [row for row in before if row.kind == "enter" and row.target == target]
    return press.t - entries[-1].t if target and entries else NAN


def target_reentries(cut: Cut) -> float:
    """Entries less the first, over the trials of the cut."""
    stimulus = stimulus_before(cut, cut.start) if cut.rows else None
    entries, total, known = 0, 0, bool(stimulus and stimulus.target)
    for row in cut.rows:
        if row.kind == "stimulus":
            stimulus, entries = row, 0
            known = known or bool(row.target)
        elif row.kind == "enter" and stimulus and stimulus.target and row.target == stimulus.target:
            total += entries > 0
            entries += 1
    return float(total) if known else NAN


def pause_before(cut: Cut, i: int, press: Row) -> float:
    """Press minus the last move on its page."""
    before = [row for row in cut.recording[:i] if row.page == press.page]
    moves = [row for row in before if row.kind == "move" and usable(row)]
    return press.t - moves[-1].t if moves else NAN


def double_click_intervals(cut: Cut) -> list[float]:
    """Press to press of the two presses before each `dblclick`."""
    out = []
    for i, row in cut.numbered():
        before = [press.t for j, press in cut.presses() if j < i]
        if row.kind == "dblclick" and len(before) >= 2:
            out.append(before[-1] - before[-2])
    return out


def scrolling(cut: Cut) -> dict[str, float]:
    """From the scroll rows where there are any, else from the wheel."""
    rows = [row for row in cut.rows if row.kind == "scroll"] or [row for row in cut.rows if row.kind == "wheel"]
    columns = {}
    for axis, values in (("x", [row.dx for row in rows]), ("y", [row.dy for row in rows])):
        known = [v for v in values if math.isfinite(v)]
        columns[f"scroll_distance_{axis}"] = math.fsum(abs(v) for v in known)
        columns[f"scroll_net_{axis}"] = math.fsum(known)
        columns[f"scroll_reversals_{axis}"] = float(sign_changes(known))
    return columns


def start_point(cut: Cut, stimulus_row: int) -> Point | None:
    """Where the pointer was at the stimulus: the last position up to that row, else the first after it."""
    kinds = position_kinds(cut.recording)
    page = cut.recording[stimulus_row].page
    mine = [(i, row) for i, row in enumerate(cut.recording) if row.page == page]
    places = [(i, row) for i, row in mine if row.kind in kinds and usable(row)]
    before = [row for i, row in places if i <= stimulus_row]
    after = [row for i, row in places if i > stimulus_row]
    chosen = [*before[-1:], *after[:1]]
    return (chosen[0].x, chosen[0].y) if chosen else None


def trial(cut: Cut, i: int) -> tuple[Row, Point] | None:
    """Stimulus and start point of the press in row i."""
    page = cut.recording[i].page
    rows = [j for j in range(i) if cut.recording[j].kind == "stimulus" and cut.recording[j].page == page]
    start = start_point(cut, rows[-1]) if rows else None
    return (cut.recording[rows[-1]], start) if start else None


def fitts_id(cut: Cut, i: int) -> float:
    found = trial(cut, i)
    if not found:
        return NAN
    box, start = found
    smaller = min(box.width, box.height)
    return math.log2(math.dist(start, centre(box)) / smaller + 1) if smaller > 0 else NAN


def fitts_throughput(cut: Cut) -> float:
    """The cut as one sequence: log2(De / We + 1) over the mean time from stimulus to press, bit/s."""
    overshoots, reached, times = [], [], []
    for i, press in cut.presses():
        found = trial(cut, i)
        if not found:
            continue
        box, start = found
        goal = centre(box)
        way = math.dist(start, goal)
        if not (way > 0 and math.isfinite(press.x) and math.isfinite(press.y)):
            continue
        axis = ((goal[0] - start[0]) / way, (goal[1] - start[1]) / way)
        over = (press.x - goal[0]) * axis[0] + (press.y - goal[1]) * axis[1]
        overshoots.append(over)
        reached.append(way + over)
        times.append((press.t - box.t) / 1000)
    width = 4.133 * sd(overshoots)
    if not (width > 0 and mean(times) > 0):
        return NAN
    return math.log2(mean(reached) / width + 1) / mean(times)


def rage_clicks(presses: list[Row], fewest: int = 3, within: float = 1000, near: float = 30) -> int:
    """Runs of presses close to their first in time and place."""
    runs, i = 0, 0
    while i < len(presses):
        first, j = presses[i], i + 1
        while j < len(presses) and presses[j].t - first.t <= within and apart(first, presses[j]) <= near:
            j += 1
        runs += j - i >= fewest
        i = j if j - i >= fewest else i + 1
    return runs


def apart(a: Row, b: Row) -> float:
    return math.dist((a.x, a.y), (b.x, b.y))


def dead_clicks(cut: Cut) -> float:
    """Presses without a target, or with one that the page's `enter` rows, where it has any, never name."""
    if not any(row.target for row in cut.recording):
        return NAN
    dead = 0
    for _, press in cut.presses():
        answering = {row.target for row in cut.recording if row.kind == "enter" and row.page == press.page}
        dead += not press.target or (bool(answering - {None}) and press.target not in answering)
    return float(dead)

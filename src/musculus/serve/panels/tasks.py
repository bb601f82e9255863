"""How fast and how exactly visitors reach what a page shows them: by task and by target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from musculus.events import KIND, Events
from musculus.serve.panels.recordings import newest_events
from musculus.store.base import Store

if TYPE_CHECKING:
    from musculus.cut import Cuts
    from musculus.serve.app import Application

TITLE, ORDER = "Tasks", 3
TRIAL: Final = ("response_time", "initiation_time", "click_error_mean", "fitts_id_mean")


async def data(app: Application, site: str, query: Mapping[str, str]) -> dict[str, Any]:
    """`tasks` and `targets`: n, medians of response and initiation (ms), click error (px), throughput (bit/s)."""
    found: dict[str, Any] = msgspec.json.decode(await app.worker.ask("panel", site, panel="tasks"))
    return found


def read(store: Store, site: str, asked: dict[str, Any]) -> dict[str, Any]:
    """In the worker: the trials of the newest recordings, from each `stimulus` to the next."""
    from musculus.measures import measure

    events = newest_events(store, site, asked)
    if events is None or not len(trials := _between(events, "stimulus")):
        return {"recordings": 0 if events is None else len(events), "trials": 0, "tasks": [], "targets": []}
    table = measure(events, trials, only=list(TRIAL))
    values = np.column_stack([table[name] for name in TRIAL])
    rounds = _between(events, "task")
    bits = measure(events, rounds, only=["fitts_throughput"])["fitts_throughput"]
    targets = _names(events, trials.start)
    of_trial = _task_of(events, trials, rounds)
    tasks = _names(events, rounds.start)
    named = np.array([tasks[k] if k >= 0 else "no task named" for k in of_trial])
    return {
        "recordings": len(events),
        "trials": len(trials),
        "tasks": [
            {**_row(name, values[named == name]), "throughput": _median(bits[np.array(tasks) == name])}
            for name in dict.fromkeys(named.tolist())
        ],
        "targets": [
            _by_target(name, values[np.array(targets) == name]) for name in sorted(set(targets))
        ],
    }


def _between(events: Events, kind: str) -> Cuts:
    """From each row of a kind to the next one of its page view, or to the page view's end."""
    from musculus.cut import Cuts, cut

    pages = cut(events, "page")
    rows = np.flatnonzero(events.kind == KIND[kind])
    at = np.searchsorted(pages.end, rows, side="right")
    end = np.minimum(pages.end[at], np.append(rows[1:], events.n_events))
    return Cuts(kind, rows, end, pages.recording[at], pages.page[at])


def _task_of(events: Events, trials: Cuts, rounds: Cuts) -> npt.NDArray[np.int64]:
    """For each trial the task that was on when it began, -1 for none."""
    last = np.searchsorted(rounds.start, trials.start, side="right") - 1
    inside = (last >= 0) & (rounds.end[last] > trials.start) if len(rounds) else np.zeros(len(trials), bool)
    return np.where(inside, last, -1)


def _names(events: Events, rows: npt.NDArray[np.int64]) -> list[str]:
    codes = events.column("target")[rows]
    return [events.targets[code] if code >= 0 else "without a name" for code in codes]


def _row(name: str, values: npt.NDArray[np.float64]) -> dict[str, Any]:
    said = zip(("response", "initiation", "click_error"), values.T[:3], strict=True)
    return {"name": name, "n": len(values), **{key: _median(column) for key, column in said}}


def _by_target(name: str, values: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Throughput of one target: difficulty over response, each trial by itself; a task's is the effective one."""
    seconds = np.where(values[:, 0] > 0, values[:, 0], np.nan) / 1e3
    return {**_row(name, values), "difficulty": _median(values[:, 3]), "throughput": _median(values[:, 3] / seconds)}


def _median(values: npt.NDArray[np.float64]) -> float | None:
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else None

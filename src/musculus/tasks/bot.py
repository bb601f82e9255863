"""Is it a person? Rows of a few strokes each, scored one by one and fused into one verdict a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.events import Events
from musculus.features import FeatureTable, features
from musculus.score import Scorer
from musculus.tasks.judgement import Judgement, probability, reasons, verdict

Floats = npt.NDArray[np.float64]
STROKES: Final = 8  # strokes a row sums up: Winslow's seven need several motions
GAP: Final = 1_000.0  # ms between strokes that are joined into one recording: longer than any rest
LABELS: Final = ("bot", "generator")  # context columns that tell people from bots


def rows(events: Events, names: Sequence[str], strokes: int = STROKES, step: int | None = None) -> FeatureTable:
    """The feature rows the detector reads: windows of so many strokes (half overlapping unless `step` says else)."""
    every = max(strokes // 2, 1) if step is None else step
    return features(page_view(events), "window", strokes=strokes, step=every, only=list(names)).select(list(names))


def page_view(events: Events) -> Events:
    """The events as a page sees them, one a frame: samples that the browser coalesced into another are left out.

    So a mouse of 1,000 Hz, recorded with its coalesced samples, and data recorded one event a frame speak alike.
    """
    if "coalesced" not in events or not (events.columns["coalesced"] == 1).any():
        return events
    kept = events.columns["coalesced"] != 1
    offsets = np.concatenate([[0], np.cumsum(kept)])[events.offsets].astype(np.int64)
    return replace(events, columns={k: v[kept] for k, v in events.columns.items()}, offsets=offsets)


def rows_for(events: Events, scorer: Scorer) -> FeatureTable:
    """The rows a model reads, cut as its manifest says."""
    how = scorer.manifest.more.get("rows", {})
    return rows(events, scorer.features, int(how.get("strokes", STROKES)), how.get("step"))


def judge(events: Events, scorer: Scorer, cut: str = "recording", limit: int = 5) -> list[Judgement]:
    """The detector's verdict on each recording, in order (`cut="window"`: on each window of it).

    A recording's score is the mean over its windows; its reasons are those of the window that speaks most against it
    where the verdict is bot, most for it where it is human. A model of single strokes judges them all
    (`tasks.dynamics`), however few there are.
    """
    from musculus.score.dynamics.evidence import reads_strokes

    if reads_strokes(scorer):
        from musculus.tasks import dynamics

        return dynamics.judge(events, scorer, cut, limit)
    table = rows_for(events, scorer)
    scores = scorer.score(table.values) if len(table) else np.zeros(0)
    at = {name: i for i, name in enumerate(events.recordings)}
    which = np.array([at[r] for r in table.ids["recording"]], np.int64)
    if cut == "window":
        names = table.ids["recording"].astype(str)
        return [_judged(scorer, table, scores, np.array([i]), name, limit) for i, name in enumerate(names.tolist())]
    bounds = np.searchsorted(which, np.arange(len(events) + 1))
    return [
        _judged(scorer, table, scores, np.arange(bounds[i], bounds[i + 1]), name, limit)
        for i, name in enumerate(events.recordings)
    ]


def _judged(
    scorer: Scorer, table: FeatureTable, scores: Floats, mine: npt.NDArray[np.int64], recording: str, limit: int
) -> Judgement:
    if not len(mine):
        return Judgement(recording, np.nan, np.nan, np.nan, np.nan, "unsure", (), 0)
    score = float(scores[mine].mean())
    said = verdict(score, scorer)
    worst = mine[scores[mine].argmin() if said != "human" else scores[mine].argmax()]
    why = reasons(scorer, table.values, int(worst), limit)
    start, end = float(table.ids["start"][mine].min()), float(table.ids["end"][mine].max())
    return Judgement(recording, start, end, score, probability(score, scorer), said, why, len(mine))


def labels(events: Events) -> npt.NDArray[np.bool_]:
    """Which recordings are bots, shape (n_recordings,), by the context column `bot` or by `generator` other than human.

    A table with neither is taken to be of people. DataError where `bot` is neither true nor false.
    """
    context = events.context
    if "bot" in context:
        words = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
        said = [str(v).lower() for v in context["bot"]]
        odd = [v for v in said if v not in words]
        if odd:
            raise DataError(f"the column 'bot' holds {odd[0]!r}; it takes true and false")
        return np.array([words[v] for v in said], bool)
    if "generator" in context:
        return np.array([g is not None and g != "human" for g in context["generator"]], bool)
    return np.zeros(len(events), bool)


def join_strokes(events: Events, k: int, step: int | None = None) -> Events:
    """Recordings of single strokes joined k at a time, `GAP` ms apart, within what shares all its context but `stroke`.

    For data sets that hold strokes cut apart. Leftovers of fewer than k strokes are left out; `step` below k makes the
    groups overlap. Only times, positions and kinds are kept.
    """
    names = [n for n in events.context if n not in ("stroke", "session")]
    keys = list(zip(*(events.context[n].tolist() for n in names), strict=True)) if names else [()] * len(events)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for i, key in enumerate(keys):
        groups.setdefault(key, []).append(i)
    chosen = [g[j : j + k] for g in groups.values() for j in range(0, len(g) - k + 1, step or k)]
    parts = np.array([i for g in chosen for i in g], np.int64)
    first, n = events.offsets[parts], np.diff(events.offsets)[parts]
    order = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n - first, n)
    t = events.t[order] - np.repeat(events.t[first], n) + np.repeat(_starts(events, parts, k), n)
    columns = {"t": t, **{c: events.columns[c][order] for c in ("x", "y", "kind")}}
    offsets = np.concatenate([[0], np.cumsum(n.reshape(-1, k).sum(1))]).astype(np.int64)
    leads = np.array([g[0] for g in chosen], np.int64)
    context = {name: events.context[name][leads] for name in names}
    ids = [f"{events.recordings[g[0]]}+{k - 1}" for g in chosen]
    return Events.build(columns, offsets, ids, context)


def _starts(events: Events, parts: npt.NDArray[np.int64], k: int) -> Floats:
    """When each joined stroke begins, ms: after those before it in its group, and a gap."""
    lasts = events.offsets[parts + 1] - 1
    spans = (events.t[lasts] - events.t[events.offsets[parts]] + GAP).reshape(-1, k)
    return (np.cumsum(spans, axis=1) - spans).ravel()

"""The detector that judges, what it was learned from, and what it can't catch."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from starlette.exceptions import HTTPException

from musculus.errors import BundleError
from musculus.serve.charts import KINDS, charts
from musculus.serve.panels.cards import blocks
from musculus.serve.panels.drift import drift
from musculus.serve.panels.recordings import newest_events
from musculus.serve.panels.sessions import _labels
from musculus.serve.panels.shelf import names, taken
from musculus.serve.verdict import Verdict
from musculus.store.base import Query, Store

if TYPE_CHECKING:
    from musculus.events import Events
    from musculus.score import Scorer
    from musculus.serve.app import Application

TITLE, ORDER = "Models", 5
BINS = 20


async def data(app: Application, site: str, query: Mapping[str, str]) -> dict[str, Any]:
    """The shipped detector's manifest and card; here: verdicts beside labels, scores, measures beside people's.

    `file` in the query is one of `files`, which lie beside the store: then it is told of that one, and nothing of here.
    """
    file = query.get("file", "")
    said = msgspec.json.decode(await app.worker.ask("panel", site, panel="models", file=file))
    if said["missing"]:
        raise HTTPException(404, said["missing"])
    if file:
        return {**said, "charts": charts(said["curves"])}
    rows = await app.desk.rows(site, Query(limit=200))
    verdicts = {r.recording: msgspec.json.decode(r.verdict.document, type=Verdict) for r in rows if r.verdict}
    labels = await asyncio.to_thread(_labels, app.store, site)
    likely = [v.probability for v in verdicts.values() if v.probability is not None]
    crossed = Counter((labels[name], v.verdict) for name, v in verdicts.items() if name in labels)
    return {
        **said,
        "charts": charts(said["curves"]),
        "judged": len(verdicts),
        "by": Counter(v.model for v in verdicts.values()).most_common(),
        "scores": np.histogram(likely, BINS, (0, 1))[0].tolist(),
        "scored": len(likely),
        "crossed": {truth: {v: crossed[truth, v] for v in ("human", "unsure", "bot")} for truth in ("human", "bot")},
    }


def read(store: Store, site: str, asked: dict[str, Any]) -> dict[str, Any]:
    """In the worker: the card of the shipped detector, and the measures of the newest strokes beside people's."""
    from musculus.serve.verdicts import load_detector

    always: dict[str, Any] = {"kinds": KINDS, "file": asked["file"], "files": names(store, site), "missing": ""}
    if asked["file"]:
        try:
            return {**always, **_told(taken(store, site, asked["file"]))}
        except BundleError as error:
            return {**always, "missing": str(error)}
    detector, events = load_detector(), newest_events(store, site, {})
    always["drift"] = _beside_people(events)
    if detector is None:
        nothing: dict[str, Any] = {"model": None, "card": [], "weak": [], "metrics": {}, "thresholds": None}
        return {**always, **nothing, "curves": []}
    return {**always, **_told(detector), "moved": drift(events, detector)}


def _told(detector: Scorer) -> dict[str, Any]:
    """What a model file says of itself."""
    from musculus.serve.verdicts import model_id

    m = detector.manifest
    card = blocks(m.card)
    return {
        "model": model_id(detector),
        "task": m.task,
        "verdicts": m.verdicts,
        "family": m.family,
        "sha256": detector.sha256,
        "licence": m.licence,
        "metrics": m.metrics,
        "thresholds": m.thresholds,
        "meaning": m.calibration.meaning,
        "features": [{"name": f.name, "unit": f.unit, "quantiles": f.quantiles} for f in m.features],
        "card": card,
        "weak": _weak(card),
        "curves": m.more.get("curves", []),
    }


def _weak(card: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The generators of the card's table of which fewer than half are found, the best hidden first."""
    tables = (b for b in card if b["kind"] == "table" and b["rows"] and b["rows"][0][0] == "generator")
    for table in tables:
        rows = [dict(zip(table["rows"][0], row, strict=True)) for row in table["rows"][1:]]
        found = [{"generator": r["generator"], "family": r["family"], "found": float(r["eight"])} for r in rows]
        return sorted((r for r in found if r["found"] < 0.5), key=lambda r: r["found"])
    return []


def _beside_people(events: Events | None) -> dict[str, Any]:
    """Each raw measure's median among the strokes, and the share outside the middle 98 % of people's."""
    from musculus.serve.replay.ranges import LEAST
    from musculus.serve.replay.strokes import strokes

    if events is None:
        return {"strokes": 0, "measures": [], "people": None}
    said = strokes(events)
    values = np.array([s["values"] for s in said["strokes"]], float).reshape(-1, len(said["measures"]))
    long = values[:, 0] >= LEAST  # px, as people's were
    rows = []
    for k, m in enumerate(said["measures"]):
        mine = values[long, k]
        mine = mine[np.isfinite(mine)]
        low, high = m["people"][0], m["people"][-1]
        outside = float(np.mean((mine < low) | (mine > high))) if len(mine) else None
        median = float(np.median(mine)) if len(mine) else None
        rows.append({**m, "median": median, "outside": outside, "n": len(mine)})
    return {"strokes": int(long.sum()), "measures": rows, "people": said["people"]}

"""What the page of a recording draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from musculus.events import KIND, Events


def drawing(events: Events) -> dict[str, Any]:
    """What the page of a recording draws: for each page view its size, the pointer's path, clicks and scrolling."""
    pages = events.pages
    return {
        "recording": events.recordings[0],
        "events": events.n_events,
        "pages": [
            {
                "address": str(pages["address"][i]),
                "width": float(pages["viewport_width"][i]),
                "height": float(pages["viewport_height"][i]),
                "lost": int(pages["lost"][i]),
                "missing": int(pages["missing"][i]),
                **_tracks(events, int(pages["page"][i])),
            }
            for i in range(len(pages["page"]))
        ],
    }


def _tracks(events: Events, page: int) -> dict[str, Any]:
    rows = np.flatnonzero(events.columns["page"] == page)
    placed = rows[np.isfinite(events.x[rows]) & np.isfinite(events.y[rows])]
    path = placed[np.isin(events.kind[placed], [KIND[name] for name in ("move", "down", "up")])]
    marks = placed[np.isin(events.kind[placed], [KIND[name] for name in ("click", "dblclick", "contextmenu")])]
    kinds, counts = np.unique(events.kind[rows], return_counts=True)
    names = list(KIND)
    return {
        "kinds": {names[int(kind)]: int(count) for kind, count in zip(kinds, counts, strict=True)},
        "path": {name: np.round(events.columns[name][path], 3).tolist() for name in ("t", "x", "y")},
        "rows": path.tolist(),
        "marks": [
            {
                "row": int(row),
                "t": float(events.t[row]),
                "x": float(events.x[row]),
                "y": float(events.y[row]),
                "kind": names[int(events.kind[row])],
                "trusted": int(events.column("trusted")[row]),
            }
            for row in marks
        ],
    }

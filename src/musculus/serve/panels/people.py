"""What visitors hold in their hands, as their events tell: pointers, rates, clocks, screens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from musculus.serve.panels.facts import facts, newest
from musculus.store.base import Query, Store

if TYPE_CHECKING:
    from musculus.serve.app import Application

TITLE, ORDER = "People and devices", 4


async def data(app: Application, site: str, query: Mapping[str, str]) -> dict[str, Any]:
    """`groups` of visits with one kind of device, in words and numbers; `pointers` and `screens` counted."""
    rows = await newest(app, site, Query(site=site))
    known = await facts(app, site, rows)
    said = await app.worker.ask("panel", site, panel="people", found=[one.configuration for one in known.values()])
    return {
        "recordings": len(rows),
        "known": len(known),
        "groups": msgspec.json.decode(said),
        "pointers": Counter(one.pointer for one in known.values()).most_common(),
        "screens": Counter(one.screen for one in known.values()).most_common(8),
    }


def read(store: Store, site: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """In the worker: configurations in groups, the largest first, each with its sentence."""
    import polars as pl

    from musculus.evaluate.study.configured import groups, told

    if not asked["found"]:
        return []
    frame = pl.DataFrame(asked["found"], infer_schema_length=None)
    nulls = [name for name, kind in frame.schema.items() if kind == pl.Null]
    found = groups(frame.with_columns(pl.col(nulls).cast(pl.Float64)))
    return [{**group, "words": told([group])[0].partition(": ")[2]} for group in found[:30]]

"""In the worker: kept measures as the pages show them, and as tables for CSV and Parquet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from musculus.read.formulas import guarded
from musculus.serve.pathless import documents
from musculus.serve.pathless.columns import of_strokes, of_visits
from musculus.serve.pathless.documents import PLACE
from musculus.serve.replay.strokes import MOST, SHOWN, told
from musculus.store.base import Query, Recording, Store

if TYPE_CHECKING:
    import polars as pl

VISITS: Final = 2000  # of one table: the worker also judges, and must come back to that
AT_ONCE: Final = 200
WORDS: Final = ("recording", "part", "verdict")
SAID: Final = ("verdict", "probability")


def strokes(store: Store, site: str, recording: str) -> dict[str, Any]:
    """What `replay.strokes.strokes` tells of a recording whose path is kept, from the measures alone."""
    rows: list[dict[str, Any]] = []
    for part in documents.parts(store, site, recording):
        table = documents.strokes(store, site, part)
        rows += [{name: values[k] for name, values in table.items()} for k in range(documents.length(table))]
    found = [
        ([row["first"], row["last"]], [row["start"], row["end"]], row["page"], [row.get(name) for name in SHOWN])
        for row in rows[:MOST]
    ]
    return told(found)


def tables(
    store: Store, site: str | None, cut: str, query: Query | None = None, most: int | None = None
) -> Iterator[pl.DataFrame]:
    """The measures of visits whose paths are not kept, the newest first: a row a `stroke`, or a `recording`'s part.

    Strokes have `recording`, `part` and `PLACE` before the measures; parts `recording`, `part`, `first`, `last` (ms
    since 1970), `batches`, `events`, `verdict` and `probability`. The first frame is empty: it says which columns
    there are. `most` visits at most, all by default; of one site, or of all.
    """
    import polars as pl

    head = (*WORDS[:2], *PLACE) if cut == "stroke" else (*WORDS[:2], "first", "last", "batches", "events", *SAID)
    names = of_strokes() if cut == "stroke" else of_visits()
    kinds = {name: _kind(name) for name in (*head, *names)}
    yield pl.DataFrame(schema=kinds)
    for row in _listed(store, site, query or Query(), most):
        for part in documents.parts(store, row.site, row.recording):
            found = _strokes_of(store, row.site, part) if cut == "stroke" else _visit_of(part)
            yield pl.DataFrame({n: found.get(n, [None] * documents.length(found)) for n in kinds}, schema=kinds)


def file(store: Store, site: str, cut: str, form: str, query: Query) -> bytes:
    """`tables` of the newest visits as one CSV or Parquet file."""
    import polars as pl

    out = io.BytesIO()
    found = pl.concat(tables(store, site, cut, query, VISITS))
    if form == "csv":
        guarded(found).write_csv(out)
    else:
        found.write_parquet(out)
    return out.getvalue()


def _kind(name: str) -> Any:
    import polars as pl

    whole = ("page", "cut", "first", "last", "batches", "events")
    return pl.String if name in WORDS else pl.Int64 if name in whole else pl.Float64


def _strokes_of(store: Store, site: str, part: documents.Part) -> documents.Table:
    found = documents.strokes(store, site, part)
    n = documents.length(found)
    return {"recording": [part.recording] * n, "part": [part.part] * n, **found}


def _visit_of(part: documents.Part) -> documents.Table:
    p = part
    about = {"recording": p.recording, "part": p.part, "first": p.first, "last": p.last, "batches": p.batches}
    said = {"events": p.events, "verdict": p.verdict.verdict, "probability": p.verdict.probability}
    return {name: [value] for name, value in {**p.visit, **about, **said}.items()}


def _listed(store: Store, site: str | None, query: Query, most: int | None) -> Iterator[Recording]:
    """The recordings that the query finds and whose paths are not kept, page by page."""
    found, asked = 0, replace(query, site=site, limit=AT_ONCE)
    while rows := store.recordings(asked):
        for row in rows:
            if not row.has_paths:
                yield row
                found += 1
                if most is not None and found >= most:
                    return
        asked = replace(asked, before=(rows[-1].last, rows[-1].recording))

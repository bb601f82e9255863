"""An hour of recordings as one Parquet file: the contract's table, whole recordings in each row group."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from musculus.events import SCHEMA, Events

if TYPE_CHECKING:
    import pyarrow as pa

GROUP: Final = 1 << 18  # events: where a row group of whole recordings ends
LEVEL: Final = 9  # of zstd
# What the events show of the mouse that made them, once a recording.
ESTIMATED: Final = ("event_rate", "clock_resolution", "quantum", "estimated_polling_hz", "estimated_frame_hz")
CONTEXT: Final = {  # beside the events' own columns; those of a page come once a page, the others once a recording
    "started": "text", "site": "text", "screen_width": "number", "screen_height": "number",
    "device_pixel_ratio": "number", "address": "text", "viewport_width": "number", "viewport_height": "number",
    "document_width": "number", "document_height": "number", "lost": "count", "missing": "count",
    "verdict": "text", "probability": "number", "model": "text", **dict.fromkeys(ESTIMATED, "number"),
    "estimated_pointer": "text",
}  # fmt: skip


def schema() -> pa.Schema:
    """The columns of every file of the lake, so that all of them can be read as one table."""
    import pyarrow as pa

    words = pa.dictionary(pa.int32(), pa.string())
    types = {"text": words, "category": words, "bool": pa.bool_(), "count": pa.int64()}
    fields = [pa.field("recording", words)]
    fields += [pa.field(c.name, types.get(c.kind) or pa.from_numpy_dtype(np.dtype(c.dtype))) for c in SCHEMA.values()]
    fields += [pa.field(name, types.get(kind, pa.float64())) for name, kind in CONTEXT.items()]
    return pa.schema(fields)


def write_hour(path: str, recordings: Iterable[Events]) -> tuple[int, int]:
    """Write recordings, one `Events` each, to a Parquet file; how many recordings and events went in.

    Numbers that move smoothly are split into their bytes before they are packed, about 3 bytes an event in all.
    Memory is that of `GROUP` events, or of the longest recording.
    """
    import pyarrow.parquet as pq

    whole = schema()
    numbers = [f.name for f in whole if str(f.type) in ("double", "float")]
    encoding = {**dict.fromkeys(numbers, "BYTE_STREAM_SPLIT")}
    rest = [f.name for f in whole if f.name not in numbers and str(f.type) != "bool"]
    n_recordings = n_events = waiting = 0
    group: list[pa.Table] = []
    with pq.ParquetWriter(
        path, whole, compression="zstd", compression_level=LEVEL, use_dictionary=rest, column_encoding=encoding
    ) as out:
        for events in recordings:
            group.append(_table(events, whole))
            n_recordings, n_events, waiting = n_recordings + 1, n_events + events.n_events, waiting + events.n_events
            if waiting >= GROUP:
                _flush(out, group)
                waiting = 0
        _flush(out, group)
    return n_recordings, n_events


def _flush(out: Any, group: list[pa.Table]) -> None:
    """One row group of everything that waits."""
    import pyarrow as pa

    if group:
        table = pa.concat_tables(group).unify_dictionaries()
        out.write_table(table, row_group_size=max(table.num_rows, 1))
        group.clear()


def _table(events: Events, whole: pa.Schema) -> pa.Table:
    """One recording with every column of the lake, null where it has none."""
    import pyarrow as pa

    from musculus.devices import estimate

    frame = events.with_context(**estimate(events).context()).to_polars()
    frame = frame.with_columns(frame[name].fill_nan(None) for name in ESTIMATED)
    columns = []
    for field in whole:
        if field.name in frame.columns:
            columns.append(_column(frame[field.name], field.type))
        else:
            columns.append(pa.nulls(len(frame), field.type))
    return pa.table(columns, schema=whole)


def _column(series: Any, kind: pa.DataType) -> pa.ChunkedArray:
    import polars as pl
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return pa.chunked_array([series.cast(pl.String).to_arrow().cast(pa.string()).dictionary_encode()])
    return pa.chunked_array([series.to_arrow().cast(kind)])

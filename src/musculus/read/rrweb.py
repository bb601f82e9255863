"""Recordings of rrweb, the session replay library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import polars as pl

from musculus.errors import ReadError
from musculus.events import Events
from musculus.events.frames import from_table
from musculus.events.place import Place
from musculus.read.head import head, open_text, take
from musculus.read.registry import reader

FULL_SNAPSHOT, INCREMENTAL, META = 2, 3, 4  # types of events
MOUSE_MOVE, INTERACTION, SCROLL, RESIZE, TOUCH_MOVE, DRAG = 1, 2, 3, 4, 6, 12  # sources of incremental ones
KINDS: Final = {
    0: ("up", "mouse"), 1: ("down", "mouse"), 2: ("click", None), 3: ("contextmenu", None), 4: ("dblclick", None),
    7: ("down", "touch"), 9: ("up", "touch"), 10: ("cancel", "touch"),
}  # fmt: skip
SCHEMA: Final = {
    "t": pl.Float64, "kind": pl.String, "x": pl.Float64, "y": pl.Float64, "pointer": pl.String, "buttons": pl.Int16,
    "page": pl.Int32, "scroll_x": pl.Float64, "scroll_y": pl.Float64, "width": pl.Float64, "height": pl.Float64,
}  # fmt: skip
LATEST: Final = 6e13  # ms since 1970, some 1,900 years
NUMBERS: Final = tuple(name for name, kind in SCHEMA.items() if kind == pl.Float64)
PAGE: Final = {"address": pl.String, "viewport_width": pl.Float64, "viewport_height": pl.Float64}
Row = dict[str, Any]


@reader("rrweb", header=("type", "data", "timestamp"), forms=("json", "jsonl"), names_by_file=True)
def read_rrweb(path: Path) -> Events:
    """Events of rrweb as it emits them: a JSON array, an object with `events`, or one event a line.

    The recording is named by its file; `t` counts from its first event, `started` is when that was. Positions come in
    batches after the fact: rows are put into the order of their times. rrweb thins moves to one in 50 ms unless it is
    told otherwise, tells no buttons and no keys, and of scrolling only the page's own is kept. Each address that a
    `Meta` event tells is a page view, with its viewport.
    """
    events = _events(path)
    pages = _Pages()
    rows = list(_rows(path, events, pages))
    began = min((float(e["timestamp"]) for e in events), default=0.0)
    table = pl.DataFrame(rows, schema=SCHEMA, strict=False)
    told = pl.DataFrame(pages.told, schema=PAGE, orient="row").with_row_index("page")
    table = (
        table.with_columns(pl.col("t") - began, recording=pl.lit(path.name), started=pl.lit(_clock(events, began)))
        .sort("t", maintain_order=True)
        .join(told.cast({"page": pl.Int32}), on="page", how="left", maintain_order="left")
    )
    return from_table(table, Place(str(path)))


def _rows(path: Path, events: list[Row], pages: _Pages) -> Iterator[Row]:
    """Rows of all events. ReadError where one holds something else than rrweb's do, with its place in the list."""
    for i, event in enumerate(events, start=1):
        try:
            if not abs(float(event["timestamp"])) < LATEST:
                raise ValueError(f"timestamp is {event['timestamp']!r}, which is no time")
            yield from [_in_numbers(row) for row in pages.rows(event)]
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as e:
            why = f"{e} is missing" if isinstance(e, KeyError) else str(e)
            raise ReadError(f"{path}: event {i} is none of rrweb's: {why}") from e


def _in_numbers(row: Row) -> Row:
    for name in NUMBERS:
        value = row.get(name)
        if value is not None:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(f"{name} is {value!r}, which is no number")
            row[name] = float(value)
    return row


def _clock(events: list[Row], began: float) -> str | None:
    return datetime.fromtimestamp(began / 1000, UTC).isoformat(timespec="milliseconds") if events else None


def _events(path: Path) -> list[Row]:
    start = head(path)
    with open_text(path, start.gzipped) as file:
        text = take(file)
    found: Any
    try:
        if start.form == "jsonl":
            found = [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]
        else:
            found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as e:
        raise ReadError(f"{path} is no JSON: {e}") from e
    if isinstance(found, dict):
        found = found.get("events")
    if not isinstance(found, list) or not all(isinstance(e, dict) and {"type", "timestamp"} <= e.keys() for e in found):
        raise ReadError(f"{path} holds no list of rrweb's events, each with type, data and timestamp")
    return found


class _Pages:
    """Rows of events one after another; remembers which page is shown, and which node is its document."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float | None, float | None]] = []
        self.documents: set[int] = set()
        self.address: str | None = None
        self.size: Row = {}

    def rows(self, event: Row) -> Iterator[Row]:
        """What an event of rrweb is in rows of ours; most are none."""
        data = event.get("data")
        if not isinstance(data, dict):
            return
        t = float(event["timestamp"])
        made: list[Row] = []
        if event["type"] == FULL_SNAPSHOT:
            self.documents.add(data.get("node", {}).get("id"))
        elif event["type"] == META:
            made = list(self._meta(t, data))
        elif event["type"] == INCREMENTAL:
            made = list(self._incremental(t, data))
        for row in made:
            yield {"page": max(len(self.told) - 1, 0), **row}

    def _meta(self, t: float, data: Row) -> Iterator[Row]:
        """A page that is shown; or, where each new snapshot tells of the same one again, its window's new size."""
        size = self.size
        self.size = {"width": data.get("width"), "height": data.get("height")}
        if data.get("href") != self.address:
            self.address = data.get("href")
            if not isinstance(self.address, str | None):
                raise TypeError(f"href is {self.address!r}, which is no address")
            self.told.append((urlsplit(self.address or "").path, data.get("width"), data.get("height")))
            yield {"t": t, "kind": "show", **self.size}
        elif self.size != size:
            yield {"t": t, "kind": "resize", **self.size}

    def _incremental(self, t: float, data: Row) -> Iterator[Row]:
        source = data.get("source")
        if source in (MOUSE_MOVE, TOUCH_MOVE, DRAG):
            held = {TOUCH_MOVE: None, MOUSE_MOVE: None, DRAG: 1}[source]
            pointer = "touch" if source == TOUCH_MOVE else "mouse"
            for p in data.get("positions", ()):
                yield {
                    "t": t + p["timeOffset"],
                    "kind": "move",
                    "x": p["x"],
                    "y": p["y"],
                    "pointer": pointer,
                    "buttons": held,
                }
        elif source == INTERACTION and data.get("type") in KINDS:
            kind, device = KINDS[data["type"]]
            yield {"t": t, "kind": kind, "x": data.get("x"), "y": data.get("y"), "pointer": device}
        elif source == SCROLL and (not self.documents or data.get("id") in self.documents):
            yield {"t": t, "kind": "scroll", "scroll_x": data.get("x"), "scroll_y": data.get("y")}
        elif source == RESIZE:
            self.size = {"width": data.get("width"), "height": data.get("height")}
            yield {"t": t, "kind": "resize", **self.size}

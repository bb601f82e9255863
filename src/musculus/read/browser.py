"""The arena's raw browser events, as automation really produced them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from musculus.events import POINTERS, Events
from musculus.events.frames import from_table
from musculus.events.place import Place
from musculus.read.head import head
from musculus.read.keys import key_class
from musculus.read.registry import reader

HEADER = ("generator", "session", "event", "t_ms", "x", "y", "isTrusted", "pointerType", "coalesced")
KINDS: Final = {
    "pointermove": "move", "mousemove": "move", "pointerdown": "down", "mousedown": "down", "pointerup": "up",
    "mouseup": "up", "pointercancel": "cancel", "click": "click", "dblclick": "dblclick",
    "contextmenu": "contextmenu", "wheel": "wheel", "keydown": "key_down", "keyup": "key_up", "focus": "focus",
    "blur": "blur",
}  # fmt: skip
POINTER = ("pointermove", "pointerdown", "pointerup", "pointercancel")
MOUSE = ("mousemove", "mousedown", "mouseup")
CLICKS = ("click", "dblclick", "contextmenu")
PRESSES = ("pointerdown", "mousedown", "pointerup", "mouseup", *CLICKS)
ECHO: Final = 2.0  # ms within which a browser's mouse event repeats its pointer event
SAMPLES = pl.List(pl.List(pl.Float64))  # of one move: time, x, y, movement across and down


@reader("browser", header=HEADER, forms=("parquet", "ipc"))
def read_browser(path: Path) -> Events:
    """What automation set-ups made a browser dispatch, turned into rows as the collector would.

    A recording is a session of a generator (`pw_click/0`), `t` the event's time stamp: ms since its page began.
    Every coalesced sample of a move is a row. A mouse event that repeats a pointer event is left out and one that
    doesn't is kept with source `mouse`; raw updates and what only tells of elements (`pointerover`) are left out.
    Of keys only the class is kept. Context: `generator`, `session`, and `bot`, which is true of all of them.
    """
    table = pl.read_parquet(path) if head(path).form == "parquet" else pl.read_ipc(path)
    name = pl.concat_str("generator", pl.lit("/"), "session")
    rows = _samples(_without_echoes(table.with_columns(recording=name)))
    return from_table(_contract(rows), Place(str(path)))


def _contract(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the contract's columns."""
    e = pl.col("event")
    family = (
        pl.when(e.is_in(["keydown", "keyup"])).then(pl.lit("key"))
        .when(e.is_in(["focus", "blur"])).then(pl.lit("page"))
        .when(e.is_in(MOUSE) | (e.is_in(CLICKS) & (pl.col("pointerType") == "None"))).then(pl.lit("mouse"))
        .otherwise(pl.lit("pointer"))
    )  # fmt: skip
    press = e.is_in(PRESSES)
    return rows.select(
        "recording", "t", "x", "y", "movement_x", "movement_y", "coalesced", "screen_x", "screen_y",
        "generator", "session",
        kind=e.replace_strict(KINDS),
        source=family,
        button=pl.when(press).then(pl.col("button")).fill_null(-1),
        buttons="buttons",
        dy="deltaY",
        trusted="isTrusted",
        pressure=pl.when(press).then(pl.col("pressure")),
        pointer=pl.when(pl.col("pointerType").is_in(POINTERS)).then(pl.col("pointerType")),
        key_class=pl.col("key").map_elements(key_class, return_dtype=pl.String),
        slot=_slots(rows),
        bot=pl.lit(True),
    )  # fmt: skip


def _without_echoes(rows: pl.DataFrame) -> pl.DataFrame:
    """The events the collector keeps: a trusted mouse event at the time of a pointer event is that event again."""
    e, t = pl.col("event"), pl.col("t_ms")
    seen = pl.when(e.is_in(POINTER)).then(t).forward_fill().over("recording")
    echo = e.is_in(MOUSE) & pl.col("isTrusted") & ((t - seen).abs() < ECHO).fill_null(False)
    return rows.filter(e.is_in(list(KINDS)) & ~echo)


def _samples(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each coalesced sample of a move, one for anything else."""
    samples = pl.when(pl.col("event") == "pointermove").then(pl.col("coalesced").str.json_decode(SAMPLES))
    told = (pl.col("samples").list.len() > 0).fill_null(False)
    spread = rows.with_columns(samples=samples).with_columns(told=told).with_row_index("event_row").explode("samples")
    last = pl.col("event_row") != pl.col("event_row").shift(-1, fill_value=2**32 - 1)
    s = pl.col("samples").list
    moved = pl.col("event").is_in(["pointermove", "mousemove"])
    return spread.with_columns(
        t=pl.coalesce(s.get(0), "t_ms"),
        x=pl.coalesce(s.get(1), "x"),
        y=pl.coalesce(s.get(2), "y"),
        screen_x=pl.coalesce(s.get(1), "x") + pl.col("screenX") - pl.col("x"),  # the window stands still in a frame
        screen_y=pl.coalesce(s.get(2), "y") + pl.col("screenY") - pl.col("y"),
        movement_x=pl.when(moved).then(pl.coalesce(s.get(3), "movementX")),
        movement_y=pl.when(moved).then(pl.coalesce(s.get(4), "movementY")),
        coalesced=pl.when("told").then(~last),
    )


def _slots(rows: pl.DataFrame) -> pl.Series:
    """For key rows the number of the press in its recording: a release bears that of its key's press."""
    out: list[int | None] = [None] * len(rows)
    down: dict[tuple[str, str], int] = {}
    presses: dict[str, int] = {}
    keys = rows.with_row_index("row").filter(pl.col("key").is_not_null())
    for row, recording, event, key in keys.select("row", "recording", "event", "key").iter_rows():
        if event == "keydown":
            down[recording, key] = out[row] = presses.get(recording, 0)
            presses[recording] = presses.get(recording, 0) + 1
        else:
            out[row] = down.pop((recording, key), None)
    return pl.Series("slot", out, dtype=pl.Int16)

"""Who fights in the arena: files that the user names, and bots that are drawn for it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from musculus.cli.progress import Progress

if TYPE_CHECKING:
    from musculus.events import Events


def given(people: list[str], bots: list[str]) -> Events:
    """The recordings of these files. What says nothing of `generator` or `bot` is what it was named as.

    A file of bots is called by its name where it names no generator; people of a file of bots are left out.
    """
    from musculus.events import Events

    parts = [*(_file(path, False) for path in people), *(_file(path, True) for path in bots)]
    seen: set[str] = set()
    found = []
    for i, part in enumerate(parts):
        if seen & set(part.recordings):
            part = replace(part, recordings=tuple(f"{i}:{name}" for name in part.recordings))  # noqa: PLW2901
        seen |= set(part.recordings)
        found.append(part)
    return Events.concat(found)


def _file(path: str, bot: bool) -> Events:
    from musculus.read import read
    from musculus.tasks.bot import LABELS, labels

    events = read(path)
    if any(name in events.context for name in LABELS):
        events = _only(events, True) if bot else events
        return events.with_context(bot=labels(events))
    return events.with_context(bot=bot, generator=Path(path).stem if bot else "human")


def with_drawn(events: Events, unseen: Events | None, args: argparse.Namespace) -> tuple[Events, list[str]]:
    """The arena with the bots that `--own` and `--external` draw, and a word on each that could not be had."""
    if args.own is None and args.external is None:
        return events, []
    from musculus.evaluate.arena.entrants import as_strokes, entered
    from musculus.evaluate.arena.external import external, home
    from musculus.evaluate.arena.own import own
    from musculus.events import Events

    events = as_strokes(events, args.seed)
    people = _only(events, False)
    drawn: list[Events] = []
    missing: list[str] = []
    with Progress("drawing") as progress:
        if args.own is not None:
            made = own(people, args.own, args.strokes, args.seed, unseen, lambda i, n: progress(i, n, "our own"))
            drawn.append(_only(as_strokes(Events.concat([people, made]), args.seed), True))
        if args.external is not None:
            folder = Path(args.external) if args.external else home()
            raw, missing = external(
                folder, people, args.strokes, args.seed, lambda i, n: progress(i, n, "other packages")
            )
            drawn.append(entered(raw, people, args.seed))
    if args.keep:
        keep(Events.concat(drawn), Path(args.keep))
    return Events.concat([events, *drawn]), missing


def _only(events: Events, bots: bool) -> Events:
    """Those of the bots, or those of the people."""
    from musculus.events import Events
    from musculus.tasks.bot import labels

    rows = [i for i, bot in enumerate(labels(events).tolist()) if bot == bots]
    return events if len(rows) == len(events) else Events.concat([events[i] for i in rows])


def keep(strokes: Events, path: Path) -> None:
    """Write strokes with the columns of strokes60hz, and the family."""
    import polars as pl

    from musculus.read.writer import Writer

    table = strokes.to_polars().rename({"t": "t_ms"}).with_columns(split=pl.lit("bot"))
    names = ["generator", "split", "person", "session", "stroke", "t_ms", "x", "y"]
    with Writer(path) as out:
        out.add(table.select(*names, *(["family"] if "family" in table.columns else [])))

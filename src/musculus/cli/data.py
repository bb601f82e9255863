"""Public data sets: source, licence, citation, how to read; and whether a folder holds them whole.

musculus brings no recordings. `data list` says where the public ones are; `data check DIR` reads a folder you have
downloaded and says what is in it, also with which mice it was recorded, as far as its events show. Exit code 1:
something is missing or can't be read.

Example:
  musculus data list
  musculus data check ~/data/balabit
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from musculus.cli.answers import answer
from musculus.cli.progress import Progress

if TYPE_CHECKING:
    import polars as pl

    from musculus.read.published import Holding

MIRRORS = "musculus.read.published.check"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("what", nargs="?", choices=("list", "check"), default="list", help="default: list")
    parser.add_argument("folder", nargs="?", metavar="DIR", help="for check: a folder of recordings")


def run(args: argparse.Namespace) -> int:
    """List, or check."""
    from musculus.errors import UsageError
    from musculus.evaluate.study.configured import configurations, together
    from musculus.read.published import check

    if args.what == "list":
        return _list(args)
    if args.folder is None:
        raise UsageError("which folder? musculus data check DIR")
    mice: dict[str, list[pl.DataFrame]] = {}
    with Progress("reading") as progress:
        found = check(args.folder, progress, lambda name, part: mice.setdefault(name, []).append(configurations(part)))
    configured = {name: together(parts) for name, parts in mice.items()}
    complete = not any(h.problems for h in found)
    document = {"folder": args.folder, "complete": complete, "found": [_told(h, configured) for h in found]}
    answer(args, document, _words(found, configured))
    return 0 if complete else 1


def _list(args: argparse.Namespace) -> int:
    from musculus.read.published import PUBLISHED

    blocks = [
        f"{s.name}: {s.title}\n"
        f"  holds    {s.holds}\n"
        f"  labels   {s.labels}\n"
        f"  source   {s.source}\n"
        f"  licence  {s.licence}\n"
        f"  cite     {s.cite}\n"
        f"  read     {_way(s.reader)}"
        for s in PUBLISHED.values()
    ]
    sets = [{**asdict(s), "read": _way(s.reader)} for s in PUBLISHED.values()]
    answer(args, sets, "\n\n".join(blocks))
    return 0


def _way(reader: str) -> str:
    if reader == "configuration-study":
        return 'musculus.read_features("points_aggregated_data.csv")'
    return f'musculus.read_events("FOLDER", reader="{reader}")'


def _told(h: Holding, configured: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "reader": h.reader,
        "files": h.files,
        "recordings": h.recordings,
        "people": len(h.people),
        "events": h.odd.events,
        "oddities": h.odd.counts(),
        "configurations": configured.get(h.reader, []),
        "problems": h.problems,
    }


def _words(found: list[Holding], configured: dict[str, list[dict[str, Any]]]) -> str:
    from musculus.evaluate.study.configured import told
    from musculus.read.published import COMPLETE

    lines = []
    for h in found:
        rows = f"{h.recordings:,} recordings" if h.odd.events else f"{h.recordings:,} rows of features"
        people = f", {len(h.people)} people" if h.people else ""
        lines.append(f"{h.reader}: {h.files} files, {rows}{people}")
        lines += [f"  {h.odd}"] * bool(h.odd.events)
        lines += [f"  {kind}" for kind in told(configured.get(h.reader, []))]
        well = "whole, as far as it is known what was published" if h.reader in COMPLETE else "read without fault"
        lines += [f"  ! {problem}" for problem in h.problems] or [f"  {well}"]
    return "\n".join(lines)

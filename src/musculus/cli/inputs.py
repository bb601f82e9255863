"""Arguments and reading that commands on recordings share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from musculus.cli.progress import Progress
from musculus.errors import DataError

if TYPE_CHECKING:
    from musculus.events import Events
    from musculus.events.oddities import Oddities

CHUNK = 250_000  # events read and worked on at a time: tables of all measures of them fit any machine
CUTS = ("recording", "page", "motion", "stroke", "action", "click", "window")


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """INPUT... and --reader."""
    parser.add_argument("input", nargs="+", metavar="INPUT", help="files or folders of recordings")
    parser.add_argument(
        "--reader", metavar="NAME", help="read this format (default: the one that the files' content shows)"
    )
    add_join(parser)


def add_join(parser: argparse.ArgumentParser) -> None:
    """--join FILE."""
    parser.add_argument("--join", metavar="FILE", help="a table of your own columns, one row per recording")


def add_output(parser: argparse.ArgumentParser) -> None:
    """-o OUT."""
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT", help="a table: .parquet, .csv, .csv.gz, .feather or .jsonl"
    )


def add_window(parser: argparse.ArgumentParser) -> None:
    """The length of windows, and the rest that ends strokes."""
    parser.add_argument("--pause", type=float, metavar="MS", help="rest that ends a stroke (default 500)")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--ms", type=float, metavar="MS", help="a window's length in ms")
    length.add_argument("--count", type=int, metavar="N", help="a window's length in events")
    length.add_argument("--strokes", type=int, metavar="N", help="a window's length in strokes")
    parser.add_argument("--step", type=float, metavar="N", help="from one window to the next, in the same unit")


def window_options(args: argparse.Namespace) -> dict[str, Any]:
    """Those of `add_window` that were given, as `cut` takes them."""
    given = {name: getattr(args, name) for name in ("pause", "ms", "count", "strokes", "step")}
    return {name: value for name, value in given.items() if value is not None}


def words(text: str) -> list[str]:
    """Names with commas between them, for argparse.

    >>> words("velocity, straightness")
    ['velocity', 'straightness']
    """
    return [w.strip() for w in text.split(",") if w.strip()]


class Recordings:
    """The recordings of a command's INPUT, a part at a time, counted while they go by."""

    def __init__(self, args: argparse.Namespace, what: str) -> None:
        from musculus.events.oddities import Oddities

        self.args, self.what = args, what
        self.recordings = 0
        self.odd: Oddities = Oddities()

    def __iter__(self) -> Iterator[Events]:
        from musculus.events.oddities import oddities
        from musculus.read import Beside, scan

        own = Beside(self.args.join) if self.args.join else None
        with Progress(self.what) as progress:
            for part in scan(self.args.input, reader=self.args.reader, chunk_events=CHUNK, progress=progress):
                self.odd = self.odd + oddities(part)
                self.recordings += len(part)
                yield own.join(part) if own else part
        if own and not own.matched:
            raise _matches_nothing(self.args.join)


def joined(events: Events, path: str | None) -> Events:
    """The events with the columns of `--join`."""
    from musculus.read import Beside

    if path is None:
        return events
    own = Beside(path)
    events = own.join(events)
    if not own.matched:
        raise _matches_nothing(path)
    return events


def _matches_nothing(path: str) -> DataError:
    return DataError(f"{path}: none of its recordings is among those read; are they called otherwise there?")

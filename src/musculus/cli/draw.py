"""Figures of recordings: paths, click, move, dwell, attention and scroll maps, keys, differences, lines, strokes.

A map is of one page in windows of one class of width: the most viewed page and the commonest width, or --page and
--width. It lies over a screenshot of the page at that width (--background, see `musculus shot`), or over the boxes of
the elements that were recorded. HTML is one file that asks for nothing, with the numbers in it.

Example:
  musculus draw clicks visits.parquet --page /shop --width 1280 --background shop.png -o clicks.png
  musculus draw difference visits.parquet --groups bot=true,false -o difference.html
  musculus draw timeline visits.parquet --recording 4f2a -o speed.svg
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from musculus.cli.answers import answer, note, plain
from musculus.cli.inputs import add_inputs
from musculus.cli.progress import Progress
from musculus.errors import DataError, UsageError

if TYPE_CHECKING:
    from musculus.events import Events

MIRRORS = "musculus.draw.draw"
KINDS: Final = ("path", "clicks", "moves", "dwell", "attention", "scroll", "keys", "difference", "timeline", "strokes")
ON_A_PAGE: Final = ("path", "clicks", "moves", "dwell", "attention", "scroll", "difference")
COLUMN: Final = "person"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=" ".join(KINDS))
    add_inputs(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FIG", help="a figure: .png, .svg or .html")
    parser.add_argument("--recording", metavar="ID", help="only this recording, or those whose id begins so")
    parser.add_argument("--person", metavar="P", help="only recordings of this person")
    parser.add_argument("--page", metavar="ADDRESS", help="a map's page (default: the most viewed)")
    parser.add_argument("--width", type=float, metavar="PX", help="a width of its class (default: the commonest)")
    parser.add_argument("--background", metavar="SHOT", help="a picture of the page at that width, under the map")
    parser.add_argument("--groups", metavar="COLUMN=A,B", help="two groups to compare (only A: A and the rest)")
    parser.add_argument("--of", choices=("dwell", "moves", "clicks"), default="dwell", help="what is compared")
    parser.add_argument("--shuffles", type=int, default=999, metavar="N", help="of a difference's test (default 999)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the shuffles (default 0)")


def run(args: argparse.Namespace) -> int:
    """Read, choose, draw, and say of what."""
    from musculus.cli.inputs import joined
    from musculus.draw.sheet import check_form, draw, numbers, save
    from musculus.read import read

    form = check_form(args.output)
    options = _options(args)
    with Progress("reading") as progress:
        events = joined(read(args.input, reader=args.reader, progress=progress), args.join)
    events = chosen(events, args.recording, args.person)
    _say_pages(args, events)
    figure = draw(args.kind, events, **options)
    wanted = args.json or form == ".html"
    found: dict[str, Any] = numbers(args.kind, events, **options) if wanted else {"kind": args.kind}
    save(figure, args.output, _title(args), plain(found))
    document = {"output": args.output, "recordings": len(events), "events": events.n_events, **found}
    answer(args, document, f"{args.kind} of {len(events):,} recordings, {events.n_events:,} events: {args.output}")
    return 0


def _title(args: argparse.Namespace) -> str:
    return " ".join(filter(None, [args.kind, "of", args.recording or args.person or args.page or args.input[0]]))


def _options(args: argparse.Namespace) -> dict[str, Any]:
    """Those of the figure's function."""
    options: dict[str, Any] = {}
    if args.kind in ON_A_PAGE:
        options = {"page": args.page, "width": args.width, "background": args.background}
    elif args.background:
        raise UsageError(f"{args.kind} is drawn on no page; --background is for {', '.join(ON_A_PAGE)}")
    if args.kind != "difference":
        return options
    column, told, values = (args.groups or "").partition("=")
    names = [v.strip() for v in values.split(",") if v.strip()]
    if not told or not column or not 1 <= len(names) <= 2:
        raise UsageError("a difference needs two groups: --groups COLUMN=A,B, or COLUMN=A for A and all others")
    return options | {
        "column": column.strip(), "first": names[0], "second": names[1] if len(names) > 1 else None, "of": args.of,
        "shuffles": args.shuffles, "seed": args.seed,
    }  # fmt: skip


def chosen(events: Events, recording: str | None, person: str | None) -> Events:
    """The recordings that are wanted; DataError where there is none."""
    from musculus.events import Events

    keep = [True] * len(events)
    if recording is not None:
        exact = recording in events.recordings
        keep = [r == recording if exact else r.startswith(recording) for r in events.recordings]
    if person is not None:
        if COLUMN not in events.context:
            raise DataError("these recordings don't say whose they are: there is no column 'person'")
        keep = [k and str(p) == person for k, p in zip(keep, events.context[COLUMN], strict=True)]
    if all(keep):
        return events
    if not any(keep):
        which = " of ".join(filter(None, [recording and f"recording {recording!r}", person and f"person {person!r}"]))
        some = ", ".join(events.recordings[:5])
        raise DataError(f"there is no {which} among {len(events):,} recordings ({some} ...)")
    return Events.concat([events[i] for i, k in enumerate(keep) if k])


def _say_pages(args: argparse.Namespace, events: Events) -> None:
    """Which other pages and widths there are maps of, where none was named."""
    if args.kind not in ON_A_PAGE or (args.page is not None and args.width is not None):
        return
    from musculus.draw.maps import choices
    from musculus.draw.maps.widths import said

    found = choices(events)
    if len(found) > 1:
        shown = "; ".join(f"{address or 'page'} {said(k)}: {n}" for address, k, n in found[:6])
        more = f"; and {len(found) - 6} more" if len(found) > 6 else ""
        note(f"page views by page and width (--page, --width choose): {shown}{more}")

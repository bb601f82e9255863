"""Measures of each recording, page, stroke, action, click or window.

The table has the columns recording, page, cut (index within the recording), cut_kind, start, end (ms), then the
measures; `musculus measures` lists them. With --cut recording there is one row per recording, in input order. What the
events show of the mice is told beside it.

Example:
  musculus measure events.parquet --cut stroke --only velocity,straightness -o strokes.parquet
"""

from __future__ import annotations

import argparse
from typing import Final

from musculus.cli.answers import answer, note
from musculus.cli.inputs import CUTS, Recordings, add_inputs, add_output, add_window, window_options, words

MIRRORS = "musculus.measure"
FEW_CUTS: Final = 2_000  # the fit takes some milliseconds a stroke: a quarter of a minute
FEW_EVENTS: Final = 200_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_inputs(parser)
    add_output(parser)
    parser.add_argument("--cut", choices=CUTS, default="recording", help="what a row is (default: recording)")
    parser.add_argument("--only", type=words, metavar="NAMES", help="measures or columns, with commas between")
    parser.add_argument("--tier", type=words, metavar="TIERS", help="raw, s (rate-independent), or raw,s (default)")
    parser.add_argument(
        "--slow", action="store_true",
        help="also what takes long, sample entropy and the sigma-lognormal fit (small inputs have them anyway)",
    )  # fmt: skip
    add_window(parser)


def run(args: argparse.Namespace) -> int:
    """Read, cut, measure and write, a part at a time."""
    from musculus.cut import cut
    from musculus.evaluate.study.configured import configurations, together, told
    from musculus.measures import choose, measure
    from musculus.read import Writer

    choose(args.only, args.tier)  # a name that isn't there is told before anything is read
    found = Recordings(args, "measuring")
    names: tuple[str, ...] = ()
    slow: bool | None = args.slow or None
    mice = []
    with Writer(args.output) as out:
        for events in found:
            cuts = cut(events, args.cut, **window_options(args))
            if slow is None:  # a part is this small only where it is all there is
                slow = args.tier is None and len(cuts) <= FEW_CUTS and events.n_events <= FEW_EVENTS
            table = measure(events, cuts, only=args.only, tier=args.tier, slow=slow)
            names = table.names
            out.add(table.to_polars())
            mice.append(configurations(events))
    configured = together(mice)
    note("\n".join([str(found.odd), *told(configured)]))
    if not slow and args.only is None:
        note("left out because they take long: sample_entropy, lognormal_*; --slow adds them")
    document = {
        "output": args.output,
        "cut": args.cut,
        "rows": out.rows,
        "measures": len(names),
        "recordings": found.recordings,
        "events": found.odd.events,
        "oddities": found.odd.counts(),
        "configurations": configured,
    }
    what = f"{out.rows:,} rows ({args.cut}) of {len(names)} measures from {found.recordings:,} recordings"
    answer(args, document, f"{what}, {found.odd.events:,} events: {args.output}")
    return 0

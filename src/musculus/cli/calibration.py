"""The operating point from a site's own traffic in shadow mode: `musculus arena --calibrate`."""

from __future__ import annotations

import argparse
from pathlib import Path

from musculus.cli.answers import answer
from musculus.errors import UsageError


def add_calibration(parser: argparse.ArgumentParser) -> None:
    """The options."""
    shadow = "set the shipped line by this traffic of a site, and write it with -o MODEL.musculus; no fight"
    parser.add_argument("--calibrate", nargs="+", metavar="FILE", help=shadow)
    parser.add_argument("--allowed", type=float, default=0.01, metavar="SHARE", help="of visits below (default 0.01)")


def calibrate(args: argparse.Namespace) -> int:
    """Judge the traffic, set the line, tell what it means, and write a model file that has it."""
    import numpy as np

    from musculus.events import Events
    from musculus.features import ENGINE
    from musculus.read import read
    from musculus.score.operating import operating_point, with_line
    from musculus.score.shipped import PATH, shipped
    from musculus.tasks.bot import judge

    if not 0 < args.allowed < 0.5:
        raise UsageError(f"--allowed is a share of visits between 0 and 0.5, not {args.allowed:g}")
    if args.output and not args.output.endswith(".musculus"):
        raise UsageError(f"{args.output}: with --calibrate a model is written, MODEL.musculus")
    model = shipped(ENGINE)
    events = Events.concat([read(path) for path in args.calibrate])
    scores = np.array([j.score for j in judge(events, model, limit=0)])
    point = operating_point(scores, args.allowed)
    if args.output:
        Path(args.output).write_bytes(with_line(PATH.read_bytes(), point))
    low, high = model.manifest.thresholds or (float("nan"), float("nan"))
    told = {"line": point.line, "allowed": point.allowed, "visits": point.visits, "below": point.below}
    told |= {"highest": point.highest, "not_judged": int(np.isnan(scores).sum()), "shipped_line": low}
    told |= {"below_the_shipped_line": int((scores < low).sum()), "human_from": max(high, point.line)}
    words = (
        f"{point.visits:,} visits judged, {told['not_judged']:,} not; below the shipped line {low:.2f}: "
        f"{told['below_the_shipped_line']:,}\nline at {point.allowed:.2%}: {point.line:.2f}; {point.below:,} visits "
        f"lie below it (95 % sure that no more than {point.highest:.2%} do)"
    )
    answer(args, {**told, "output": args.output}, words + (f": {args.output}" if args.output else ""))
    return 0

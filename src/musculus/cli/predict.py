"""Scores of recordings by a model, with verdict and reasons.

MODEL is a file, or `bot` for the detector that is shipped. The table has the columns recording, start, end (ms), score
(higher is more human), probability, verdict (human, bot, unsure) and reasons. Impossible events settle a verdict, as
they do live.

Example:
  musculus predict bot recordings/ -o scores.csv
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from musculus.cli.answers import answer, note
from musculus.cli.inputs import Recordings, add_inputs, add_output
from musculus.errors import UsageError

if TYPE_CHECKING:
    from musculus.events import Events
    from musculus.score import Scorer
    from musculus.tasks.bot import Judgement

MIRRORS = "musculus.tasks.bot.judge"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a file that `musculus train` wrote, or bot")
    add_inputs(parser)
    add_output(parser)
    parser.add_argument("--cut", choices=("recording", "window"), default="recording", help="what a row is")


def run(args: argparse.Namespace) -> int:
    """Read, judge and write, a part at a time."""
    import polars as pl

    from musculus.read import Writer

    model = _model(args.model)
    found = Recordings(args, "judging")
    verdicts: dict[str, int] = {}
    with Writer(args.output) as out:
        for events in found:
            rows = list(_rows(events, model, args.cut))
            for row in rows:
                verdicts[row["verdict"]] = verdicts.get(row["verdict"], 0) + 1
            out.add(pl.DataFrame(rows, schema=_schema()))
    note(str(found.odd))
    document = {
        "output": args.output,
        "model": model.sha256,
        "rows": out.rows,
        "verdicts": verdicts,
        "recordings": found.recordings,
        "events": found.odd.events,
        "oddities": found.odd.counts(),
    }
    counts = ", ".join(f"{n:,} {name}" for name, n in sorted(verdicts.items())) or "nothing to judge"
    answer(args, document, f"{counts}: {args.output}")
    return 0


def _model(name: str) -> Scorer:
    from musculus.features import ENGINE
    from musculus.score import load
    from musculus.score.shipped import shipped

    model = shipped(ENGINE) if name == "bot" else load(name, engine=ENGINE)
    if model.manifest.task != "bot":
        raise UsageError(f"{name} is a model for {model.manifest.task or 'no task'}; predict works with those for bot")
    return model


def _schema() -> dict[str, Any]:
    import polars as pl

    numbers = dict.fromkeys(("start", "end", "score", "probability"), pl.Float64)
    return {"recording": pl.String, **numbers, "verdict": pl.String, "reasons": pl.String}


def _rows(events: Events, model: Scorer, cut: str) -> list[dict[str, Any]]:
    from musculus.tasks.bot import judge

    said = judge(events, model, cut=cut)
    if cut == "window":
        return [_row(j, j.verdict, [r.sentence for r in j.reasons]) for j in said]
    return [_whole(one, j) for one, j in zip(events, said, strict=True)]


def _whole(one: Events, j: Judgement) -> dict[str, Any]:
    """A recording's row: what its movement says, overruled by events that can't be."""
    from musculus.score.rules import findings, overrule

    broken = findings(one)
    verdict = overrule(j.verdict, broken)
    reasons = [f.sentence for f in broken] + [r.sentence for r in j.reasons]
    if not j.rows:
        reasons.append("too few strokes of the pointer to judge how it moves" if one.n_events else "no events")
    return _row(j, verdict, reasons)


def _row(j: Judgement, verdict: str, reasons: list[str]) -> dict[str, Any]:
    numbers = {name: getattr(j, name) for name in ("start", "end", "score", "probability")}
    return {"recording": j.recording, **numbers, "verdict": verdict, "reasons": "; ".join(reasons)}

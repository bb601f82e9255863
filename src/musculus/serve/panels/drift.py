"""Has what comes in drifted from what was learned?  The newest strokes' columns and scores beside training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from musculus.events import Events
    from musculus.score import Scorer

Floats = npt.NDArray[np.float64]
FEWEST: Final = 50  # strokes below which nothing is said
MOST: Final = 3000  # strokes looked at, the newest visits first
SOME, MUCH = 0.1, 0.2  # of the values lie elsewhere, beyond what chance gives
CHANCE: Final = 1.36  # over the root of n: Kolmogorov's distance of as many values drawn from training, 95 %
SHARES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
SHOWN: Final = 12


def drift(events: Events | None, detector: Scorer) -> dict[str, Any]:
    """Of the visits that aren't called bots (context `verdict`): `columns` and `scores` beside training, and `words`.

    The detector's own rows are compared, so what it reads is what is looked at. A model of windows of strokes, not of
    single ones, has nothing to compare here.
    """
    from musculus.cut import cut
    from musculus.score.dynamics.evidence import reads_strokes
    from musculus.score.dynamics.strokes import strokes_of

    nothing: dict[str, Any] = {"strokes": 0, "visits": 0, "columns": [], "of": 0, "scores": None}
    if not reads_strokes(detector):
        return {**nothing, "words": ["This model doesn't read single strokes, so its rows aren't compared."]}
    kept = [] if events is None else [one for one in events if one.context["verdict"][0] != "bot"]
    if not kept:
        return {**nothing, "words": ["There are no visits to compare yet."]}
    joined = type(kept[0]).concat(kept)
    found = strokes_of(joined, detector.features, cut(joined, "stroke")[: 4 * MOST])  # most are too short to judge
    values, visits = found.values[:MOST], len(np.unique(found.recording[:MOST]))
    if len(values) < FEWEST:
        said = f"{len(values)} strokes of visits not called bots are too few to say whether anything drifted"
        return {**nothing, "strokes": len(values), "visits": visits, "words": [f"{said}: it takes {FEWEST}."]}
    features = detector.manifest.features
    rows = [beside(values[:, j], f.quantiles) | {"name": f.name, "unit": f.unit} for j, f in enumerate(features)]
    rows = sorted((r for r in rows if r["moved"] is not None), key=lambda r: -r["moved"])
    scores = _scores(detector, values)
    return {
        "strokes": len(values), "visits": visits, "columns": rows[:SHOWN], "of": len(rows), "scores": scores,
        "words": words(rows, scores, len(values), visits),
    }  # fmt: skip


def beside(values: Floats, quantiles: Sequence[float], shares: Sequence[float] = SHARES) -> dict[str, Any]:
    """Values beside quantiles of training at `shares`: median, share outside the outer ones, `moved`.

    `moved` is the share of values that lie elsewhere: at whichever quantile it is largest, the difference between the
    share of values below it here and in training (Kolmogorov's distance, at these points). Where many values are equal,
    as counts are, only what no tie explains is counted. None where there are no quantiles or too few values.

    >>> here = np.linspace(0, 1, 1001)
    >>> [round(beside(values, SHARES)["moved"], 2) for values in (here, here + 0.25)]
    [0.0, 0.25]
    """
    mine = np.sort(values[np.isfinite(values)])
    if not len(quantiles) or len(mine) < FEWEST:
        return {"n": len(mine), "median": None, "usual": None, "outside": None, "moved": None}
    below, upto = (np.searchsorted(mine, quantiles, side=side) / len(mine) for side in ("left", "right"))
    away = np.maximum(np.subtract(below, shares), np.subtract(shares, upto)).max()
    outside = float(below[0] + 1 - upto[-1])
    usual = float(quantiles[len(quantiles) // 2])
    return {"n": len(mine), "median": float(np.median(mine)), "usual": usual, "outside": outside,
            "moved": round(max(float(away), 0.0), 3)}  # fmt: skip


def _scores(detector: Scorer, values: Floats) -> dict[str, Any] | None:
    """Log odds of single strokes here, and of people whom the training's models hadn't met; None if not in the file."""
    curves = [c for c in detector.manifest.more.get("curves", []) if "scores" in c]
    if not curves:
        return None
    people, bots = ([-q for q in side[::-1]] for side in curves[0]["scores"])  # kept as log odds of a bot
    found = beside(detector.score(values), people)
    return {**found, "people": people, "bots": bots, "unlike": float(np.mean(detector.score(values) < people[0]))}


def words(rows: Sequence[dict[str, Any]], scores: dict[str, Any] | None, n: int, visits: int) -> list[str]:
    """What drifted, in sentences: the scores first, then the columns that moved most."""
    said = []
    if scores:
        medians = f"median log odds {scores['median']:.2f}, of people in training {scores['usual']:.2f}"
        unlike = f"{scores['unlike']:.1%} of strokes score below the lowest 1 % of theirs"
        said.append(f"Scores show {_level(scores)} drift: {medians}; {unlike}.")
    levels = [_level(row) for row in rows]
    much, some = levels.count("much"), levels.count("some")
    if not much and not some:
        said.append(f"None of {len(rows)} measures drifted.")
        return said
    count = f"{much} of {len(rows)} measures drifted much, {some} some"
    said.append(f"{count}, in {n} strokes of {visits} visits; most of all {', '.join(map(_moved, rows[:3]))}.")
    if visits < 10:
        said.append("So few visits may be of so few people that this says who came, not that anything changed.")
    return said


def _moved(row: dict[str, Any]) -> str:
    unit = "" if row["unit"] in ("", "1") else f" {row['unit']}"
    name = row["name"].replace("_", " ")
    medians = f"median {row['median']:.3g}{unit}, in training {row['usual']:.3g}"
    return f"{name} ({row['moved']:.0%} lie elsewhere: {medians})"


def _level(row: dict[str, Any]) -> str:
    beyond = row["moved"] - CHANCE / np.sqrt(row["n"])
    return "much" if beyond > MUCH else "some" if beyond > SOME else "no"

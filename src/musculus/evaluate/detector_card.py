"""The model card of the detector: whom it learned from, whom it accuses wrongly, what it finds, what it can't."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.score.fusion import Fusion

if TYPE_CHECKING:
    from musculus.evaluate.training_detector import Floats, Material, Names, Unseen

LINE: Final = 0.01
SITTING: Final = 8


def measured(data: Material, unseen: Unseen, fusion: Fusion, line: float) -> dict[str, Any]:
    """Figures on people and families the scoring model had not met, one stroke and eight at a time.

    `metrics` are means; `generators` and `people` hold a row each.
    """
    from musculus.evaluate.metrics import roc_auc

    one = float(np.quantile(unseen.people, LINE, method="higher"))
    wrong = unseen.people < one
    eight = _totals(unseen.people, data.visit, fusion)
    people = [
        {"person": p, "strokes": int((data.person == p).sum()), "accused": int(wrong[data.person == p].sum())}
        for p in np.unique(data.person).tolist()
    ]
    generators = [_found(data, unseen, fusion, line, one, g) for g in np.unique(data.generator).tolist()]
    label = np.r_[np.ones(len(unseen.people)), np.zeros(len(unseen.bots))]
    metrics = {
        "auc": round(roc_auc(label, np.r_[unseen.people, unseen.bots]), 4),
        "found_one_stroke_at_fpr_0.01": _mean(generators, "one"),
        "found_eight_strokes_at_the_line": _mean(generators, "eight"),
        "people_eight_strokes_called_bot": _share(eight < line),
        "people_eight_strokes_called_human": _share(eight >= np.log(9.0)),
        "most_strokes_of_a_person_accused": max(p["accused"] for p in people),
    }
    return {"metrics": metrics, "people": people, "generators": generators}


def _share(which: npt.NDArray[np.bool_]) -> float | None:
    """None of nothing."""
    return round(float(which.mean()), 4) if len(which) else None


def _mean(rows: Sequence[dict[str, Any]], name: str) -> float | None:
    known = [r[name] for r in rows if r[name] is not None]
    return round(float(np.mean(known)), 4) if known else None


def _found(data: Material, unseen: Unseen, fusion: Fusion, line: float, one: float, name: str) -> dict[str, Any]:
    mine = unseen.bots[data.generator == name]
    totals = _totals(mine, np.full(len(mine), name), fusion)
    eight = _share(totals < line)
    kind = str(data.family[data.generator == name][0])
    found = round(float((mine < one).mean()), 3)
    return {"generator": name, "family": kind, "n": len(mine), "one": found, "eight": eight}


def _totals(scores: Floats, names: Names, fusion: Fusion) -> Floats:
    from musculus.evaluate.training_detector import visits

    return np.array([fusion.total(scores[of]) for of in visits(names, SITTING)])


def card(
    data: Material, figures: dict[str, Any], fusion: Fusion, line: float, allowed: float, without: Sequence[str]
) -> str:
    """Markdown."""
    m, people = figures["metrics"], figures["people"]
    accused = [f"{p['person']} {p['accused']} of {p['strokes']}" for p in sorted(people, key=lambda p: -p["accused"])]
    worst = ", ".join(accused[:8])
    left = f" Left out, because they test it: {', '.join(without)}." if without else ""
    rows = sorted(figures["generators"], key=lambda g: (g["one"], g["generator"]))
    table = [
        f"| {g['generator']} | {g['family']} | {g['n']} | {g['one']:.2f} | {_or_dash(g['eight'])} |" for g in rows
    ]
    return f"""# The detector of strokes

Tells people from programs by how the pointer moves, one stroke (200 px or more, by a mouse) at a time, laid on frames
of 60 Hz: shape, texture and speed profile; nothing of intervals, place or size, no counts. Log odds of strokes add up.

## Learned from

{len(data.person):,} strokes of {len(people)} people, recorded by one page in one task.{left} Against them: \
{len(data.bots):,} strokes of {len(figures["generators"])} generators, people's strokes distorted as replays are, and \
rows whose features were taken apart. People were also recorded again by a page and by mice of 125 and 1000 Hz; people \
and bots by recorders drawn at random: mice of 125 to 1000 Hz with counts of 1 to 5 px, touchpads that glide, pages of \
30 to 144 Hz, clocks of 1 and 15.6 ms.

## Wrong about people (people and families of bots it hadn't met)

- were {LINE:.0%} of strokes accused, the most accused of {len(people)} people: {worst}
- visits of eight strokes called bot: {_percent(m["people_eight_strokes_called_bot"])}; called human: \
{_percent(m["people_eight_strokes_called_human"])}; else unsure
- a visit is called bot below {line:.2f}, human from {max(2.197, line):.2f}, unsure between (log odds of a person): at \
most {allowed:.0%} of people's visits of any length lie below, and one stroke alone counts for {fusion.most:.1f} at most
- people's strokes are alike ({fusion.alike:.2f} of the variance lies between people), so evidence is worth \
n / (1 + (n - 1) {fusion.alike:.2f})

## Found (left out with its whole family; at 1 % of strokes of people, and eight strokes at the line)

AUC of one stroke {m["auc"]:.3f}; mean over generators {m["found_one_stroke_at_fpr_0.01"]:.2f} with one stroke, \
{_or_dash(m["found_eight_strokes_at_the_line"])} with eight.

| generator | family | strokes | one stroke | eight |
|---|---|---|---|---|
{chr(10).join(table)}

## Can't tell

A person's own movement played again without a change (ask the replay index), a pointer that jumps, keys, fingers, pens
and strokes under 200 px: those get no evidence here. The people are of one data set and one page: on another site
measure what it says of your own traffic first (`musculus arena --calibrate`).
"""


def _percent(value: float | None) -> str:
    return "none seen" if value is None else f"{value:.2%}"


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"

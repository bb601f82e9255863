"""The verdict of movement, stroke by stroke: the same for a file, a live visit and a part of one."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from musculus.events import Events
from musculus.score import Scorer
from musculus.score.dynamics.evidence import Evidence, evidence_of, say
from musculus.score.dynamics.strokes import strokes_of
from musculus.score.reasons import Reason
from musculus.tasks.judgement import Judgement, probability, verdict

WINDOW: Final = 8  # strokes


def judge(
    events: Events, scorer: Scorer, cut: str = "recording", limit: int = 5, replay: Any = None
) -> list[Judgement]:
    """The verdict on each recording (`cut="window"`: on each eight strokes of it, half overlapping).

    `replay` is an index of strokes seen before (`score.replay.ReplayIndex`): evidence of a copy, in nats, is taken
    from the log odds of a person.
    """
    strokes = strokes_of(events, scorer.features)
    found = evidence_of(strokes, scorer)
    bounds = np.searchsorted(strokes.recording, np.arange(len(events) + 1)).tolist()
    judged = []
    for i in range(len(events)):
        mine = _fair(found[bounds[i] : bounds[i + 1]], int(strokes.coarse[i]))
        if cut == "window":
            judged += [judgement(events, i, part, scorer, limit) for part in windows(mine)]
        else:
            judged.append(judgement(events, i, mine, scorer, limit, replay))
    return judged


def judged(events: Events, found: tuple[Evidence, int], scorer: Scorer, limit: int = 5) -> Judgement:
    """The verdict on one recording of which the evidence is known already, and its strokes that are too coarse."""
    return judgement(events, 0, _fair(*found), scorer, limit)


def _fair(evidence: Evidence, coarse: int) -> Evidence:
    """None of the evidence where most strokes were recorded too coarsely: the few that weren't are no fair sample."""
    return evidence[:0] if coarse > len(evidence) else evidence


def windows(evidence: Evidence) -> list[Evidence]:
    """Each eight strokes, half overlapping; all of fewer."""
    starts = range(0, max(len(evidence) - WINDOW, 0) + 1, WINDOW // 2) if len(evidence) else ()
    return [evidence[a : a + WINDOW] for a in starts]


def judgement(
    events: Events, i: int, evidence: Evidence, scorer: Scorer, limit: int = 5, replay: Any = None
) -> Judgement:
    """The verdict on recording number i by these of its strokes; reasons name rows of that recording."""
    name = events.recordings[i]
    if not len(evidence):
        return Judgement(name, np.nan, np.nan, np.nan, np.nan, "unsure", (), 0)
    first = int(events.offsets[i])
    said = say(evidence, scorer, limit)
    score, chance, word = said.score, said.probability, said.verdict
    reasons = tuple(
        Reason(r.name, r.sentence, r.weight, r.value, (r.rows[0] - first, r.rows[1] - first)) for r in said.reasons
    )
    if replay is not None:
        matches = replay.score(events[i], events.recordings[i])
        if matches.total > 0:
            score -= float(matches.total)
            chance, word = probability(score, scorer), verdict(score, scorer)
            copies = int((matches.evidence > 0).sum())
            words = f"{copies} of {len(matches)} strokes are copies of strokes seen before: speaks against"
            reasons = (Reason("seen_before", words, -float(matches.total), float(copies)), *reasons)
    start, end = events.t[evidence.start[0]], events.t[evidence.end[-1] - 1]
    return Judgement(name, float(start), float(end), score, chance, word, reasons, len(evidence))

"""Events of a visit in, a verdict in words out: the rules first, then the shipped detector."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from musculus.events import KIND, Events
from musculus.score.rules import Visit, findings, overrule
from musculus.serve import followed
from musculus.serve.verdict import Reason, Verdict

if TYPE_CHECKING:
    from musculus.score import Scorer
    from musculus.serve.seen import Copies

RULES_ONLY: Final = "rules"
DOUBTFUL: Final = 4.6  # nats: one person in a hundred at most has as much evidence for copies
CERTAIN: Final = 9.2  # one in ten thousand
# what a visitor does; the rest (scroll, show, resize ...) a page can do alone
INPUT: Final = (
    "move", "down", "up", "cancel", "click", "dblclick", "contextmenu", "wheel", "key_down", "key_up"
)  # fmt: skip


def load_detector(path: Path | None = None) -> Scorer | None:
    """The shipped detector, or a file's (None where there is none); `BundleError` where it can't be trusted."""
    from musculus.features import ENGINE
    from musculus.score import load
    from musculus.score.shipped import shipped

    if path is None:
        return shipped(ENGINE)
    return load(path, engine=ENGINE) if path.exists() else None


def model_id(detector: Scorer | None) -> str:
    """What a verdict was made by: the rules, or the detector's family and the beginning of its digest."""
    return RULES_ONLY if detector is None else f"{detector.manifest.family}-{detector.sha256[:12]}"


def judge(events: Events | Visit, detector: Scorer | None, copies: Copies | None = None) -> Verdict:
    """The verdict on one recording; `copies` is what is known of its strokes that copy strokes seen before.

    An impossible event settles it, whatever the movement looks like; doubts of several aspects may add up to that, and
    a single one turns `human` into `unsure` (`score.rules.overrule`). Without pointer, key or touch events, or with too
    few strokes to judge, it is `unsure`.
    """
    visit = events if isinstance(events, Visit) else Visit(events)
    events = visit.events
    broken = findings(visit)
    reasons = [Reason(f.name, f.sentence, -f.weight, (f.first, f.last)) for f in broken]
    label, score, probability = "unsure", None, None
    if not any(visit.counts[KIND[name]] for name in INPUT):
        reasons.append(_said("no events", "no pointer, key or touch events came: there is nothing to judge"))
    elif detector is None:
        reasons.append(_said("no detector", "no detector is installed, so that only impossible events are looked for"))
    else:
        label, score, probability, why = _by_movement(visit, detector)
        if copies and copies.evidence > 0:
            label, score, probability, more = _with_copies(label, score, detector, copies)
            why = [*more, *why]
        reasons += why
    return Verdict(
        recording=events.recordings[0],
        verdict=overrule(label, broken),
        score=score,
        probability=probability,
        reasons=reasons,
        events=events.n_events,
        strokes=len(visit.strokes),
        model=model_id(detector),
    )


def _by_movement(visit: Visit, detector: Scorer) -> tuple[str, float | None, float | None, list[Reason]]:
    """What the detector says: verdict, score, probability, reasons; without numbers where it had too few strokes."""
    from musculus.score.dynamics.evidence import reads_strokes
    from musculus.tasks import bot, dynamics

    events, strokes = visit.events, len(visit.strokes)
    if reads_strokes(detector):
        said = dynamics.judged(events, followed.evidence(events, visit.strokes, detector), detector)
    else:
        said = bot.judge(events, detector)[0]
    if not said.rows:
        sentence = f"none of {strokes} strokes can be judged: by a mouse, 200 px long, recorded finely"
        if not reads_strokes(detector):
            sentence = f"{strokes} strokes of the pointer are too few to judge how it moves"
        return "unsure", None, None, [_said("too few strokes", sentence)]
    inside = np.flatnonzero((events.t >= said.start) & (events.t <= said.end))
    rows = (int(inside[0]), int(inside[-1]))
    why = [Reason(r.name, r.sentence, r.weight, r.rows if r.rows[0] >= 0 else rows) for r in said.reasons]
    if said.verdict == "bot" and not detector.manifest.more.get("decides", True):
        sentence = "movement unlike that of the people the detector learned from; by itself that decides nothing"
        return "unsure", said.score, said.probability, [Reason("unlike people", sentence, 0.0, rows), *why]
    return said.verdict, said.score, said.probability, why


def _with_copies(
    label: str, score: float | None, detector: Scorer, copies: Copies
) -> tuple[str, float | None, float | None, list[Reason]]:
    """Movement that copies strokes seen before is evidence against a person, whatever it is like.

    Evidence in nats joins a score that is one in nats too; beside another kind of score it decides by itself.
    """
    from musculus.score.dynamics.evidence import reads_strokes
    from musculus.tasks.judgement import probability, verdict

    sentence = f"{copies.copies} of {copies.asked} strokes copy strokes that other visits made before"
    reason = Reason("seen_before", sentence, -copies.evidence, copies.rows)
    if reads_strokes(detector):
        fused = (score or 0.0) - copies.evidence
        return verdict(fused, detector), fused, probability(fused, detector), [reason]
    if copies.evidence < DOUBTFUL:
        return label, score, None, [reason]
    return "bot" if copies.evidence >= CERTAIN else "unsure", score, None, [reason]


def _said(name: str, sentence: str) -> Reason:
    return Reason(name, sentence, 0.0, (0, 0))

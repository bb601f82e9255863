"""A claim judged by a model file: is this recording of the person it claims to be?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError, UnknownName, UsageError
from musculus.events import Events
from musculus.score import Reason, Scorer
from musculus.score.kernels.elementwise import sigmoid
from musculus.tasks.cadence import thinned
from musculus.tasks.judgement import Judgement
from musculus.tasks.verify import _actions as actions_of
from musculus.tasks.verify import _rows as rows_of_actions
from musculus.tasks.verify import against_others

Floats = npt.NDArray[np.float64]
VERDICTS = ("another", "the person claimed")


def judge(
    events: Events, scorer: Scorer, cut: str = "recording", limit: int = 5, person: str = ""
) -> list[Judgement]:
    """The verdict on each recording's claim, in order.

    `person` is an enrolled person whom all recordings claim to be, or the context column that says whom each claims
    (default: `person`). A recording's score is the mean of its rows' logs of probabilities (or margins) for the claimed
    person, less that for the likeliest other one. Without an action, and for somebody who has not enrolled, the verdict
    is "unsure". UsageError where nothing says whom they claim to be.
    """
    if cut != "recording":
        raise UsageError(f"a claim is judged by recording, not by {cut}")
    people = scorer.manifest.classes
    claims = claimed(events, people, person)
    scores, counts = person_scores(events, scorer)
    return [
        _judged(events, scorer, i, claims[i], scores[i], int(counts[i]), limit) for i in range(len(events))
    ]


def claimed(events: Events, people: Sequence[str], person: str = "") -> list[str]:
    """Whom each recording claims to be, as text. UnknownName for a name that is neither enrolled nor a column."""
    if person in people:
        return [person] * len(events)
    column = person or "person"
    if column in events.context:
        return [str(v) for v in events.context[column]]
    if not person:
        raise UsageError(f"say whom the recordings claim to be; enrolled are {', '.join(people)}")
    raise UnknownName("person enrolled", person, people)


def person_scores(events: Events, scorer: Scorer) -> tuple[Floats, npt.NDArray[np.int64]]:
    """How much each recording is ahead of others as each person, shape (n_recordings, n_people), NaN without actions;
    and the rows behind it.
    """
    how = scorer.manifest.more["rows"]
    out = np.full((len(events), len(scorer.manifest.classes)), np.nan)
    values, recording = rows(events, scorer)
    counts = np.bincount(recording, minlength=len(events))
    if not len(values):
        return out, counts
    found = scorer.class_scores(values)
    found = np.log(found + float(how["edge"])) if scorer.probable else found
    totals = np.stack([np.bincount(recording, column, len(events)) for column in found.T], axis=1)
    some = counts > 0
    out[some] = against_others(totals[some] / counts[some, None])
    return out, counts


def rows(events: Events, scorer: Scorer) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The rows the model reads, shape (n, n_features), and which recording each is of."""
    how = scorer.manifest.more["rows"]
    seen = thinned(events) if how["thinned"] else events
    if not seen.n_events:
        return np.empty((0, len(scorer.features))), np.empty(0, np.int64)
    table = actions_of(seen, how["left_out"], None, None)
    if not len(table):
        return np.empty((0, len(scorer.features))), np.empty(0, np.int64)
    at = {name: i for i, name in enumerate(events.recordings)}
    owner = np.array([at[r] for r in table.ids["recording"]], np.int64)
    made, recording, _, _ = rows_of_actions(table, owner, np.zeros(len(events), bool), int(how["actions"]))
    place = {name: j for j, name in enumerate(made.names)}
    values = np.full((len(made), len(scorer.features)), np.nan)  # of keys, where these recordings have none
    for j, name in enumerate(scorer.features):
        if name in place:
            values[:, j] = made.values[:, place[name]]
    if len(values) and not set(place) & set(scorer.features):
        raise DataError("none of the model's features can be measured here; was it made by another musculus?")
    return values, recording


def _judged(
    events: Events, scorer: Scorer, i: int, claim: str, ahead: Floats, rows: int, limit: int
) -> Judgement:
    people, how = scorer.manifest.classes, scorer.manifest.more["claims"]
    times = events.t[events.offsets[i] : events.offsets[i + 1]]
    start, end = (float(times.min()), float(times.max())) if len(times) else (np.nan, np.nan)
    if claim not in people or not rows:
        why = f"{claim} has not enrolled" if claim not in people else "no action of the pointer to judge"
        reason = (Reason("claim", why, 0.0, np.nan),)
        return Judgement(events.recordings[i], start, end, np.nan, np.nan, "unsure", reason, rows)
    own = people.index(claim)
    score = float(ahead[own])
    no, yes = scorer.manifest.verdicts
    verdict = no if score < how["low"] else yes if score >= how["high"] else "unsure"
    probability = float(sigmoid(np.array([how["slope"] * score + how["offset"]]))[0])
    reasons = _reasons(people, own, ahead, rows)[:limit]
    return Judgement(events.recordings[i], start, end, score, probability, verdict, reasons, rows)


def _reasons(people: Sequence[str], own: int, ahead: Floats, rows: int) -> tuple[Reason, ...]:
    """Who else it could be: the comparison that the score is made of."""
    order = [int(p) for p in np.argsort(-ahead) if p != own]
    other, score = people[order[0]], float(ahead[own])
    who = f"{people[own]} fits best, before {other}" if score > 0 else f"{other} fits better than {people[own]}"
    said = f"{who} ({abs(score):.2f} apart, {rows} {'row' if rows == 1 else 'rows'} of actions)"
    return (Reason("claim", f"{said}: speaks {'for' if score > 0 else 'against'}", score, score),)

"""Imposters whom nobody enrolled: people left out of learning, who then claim to be those who stayed in."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.drawn import calibrated_across, drawn
from musculus.evaluate.figures import figures
from musculus.evaluate.verif_scores import SEED, row_scores_of
from musculus.tasks.verify import Trials, against_others, by_session

Ints = npt.NDArray[np.int64]
GROUPS: Final = 3  # people are dealt into so many groups; each is unknown once
FEWEST: Final = 3  # people: one who doesn't enrol, two to be told apart
WORDS: Final = "imposters nobody enrolled"


def open_set(table: Trials, model: str) -> dict[str, Any]:
    """One entry of the contract's `models` list: known people's genuine sessions, and all claims of people whom no
    model has seen, pooled over the groups.

    A claim counts by how far the claimed person is ahead of the likeliest other *known* one: a stranger's own model
    isn't there to take the claim away, so this is harder than claims among people who are all enrolled.
    """
    begin = time.perf_counter()
    genuine, scores, sessions, used = [], [], [], 0
    for unknown in _dealt(len(table.people)):
        part = without(table, unknown)
        columns, rows, _ = row_scores_of(part, model)
        claims = against_others(by_session(part, rows))[part.session, part.claim]
        genuine.append(part.genuine)
        scores.append(claims)
        sessions.append(part.session)
        used = max(used, len(columns))
    y, s, names = np.concatenate(genuine), np.concatenate(scores), np.array(table.recordings)[np.concatenate(sessions)]
    return {
        "name": f"{model}, {WORDS}",
        "features": used,
        **figures(y, s, names),
        "seconds": round(time.perf_counter() - begin, 2),
        "curve": drawn(y, s),
        "calibration": calibrated_across(y, s, names),
    }


def without(table: Trials, unknown: Ints) -> Trials:
    """The trials where these people never enrolled: genuine claims of the others, and each session that is truly of one
    of them claims to be each of the others.
    """
    known = np.setdiff1d(np.arange(len(table.people)), unknown)
    own = np.flatnonzero(table.genuine & ~np.isin(table.claim, unknown))
    strange = np.unique(table.session[table.genuine & np.isin(table.claim, unknown)])
    return replace(
        table,
        enrol=table.enrol & ~np.isin(table.person, unknown),
        claim=np.concatenate([table.claim[own], np.tile(known, len(strange))]),
        session=np.concatenate([table.session[own], np.repeat(strange, len(known))]),
        genuine=np.arange(len(own) + len(strange) * len(known)) < len(own),
    )


def _dealt(people: int) -> list[Ints]:
    order = np.random.default_rng(SEED).permutation(people)
    return [order[i::GROUPS] for i in range(GROUPS)]

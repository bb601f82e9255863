"""How people are verified, chosen on enrolled recordings alone: each is left out once, cut into claims of 32 actions.

Every piece claims to be each person. No recording that judges the protocol (the labelled sessions) is read. The best of
a group of choices may be better by chance: the one that is used is to be within 0.005 of it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from musculus.evaluate.verif_inner import FOLDS, Pieces, inner
from musculus.evaluate.verif_scores import QUICK
from musculus.events import Events
from musculus.read import read
from musculus.tasks.cadence import HEADLINE
from musculus.tasks.verify import trials
from proofs import Finding

SET: Final = "balabit/training_files"
STRICT: Final = (*HEADLINE, "sampled")
NEAR: Final = 0.005
LR: Final = "logistic_regression"
EDGES: Final = {"mean probability": None, "mean log(p + 0.0001)": 1e-4, "mean log(p + 0.01)": 1e-2}
SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "C 0.003, clip 10": {"C": 0.003, "impute_scale__clip": 10.0},
    "C 0.01, clip 3": {"C": 0.01, "impute_scale__clip": 3.0},
    "C 0.03, clip 5": {"C": 0.03, "impute_scale__clip": 5.0},
}
NORMAL: Final[dict[str, dict[str, Any]]] = {
    "90 % of the variance": {},
    "120 components": {"principal__n_components": 120},
    "60 components": {"principal__n_components": 60},
}
ALONE: Final = ("histogram_nb_log", "histogram_nb_mass")
Told = tuple[float, float]


def prove(small: bool) -> list[Finding]:
    """The choices one by one, the others as they are used."""
    events, what = _recordings(small)
    found = [Finding("recordings", what)]
    eight = trials(events)
    folds = 2 if small else FOLDS
    used = inner(eight, LR, folds=folds)
    found += _rows(events, used, folds, small)
    found += _group("features", {
        "headline": _of(used), "without neighbouring samples": _of(_again(events, STRICT, 8, LR, folds)),
    }, "headline")  # fmt: skip
    averaged = {name: used.told(used.claims(edge)) for name, edge in EDGES.items()}
    found += _group("a session's score", averaged, "mean log(p + 0.01)")
    claims = used.claims(1e-2)
    compared = {"the claimed person alone": used.told(claims, compared=False), "less the likeliest other": _of(used)}
    found += _group("a claim", compared, "less the likeliest other")
    if small:  # four simulated people judge no choice; they have to be told apart
        auc, _ = _of(used)
        return [*(Finding(f.of, f.found) for f in found), Finding("AUC", f"{auc:.3f}", "above 0.9", auc > 0.9)]
    found += _group(LR, {n: _of(inner(eight, LR, settings=_quick(s))) for n, s in SETTINGS.items()}, "C 0.01, clip 3")
    normal = {n: _of(inner(eight, "gaussian_nb", settings=s)) for n, s in NORMAL.items()}
    found += _group("gaussian_nb", normal, "60 components")
    return found + _one_class(events)


def _rows(events: Events, used: Pieces, folds: int, small: bool) -> list[Finding]:
    told = {"8 actions": _of(used)}
    for actions in () if small else (16, 32):
        told[f"{actions} actions"] = _of(_again(events, HEADLINE, actions, LR, folds))
    return _group("rows", told, "8 actions")


def _one_class(events: Events) -> list[Finding]:
    """Each family alone, with nobody else's data, and compared with the other people's models of that family."""
    alone, compared = {}, {}
    for actions in (8, 16, 32):
        table = trials(events, actions=actions)
        for name in ALONE if actions == 16 else ("histogram_nb_log",):
            pieces = inner(table, name, actions=actions)
            claims, words = pieces.claims(), f"{name}, rows of {actions}"
            alone[words], compared[words] = pieces.told(claims, compared=False), pieces.told(claims)
    found = _group("one-class, alone", alone, "")
    return found + _group("one-class, compared", compared, "histogram_nb_log, rows of 16")


def _again(events: Events, leave_out: tuple[str, ...], actions: int, model: str, folds: int) -> Pieces:
    return inner(trials(events, leave_out=leave_out, actions=actions), model, actions=actions, folds=folds)


def _quick(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {**QUICK[LR], **settings}


def _of(pieces: Pieces) -> Told:
    return pieces.told(pieces.claims(1e-2))


def _group(what: str, told: Mapping[str, Told], used: str) -> list[Finding]:
    """Every choice with its AUC and EER; the one that is used has to be near the best of them."""
    best = max(auc for auc, _ in told.values())
    return [
        Finding(
            f"{what}: {name}", f"AUC {auc:.4f}, EER {eer:.4f}{', used' if name == used else ''}",
            f"AUC at most {NEAR} below the best" if name == used else "",
            auc >= best - NEAR if name == used else None,
        )
        for name, (auc, eer) in told.items()
    ]  # fmt: skip


def _recordings(small: bool) -> tuple[Events, str]:
    path = Path(os.environ.get("MUSCULUS_DATA", "../shared/data")) / SET
    if small or not path.is_dir():
        return _simulated(), "4 simulated people of 4 recordings" + ("" if small else f"; there is no {path}")
    events = read(path)
    return events, f"{len(events)} recordings of {SET}, {events.n_events:,} events"


def _simulated() -> Events:
    """People who differ in speed: 40 moves a recording, each of which ends in a click."""
    rng, made = np.random.default_rng(0), []
    for p, k in [(p, k) for p in range(4) for k in range(4)]:
        t = np.concatenate([i * 2000 + np.arange(22) * 40.0 for i in range(40)])
        x = np.concatenate([np.cumsum(rng.gamma(2.0, 4.0 * (1 + p), 22)) for _ in range(40)])
        kind = (["move"] * 20 + ["down", "up"]) * 40
        made.append(Events.of(t, x, rng.normal(0, 3, len(t)).cumsum(), kind, recording=f"{p}{k}", person=f"p{p}",
                              split="train", illegal=None))  # fmt: skip
    return Events.concat(made)

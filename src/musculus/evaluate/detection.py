"""Detection measured: people apart, generators apart, a few strokes at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.drawn import calibrated_across, drawn
from musculus.evaluate.figures import figures
from musculus.evaluate.labelled import fit_selected
from musculus.evaluate.leaning import leaning, selected
from musculus.evaluate.metrics import roc_auc
from musculus.evaluate.usable import usable
from musculus.events import Events
from musculus.features import FeatureTable, features
from musculus.models import MODELS
from musculus.models.outputs import row_scores
from musculus.tasks.bot import STROKES, join_strokes, labels
from musculus.tasks.cadence import left_out

if TYPE_CHECKING:
    from musculus.evaluate.report import Findings

Floats = npt.NDArray[np.float64]
FOLDS = 8
WORLD = ("too_good_feature", "missing_tells_label")  # a program may give itself away by one feature
WITHOUT: Final = ("size", "cadence", "position")  # people and bots pass one renderer, so neighbouring samples compare
STEP = 1  # people's training rows may overlap: groups of strokes that begin one stroke apart


@dataclass(frozen=True, eq=False)
class Rows:
    """Feature rows of people and bots: `owner` is the person or generator, `test` the rows that don't overlap."""

    table: FeatureTable
    bot: npt.NDArray[np.bool_]
    owner: npt.NDArray[Any]
    test: npt.NDArray[np.bool_]


def rows(events: Events, only: tuple[str, ...] = (), strokes: int = STROKES) -> Rows:
    """One row for each group of strokes of a person or generator.

    Recordings of single strokes (context `stroke`) are joined; others are cut into windows of so many strokes.
    Features that tell where somebody was recorded (cadence, size, position) are left out unless `only` names them.
    """
    if "stroke" in events.context:
        joined = join_strokes(events, strokes, STEP)
        table = features(joined, "recording", only=only or None)
        bot, names = labels(joined), _owners(joined)
        at = np.arange(len(table))
    else:
        table = features(events, "window", strokes=strokes, step=STEP, only=only or None)
        place = {r: i for i, r in enumerate(events.recordings)}
        at = np.array([place[r] for r in table.ids["recording"]], np.int64)
        bot, names = labels(events), _owners(events)
    if not only:
        table = table.select([n for n in table.names if not left_out(n, WITHOUT)])
    owner = names[at]
    return Rows(table, bot[at], owner, _apart(owner, strokes))


def _owners(events: Events) -> npt.NDArray[Any]:
    bot = labels(events)
    people = events.context.get("person", np.array(events.recordings, object))
    generators = events.context.get("generator", np.full(len(events), "bot", object))
    return np.where(bot, generators, people).astype(str)


def _apart(owner: npt.NDArray[Any], strokes: int) -> npt.NDArray[np.bool_]:
    """Every so many-th row of an owner: rows that share no stroke."""
    new = np.ones(len(owner), bool)
    new[1:] = owner[1:] != owner[:-1]
    start = np.maximum.accumulate(np.where(new, np.arange(len(owner)), 0))
    return np.asarray((np.arange(len(owner)) - start) % strokes == 0)


def detect(
    data: Rows, model: str = "winslow", seed: int = 0, progress: Callable[[int, int], None] | None = None,
    select: str = "",
) -> dict[str, Any]:  # fmt: skip
    """One entry of the contract's `models` list, with figures by generator and the false positives of each person.

    People are dealt into folds, and so are generators: no row is scored by a model that saw its person or generator.
    A one-class family learns from people only. DataError where the data hold no bots or fewer than two people.
    """
    begin = time.perf_counter()
    human, s, owner, weights = held_out(data, model, seed, progress, select)
    people, generators = np.unique(data.owner[~data.bot]), np.unique(data.owner[data.bot])
    found = figures(~human, -s, owner)  # the figures are of finding bots
    line = float(np.quantile(s[human], 0.01, method="higher"))
    return {
        "name": f"{model} + {select}" if select else model,
        "features": data.table.values.shape[1],
        **found,
        "generators": {g: _against(s[human], s[owner == g], line) for g in generators.tolist()},
        "people": {p: float((s[owner == p] < line).mean()) for p in people.tolist() if (owner == p).any()},
        "seconds": round(time.perf_counter() - begin, 2),
        "curve": drawn(~human, -s),
        "calibration": calibrated_across(~human, -s, owner),
        "selected": selected(weights.mean(axis=0), data.table.names),
    }


def held_out(
    data: Rows, model: str, seed: int = 0, progress: Callable[[int, int], None] | None = None, select: str = ""
) -> tuple[npt.NDArray[np.bool_], Floats, npt.NDArray[Any], Floats]:
    """Of the rows that don't overlap: which are people's, scores by models that saw neither person nor generator (the
    mean, of several), and whose they are; then the models' weights, (n_folds, n_features).
    """
    people, generators = np.unique(data.owner[~data.bot]), np.unique(data.owner[data.bot])
    if len(people) < 2 or not len(generators):
        raise DataError(f"detection needs two people and a bot; the data hold {len(people)} and {len(generators)}")
    fold = _dealt(data.owner, people, generators, seed)
    values, one_class = data.table.values, MODELS[model].one_class
    total, times = np.zeros(len(values)), np.zeros(len(values))
    folds = min(FOLDS, len(people))
    weights = np.zeros((folds, values.shape[1]))
    for f in range(folds):
        fit = fold != f
        test = data.test & ((fold == f) | (data.bot & one_class))  # a one-class model never saw a bot: it may judge all
        columns = usable(values[fit & ~data.bot])
        fitted, _ = fit_selected(model, values[fit][:, columns], (~data.bot[fit]).astype(int), select, {})
        total[test] += row_scores(fitted, values[test][:, columns])
        times[test] += 1
        weights[f, columns] = leaning(fitted, [data.table.names[j] for j in columns])
        if progress:
            progress(f + 1, folds)
    kept = times > 0
    return ~data.bot[kept], total[kept] / times[kept], data.owner[kept], weights


def measured(
    events: Events,
    models: Sequence[str],
    *,
    progress: Callable[[int, int, str], None] | None = None,
    strokes: int = STROKES,
    select: str = "",
    seed: int = 0,
) -> Findings:
    """The detection protocol: people and generators apart, some strokes at a time; `select` chooses features in the
    fold.
    """
    from musculus.evaluate.report import Findings

    apart = "people and generators apart, each in one fold; one-class models learn from people only"
    found = Findings(f"rows of {strokes} strokes; {apart}")
    made: dict[tuple[str, ...], Rows] = {}
    for i, name in enumerate(models):
        only = MODELS[name].columns
        if only not in made:
            made[only] = rows(events, only, strokes)
            found.add_audit(_audit(made[only], seed), WORLD)
            found.about |= {n: made[only].table.about[n] for n in made[only].table.names}
        found.models.append(detect(made[only], name, seed, select=select))
        if progress:
            progress(i + 1, len(models), name)
    return found


def _audit(data: Rows, seed: int) -> Any:
    """The audit of the first fold, people and generators dealt by a seed: their order in the file is nobody's business.

    Whole owners are dealt: if rows were, those with many rows would come first, and generators have more.
    """
    from musculus.evaluate.leaks import audit
    from musculus.evaluate.splits import Split

    people, generators = np.unique(data.owner[~data.bot]), np.unique(data.owner[data.bot])
    owners, code = np.unique(data.owner, return_inverse=True)
    dealt = np.argsort(np.random.default_rng(seed).permutation(len(owners))[code], kind="stable")
    fold = _dealt(data.owner, people, generators, seed)[dealt]
    owner = {"person or generator": data.owner[dealt]}
    split = Split.of(np.flatnonzero(fold != 0), np.flatnonzero((fold == 0) & data.test[dealt]), owner)
    table = data.table
    return audit(table.values[dealt], split, (~data.bot[dealt]).astype(int), columns=table.names, groups=owner)


def _dealt(
    owner: npt.NDArray[Any], people: npt.NDArray[Any], generators: npt.NDArray[Any], seed: int
) -> npt.NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    folds = min(FOLDS, len(people))
    place = {
        name: i % folds for group in (people, generators) for i, name in enumerate(rng.permutation(group).tolist())
    }
    return np.array([place[o] for o in owner.tolist()], np.int64)


def _against(people: npt.NDArray[np.float64], bots: npt.NDArray[np.float64], line: float) -> dict[str, Any]:
    if not len(bots):
        return {"n": 0, "auc": None, "tpr_at_fpr_0.01": None}
    auc = roc_auc(np.r_[np.ones(len(people)), np.zeros(len(bots))], np.r_[people, bots])
    return {"n": len(bots), "auc": round(auc, 4), "tpr_at_fpr_0.01": round(float((bots < line).mean()), 4)}

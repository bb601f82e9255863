"""Who judges the windows: two packages in processes of their own, two models of old, and the detector that is shipped.

Each gives a score for each window (higher is more human, NaN where it has none) and whether it takes it for a bot's.
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

import musculus
from detectors.installed import HERE, Unavailable, motion_attestation, synapse_shield
from detectors.windows import PEOPLE, Windows, plain, windows
from musculus.cut import cut
from musculus.devices.render import render60
from musculus.events import Events
from musculus.measures import COLUMNS, measure
from musculus.models import MODELS, make_model
from musculus.models.outputs import fit_model, row_scores
from musculus.read import write

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SOURCE: Final = HERE.parents[1] / "src"
FOLDS: Final = 4
VERSION: Final = musculus.__version__


@dataclass(frozen=True, eq=False)
class Said:
    """What a judge said of windows: scores (NaN: none), which it takes for bots', of which it isn't sure."""

    score: Floats
    bot: Bools
    unsure: Bools
    version: str


@dataclass(frozen=True)
class Judge:
    """A detector: where it comes from, under which licence, what it has learnt of people, over how many strokes."""

    name: str
    kind: str
    licence: str
    learnt: str
    strokes: tuple[int, ...]
    says: Callable[[Windows], Said]


def synapse(given: Windows, clicks: str = "last") -> Said:
    """The score is its risk, turned round; a bot's from 50 on, where it blocks."""
    return _process([*synapse_shield(), str(HERE / "synapse_shield_says.py"), clicks], given)


def attestation(given: Windows) -> Said:
    """A bot's below 0.5, where its server gives no token."""
    return _process(motion_attestation(), given)


def _process(command: list[str], given: Windows) -> Said:
    lines = "".join(json.dumps(w) + "\n" for w in plain(given))
    with tempfile.TemporaryDirectory() as folder:  # whatever it keeps (a key, a database) goes with the folder
        home = {"HOME": folder, "PATH": "/usr/bin:/bin", "SYNAPSE_SECRET_KEY": "a benchmark", "TMPDIR": folder}
        done = subprocess.run(  # noqa: S603  # a list, no shell
            command, input=lines, capture_output=True, text=True, check=False, env=home, cwd=folder
        )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()[-2000:]}")
    first, *rest = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    score, bot = np.array([r["score"] for r in rest], float), np.array([r["bot"] for r in rest], bool)
    if len(score) != len(given):
        raise RuntimeError(f"{command[0]} judged {len(score)} of {len(given)} windows")
    return Said(score, bot, np.zeros(len(bot), bool), str(first["version"]))


def shipped(given: Windows) -> Said:
    """`musculus predict bot`: the shipped detector as a user runs it."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "windows.parquet", Path(folder) / "out.parquet"
        write(given.events, file)
        command = [sys.executable, "-m", "musculus", "predict", "bot", str(file), "-o", str(out), "--json"]
        path = {"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=path)  # noqa: S603  # a list
        if done.returncode:
            raise RuntimeError(f"musculus predict: {done.stderr.strip()[-2000:]}")
        found = pl.read_parquet(out)
    row = {name: i for i, name in enumerate(found["recording"].to_list())}
    order = [row[name] for name in given.events.recordings]
    verdict = np.array(found["verdict"].to_list())[order]
    score = found["score"].cast(pl.Float64).fill_null(np.nan).to_numpy()[order]
    return Said(score, verdict == "bot", verdict == "unsure", VERSION)


def one_class(model: str, columns: Callable[[], list[str]], strokes: int) -> Callable[[Windows], Said]:
    """A one-class model on rows of so many strokes, fitted on people's in four folds of people.

    A bot's is what scores below 99 in 100 of the rows that it learnt. Unseen people and bots are judged by all four
    fits: a score is their mean, a bot's is what most of them call so. A window of several rows has their mean score.
    """
    version = VERSION if model == "winslow" else importlib.metadata.version("scikit-learn")

    def says(given: Windows) -> Said:
        learnt, values = windows(given.makers, given.k, step=1), rows(given.events, strokes, columns())
        known = rows(learnt.events, strokes, columns())
        names = np.random.default_rng(0).permutation(np.unique(learnt.person))
        fold = {name: i % FOLDS for i, name in enumerate(names.tolist())}
        mine = np.array([fold.get(p, -1) if w == PEOPLE else -1 for p, w in zip(given.person, given.who, strict=True)])
        theirs = np.array([fold[p] for p in learnt.person])
        scores, lines = np.full((FOLDS, len(given)), np.nan), np.empty((FOLDS, 1))
        for f in range(FOLDS):
            train = known[theirs != f]
            fitted = fit_model(make_model(model), train.reshape(-1, train.shape[2]), np.ones(train[..., 0].size, int))
            asked = (mine == f) | (mine < 0)
            scores[f, asked] = scored(fitted, values[asked])
            lines[f] = np.quantile(scored(fitted, train), 0.01)
        called = np.where(np.isnan(scores), np.nan, scores < lines)
        return Said(np.nanmean(scores, axis=0), np.nanmean(called, axis=0) > 0.5, np.zeros(len(given), bool), version)

    return says


def rows(events: Events, strokes: int, columns: list[str]) -> Floats:
    """What a model reads of windows, (n_windows, n_rows, n_columns): a row for so many strokes each."""
    seen = render60(events)
    cuts = cut(seen, "recording") if strokes > 1 else cut(seen, "stroke")
    values = measure(seen, cuts, only=columns).values
    several = [values[cuts.recording == i] for i in range(len(events))]
    most = max(len(v) for v in several)
    return np.array([np.resize(v, (most, v.shape[1])) for v in several])  # a stroke too short leaves the others


def scored(fitted: Any, values: Floats) -> Floats:
    """The mean score of each window's rows."""
    return np.asarray(row_scores(fitted, values.reshape(-1, values.shape[2])).reshape(values.shape[:2]).mean(axis=1))


def shape() -> list[str]:
    """Columns of shape and of movement on even time: no cadence, no place on the screen, nothing slow."""
    task = ("direction_mean", "direction_octant", "box_width", "box_height")
    kinds = ("spatial", "smoothness", "motor")
    return [n for n, m in COLUMNS.items() if m.category in kinds and not m.slow and m.name not in task]


__all__ = ["JUDGES", "Judge", "Said", "Unavailable"]
JUDGES: Final = (
    Judge("synapse-shield", "PyPI; rules and a small network", "MIT", "nothing of these", (8, 1), synapse),
    Judge(
        "synapse-shield (every click)", "the same, asked as its script asks", "MIT", "nothing of these", (8,),
        partial(synapse, clicks="every"),
    ),
    Judge("motion-attestation", "npm; rules", "MIT", "nothing of these", (8, 1), attestation),
    Judge(
        "Winslow's", "seven features, histogram Naive Bayes", "Apache-2.0", "people, four folds", (8,),
        one_class("winslow", lambda: list(MODELS["winslow"].columns), 8),
    ),
    Judge(
        "isolation forest", "scikit-learn, shape and movement of strokes", "BSD-3-Clause", "people, four folds", (8, 1),
        one_class("isolation_forest", shape, 1),
    ),
    Judge("musculus", "the shipped detector, rules and model", "Apache-2.0", "the arena's people", (8, 1), shipped),
)  # fmt: skip

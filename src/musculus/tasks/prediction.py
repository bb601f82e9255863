"""Scores, verdicts and reasons by a model file, as a table: what `musculus predict` writes."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musculus.errors import UsageError
from musculus.events import Events
from musculus.features import ENGINE
from musculus.score import Scorer, load
from musculus.tasks import judge_of

if TYPE_CHECKING:
    import polars as pl

    from musculus.tasks.judgement import Judgement


def predict(
    model: Scorer | str | Path,
    data: Events | pl.DataFrame | str | Path,
    *,
    cut: str = "recording",
    person: str = "",
    join: pl.DataFrame | None = None,
    limit: int = 5,
) -> pl.DataFrame:
    """What a model says of each recording: columns `recording start end score probability verdict reasons`.

    `model` is what `load_model` gives, a file, or `bot` for the detector that is shipped; `data` are recordings, where
    to read them, or a table of features for a model that was made of one. `person` says whom the recordings claim to be
    (verify): an enrolled person, or the column that names one; `join` brings columns of a model that was trained with
    them. Events that can't be overrule the detector, as they do live. `limit` reasons are told, 0 for none (faster).
    """
    import polars as pl

    scorer = opened(model)
    task = scorer.manifest.task
    told: dict[str, Any] = {"cut": cut, "limit": limit}
    if person and task != "verify":
        raise UsageError(f"this model is for {task}; a person is claimed where a model verifies")
    if join is not None and task not in ("attribute", "purchase"):
        raise UsageError(f"this model is for {task}; columns are joined for attribute and purchase")
    told |= {"person": person} if task == "verify" else {"join": join} if join is not None else {}
    given: Any = _read(data, task) if isinstance(data, str | Path) else data
    if task in ("bot", "verify") and not isinstance(given, Events):
        raise UsageError(f"a model for {task} judges recordings, not a table of features")
    said = judge_of(task)(given, scorer, **told)
    whole = task == "bot" and cut == "recording"
    few = _few(scorer) if whole else ""
    rows = [_whole(one, j, few) for one, j in zip(given, said, strict=True)] if whole else [_row(j) for j in said]
    return pl.DataFrame(rows, schema=schema(), orient="row")


def opened(model: Scorer | str | Path) -> Scorer:
    """The model of that file, or the shipped one; a model of another engine is refused."""
    if isinstance(model, Scorer):
        return model
    if model == "bot":
        from musculus.score.shipped import shipped

        return shipped(ENGINE)
    scorer = load(model, engine=ENGINE)
    judge_of(scorer.manifest.task)
    return scorer


def schema() -> dict[str, Any]:
    """The table's columns and their types."""
    import polars as pl

    numbers = dict.fromkeys(("start", "end", "score", "probability"), pl.Float64)
    return {"recording": pl.String, **numbers, "verdict": pl.String, "reasons": pl.String}


def _read(data: str | Path, task: str) -> Events | pl.DataFrame:
    from musculus.errors import ReadError
    from musculus.read import read, read_features

    try:
        return read(data)
    except ReadError:
        if task in ("bot", "verify") or not Path(data).is_file():
            raise
        return read_features(data)


def _few(scorer: Scorer) -> str:
    """Why a detector judges no movement; of one that reads single strokes they may be there, but short or coarse."""
    from musculus.score.dynamics.evidence import reads_strokes

    if reads_strokes(scorer):
        return "no stroke can be judged: by a mouse, 200 px long, recorded finely"
    return "too few strokes of the pointer to judge how it moves"


def _whole(one: Events, j: Judgement, few: str) -> dict[str, Any]:
    """A recording's row: what its movement says, overruled by events that can't be."""
    from musculus.score.rules import findings, overrule

    broken = findings(one)
    reasons = [f.sentence for f in broken] + [r.sentence for r in j.reasons]
    if not j.rows:
        reasons.append(few if one.n_events else "no events")
    return {**_row(j), "verdict": overrule(j.verdict, broken), "reasons": "; ".join(reasons)}


def _row(j: Judgement) -> dict[str, Any]:
    numbers = {name: getattr(j, name) for name in ("start", "end", "score", "probability")}
    numbers = {name: None if isnan(value) else value for name, value in numbers.items()}
    reasons = "; ".join(r.sentence for r in j.reasons) or ("" if j.rows else "no features to judge by")
    return {"recording": j.recording, **numbers, "verdict": j.verdict, "reasons": reasons}

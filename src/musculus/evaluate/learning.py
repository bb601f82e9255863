"""A model learned from data and written to one file: the same call for every task.

>>> from musculus.evaluate import train
>>> model = train("attribute", "study.csv", "sex.musculus", label="sex")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from musculus.errors import UnknownName, UsageError
from musculus.evaluate.comparison import DEFAULT, citation, made, read_data
from musculus.evaluate.options import checked
from musculus.events import Events
from musculus.models import MODELS
from musculus.models.regression import REGRESSORS
from musculus.score import Scorer

if TYPE_CHECKING:
    import polars as pl

    from musculus.tasks.attribute import Labelled

STROKES: Final = "strokes"  # the detector of single strokes: no model of the table, its own recipe
Data = Any  # Events, or a table of features


def train(
    task: str,
    data: Events | pl.DataFrame | str | Path,
    path: str | Path,
    *,
    model: str | None = None,
    reader: str | None = None,
    name: str = "",
    licence: str = "",
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> Scorer:
    """Fit a model for the task and write its file; the model that is given back is the one that was read from it.

    `data` are events, a table of features (attribute, purchase), or where to read them; `name` says where what is in
    memory came from. `model` is a name of `MODELS` (for a number also `ridge`), `licence` the model's own. Options by
    task: bot `without`, `decides`, and
    `bots` for the model `strokes`; verify `person`, `keep`; attribute `label`, `person`, `positive`, `join`, `select`,
    `start`; purchase the same but `positive`, and `site`. `start` is a model file of another site to begin from. The
    file's metrics are of people whom the model had not seen. UnknownName for a task or model, UsageError for an option
    the task doesn't take.
    """
    if task not in TRAINERS:
        raise UnknownName("task", task, TRAINERS)
    family = model or DEFAULT[task]
    if (task, family) != ("bot", STROKES):
        made(family, task)
    given = checked(f"training for {task}", TRAINERS[task], options)
    rows = data if isinstance(data, Events) or not isinstance(data, str | Path) else read_data(data, task, reader)
    if task in ("bot", "verify") and not isinstance(rows, Events):
        raise UsageError(f"{task} learns from recordings, not from a table of features")
    said = {"source": _source(name or data), "licence": licence, "progress": progress}
    return TRAINERS[task](rows, path, model=family, **said, **given)


def _source(data: Any) -> dict[str, Any]:
    """What is known of where the data come from."""
    cite = citation(data)
    named = {"source": Path(data).name} if isinstance(data, str | Path) else {}
    return {**named, **({"cite": cite} if cite else {})}


def _bot(data: Events, path: str | Path, *, model: str, without: list[str] | tuple[str, ...] = (),
         decides: bool = False, bots: Events | str | Path | None = None, **said: Any) -> Scorer:  # fmt: skip
    if model == STROKES:
        from musculus.evaluate.training_detector import train_detector
        from musculus.read import read

        given = read(bots) if isinstance(bots, str | Path) else bots
        return train_detector(data, path, bots=given, without=without, **said)
    if bots is not None:
        raise UsageError(f"bots beside the data are for the model {STROKES!r}; give {model} one table of both")
    from musculus.evaluate.training import train_bot

    return train_bot(data, path, model=model, without=without, decides=decides, measured=True, **said)


def _verify(data: Events, path: str | Path, *, person: str = "person", keep: tuple[str, ...] = (),
            **said: Any) -> Scorer:  # fmt: skip
    from musculus.evaluate.training_people import train_people

    return train_people(data, path, person=person, keep=tuple(keep), **said)


def _attribute(
    data: Data, path: str | Path, *, label: str = "", person: str = "", positive: str = "",
    join: pl.DataFrame | None = None, select: str = "", start: Scorer | str | Path | None = None, **said: Any,
) -> Scorer:  # fmt: skip
    from musculus.evaluate.training_labelled import train_labelled
    from musculus.tasks.attribute import labelled

    begin = _opened(start)
    rows = _known_model(labelled(data, label, person=person, positive=positive, join=join), said["model"])
    return train_labelled(rows, path, task="attribute", select=select, start=begin, **said)


def _purchase(
    data: Data, path: str | Path, *, label: str = "", person: str = "", site: str = "site",
    join: pl.DataFrame | None = None, select: str = "", start: Scorer | str | Path | None = None, **said: Any,
) -> Scorer:  # fmt: skip
    from musculus.evaluate.purchases import rows_of, splits_of
    from musculus.evaluate.training_labelled import train_labelled

    begin = _opened(start)
    rows = _known_model(rows_of(data, label=label, person=person, join=join), said["model"])
    splits, _ = splits_of(rows, site)
    return train_labelled(rows, path, task="purchase", select=select, start=begin, splits=splits, **said)


def _known_model(rows: Labelled, model: str) -> Labelled:
    """The rows, where the model can learn their label. UsageError for a number and a family of classes, or the
    reverse.
    """
    if not rows.classes and model not in REGRESSORS:
        raise UsageError(f"{rows.what} is a number; models that predict one: {', '.join(REGRESSORS)}")
    if rows.classes and model not in MODELS:
        raise UsageError(f"{rows.what} has classes, and {model} predicts numbers; take another of the models")
    return rows


def _opened(start: Scorer | str | Path | None) -> Scorer | None:
    from musculus.features import ENGINE
    from musculus.score import load

    return load(start, engine=ENGINE) if isinstance(start, str | Path) else start


TRAINERS: Final[dict[str, Callable[..., Scorer]]] = {
    "bot": _bot,
    "verify": _verify,
    "attribute": _attribute,
    "purchase": _purchase,
}

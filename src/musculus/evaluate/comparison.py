"""Models side by side at a task, by the task's protocol: the five lines of a researcher.

>>> from musculus.evaluate import compare
>>> report = compare("verify", "balabit/", models=["lightgbm", "svm"])  # doctest: +SKIP
>>> report.save("report.html")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from musculus.errors import UnknownName, UsageError
from musculus.evaluate.options import checked
from musculus.events import Events
from musculus.models import MODELS, make_model
from musculus.models.regression import REGRESSORS, make_regressor
from musculus.models.table import SEQUENCES

if TYPE_CHECKING:
    import polars as pl

    from musculus.evaluate.report import Report

PROTOCOLS: Final = {
    "bot": "musculus.evaluate.detection",
    "verify": "musculus.evaluate.verification",
    "attribute": "musculus.evaluate.attributes",
    "purchase": "musculus.evaluate.purchases",
}
DEFAULT: Final = {
    "bot": "winslow", "verify": "logistic_regression", "attribute": "random_forest", "purchase": "lightgbm",
}  # fmt: skip
SEVEN: Final = ("winslow",)  # models of bots only: their features say little of who somebody is
STUDY: Final = "*_aggregated_data.csv"  # the files of a folder of the configuration study that hold features
TABLES: Final = ("attribute", "purchase")  # tasks that take a table of features as well


def compare(
    task: str,
    data: Events | pl.DataFrame | str | Path,
    *,
    models: Sequence[str] | None = None,
    name: str = "",
    reader: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    **options: Any,
) -> Report:
    """Measure each model at the task by its protocol, on rows it has not seen.

    `data` are events, a table of features (attribute, purchase), or where to read them; `models` names of `MODELS`, all
    by default. `options` are the protocol's own: `person`, `keep` (verify), `label` (attribute) and so on. The report
    tells figures with intervals, what chance gives, and what the audit of leaks saw. UnknownName for a task or model.
    """
    from musculus.evaluate.report import Report

    if task not in PROTOCOLS:
        raise UnknownName("task", task, PROTOCOLS)
    names = list(models) if models is not None else every(task)
    if not names:
        raise UsageError("there is no model to measure; name one, or none to take all")
    for each in names:
        made(each, task)
    measured = import_module(PROTOCOLS[task]).measured
    given = checked(task, measured, options)
    rows = data if isinstance(data, Events) or not isinstance(data, str | Path) else read_data(data, task, reader)
    found = measured(rows, names, progress=progress, **given)
    told = name or (str(data) if isinstance(data, str | Path) else "data in memory")
    return Report(task, told, found, citation(data))


def every(task: str) -> list[str]:
    """All the models there are for a task."""
    if task == "bot":
        return list(MODELS)
    return [m for m in (*MODELS, *(SEQUENCES if task == "verify" else ())) if m not in SEVEN]


def made(model: str, task: str) -> None:
    """Make the model once, so that a name that isn't there, or a library, is told before anything is read."""
    if model in SEQUENCES and task != "verify":
        raise UsageError(f"{model} reads sequences of velocity, and {task} has rows of features; take one of MODELS")
    only_numbers = model in REGRESSORS and model not in MODELS
    (make_regressor if only_numbers and task == "attribute" else make_model)(model)


def evaluate(
    task: str, data: Events | pl.DataFrame | str | Path, *, model: str | None = None, **options: Any
) -> Report:
    """Measure one model at the task: `compare` with that one, or with the task's usual one."""
    if task not in PROTOCOLS:
        raise UnknownName("task", task, PROTOCOLS)
    return compare(task, data, models=[model or DEFAULT[task]], **options)


def read_data(
    data: str | Path, task: str, reader: str | None = None, progress: Callable[[int, int, str], None] | None = None
) -> Events | pl.DataFrame:
    """The recordings of a file or folder; for tasks that take a table of features, such a table where it is one."""
    from musculus.errors import ReadError
    from musculus.read import read, read_features

    try:
        return read(data, reader=reader, progress=progress)
    except ReadError:
        if task not in TABLES:
            raise
        tables = sorted(Path(data).glob(STUDY)) if Path(data).is_dir() else [Path(data)]
        if not tables or not tables[0].is_file():
            raise
    return _stacked([read_features(path) for path in tables], [path.name.partition("_")[0] for path in tables])


def _stacked(tables: Sequence[pl.DataFrame], activities: Sequence[str]) -> pl.DataFrame:
    """Tables of one study below each other: the columns they share, and which activity each is of."""
    import polars as pl

    if len(tables) == 1:
        return tables[0]
    shared = [n for n in tables[0].columns if all(n in t.columns for t in tables)]
    named = zip(tables, activities, strict=True)
    parts = [t.select(shared).with_columns(pl.lit(name).alias("activity")) for t, name in named]
    return pl.concat(parts, how="vertical_relaxed")


def citation(data: Any) -> str:
    """How to cite a public data set whose name stands in the path; empty for anything else.

    >>> citation("downloads/balabit")[:27]
    'Fülöp, Á., Kovács, L., Kuri'
    """
    from musculus.read.published import PUBLISHED

    parts = Path(data).parts if isinstance(data, str | Path) else ()
    known = [s for s in PUBLISHED.values() if s.name in parts]
    return f"{known[0].cite} {known[0].source}. Licence: {known[0].licence}." if known else ""

"""Training on more machines than one: XGBoost's own Spark estimator, on the feature table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from musculus.errors import DataError, MissingExtra
from musculus.measures import COLUMNS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

STROKES = "strokes"  # the one feature that is no measure: how many there are


def feature_names(rows: DataFrame) -> list[str]:
    """The columns that are features, in the table's order; what else a table says of a recording is none.

    A verdict, a site or the label itself must not be learnt from, so only what the table of measures holds counts.
    """
    return [name for name in rows.columns if name == STROKES or name.partition("__")[0] in COLUMNS]


def train(rows: DataFrame, label: str, *, workers: int = 1, **params: Any) -> Any:
    """A fitted `xgboost.spark.SparkXGBClassifierModel` that learnt a column of 0 and 1 from a feature table.

    Parameters
    ----------
    rows : what `musculus.scale.spark.features` gives, with the label joined to it where the events had none
    label : the column to learn, 0 or 1 in every row
    workers : tasks that train together; so many cores must be free at once
    params : those of `xgboost.XGBClassifier` (`n_estimators`, `max_depth` ...); missing features stay missing

    Returns
    -------
    Its `transform(rows)` adds `probability` and `prediction`; `get_booster()` is the model as one machine knows it.

    Raises
    ------
    DataError
        There is no such column, it holds something else than 0 and 1, or no column is a feature.
    """
    try:
        from xgboost.spark import SparkXGBClassifier
    except ImportError as error:
        raise MissingExtra(
            "training on Spark needs xgboost, pyspark and scikit-learn: pip install 'musculus[scale,learn]'"
        ) from error
    from pyspark.sql import functions as f

    names = feature_names(rows)
    if not names:
        raise DataError(f"no column is a feature; the table has {', '.join(rows.columns)}")
    if label not in rows.columns:
        raise DataError(f"no column {label!r} to learn; beside features the table has {_beside(rows, names)}")
    value = f.col(label).cast("double")
    odd = rows.where(value.isNull() | ~value.isin(0.0, 1.0)).select(label).limit(1).collect()
    if odd:
        raise DataError(f"column {label!r} holds {odd[0][0]!r}; it must be 0 or 1 in every row")
    table = rows.select(*names, value.alias(label))
    # Its assembler would drop or refuse rows with NaN; by the list of names the columns go over as they are.
    return SparkXGBClassifier(features_col=names, label_col=label, num_workers=workers, **params).fit(table)


def _beside(rows: DataFrame, names: list[str]) -> str:
    return ", ".join(name for name in rows.columns if name not in names)

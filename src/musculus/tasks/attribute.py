"""What does movement tell of a person or a visit: sex, age, condition, a purchase. Rows of features with a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError, UnknownName, UsageError
from musculus.events import Events
from musculus.features import features
from musculus.tasks.cadence import left_out

if TYPE_CHECKING:
    import polars as pl

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SEED: Final = 0
CLASSES: Final = 12  # more different numbers than this are a number to be predicted, not classes
# Columns of published tables that say who, when and with what: known to go with a row, never features of movement.
WHO: Final = (
    "recording", "person", "respondent_id", "session_id", "game_number", "task_id", "prototype_id", "activity", "site",
    "segment", "age", "sex", "gender", "dpi", "sens", "configuration", "device", "page", "cut", "cut_kind", "start",
    "end", "split", "illegal", "generator", "bot", "simulated", "condition", "polling_hz", "sensitivity", "weight",
    "acceleration_setting", "event_rate", "clock_resolution", "quantum", "estimated_polling_hz", "estimated_frame_hz",
    "estimated_pointer", "estimated_gain",
)  # fmt: skip
KNOWN: Final = {  # a published table by a column only it has: how it names what any table must tell
    "respondent_id": {"person": "respondent_id", "label": "sex"},
}
WITHOUT: Final = ("size", "cadence", "position")


@dataclass(frozen=True, eq=False)
class Labelled:
    """Rows with a label, dealt in a seeded order: where they stood in the file is nobody's business.

    Attributes
    ----------
    names, values : features, (n_rows, n_features), NaN where undefined
    label : (n_rows,) index into `classes`, or the number to be predicted
    classes : names, the sought one last; empty for a number
    person : (n_rows,) whose row it is
    ids : other columns of each row (site, segment, dpi ...)
    about : feature -> unit and measure, where known
    """

    names: tuple[str, ...]
    values: Floats
    label: Ints | Floats
    classes: tuple[str, ...]
    person: npt.NDArray[Any]
    ids: dict[str, npt.NDArray[Any]]
    about: dict[str, dict[str, str]]
    what: str

    def __len__(self) -> int:
        return len(self.values)

    def rows(self, which: npt.NDArray[Any]) -> Labelled:
        """Some of the rows."""
        ids = {k: v[which] for k, v in self.ids.items()}
        some = {"values": self.values[which], "label": self.label[which], "person": self.person[which]}
        return replace(self, ids=ids, **some)

    def select(self, names: Sequence[str]) -> Labelled:
        """These features, in this order. UnknownName where one isn't there."""
        at = {n: j for j, n in enumerate(self.names)}
        for n in names:
            if n not in at:
                raise UnknownName("feature", n, self.names)
        return replace(self, names=tuple(names), values=self.values[:, [at[n] for n in names]])


def labelled(
    data: Events | pl.DataFrame,
    label: str = "",
    *,
    person: str = "",
    positive: str = "",
    per: str = "recording",
    columns: Sequence[str] | None = None,
    also: Sequence[str] = (),
    join: pl.DataFrame | None = None,
    seed: int = SEED,
) -> Labelled:
    """Features with the column `label` of events or of a table of features.

    Of events the rows are those of `musculus.features` (`per`), with context columns; of a table all columns of numbers
    are features that don't say who, when or with what (see WHO); `columns` names the features instead, `also` adds
    columns (those of `join`, a table joined on `recording`, are added by themselves). A label of text, or of few whole
    numbers, is classes (`positive` names the sought one, else the last by name); other numbers are predicted. Rows
    without a label are left out. UsageError without label, UnknownName for a column that isn't there, DataError where
    there is nothing to tell apart.
    """
    frame, about = _frame(data, per)
    more: list[str] = []
    if join is not None:
        frame, more = _joined(frame, join)
    known = next((names for column, names in KNOWN.items() if column in frame.columns), {})
    label, person = label or known.get("label", ""), person or known.get("person", "person")
    if not label:
        raise UsageError("say what is to be predicted: label names a column")
    for name in (label, person, *also, *(columns or ())):
        if name not in frame.columns:
            raise UnknownName("column", name, frame.columns)
    frame = frame.filter(frame[label].is_not_null())
    frame = frame[np.random.default_rng(seed).permutation(len(frame)).tolist()] if len(frame) else frame
    chosen = list(columns) if columns is not None else _features(frame, (label, person))
    chosen += [n for n in (*also, *more) if n not in chosen and n not in (label, person) and n not in WHO]
    values = frame.select(chosen).cast(dict.fromkeys(chosen, _float()), strict=False).to_numpy().astype(np.float64)
    values[~np.isfinite(values)] = np.nan
    target, classes = _target(frame[label].to_numpy(), label, positive)
    ids = {n: frame[n].to_numpy() for n in frame.columns if n not in chosen}
    who = frame[person].to_numpy().astype(str)
    return Labelled(tuple(chosen), values, target, classes, who, ids, {n: about.get(n, {}) for n in chosen}, label)


def values_of(
    data: Events | pl.DataFrame, names: Sequence[str], *, per: str = "recording", join: pl.DataFrame | None = None
) -> tuple[Floats, pl.DataFrame]:
    """The named features of events or of a table, shape (n_rows, n_features), and the table they stand in.

    A column that isn't the mouse's own is taken from the context, the table, or `join`. UnknownName for one that is in
    none of them.
    """
    from musculus.measures import COLUMNS

    wanted = [n.rpartition("__")[0] or n for n in names]
    frame = _frame(data, per, [n for n in dict.fromkeys(wanted) if n in COLUMNS])[0]
    if join is not None:
        frame = _joined(frame, join)[0]
    for name in names:
        if name not in frame.columns:
            raise UnknownName("feature", name, frame.columns)
    values = frame.select(names).cast(dict.fromkeys(names, _float()), strict=False).to_numpy().astype(np.float64)
    values[~np.isfinite(values)] = np.nan
    return values, frame


def _frame(
    data: Events | pl.DataFrame, per: str, only: Sequence[str] | None = None
) -> tuple[pl.DataFrame, dict[str, dict[str, str]]]:
    if not isinstance(data, Events):
        return data, {}
    table = features(data, per, only=only)
    kept = [n for n in table.names if not left_out(n, WITHOUT)]
    return table.select(kept).to_polars(), table.about


def _joined(frame: pl.DataFrame, join: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The table with the columns of another, and the names of those that are numbers."""
    import polars as pl

    if "recording" not in join.columns or "recording" not in frame.columns:
        raise DataError("the tables are joined on the column 'recording', and one of them lacks it")
    again = join["recording"].is_duplicated()
    if again.any():
        raise DataError(f"recording {join['recording'].filter(again)[0]!r} stands twice in the table to be joined")
    new = [n for n in join.columns if n == "recording" or n not in frame.columns]
    text = pl.col("recording").cast(pl.String)
    found = frame.with_columns(text).join(join.select(new).with_columns(text), on="recording", how="left")
    return found, [n for n in new if n != "recording" and join[n].dtype.is_numeric()]


def _features(frame: pl.DataFrame, taken: Sequence[str]) -> list[str]:
    found = [n for n in frame.columns if n not in WHO and n not in taken and frame[n].dtype.is_numeric()]
    if not found:
        raise DataError(f"no column of numbers can be a feature; there are {', '.join(frame.columns)}")
    return found


def _float() -> Any:
    import polars as pl

    return pl.Float64


def _target(values: npt.NDArray[Any], label: str, positive: str) -> tuple[Ints | Floats, tuple[str, ...]]:
    numeric = values.dtype.kind in "iuf"
    different = np.unique(values[np.isfinite(values)] if numeric else values.astype(str))
    if len(different) < 2:
        raise DataError(f"{label} is {different[0] if len(different) else 'undefined'} in every row: nothing to tell")
    if numeric and len(different) > CLASSES:
        return values.astype(np.float64), ()
    names = [f"{v:g}" for v in different.tolist()] if numeric else [str(v) for v in different.tolist()]
    told = np.array([f"{v:g}" for v in values.tolist()] if numeric else values.astype(str).tolist())
    if positive and positive not in names:
        raise UnknownName(label, positive, names)
    if positive:
        names = [n for n in names if n != positive] + [positive]
    at = {n: i for i, n in enumerate(names)}
    return np.array([at[v] for v in told.tolist()], np.int64), tuple(names)

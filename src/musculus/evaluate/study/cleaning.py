"""What a table of features has beside its numbers: words for missing, text, rows of nobody, rows that stand twice."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import polars as pl

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
MISSING: Final = ("", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "?", ".")  # as tables write it, any case
NOBODY: Final = ("", "na", "n/a", "nan", "null")  # of these a name can't be
NUMBERS: Final = 0.5  # share of a text column's values that are numbers, from which text is taken for a slip
CHUNK: Final = 65_536  # rows
COINCIDENCE: Final = 0.05  # share of ties in a column, up to which equal rows are copies


def numbers(frame: pl.DataFrame, leave: Collection[str] = ()) -> tuple[pl.DataFrame, dict[str, str]]:
    """The table with text columns as numbers where each value is one, or a word for missing; and which are spoilt.

    Columns to `leave` are names, whatever they look like.

    A column that is mostly numbers but not only stays text, and is told with what was found and where.

    >>> import polars as pl
    >>> table, spoilt = numbers(pl.DataFrame({"v": ["1.5", "NA"], "w": ["1", "fast"], "who": ["ann", "bob"]}))
    >>> table["v"].to_list(), spoilt
    ([1.5, None], {'w': "text in 1 of 2 rows ('fast' in row 2)"})
    """
    import polars as pl

    new, spoilt = [], {}
    for name in frame.columns:
        if frame[name].dtype != pl.String or name in leave:
            continue
        column = frame[name].str.strip_chars()
        missing = column.is_null() | column.str.to_lowercase().is_in(MISSING)
        value = column.cast(pl.Float64, strict=False)
        wrong = value.is_null() & ~missing
        if not wrong.any() and not missing.all():
            new.append(value.alias(name))
        elif 0 < int(wrong.sum()) <= (1 - NUMBERS) * len(column) and value.is_not_null().mean() >= NUMBERS:  # type: ignore[operator]
            row = int(wrong.arg_true()[0])
            spoilt[name] = f"text in {wrong.sum()} of {len(column)} rows ({column[row]!r} in row {row + 1})"
    return frame.with_columns(new), spoilt


def told(frame: pl.DataFrame, columns: tuple[str, ...]) -> Bools:
    """The rows in which each of these columns says something, (n_rows,): no null, no NaN, no word for missing."""
    import polars as pl

    there = np.ones(len(frame), np.bool_)
    for name in columns:
        column = frame[name]
        if column.dtype.is_float():
            column = column.fill_nan(None)
        there &= column.is_not_null().to_numpy()
        if column.dtype == pl.String:
            there &= ~column.fill_null("").str.strip_chars().str.to_lowercase().is_in(NOBODY).to_numpy()
    return there


def copies(groups: npt.NDArray[np.str_], values: Floats) -> Bools:
    """The rows that repeat an earlier one of the same group in every number, (n_rows,).

    None where that may be chance: where every column is of whole numbers, or full of ties without the copies, too.

    >>> copies(np.array(["a", "a", "a"]), np.array([[0.123, 1.5], [0.4, 1.5], [0.123, 1.5]])).tolist()
    [False, False, True]
    """
    code = np.concatenate([_codes(values[i : i + CHUNK]) for i in range(0, len(values), CHUNK)] or [_codes(values)])
    _, owner = np.unique(groups, return_inverse=True)
    order = np.lexsort((np.arange(len(code)), code, owner))
    alike = (np.diff(code[order]) == 0) & (np.diff(owner[order]) == 0)
    first, second = order[:-1][alike], order[1:][alike]
    same = (_comparable(values[first]) == _comparable(values[second])).all(axis=1)
    found = np.zeros(len(values), np.bool_)
    found[second[same]] = True
    if not found.any():
        return found
    fractions = values[:, (np.nan_to_num(values[found], posinf=0, neginf=0) % 1 != 0).any(axis=0)][~found]
    coincidence = not fractions.shape[1] or tie_share(fractions).min() > COINCIDENCE
    return np.zeros(len(values), np.bool_) if coincidence else found


def tie_share(values: Floats) -> Floats:
    """The share of each column's defined values that stand in more than one row, shape (n_features,).

    >>> tie_share(np.array([[1.0, 0.1], [1, 0.2], [2, 0.3], [3, 0.4]])).tolist()
    [0.5, 0.0]
    """
    out = np.zeros(values.shape[1])
    for j, column in enumerate(values.T):
        _, number = np.unique(column[~np.isnan(column)], return_counts=True)
        out[j] = number[number > 1].sum() / max(int(number.sum()), 1)
    return out


def _comparable(values: Floats) -> Floats:
    """NaN as a number of its own, and one zero."""
    return np.asarray(np.where(np.isnan(values), -1.2345e308, values) + 0.0)


def _codes(values: Floats) -> npt.NDArray[np.uint64]:
    """A number for each row, the same for equal rows."""
    with np.errstate(over="ignore"):
        return np.asarray(np.ascontiguousarray(_comparable(values)).view(np.uint64) @ _odd(values.shape[1]))


def _odd(n: int) -> npt.NDArray[np.uint64]:
    """Multipliers without a common factor with 2^64."""
    return np.random.default_rng(0).integers(0, 2**63, n, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def when(frame: pl.DataFrame) -> Floats | None:
    """Ranks of the time at which rows began, where a column tells it for all of them."""
    if "started" not in frame.columns or frame["started"].null_count():
        return None
    return np.asarray(frame["started"].rank("dense").to_numpy(), np.float64)


def many(n: int, one: str, more: str = "") -> str:
    """So many, in words.

    >>> many(1, "person", "people"), many(3, "row")
    ('1 person', '3 rows')
    """
    return f"{n} {one if n == 1 else more or one + 's'}"

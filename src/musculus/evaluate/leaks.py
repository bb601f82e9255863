"""Does the test know more than it should?  An audit of a split table that fails loudly.

`audit` runs every check below on what it is given and returns what it finds; `refuse` raises it. What a check can't see
without more (names of files, times, the fitted model) it doesn't claim to have seen: `Audit.checked` lists what ran.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.curves import Floats
from musculus.evaluate.splits import Rows, Split


class Leak(NamedTuple):
    """One way the test could know too much: the check's name, what was seen, and what to do."""

    kind: str
    seen: str
    step: str


@dataclass(frozen=True, eq=False)
class Sides:
    """A feature table, its split, and whatever else is known of its rows; every array has one value per row.

    Attributes
    ----------
    table : (n, n_features) features, NaN for undefined
    train, test : row numbers
    labels : (n,) what is to be predicted; None where there is nothing yet
    columns : names of the features
    groups : what must stay apart: {"person": ..., "session": ...}
    may_meet : names among `groups` that the protocol lets stand on both sides (person, within subjects)
    windows : (recording, start, end) of each row, for rows that are windows of a recording
    names : names of files or recordings, before they were made anonymous
    time : when each row was recorded; `past_first` says that the protocol trains on the past only
    """

    table: Floats
    train: Rows
    test: Rows
    labels: npt.NDArray[Any] | None = None
    columns: tuple[str, ...] = ()
    groups: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    may_meet: tuple[str, ...] = ()
    windows: tuple[npt.NDArray[Any], Floats, Floats] | None = None
    names: npt.NDArray[Any] | None = None
    time: npt.NDArray[Any] | None = None
    past_first: bool = False

    def column(self, j: int) -> str:
        """The name of a feature."""
        return self.columns[j] if self.columns else f"column {j}"


class Audit(NamedTuple):
    """What was found, and which checks ran."""

    leaks: list[Leak]
    checked: list[str]


def audit(
    table: npt.ArrayLike,
    split: Split,
    labels: npt.ArrayLike | None = None,
    *,
    columns: Sequence[str] = (),
    groups: Mapping[str, npt.ArrayLike] | None = None,
    may_meet: Sequence[str] = (),
    windows: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike] | None = None,
    names: npt.ArrayLike | None = None,
    time: npt.ArrayLike | None = None,
    past_first: bool = False,
) -> Audit:
    """Run all checks that this much knowledge allows; see `Sides` for what each argument is.

    >>> import numpy as np
    >>> rows = np.random.default_rng(0).normal(size=(40, 5))
    >>> rows[30] = rows[3]
    >>> found = audit(rows, Split.of(range(20), range(20, 40), {}))
    >>> [leak.kind for leak in found.leaks]
    ['same_row']
    """
    from musculus.evaluate.leak_checks import CHECKS

    sides = Sides(
        np.asarray(table, dtype=np.float64),
        split.train,
        split.test,
        None if labels is None else np.asarray(labels),
        tuple(columns),
        {name: np.asarray(values) for name, values in (groups or {}).items()},
        tuple(may_meet),
        None if windows is None else (np.asarray(windows[0]), np.asarray(windows[1]), np.asarray(windows[2])),
        None if names is None else np.asarray(names),
        None if time is None else np.asarray(time),
        past_first,
    )
    leaks: list[Leak] = []
    checked: list[str] = []
    for name, check in CHECKS.items():
        found = check(sides)
        if found is not None:
            checked.append(name)
            leaks += found
    return Audit(leaks, checked)


def refuse(leaks: Collection[Leak], allowed: Collection[str] = ()) -> None:
    """Raise DataError if any leak isn't of an `allowed` kind; what is allowed still belongs into the report.

    >>> refuse([Leak("same_row", "row 3 to train is row 30 to test", "drop one")])
    Traceback (most recent call last):
    musculus.errors.DataError: 1 leak: same_row: row 3 to train is row 30 to test (drop one)
    """
    loud = [leak for leak in leaks if leak.kind not in allowed]
    if loud:
        told = "; ".join(f"{leak.kind}: {leak.seen} ({leak.step})" for leak in loud)
        raise DataError(f"{len(loud)} leak{'s' if len(loud) > 1 else ''}: {told}")

"""Can a model tell the configuration of people it never saw?  What means hide, a forest may still read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.study.cleaning import many
from musculus.evaluate.study.deals import chance, people_parts, share
from musculus.evaluate.study.table import StudyTable
from musculus.models.normalisers import make_normaliser
from musculus.models.normalisers.ties import tied

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Progress = Callable[[int, int, str], None]
Prepare = Callable[[Bools], Floats]  # which rows train -> all rows, prepared by what those teach
TREES: Final = 100
PARTS: Final = 10  # parts of the people: a forest should know nearly everybody else
DEALS: Final = 2  # ways to deal them; figures are means over these
SMALL: Final = 200_000  # cells of a table that one core is as quick with
ROWS: Final = 3000  # rows a forest learns from at most


@dataclass(frozen=True)
class Leakage:
    """What a forest guesses; `document` is as JSON can hold it."""

    document: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The document: shares of right guesses with intervals over people, chance, and who is taken for whom."""
        return self.document


def leakage(table: StudyTable, *, seed: int = 0, progress: Progress | None = None) -> Leakage:
    """How often the configuration of an unseen person's row is guessed: raw, and after a shift, tied columns apart.

    The shift makes each configuration's middle and spread those of all (`cohort_z`); `untied_after_middle` is the
    middle alone (`cohort_shift`), which leaves a forest the spread. DataError for fewer than four people, or one
    configuration.
    """
    enough(table)
    ties = tied(table.values)
    code = codes(table)
    ways = {  # way -> (columns, normaliser, what it does to ties)
        "raw": (np.ones(len(ties), np.bool_), "", ""),
        "untied_raw": (~ties, "", ""),
        "untied_after_middle": (~ties, "cohort_shift", "leave"),
        "untied_after_shift": (~ties, "cohort_z", "leave"),
        "tied_after_shift": (ties, "cohort_z", "shift"),
    }
    found: dict[str, Any] = dict.fromkeys(ways)  # null where there is no such column
    guess = np.zeros(len(table), np.int64)
    for i, (name, (columns, normaliser, how)) in enumerate(ways.items()):
        if columns.any():
            way = shifted(table, columns, normaliser, how) if normaliser else raw(table.values[:, columns])
            said = [guessed(table, way, seed + d) for d in range(DEALS)]
            found[name] = share(np.mean([s == code for s in said], axis=0), table.person)
            guess = said[0] if name == "raw" else guess
        if progress:
            progress(i + 1, len(ways), name)
    n = len(table.configurations)
    grid = np.zeros((n, n))
    np.add.at(grid, (code, guess), 1.0)
    return Leakage({
        "model": "random forest", "score": "accuracy", "people": len(table.people), "rows": len(table),
        "chance": round(float(np.bincount(code).max() / len(code)), 6), **found,
        "null": chance(code, guess, people_parts(table, seed, PARTS), found["raw"]["value"]),
        "untied": int((~ties).sum()), "tied": int(ties.sum()), "configurations": list(table.configurations),
        "confusion": (grid / np.maximum(grid.sum(axis=1, keepdims=True), 1)).round(4).tolist(),
    })  # fmt: skip


def enough(table: StudyTable) -> None:
    """DataError where nobody could be left unseen, or there is nothing to tell apart."""
    if len(table.people) < 4 or len(table.configurations) < 2:
        n, k = len(table.people), len(table.configurations)
        few = f"{many(n, 'person', 'people')} and {many(k, 'configuration')}"
        raise DataError(f"{few}: guessing needs at least four people and two of these")


def codes(table: StudyTable) -> Ints:
    """The configuration of each row as a number, in the order of `table.configurations`."""
    at = {c: i for i, c in enumerate(table.configurations)}
    return np.array([at[c] for c in table.configuration.tolist()], np.int64)


def raw(values: Floats) -> Prepare:
    """Rows as they are."""
    return lambda _: values


def shifted(table: StudyTable, columns: Bools, normaliser: str, ties: str) -> Prepare:
    """These columns, each configuration moved onto the others by what the training people did."""
    values = table.values[:, columns]

    def prepare(train: Bools) -> Floats:
        made = make_normaliser(normaliser, ties=ties).fit(values[train], configuration=table.configuration[train])
        return np.asarray(made.transform(values, configuration=table.configuration))

    return prepare


def guessed(table: StudyTable, prepare: Prepare, seed: int = 0, trees: int = TREES) -> Ints:
    """The configuration that a forest of other people guesses for each row, shape (n_rows,).

    Each row is guessed by the forest of the other parts of people; a row too many for memory is no matter, a forest
    that learns from 3,000 rows knows enough.
    """
    from sklearn.ensemble import RandomForestClassifier

    part, code = people_parts(table, seed, PARTS), codes(table)
    jobs = 2 if len(table) * table.values.shape[1] > SMALL else 1
    out = np.zeros(len(table), np.int64)
    rng = np.random.default_rng(seed)
    for k in range(int(part.max()) + 1):
        train = part != k
        values = prepare(train)
        rows = rng.permutation(np.flatnonzero(train))[:ROWS]
        forest = RandomForestClassifier(trees, random_state=seed, n_jobs=jobs).fit(filled(values, rows), code[rows])
        out[~train] = forest.predict(filled(values, np.flatnonzero(~train)))
    return out


def filled(values: Floats, rows: npt.NDArray[np.intp]) -> Floats:
    """Some rows, within what a forest's single precision holds; it takes NaN as they are."""
    return np.clip(values[rows], -1e30, 1e30)

"""What the configuration does to each feature: all tests of a study's table, and the verdict in one word."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.figures import number
from musculus.evaluate.study.equivalence import BOUND, Equivalence, equivalence
from musculus.evaluate.study.friedman import ALPHA, Tests, friedman
from musculus.evaluate.study.icc import Icc, icc
from musculus.evaluate.study.pairwise import Pairs, pairwise
from musculus.evaluate.study.table import Cells, StudyTable, cell_means
from musculus.models.selection.corrections import corrected

Floats = npt.NDArray[np.float64]
CHANGED, LITTLE, SAME, OPEN = "changed", "changed, but little", "the same", "open"
VERDICTS: Final = (CHANGED, LITTLE, SAME, OPEN)


def effects(table: StudyTable, bound: float = BOUND) -> dict[str, Any]:
    """The statistics of a complete table without constant features, as JSON can hold it.

    `significant` counts features below 0.05: `p05` with people as blocks, `bh` and `holm` after Benjamini & Hochberg's
    and Holm's correction, `rows_p05` with rows as blocks (each task of a person a block of its own, as if they were
    different people: what not to do). `measures` holds an entry for each feature, `pairs` one for each pair of
    configurations.

    >>> import polars as pl
    >>> from musculus.evaluate.study.table import study_table
    >>> rows = {"person": list("aabbccddeeff"), "dpi": [800, 1600] * 6, "speed": [1.0, 2, 3, 5, 1, 4, 2, 6, 3, 8, 4, 5]}
    >>> found = effects(study_table(pl.DataFrame(rows), configuration=["dpi"]))
    >>> found["significant"], found["measures"][0]["kendall_w"]
    ({'rows_p05': 1, 'p05': 1, 'bh': 1, 'holm': 1}, 1.0)
    """
    cells = cell_means(table)
    tests, alike, person = friedman(cells.values), equivalence(cells.values, bound), icc(cells.values)
    pairs = pairwise(cells.values)
    holm, bh, same = (corrected(p, way) for p, way in (
        (tests.p, "holm"), (tests.p, "benjamini_hochberg"), (alike.worst, "holm"),
    ))  # fmt: skip
    pairs_holm = np.asarray(corrected(pairs.p.ravel(), "holm")).reshape(pairs.p.shape)
    verdicts = [verdict(h, s) for h, s in zip(holm, alike.worst, strict=True)]
    entries = [
        {
            "name": name, "unit": table.about.get(name, {}).get("unit", ""), "verdict": verdicts[j],
            **_tested(tests, j), "bh": small(bh[j]), "holm": small(holm[j]), **_person(person, j),
            "equivalence": _alike(alike, same, j), "pairs": _pairs(pairs, pairs_holm, alike, cells, j),
        }
        for j, name in enumerate(table.names)
    ]  # fmt: skip
    rows = friedman(_row_blocks(table))
    significant = {"rows_p05": rows.p, "p05": tests.p, "bh": bh, "holm": holm}
    return {
        "significant": {k: int((p < ALPHA).sum()) for k, p in significant.items()},
        "kendall_w": {e["name"]: e["kendall_w"] for e in entries},
        "icc": {e["name"]: e["icc"] for e in entries},
        "verdicts": {v: verdicts.count(v) for v in VERDICTS},
        "pairs": _by_pair(pairs, pairs_holm, alike, cells),
        "bound": bound,
        "measures": entries,
    }


def verdict(holm: float, same: float) -> str:
    """One word on a feature, from p that it changes (after Holm) and p that it is not equivalent (all pairs must be).

    >>> verdict(0.001, 0.9), verdict(0.8, 0.01), verdict(0.8, 0.9), verdict(0.001, 0.01)
    ('changed', 'the same', 'open', 'changed, but little')
    """
    if holm < ALPHA:
        return LITTLE if same < ALPHA else CHANGED
    return SAME if same < ALPHA else OPEN


def personal(entry: dict[str, Any]) -> float:
    """How much a measure is the person's and not the mouse's: ICC x (1 - W), 0 where either is unknown.

    >>> personal({"icc": 0.8, "kendall_w": 0.0}), personal({"icc": None, "kendall_w": 0.1})
    (0.8, 0.0)
    """
    icc, w = entry["icc"], entry["kendall_w"]
    return 0.0 if icc is None or w is None else float(icc * (1 - w))


def _tested(tests: Tests, j: int) -> dict[str, Any]:
    return {
        "test": str(tests.way[j]), "people": int(tests.people[j]), "statistic": number(tests.statistic[j]),
        "p": small(tests.p[j]), "kendall_w": number(tests.kendall_w[j]),
    }  # fmt: skip


def _person(found: Icc, j: int) -> dict[str, Any]:
    return {
        "icc": number(found.value[j]), "icc_low": number(found.low[j]), "icc_high": number(found.high[j]),
        "agreement": number(found.agreement[j]),
    }  # fmt: skip


def _alike(found: Equivalence, same: Floats, j: int) -> dict[str, Any]:
    differences = found.difference[:, j]
    largest = differences[np.nanargmax(np.abs(differences))] if np.isfinite(differences).any() else np.nan
    return {"p": small(found.worst[j]), "holm": small(same[j]), "largest": number(largest)}


def _pairs(pairs: Pairs, holm: Floats, alike: Equivalence, cells: Cells, j: int) -> list[dict[str, Any]]:
    return [
        {
            "first": cells.configurations[a], "second": cells.configurations[b], "people": int(pairs.people[i, j]),
            "p": small(pairs.p[i, j]), "holm": small(holm[i, j]),
            "effect": {
                "value": number(pairs.effect[i, j]), "low": number(pairs.low[i, j]), "high": number(pairs.high[i, j]),
            },
            "difference": number(alike.difference[i, j]), "equivalence_p": small(alike.p[i, j]),
        }
        for i, (a, b) in enumerate(pairs.pairs)
    ]  # fmt: skip


def _by_pair(pairs: Pairs, holm: Floats, alike: Equivalence, cells: Cells) -> list[dict[str, Any]]:
    """What each pair of configurations changes, over all features; p are corrected over pairs and features at once."""
    found = []
    for i, (a, b) in enumerate(pairs.pairs):
        sizes = np.abs(pairs.effect[i])
        found.append({
            "first": cells.configurations[a], "second": cells.configurations[b],
            "p05": int((pairs.p[i] < ALPHA).sum()), "holm": int((holm[i] < ALPHA).sum()),
            "equivalent": int((alike.p[i] < ALPHA).sum()),
            "median_effect": number(np.median(sizes[np.isfinite(sizes)])) if np.isfinite(sizes).any() else None,
        })  # fmt: skip
    return found


def _row_blocks(table: StudyTable) -> Floats:
    """Cells with a block for each row of a configuration: the tasks of a person, else the person's k-th rows.

    Blocks that lack a configuration are left out.
    """
    tasks = np.array([f"{p}\n{t}" for p, t in zip(table.person.tolist(), table.task.tolist(), strict=True)])
    cells = cell_means(table, tasks).values
    crossed = _crossed(cells)
    if len(set(table.task.tolist())) < 2 or not crossed.any():
        number_: dict[tuple[str, str], int] = {}
        names = []
        for p, c in zip(table.person.tolist(), table.configuration.tolist(), strict=True):
            number_[p, c] = number_.get((p, c), 0) + 1
            names.append(f"{p}\n{number_[p, c]}")
        cells = cell_means(table, np.array(names)).values
        crossed = _crossed(cells)
    return cells[crossed]


def _crossed(cells: Floats) -> npt.NDArray[np.bool_]:
    filled = np.array(np.isfinite(cells).any(axis=2))
    return np.asarray(filled.all(axis=1))


def small(p: float) -> float | None:
    """A p value as JSON can hold it: four digits that count, however small; None for NaN."""
    return None if np.isnan(p) else float(f"{p:.4g}")

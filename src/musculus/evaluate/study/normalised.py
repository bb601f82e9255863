"""The same again after each normaliser: is the mouse still told, does the prediction cross over?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.study.asked import Answers, Question, left_out, single
from musculus.evaluate.study.deals import people_parts, share, weighted
from musculus.evaluate.study.friedman import holm_findings
from musculus.evaluate.study.leakage import codes, enough, guessed, raw
from musculus.evaluate.study.matrix import difference, told
from musculus.evaluate.study.table import StudyTable, cell_means
from musculus.models.normalisers import NORMALISERS, make_normaliser

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Progress = Callable[[int, int, str], None]
TREES: Final = 50
DPI: Final = ("dpi", "mouse_dpi", "cpi")
SENSITIVITY: Final = ("sensitivity", "sens", "os_sensitivity")
NOTES: Final = {
    "person_normal": "A person's normal needs to know who it is, so identity can't be asked; with all mice in one "
    "normal the mouse stays.",
    "session_z": "A session is measured by its own rows, those asked among them; what is the person's own goes, too.",
    "within_person": "Columns are mixed: how many are significant says nothing of the features.",
    "physical_degrees": "One factor for everybody, for no screen is declared: nothing changes.",
}


@dataclass(frozen=True)
class Normalisers:
    """One entry a normaliser, `none` first."""

    entries: list[dict[str, Any]]

    def to_dict(self) -> list[dict[str, Any]]:
        """The entries as JSON can hold them."""
        return self.entries


def normalisers(
    table: StudyTable, *, seed: int = 0, progress: Progress | None = None, only: Sequence[str] | None = None
) -> Normalisers:
    """Leakage, Holm finds and the matrix's figures after each normaliser, fitted on other people than are asked.

    `recovered` is the share of the drop (within less cross, raw) by which cross got better, `recovered_interval` its
    interval. A normaliser whose leakage is above raw by more than chance over people `raises_leakage`. What a table
    lacks for one is its `needs`.
    """
    enough(table)
    q, names = Question.of(table, seed), list(only or NORMALISERS)
    said = guessed(table, raw(table.values), seed, TREES)
    first, crossed = _entry(q, table, "none", "The features as they are.", raw(table.values), said, None, None, seed)
    found = [first]
    for i, name in enumerate(names):
        entry, again = _after(q, table, name, said, first, seed)
        found.append({**entry, "recovered_interval": _interval(first, crossed, again, table)})
        if progress:
            progress(i + 1, len(names), name)
    return Normalisers(found)


def _after(
    q: Question, table: StudyTable, name: str, said: Ints, first: dict[str, Any], seed: int
) -> tuple[dict[str, Any], Floats | None]:
    lacks = lacking(table, name)
    if lacks:
        keys = ("leakage", "holm", "within", "cross", "left_out", "recovered")
        about = NORMALISERS[name].about
        empty = dict.fromkeys(keys)
        return {"name": name, "about": about, "needs": lacks, **empty, "raises_leakage": False, "note": ""}, None
    prepare = prepared(table, name)
    return _entry(q, table, name, NORMALISERS[name].about, prepare, guessed(table, prepare, seed, TREES), said, first,
                  seed)  # fmt: skip


def _entry(
    q: Question, table: StudyTable, name: str, about: str, prepare: Callable[[Bools], Floats], said: Ints,
    before: Ints | None, first: dict[str, Any] | None, seed: int,
) -> tuple[dict[str, Any], Floats | None]:  # fmt: skip
    """The entry, and how often each row was told with another mouse, (n_rows,), NaN for one that wasn't asked."""
    code = codes(table)
    right = (said == code).astype(np.float64)
    known = name == "person_normal" and q.identity  # it would be told who it is
    answers = None if known else single(q, None if first is None else prepare)
    same = None if answers is None else q.code[answers.row] == answers.learned
    within = None if answers is None or same is None else told(q, answers.of(same))
    crossed = None if answers is None or same is None else answers.of(~same)
    cross = None if crossed is None else told(q, crossed)
    out = None if known else told(q, left_out(q, None if first is None else prepare, seed=seed))
    return {
        "name": name, "about": about, "needs": "", "leakage": share(right, table.person),
        "raises_leakage": before is not None and _above(right, (before == code).astype(np.float64), table),
        "holm": None if name == "within_person" else _holm(table, prepare, seed), "within": within, "cross": cross,
        "left_out": out, "recovered": _recovered(first, cross), "note": NOTES.get(name, ""),
    }, None if crossed is None else _by_row(q, crossed)  # fmt: skip


def _by_row(q: Question, answers: Answers) -> Floats:
    right = (q.target[answers.row] == answers.guess).astype(np.float64)
    with np.errstate(invalid="ignore"):
        sums, number = (np.bincount(answers.row, w, len(q.target)) for w in (right, None))
        return np.asarray(sums / number)


def _interval(
    first: dict[str, Any], before: Floats | None, after: Floats | None, table: StudyTable
) -> dict[str, float] | None:
    """Of the share of the drop won back, over people, each compared with themselves; None where there was no drop.

    The drop itself is taken as known. Of a label, whose score is no share of rows, nothing is said.
    """
    drop = difference(first["within"], first["cross"])
    if before is None or after is None or drop is None or drop <= 0 or table.label is not None:
        return None
    asked = ~(np.isnan(before) | np.isnan(after))
    low, high = np.quantile(weighted((after - before)[asked], table.person[asked])[1] / drop, [0.025, 0.975])
    return {"low": round(float(low), 6), "high": round(float(high), 6)}


def _above(right: Floats, before: Floats, table: StudyTable) -> bool:
    """Whether more is guessed right than before, by more than chance over people (two and a half in a hundred)."""
    return bool(np.quantile(weighted(right - before, table.person)[1], 0.025) > 0)


def _recovered(first: dict[str, Any] | None, cross: dict[str, float] | None) -> float | None:
    if first is None or cross is None or first["within"] is None or first["cross"] is None:
        return None
    drop = first["within"]["value"] - first["cross"]["value"]
    return round((cross["value"] - first["cross"]["value"]) / drop, 6) if drop > 0 else None


def _holm(table: StudyTable, prepare: Callable[[Bools], Floats], seed: int) -> int:
    """Features that the configuration changes, each person's rows prepared by what other people taught."""
    part = people_parts(table, seed)
    values = np.full(table.values.shape, np.nan)
    for k in range(int(part.max()) + 1):
        values[part == k] = prepare(part != k)[part == k]
    return int(holm_findings(cell_means(replace(table, values=values)).values))


def prepared(table: StudyTable, name: str) -> Callable[[Bools], Floats]:
    """All rows by the normaliser of this name, which learns from the rows it is told to."""
    import polars as pl

    entry = NORMALISERS[name]
    if entry.on == "events":
        values = resampled(table)
        return lambda _: values
    frame = pl.DataFrame(table.values, schema=list(table.names))
    about: dict[str, Any] = {
        "configuration": table.configuration, "person": table.person, "session": table.session, "gain": gain(table),
    }  # fmt: skip
    params = {"units": _units(table)} if name.startswith("physical") else {}

    def prepare(train: Bools) -> Floats:
        mine = {k: None if v is None else v[train] for k, v in about.items()}
        made = make_normaliser(name, **params).fit(frame.filter(pl.Series(train)), **mine)
        return np.asarray(made.transform(frame, **about))

    return prepare


def lacking(table: StudyTable, name: str) -> str:
    """What a table lacks for a normaliser, in words; empty where it has all."""
    entry = NORMALISERS[name]
    if "gain" in entry.needs and gain(table) is None:
        return "the DPI of each row"
    if entry.on == "events" and table.source is None:
        return "recordings: a table of features can't be resampled"
    if "session" in entry.needs and np.median(np.unique(table.session, return_counts=True)[1]) < 3:
        return "sessions of three rows or more"
    return ""


def gain(table: StudyTable) -> Floats | None:
    """DPI times sensitivity of each row, as declared; None where no DPI is."""
    known = {**table.declared, **table.factors}
    dpi = next((known[k] for k in known if k.lower() in DPI), None)
    if dpi is None:
        return None
    slider = next((known[k] for k in known if k.lower() in SENSITIVITY), np.ones(len(table)))
    try:
        found = np.asarray(dpi, np.float64) * np.asarray(slider, np.float64)
    except (TypeError, ValueError):  # declared in words
        return None
    return found if (found > 0).all() else None


def _units(table: StudyTable) -> dict[str, str]:
    return {n: table.about[n]["unit"] for n in table.names if "unit" in table.about.get(n, {})}


def resampled(table: StudyTable) -> Floats:
    """The table's features, measured on its recordings at one rate of 60 Hz."""
    from musculus.features import features

    assert table.source is not None
    made = make_normaliser("common_rate").fit(table.source)
    rows = features(made.transform(table.source), "recording")
    known = set(rows.names)
    values = np.full(table.values.shape, np.nan)
    for j, name in enumerate(table.names):
        if name in known:
            values[:, j] = rows[name]
    return values

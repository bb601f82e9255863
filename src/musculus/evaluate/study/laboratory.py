"""The configuration laboratory: one call answers, for anyone's data, is it the person or the mouse?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from musculus.errors import DataError, MusculusError, UsageError
from musculus.evaluate.study.artefacts import artefacts
from musculus.evaluate.study.design import design
from musculus.evaluate.study.effects import effects
from musculus.evaluate.study.equivalence import BOUND
from musculus.evaluate.study.reading import cited, read_study
from musculus.evaluate.study.table import StudyTable, complete, study_table, varying
from musculus.evaluate.study.twins import moved, twins
from musculus.events import Events

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[int, int, str], None]
# What trains models; each gives a document of its own, and is left out of a quick study.
TRAINED: Final = {
    "leakage": ("musculus.evaluate.study.leakage", "leakage"),
    "matrix": ("musculus.evaluate.study.matrix", "matrix"),
    "normalisers": ("musculus.evaluate.study.normalised", "normalisers"),
    "segments": ("musculus.evaluate.study.segments", "segments"),
}
MODELLED: Final = 10_000  # rows that models see: what they say of people changes no more with more
EMPTY: Final[dict[str, Any]] = {"leakage": {}, "matrix": {}, "normalisers": [], "segments": {}, "simulated": {}}


@dataclass(frozen=True)
class Study:
    """What a study found: `document` is that of the contract; `save` writes it, or the page."""

    document: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The document as JSON can hold it."""
        return self.document

    def to_html(self) -> str:
        """One page that asks for nothing else."""
        from musculus.evaluate.study.page import page

        html: str = page(self.document)
        return html

    def save(self, path: str | Path) -> Path:
        """Write the page (`.html`) or the document (`.json`). UsageError for another ending, or no folder."""
        file = writable(path)
        html = file.suffix.lower() == ".html"
        file.write_text(self.to_html() if html else json.dumps(self.document, indent=1) + "\n", encoding="utf-8")
        return file


def writable(path: str | Path) -> Path:
    """The path, if a report can be written there. UsageError for another ending, or where there is no such folder."""
    file = Path(path)
    if file.suffix.lower() not in (".html", ".json"):
        raise UsageError(f"{file}: a report is .html or .json")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {file.parent} to write {file.name} to; make it first")
    return file


def study(
    data: Events | pl.DataFrame | str | Path,
    *,
    person: str = "",
    configuration: Sequence[str] = (),
    task: str = "",
    label: str = "",
    quick: bool = False,
    simulate: Mapping[str, Sequence[float]] | None = None,
    hand: float | None = None,
    per: str = "recording",
    only: Sequence[str] | None = None,
    bound: float = BOUND,
    name: str = "",
    reader: str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Study:
    """Study what the configuration of the mouse does to measures and predictions.

    `data` are recordings, a table of features, or where to read them. `person`, `configuration` (one or more), `task`
    and `label` (a prediction of one's own in the place of identity) name columns; a published set that musculus knows
    needs none. `quick` leaves out what trains models. `simulate` (recordings) re-records everything with other mice, as
    `{"dpi": [400, 1600], "polling": [125, 1000]}`; where no configuration is named, those mice are what is studied.
    The hand repeats its movement where DPI or sensitivity is simulated: `hand` is the DPI it had (`twins.moved`).
    `bound` is what counts as little, in standard deviations between people. The errors of `study_table` and
    `read_study`; a section the data can't give says why in its place.

    >>> import polars as pl
    >>> rows = {"person": list("aabbccddeeff"), "dpi": [800, 1600] * 6, "speed": [1.0, 2, 3, 5, 1, 4, 2, 6, 3, 8, 4, 5]}
    >>> found = study(pl.DataFrame(rows), configuration=["dpi"], quick=True).to_dict()
    >>> found["people"], found["configurations"], found["significant"]["p05"]
    (6, ['800', '1600'], 1)
    """
    told = name or (str(data) if isinstance(data, str | Path) else "data in memory")
    rows = read_study(data, reader) if isinstance(data, str | Path) else data
    if simulate and not isinstance(rows, Events):
        raise UsageError("--simulate re-records events with other mice; a table of features has none: give recordings")
    if isinstance(rows, Events):
        from musculus.evaluate.study.recordings import measured_table

        hand = moved(rows, simulate or {}, hand)
        studied, columns = (rows, configuration)
        if simulate and not configuration:
            studied, columns = twins(rows, simulate, seed, hand)
        table = measured_table(studied, person, columns, task, label, per=per, only=only, what=told)
    else:
        table = study_table(rows, person, configuration, task, label, what=told)
    used = varying(table)
    if not used.names:
        raise DataError("every feature is constant: there is nothing to study")
    used = complete(used)
    document: dict[str, Any] = {
        "study": "configuration", "data": told, "people": len(table.people),
        "configurations": list(table.configurations), "features": len(used.names), "rows": len(used),
        "columns": _columns(table), "design": design(table), **effects(used, bound),
        "flags": [f._asdict() for f in artefacts(table)], **{k: type(v)(v) for k, v in EMPTY.items()},
        "devices": _devices(table), "notes": _notes(table, used, quick), "cite": cited(told),
    }  # fmt: skip
    if not quick:
        _trained(document, used, seed, progress)
    if simulate and not quick and isinstance(rows, Events):
        _simulated(document, table, rows, simulate, hand, seed, progress)
    return Study(document)


def _columns(table: StudyTable) -> dict[str, Any]:
    who = table.roles
    if who is None:
        return {}
    return {
        "person": who.person, "configuration": list(who.configuration), "task": who.task, "session": who.session,
        "label": who.label, "declared": list(who.declared), "left_out": dict(who.left_out),
    }  # fmt: skip


def _devices(table: StudyTable) -> list[dict[str, Any]]:
    """The configuration of each recording, declared and estimated, where there are recordings."""
    if table.source is None:
        return []
    from musculus.evaluate.study.configured import configurations

    found = configurations(table.source)
    rows: list[dict[str, Any]] = found.to_dicts()
    return [
        {**row, "person": p, "configuration": c}
        for row, p, c in zip(rows, table.person.tolist(), table.configuration.tolist(), strict=True)
    ]


def _notes(table: StudyTable, used: StudyTable, quick: bool) -> list[str]:
    notes = []
    if table.source is not None and "simulated" in table.source.context:
        notes.append("These mice are simulated: the same recordings, played again through each of them.")
    had = set(zip(table.person.tolist(), table.configuration.tolist(), strict=True))
    if len(had) == len(table.people):
        notes.append("Nobody had two configurations: no measure could be tested, and no change found means nothing.")
    if quick:
        notes.append("A quick study: what trains models (leakage, matrix, normalisers, segments) was left out.")
    if len(used) < len(table):
        rows = len(table) - len(used)
        notes.append(f"{rows} rows of tasks that a person didn't do with each configuration are left out.")
    dropped = len(table.names) - len(used.names)
    if dropped:
        notes.append(f"{dropped} of {len(table.names)} features are constant and were not tested.")
    notes += table.notes
    left = table.roles.left_out if table.roles else {}
    notes += [f"{column} is {why}, so it is no feature." for column, why in left.items()]
    return notes


def _trained(document: dict[str, Any], table: StudyTable, seed: int, progress: Progress | None) -> None:
    """Fill the sections that train models; one that the data cannot give tells why in its place."""
    from musculus.evaluate.study.deals import thinned

    learned = thinned(table, MODELLED, seed)
    if len(learned) < len(table):
        few = f"{len(learned)} of {len(table)} rows, drawn by lot from every cell"
        document["notes"].append(f"Models learn from, and are asked of, {few}.")
    for i, (key, (module, function)) in enumerate(TRAINED.items()):
        try:
            found = getattr(import_module(module), function)(learned, seed=seed, progress=_part(progress, i, key))
            document[key] = found.to_dict()
        except MusculusError as e:
            document["notes"].append(f"No {key}: {e}")
            if isinstance(document[key], dict):
                document[key] = {"error": str(e)}


def _simulated(
    document: dict[str, Any],
    table: StudyTable,
    rows: Events,
    settings: Mapping[str, Sequence[float]],
    hand: float | None,
    seed: int,
    progress: Progress | None,
) -> None:
    simulate = import_module("musculus.evaluate.study.simulated").simulate
    person = table.roles.person if table.roles else "person"
    given = {k: [float(x) for x in v] for k, v in settings.items()}
    try:
        tell = _part(progress, len(TRAINED), "simulated")
        found = simulate(rows, given, person=person, hand=hand, seed=seed, progress=tell)
        document["simulated"] = found.to_dict()
    except MusculusError as e:
        document["simulated"] = {"error": str(e)}


def _part(progress: Progress | None, i: int, key: str) -> Progress | None:
    """Progress of one section as progress of the whole."""
    if progress is None:
        return None
    parts = len(TRAINED) + 1

    def tell(done: int, total: int, what: str) -> None:
        progress(1000 * i + round(1000 * done / max(total, 1)), 1000 * parts, f"{key} {what}")

    return tell

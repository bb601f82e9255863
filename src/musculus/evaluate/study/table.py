"""The table of a configuration study: features by person, configuration and task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.study.cleaning import copies, many, numbers, told, when
from musculus.evaluate.study.columns import KNOWN_PERSON, SESSIONS, TASKS, Roles, roles
from musculus.events import Events

if TYPE_CHECKING:
    import polars as pl

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.str_]
ENDS: Final = 0.025  # share of the rows at either end that may differ before a feature varies


@dataclass(frozen=True, eq=False)
class StudyTable:
    """Rows of features, each of a person with a configuration.

    Attributes
    ----------
    names, values : features, (n_rows, n_features) float64, NaN where undefined, never infinite
    person, configuration, task, session : (n_rows,); the configuration's columns joined as `2400 / 10`, task `""` where
        there is none, a session is one sitting
    label : (n_rows,) something to predict, or None
    factors : configuration column -> (n_rows,) as declared, numbers where they are numbers
    declared : every other column on the device, declared or estimated
    about : feature -> unit, measure ... where known
    source : the recordings the rows were measured on, row i on recording i; None for a table of features
    roles : which column was what
    when : (n_rows,) rank of the time at which the row began, or None
    notes : what was left out, as sentences
    """

    names: tuple[str, ...]
    values: Floats
    person: Words
    configuration: Words
    task: Words
    session: Words
    label: Words | None
    factors: dict[str, npt.NDArray[Any]]
    declared: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    about: dict[str, dict[str, str]] = field(default_factory=dict)
    source: Events | None = None
    roles: Roles | None = None
    what: str = ""
    when: Floats | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody, by name; by number where names are numbers."""
        return ordered(self.person)

    @property
    def configurations(self) -> tuple[str, ...]:
        """Every configuration, by its numbers."""
        return ordered(self.configuration)

    def rows(self, index: npt.ArrayLike) -> StudyTable:
        """Some of the rows, by index or mask."""
        at = np.arange(len(self))[np.asarray(index)]
        source = None if self.source is None else _recordings(self.source, at)
        return replace(
            self, values=self.values[at], person=self.person[at], configuration=self.configuration[at],
            task=self.task[at], session=self.session[at], label=None if self.label is None else self.label[at],
            factors={k: v[at] for k, v in self.factors.items()}, declared={k: v[at] for k, v in self.declared.items()},
            source=source, when=None if self.when is None else self.when[at],
        )  # fmt: skip

    def select(self, names: Sequence[str]) -> StudyTable:
        """Some of the features, in this order."""
        at = {n: i for i, n in enumerate(self.names)}
        return replace(self, names=tuple(names), values=self.values[:, [at[n] for n in names]])


class Cells(NamedTuple):
    """The mean of each feature by person and configuration, (n_people, n_configurations, n_features)."""

    values: Floats
    people: tuple[str, ...]
    configurations: tuple[str, ...]


def study_table(
    data: pl.DataFrame | Events,
    person: str = "",
    configuration: Sequence[str] = (),
    task: str = "",
    label: str = "",
    *,
    what: str = "",
    measured: Sequence[str] | None = None,
    about: dict[str, dict[str, str]] | None = None,
    source: Events | None = None,
) -> StudyTable:
    """The table of a study, from a table of features or from recordings, which are measured.

    Rows without a person or a configuration (or a label, where one is to be predicted) are left out, and so are rows
    that repeat another number by number; `notes` say how many. DataError where fewer than two people, or two
    configurations, are left; the errors of `columns.roles`.

    >>> import polars as pl
    >>> frame = pl.DataFrame({"person": ["a", "a", "b", "b"], "dpi": [800, 1600] * 2, "speed": [1.0, 2.0, 1.5, 2.5]})
    >>> t = study_table(frame, configuration=["dpi"])
    >>> t.names, t.configurations, cell_means(t).values[:, :, 0].tolist()
    (('speed',), ('800', '1600'), [[1.0, 2.0], [1.5, 2.5]])
    """
    if isinstance(data, Events):
        from musculus.evaluate.study.recordings import measured_table

        found: StudyTable = measured_table(data, person, configuration, task, label, what=what)
        return found
    import polars as pl

    names = {person, *configuration, task, label, KNOWN_PERSON, *SESSIONS, *TASKS, "started"}
    read, spoilt = (data, {}) if measured is not None else numbers(data, names)
    who = roles(read, person, configuration, task, label, measured=measured)
    who.left_out.update({n: why for n, why in spoilt.items() if n not in who.named})
    kept = told(read, (who.person, *who.configuration, *([who.label] if who.label else [])))
    frame = read.filter(pl.Series(kept))
    values = frame.select(who.features).cast(pl.Float64, strict=False).to_numpy().astype(np.float64)
    values[~np.isfinite(values)] = np.nan
    table = StudyTable(
        names=who.features, values=values, person=_words(frame, who.person),
        configuration=_joined(frame, who.configuration), task=_words(frame, who.task),
        session=_session(frame, who), label=_words(frame, who.label) if who.label else None,
        factors={n: frame[n].to_numpy() for n in who.configuration},
        about=_own(who.features) if about is None else about,
        declared={n: frame[n].to_numpy() for n in who.declared}, roles=who, what=what,
        source=None if source is None else _recordings(source, np.flatnonzero(kept)), when=when(frame),
    )  # fmt: skip
    table = _once(table, len(read) - len(frame))
    if len(table.people) < 2 or len(table.configurations) < 2:
        n, k = len(table.people), len(table.configurations)
        raise DataError(f"{many(n, 'person', 'people')} and {many(k, 'configuration')}: "
                        "a study needs at least two of each")  # fmt: skip
    return table


def _once(table: StudyTable, nobody: int) -> StudyTable:
    """The table without copies of rows, with notes of what was left out."""
    notes = []
    if nobody:
        notes.append(f"{many(nobody, 'row')} without a person, a configuration or the label to predict left out.")
    if table.source is None:
        words = [table.person, table.configuration, table.task, table.session]
        again = copies(np.array(["\n".join(row) for row in zip(*words, strict=True)]), table.values)
        if again.any():
            notes.append(f"{many(int(again.sum()), 'row')} that stand twice, number by number, count once.")
            table = table.rows(~again)
    return replace(table, notes=tuple(notes))


def complete(table: StudyTable) -> StudyTable:
    """The rows of tasks that a person did with every configuration the person had; all of a person's rows where no task
    was (each task met one configuration only, or there is no task).
    """
    rows = list(zip(table.person.tolist(), table.task.tolist(), table.configuration.tolist(), strict=True))
    had: dict[str, set[str]] = {}
    met: dict[tuple[str, str], set[str]] = {}
    for person, task, configuration in rows:
        had.setdefault(person, set()).add(configuration)
        met.setdefault((person, task), set()).add(configuration)
    crossed = {key for key, configurations in met.items() if configurations == had[key[0]]}
    some = {person for person, _ in crossed}
    keep = np.array([person not in some or (person, task) in crossed for person, task, _ in rows])
    return table if keep.all() else table.rows(keep)


def cell_means(table: StudyTable, blocks: Words | None = None) -> Cells:
    """Means by person and configuration over the rows where a feature is defined; NaN for a cell that is empty.

    `blocks` are taken in the place of people.
    """
    block = table.person if blocks is None else blocks
    people, configurations = ordered(block), table.configurations
    at = _index(block, people) * len(configurations) + _index(table.configuration, configurations)
    means = np.empty((len(people) * len(configurations), len(table.names)))
    for j, column in enumerate(table.values.T):
        defined = ~np.isnan(column)
        total, number = (np.bincount(at[defined], w, len(means)) for w in (column[defined], None))
        with np.errstate(invalid="ignore"):
            means[:, j] = total / number
    return Cells(means.reshape(len(people), len(configurations), -1), people, configurations)


def _index(words: Words, among: tuple[str, ...]) -> npt.NDArray[np.int64]:
    number = {w: i for i, w in enumerate(among)}
    return np.array([number[w] for w in words.tolist()], dtype=np.int64)


def constant(values: Floats) -> npt.NDArray[np.bool_]:
    """Which columns hold one value but for at most 2.5 % of the rows at either end, shape (n_features,).

    A median of accelerations that is 0 in 97 of 100 rows compares three rows, whatever a test says of it.

    >>> constant(np.array([[0.0, 1], [0, 2], [0, 3]])).tolist()
    [True, False]
    """
    out = np.ones(values.shape[1], np.bool_)
    for j, column in enumerate(values.T):
        told = np.sort(column[~np.isnan(column)])
        ends = int(ENDS * len(told) + 1e-9)
        out[j] = len(told) == 0 or told[ends] == told[len(told) - 1 - ends]
    return out


def varying(table: StudyTable) -> StudyTable:
    """The table without features that are constant, or undefined everywhere."""
    fixed = constant(table.values)
    return table.select([n for n, c in zip(table.names, fixed, strict=True) if not c])


def ordered(words: Words) -> tuple[str, ...]:
    """The different words, by the numbers in them where they are numbers.

    >>> ordered(np.array(["1000 / 10", "800 / 10", "800 / 5"]))
    ('800 / 5', '800 / 10', '1000 / 10')
    """
    return tuple(sorted({str(w) for w in words}, key=_by_number))


def _by_number(word: str) -> tuple[tuple[float, str], ...]:
    out = []
    for part in word.split(" / "):
        try:
            out.append((float(part), ""))
        except ValueError:
            out.append((float("inf"), part))
    return tuple(out)


def _own(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """What is known of features that `musculus features` wrote, seen by names as `velocity_mean__median`.

    Other people's `curvature_max` may be another thing by the same name, so nothing is taken to be known of it.
    """
    from musculus.measures import COLUMNS

    bases = {n: n.rpartition("__")[0] or n for n in names}
    if not any("__" in n and base in COLUMNS for n, base in bases.items()):
        return {}
    known = {n: COLUMNS[base] for n, base in bases.items() if base in COLUMNS}
    return {n: {"unit": m.unit_of(bases[n]), "measure": m.name, "tier": m.tier} for n, m in known.items()}


def _words(frame: pl.DataFrame, name: str) -> Words:
    if not name:
        return np.full(len(frame), "", dtype=np.str_)
    return np.array([_word(v) for v in frame[name].to_list()], dtype=np.str_)


def _word(value: Any) -> str:
    """A value as a word: whole numbers without a point, however the file wrote them."""
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else "" if value is None else str(value)


def _joined(frame: pl.DataFrame, names: Sequence[str]) -> Words:
    parts = [_words(frame, n).tolist() for n in names]
    return np.array([" / ".join(row) for row in zip(*parts, strict=True)], dtype=np.str_)


def _session(frame: pl.DataFrame, who: Roles) -> Words:
    if who.session:
        return _words(frame, who.session)
    cell = _joined(frame, (who.person, *who.configuration))
    return np.array([c.replace(" / ", "@", 1) for c in cell.tolist()], dtype=np.str_)


def _recordings(events: Events, at: npt.NDArray[np.intp]) -> Events:
    everything = len(at) == len(events) and bool((at == np.arange(len(at))).all())
    return events if everything else Events.concat([events[int(i)] for i in at])

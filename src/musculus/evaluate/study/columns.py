"""Which column of a table says who, with what, at what and when; the numbers that are left are features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError, UnknownName, UsageError
from musculus.tasks.attribute import WHO

if TYPE_CHECKING:
    import polars as pl

# What a mouse is declared by (EVENTS.md), and what it is estimated by from events.
DECLARED: Final = (
    "mouse_model", "dpi", "polling_hz", "sensitivity", "sens", "os_acceleration", "acceleration_setting", "surface",
    "weight", "device", "configuration",
)  # fmt: skip
ESTIMATED: Final = (
    "event_rate", "clock_resolution", "quantum", "estimated_polling_hz", "estimated_frame_hz", "estimated_pointer",
    "estimated_gain",
)  # fmt: skip
SESSIONS: Final = ("session", "session_id", "recording")
TASKS: Final = ("task", "task_id", "game_number", "prototype_id")
# Columns of numbers that are about a row, not measured on its movement.
ABOUT: Final = (
    *WHO, *TASKS, *SESSIONS, "started", "purchase", "experience", "screen_width", "screen_height",
    "device_pixel_ratio", "viewport_width", "viewport_height", "document_width", "document_height",
)  # fmt: skip
KNOWN_PERSON: Final = "respondent_id"  # the column by which the published study of 2024 is recognised
KNOWN_CONFIGURATION: Final = ("dpi", "sens")


@dataclass(frozen=True)
class Roles:
    """The columns of a table by what they are for; `task` and `session` are empty where there is none."""

    person: str
    configuration: tuple[str, ...]
    task: str
    session: str
    label: str
    declared: tuple[str, ...]
    features: tuple[str, ...]
    left_out: dict[str, str]

    @property
    def named(self) -> set[str]:
        """The columns that say who, with what, at what and when."""
        return {self.person, *self.configuration, self.task, self.session, self.label, *self.declared}


def roles(
    frame: pl.DataFrame,
    person: str = "",
    configuration: Sequence[str] = (),
    task: str = "",
    label: str = "",
    *,
    measured: Sequence[str] | None = None,
) -> Roles:
    """Who is who among the columns; `measured` names the features where that is known.

    Without names the published study is recognised by `respondent_id`; other tables need `configuration`, and have
    `person` by default. A column of numbers is no feature if it is one for each person (an age, a height) or one for
    each configuration (a polling rate): it says who or with what. UnknownName for a column that isn't there, UsageError
    where no configuration is named, DataError where nothing is left to study.
    """
    known = KNOWN_PERSON in frame.columns
    person = person or (KNOWN_PERSON if known else "person")
    configuration = tuple(configuration) or (KNOWN_CONFIGURATION if known else ())
    if not configuration:
        raise UsageError("which columns tell the configuration? --configuration dpi, or --configuration dpi,sens")
    task = task or (next((n for n in TASKS if n in frame.columns), "") if known else "")
    for name in (person, *configuration, *filter(None, (task, label))):
        if name not in frame.columns:
            raise UnknownName("column", name, frame.columns)
    if person in configuration or task == person or task in configuration:
        raise UsageError(f"one column can't be two things: person {person}, configuration {configuration}, task {task}")
    session = next((n for n in SESSIONS if n in frame.columns and n not in (person, task, *configuration)), "")
    taken = {person, *configuration, task, session, label}
    device: list[str] = [n for n in (*DECLARED, *ESTIMATED) if n in frame.columns]
    declared = [n for n in device if n not in taken and n not in (measured or ())]
    left = {} if measured is not None else _left_out(frame, person, configuration, taken | set(declared))
    declared += [n for n, why in left.items() if why == "one for each configuration"]
    candidates = frame.columns if measured is None else measured
    features = [n for n in candidates if n not in taken | set(declared) | set(left) and _is_feature(frame, n, measured)]
    if not features:
        raise DataError(f"no column of numbers can be a feature; there are {', '.join(frame.columns)}")
    return Roles(person, configuration, task, session, label, tuple(declared), tuple(features), left)


def _is_feature(frame: pl.DataFrame, name: str, measured: Sequence[str] | None) -> bool:
    return measured is not None or (name not in ABOUT and frame[name].dtype.is_numeric())


def _left_out(frame: pl.DataFrame, person: str, configuration: Sequence[str], taken: set[str]) -> dict[str, str]:
    """Columns of numbers that are one for each person, or one for each configuration, and why they are no features."""
    groups = [
        (_sorted(frame, names), why)
        for names, why in (([person], "one for each person"), (configuration, "one for each configuration"))
    ]
    out: dict[str, str] = {}
    for name in frame.columns:
        if name in taken or name in ABOUT or not frame[name].dtype.is_numeric():
            continue
        value = frame[name].cast(float).fill_null(np.nan).to_numpy()
        value = np.where(np.isnan(value), -np.inf, value)  # missing throughout a group is one value, too
        if len(value) == 0 or value.min() == value.max():
            continue  # a constant says neither
        for (order, starts), why in groups:
            if 2 * len(starts) <= len(value) and _same(value[order], starts):
                out[name] = why
    return out


def _sorted(frame: pl.DataFrame, names: Sequence[str]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The rows group by group, and where each group of equal rows of these columns begins."""
    rows = frame.select(names).rows()
    number = {row: i for i, row in enumerate(dict.fromkeys(rows))}
    group = np.array([number[row] for row in rows], dtype=np.intp)
    order = np.argsort(group, kind="stable")
    return order, np.flatnonzero(np.diff(group[order], prepend=-1))


def _same(values: npt.NDArray[np.float64], starts: npt.NDArray[np.intp]) -> bool:
    return bool((np.maximum.reduceat(values, starts) == np.minimum.reduceat(values, starts)).all())

"""What fights in the arena: anything that learns from rows of people (and bots) and scores rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from musculus.errors import UnknownName
from musculus.events import Events
from musculus.models import MODELS, make_model
from musculus.models.outputs import fit_model, row_scores

Floats = npt.NDArray[np.float64]
Judge = Callable[[Floats], Floats]
SHAPE: Final = ("spatial", "smoothness", "motor")  # categories of measures of one stroke
BESIDE: Final = ("movement_time", "mean_speed")
OF_THE_TASK: Final = ("direction_mean", "direction_octant", "box_width", "box_height")  # where the targets lay


class ArenaScorer(Protocol):
    """A scorer: what it reads of strokes, and how it learns. Higher scores are more human.

    `strokes` is how many strokes a row sums up; rows are fused further by the mean of their scores. `one_class` scorers
    are given no bots (`bots` has no rows).
    """

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    @property
    def strokes(self) -> int:
        """How many strokes a row sums up."""
        ...

    @property
    def one_class(self) -> bool:
        """Whether it learns from people alone."""
        ...

    def rows(self, events: Events) -> Floats:
        """Features of each recording, (n_recordings, n_features), NaN where undefined."""
        ...

    def fit(self, people: Floats, bots: Floats) -> Judge:
        """What scores rows, learnt from these."""
        ...


@dataclass(frozen=True)
class ModelScorer:
    """A model of the table on named columns of measures."""

    name: str
    model: str
    strokes: int = 1
    columns: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def one_class(self) -> bool:
        """Whether it learns from people alone."""
        return MODELS[self.model].one_class

    def rows(self, events: Events) -> Floats:
        """The columns of each recording (those of shape and of even time where none are named)."""
        from musculus.cut import cut
        from musculus.devices.render import render60
        from musculus.measures import measure

        seen = render60(events)
        return measure(seen, cut(seen, "recording"), only=list(self.columns or shape_columns())).values

    def fit(self, people: Floats, bots: Floats) -> Judge:
        """The model on the columns that vary among the people."""
        from musculus.evaluate.usable import usable

        columns = usable(people)
        y = np.r_[np.ones(len(people), int), np.zeros(len(bots), int)]
        fitted = fit_model(make_model(self.model, **self.options), np.vstack([people, bots])[:, columns], y)
        return lambda rows: row_scores(fitted, rows[:, columns])


@cache
def shape_columns() -> tuple[str, ...]:
    """Columns of one stroke's shape and of its movement on even time; no statistics of intervals, no cadence."""
    from musculus.measures import COLUMNS

    names = (n for n, m in COLUMNS.items() if m.category in SHAPE and not m.slow and m.name not in OF_THE_TASK)
    return (*names, *BESIDE)


def baselines() -> tuple[ArenaScorer, ...]:
    """The first entries: simple, and known from elsewhere."""
    seven = MODELS["winslow"].columns
    return (
        ModelScorer("winslow", "winslow", 8, seven),
        ModelScorer("histogram_nb", "histogram_nb"),
        ModelScorer("isolation_forest", "isolation_forest"),
        ModelScorer("lightgbm", "lightgbm", options={"n_estimators": 100, "num_leaves": 15, "n_jobs": 1}),
    )


def named(names: list[str]) -> tuple[ArenaScorer, ...]:
    """Baselines by name, or a model of the table on strokes; UnknownName for anything else."""
    known = {s.name: s for s in baselines()}
    for name in names:
        if name not in known and name not in MODELS:
            raise UnknownName("scorer", name, [*known, *MODELS])
    return tuple(known.get(name) or ModelScorer(name, name) for name in names)

"""What fights in the arena: anything that learns from rows of people (and bots) and scores rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from musculus.errors import UnknownName, UsageError
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
    are given no bots (`bots` has no rows). The arena asks for `rows` of everybody once and for a fit each time anybody
    is left out. A scorer may have more:

    - `fit_known(people, bots, known)` is called instead of `fit` and is told whose rows they are (`Known`), for folds
      of its own within those it may see.
    - `fuse(scores)` turns scores of several rows of one sitting, (n_groups, n_rows), into one a group instead of their
      mean.

    What reads strokes and no table of features is wrapped in `OnStrokes`.
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


@dataclass(frozen=True, eq=False)
class Known:
    """Whose rows a scorer learns from: the person of each row of people, generator and family of each row of bots."""

    people: npt.NDArray[np.str_]
    generators: npt.NDArray[np.str_]
    families: npt.NDArray[np.str_]


@dataclass
class OnStrokes:
    """A scorer of the strokes themselves: `learn(people, bots)` gets events and gives what scores events.

    >>> from musculus.events import Events
    >>> quick = OnStrokes("quick", lambda people, bots: lambda e: -(e.t[e.offsets[1:] - 1] - e.t[e.offsets[:-1]]))
    >>> lasts = {"slow": 500, "fast": 90}
    >>> strokes = [Events.of([0, ms], [0, 9], [0, 9], "move", recording=name) for name, ms in lasts.items()]
    >>> rows = quick.rows(Events.concat(strokes))
    >>> quick.fit(rows[:1], rows[1:])(rows).tolist()
    [-500.0, -90.0]
    """

    name: str
    learn: Callable[[Events, Events], Callable[[Events], Floats]]
    strokes: int = 1
    one_class: bool = False
    seen: list[Events] = field(default_factory=list)

    def rows(self, events: Events) -> Floats:
        """The recordings' numbers, in place of features; the strokes are kept."""
        begun = sum(len(part) for part in self.seen)
        self.seen.append(events)
        return np.arange(begun, begun + len(events), dtype=np.float64)[:, None]

    def fit(self, people: Floats, bots: Floats) -> Judge:
        """What scores the strokes of these numbers."""
        judge = self.learn(self._strokes(people), self._strokes(bots))
        return lambda rows: np.asarray(judge(self._strokes(rows)), np.float64)

    def _strokes(self, rows: Floats) -> Events:
        bounds = np.cumsum([0, *(len(part) for part in self.seen)])
        where = rows[:, 0].astype(np.int64)
        part = np.searchsorted(bounds, where, side="right") - 1
        of = zip(part.tolist(), (where - bounds[part]).tolist(), strict=True)
        return Events.concat([self.seen[p][i] for p, i in of]) if len(rows) else self.seen[0][:0]


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


def entrants() -> tuple[ArenaScorer, ...]:
    """Who fights unless somebody else is named: the baselines, and the detector of strokes in its two forms."""
    from musculus.evaluate.stroke_scorer import one_class, supervised

    return (*baselines(), supervised(), one_class())


def named(names: Sequence[str]) -> tuple[ArenaScorer, ...]:
    """Entries by name, models of the table on strokes, or `module:name` of any scorer; UnknownName for anything else.

    What `module:name` gives may be a scorer, or a function that makes one.
    """
    known = {s.name: s for s in entrants()}
    for name in names:
        if name not in known and name not in MODELS and ":" not in name:
            raise UnknownName("scorer", name, [*known, *MODELS])
    return tuple(known.get(name) or (_imported(name) if ":" in name else ModelScorer(name, name)) for name in names)


def _imported(name: str) -> ArenaScorer:
    module, _, attribute = name.partition(":")
    try:
        found: Any = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"no scorer at {name!r} ({error}); give module:name of one that Python can import") from error
    scorer: ArenaScorer = found() if isinstance(found, type) or not hasattr(found, "rows") else found
    return scorer

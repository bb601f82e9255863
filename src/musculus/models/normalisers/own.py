"""A session, or a person, in units of its own rows."""

from __future__ import annotations

import numpy as np

from musculus.models.normalisers.base import EVERYBODY, Floats, Metadata, Normaliser, Words, groups_of
from musculus.models.normalisers.quartiles import statistics


class Own(Normaliser):
    """Columns less the median of their own group, over its spread, in everybody's units.

    A group that was fitted keeps its statistics; one that is new is measured by its own rows in the table given, so
    these must come together (other groups' rows change nothing). Groups of fewer than `fewest` rows are only compared
    with everybody.
    """

    of = ""
    center_: Floats
    spread_: Floats
    groups_: dict[str, tuple[Floats, Floats]]

    def __init__(self, *, scale: bool = True, fewest: int = 3) -> None:
        self.scale = scale
        self.fewest = fewest

    def _learn(self, rows: Floats, about: Metadata) -> None:
        n = rows.shape[1]
        self.center_, self.spread_ = statistics(rows, np.zeros(n), np.ones(n))
        self.groups_ = {
            name: statistics(rows[mine], self.center_, self.spread_)
            for name, mine in groups_of(self._names(about)).items()
            if name != EVERYBODY and mine.sum() >= self.fewest
        }

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        found = np.empty_like(rows)
        for name, mine in groups_of(self._names(about)).items():
            center, spread = self._own(rows[mine], name)
            found[mine] = (rows[mine] - center) / (spread if self.scale else self.spread_)
        return found

    def _own(self, rows: Floats, name: str) -> tuple[Floats, Floats]:
        if name in self.groups_ or name == EVERYBODY or len(rows) < self.fewest:
            return self.groups_.get(name, (self.center_, self.spread_))
        return statistics(rows, self.center_, self.spread_)

    def _names(self, about: Metadata) -> Words:
        names: Words = getattr(about, self.of)
        return names


class SessionZ(Own):
    """Each session less its own median, over its own spread: takes the mouse out, and much of the person.

    A session of few rows has no units of its own: below `fewest` rows it is measured in everybody's.

    Examples
    --------
    >>> SessionZ().fit_transform([[1.0], [2.0], [3.0], [10.0], [20.0], [30.0]], session=[*"aaabbb"]).ravel().tolist()
    [-1.0, 0.0, 1.0, -1.0, 0.0, 1.0]
    """

    of = "session"


class PersonNormal(Own):
    """Each person less their own normal, whichever mouse it was made with: what the Smashing article suggests.

    It takes out the person, and leaves the mouse: with the normal pooled over mice the configuration is *easier* to
    read from what is left. Use it where people keep their mouse; never where the question is who somebody is.

    Examples
    --------
    >>> PersonNormal().fit_transform([[1.0], [2.0], [3.0]], person=["ann"] * 3).ravel().tolist()
    [-1.0, 0.0, 1.0]
    """

    of = "person"

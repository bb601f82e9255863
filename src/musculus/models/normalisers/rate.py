"""Recordings at one common rate, before anything is measured."""

from __future__ import annotations

from typing import Self

from sklearn.base import BaseEstimator

from musculus.devices import Mouse, record, render60
from musculus.errors import UsageError
from musculus.events import Events


class CommonRate(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Events in, events out: every recording as a mouse of `hz` reports a second would have made it.

    60 is the renderer that scorers use (whole px, standing moves dropped). A slower recording isn't given detail it
    never had: take the lowest rate there is. Nothing is learned from other recordings.

    Examples
    --------
    >>> fast = Events.of(t=range(0, 500), x=range(0, 500), y=[0] * 500)
    >>> len(CommonRate(hz=20).fit(fast).transform(fast).t) < 15
    True
    """

    def __init__(self, *, hz: float = 60.0) -> None:
        self.hz = hz

    def fit(self, events: Events, y: object = None) -> Self:
        """Nothing to learn; checks the rate."""
        if not self.hz > 0:
            raise UsageError(f"hz is {self.hz!r}; reports a second, above 0")
        self.fitted_ = True
        return self

    def transform(self, events: Events) -> Events:
        """The events at the common rate."""
        return render60(events) if self.hz == 60.0 else record(events, Mouse(polling_hz=self.hz))

"""Taking the mouse out of the features: transformers fitted on training people, who had it too.

Whom or what a row belongs to is metadata, the same for all: `fit(X, configuration=..., person=...)`, then
`transform(X, configuration=...)`; each takes what it needs and leaves the rest.

>>> from musculus.models.normalisers import make_normaliser
>>> shift = make_normaliser("cohort_shift").fit([[1.0], [4.0], [2.0], [8.0]], configuration=["a", "a", "b", "b"])
>>> shift.transform([[4.0], [8.0]], configuration=["a", "b"]).round().ravel().tolist()  # b is twice as fast as a
[6.0, 6.0]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

from musculus.errors import UnknownName


@dataclass(frozen=True)
class Entry:
    """One row of the table: a row of the configuration study, too.

    `needs`: the metadata without which it does nothing. `on`: what it transforms, rows or events.
    """

    name: str
    maker: str  # module:class, relative to this package
    about: str
    needs: tuple[str, ...] = ("configuration",)
    on: str = "rows"
    params: Mapping[str, Any] = field(default_factory=dict)


def _table(*entries: Entry) -> Mapping[str, Entry]:
    return MappingProxyType({entry.name: entry for entry in entries})


NORMALISERS: Mapping[str, Entry] = _table(
    Entry("cohort_shift", "cohort:CohortShift", "Less what the configuration does to everybody; tied columns by rank."),
    Entry("cohort_z", "cohort:CohortZ", "The same, over the spread of everybody with that configuration."),
    Entry("cohort_quantile", "quantile:CohortQuantile", "The value that has the same rank among everybody's."),
    Entry("rank_gauss", "quantile:RankGauss", "The rank among people with that configuration, as a normal score."),
    Entry("coral", "coral:Coral", "Means and covariance of each configuration made those of all."),
    Entry("within_person", "within_person:WithinPerson",
          "Cohort shift, then less weight on what changes within one person.", ("configuration", "person")),
    Entry("log_gain", "gain:LogGain", "Less a line in the logarithm of DPI times sensitivity.", ("gain",)),
    Entry("physical_cm", "physical:PhysicalUnits", "Pixels as centimetres of the hand, from the declared DPI.",
          ("gain",)),
    Entry("physical_degrees", "physical:PhysicalUnits", "Pixels as degrees of the visual field.", (), "rows",
          {"unit": "degrees"}),
    Entry("dimensionless", "ratios:DimensionlessRatios", "Each column over the size of its family in the same row.",
          ()),
    Entry("session_z", "own:SessionZ", "Each session in units of its own rows.", ("session",)),
    Entry("person_normal", "own:PersonNormal", "Each person in units of their own rows, all mice together.",
          ("person",)),
    Entry("common_rate", "rate:CommonRate", "Recordings resampled to one rate before anything is measured.", (),
          "events"),
)  # fmt: skip


def make_normaliser(name: str, **params: Any) -> Any:
    """A fresh normaliser by its name in `NORMALISERS`. UnknownName for one that isn't there."""
    if name not in NORMALISERS:
        raise UnknownName("normaliser", name, NORMALISERS)
    entry = NORMALISERS[name]
    module, _, maker = entry.maker.partition(":")
    return getattr(import_module(f"musculus.models.normalisers.{module}"), maker)(**{**entry.params, **params})

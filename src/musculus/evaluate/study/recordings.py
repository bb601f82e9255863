"""Recordings as the table of a study: measured, with the configuration declared and the one estimated beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from musculus.errors import UnknownName, UsageError
from musculus.evaluate.study.configured import configurations, level
from musculus.events import Events

if TYPE_CHECKING:
    import polars as pl

    from musculus.evaluate.study.table import StudyTable
    from musculus.features import FeatureTable

PLACE: Final = ("out_of_screen",)
COUNTS: Final = ("event_count", "winslow_segments")  # how long somebody was recorded, not how they move
SUMMARY: Final = "__median"  # of the strokes of a row; means and deviations say much the same twice more


def measured_table(
    events: Events,
    person: str = "",
    configuration: Sequence[str] = (),
    task: str = "",
    label: str = "",
    *,
    per: str = "recording",
    only: Sequence[str] | None = None,
    what: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> StudyTable:
    """Recordings measured (`musculus.features`, a row a recording, page or window of 20 strokes) as a study's table.

    What is estimated from the events (`configurations`) stands beside what was declared, and may be the configuration
    itself: `configuration=["estimated_polling_hz"]`, rates then being taken to the nearest usual one. UsageError where
    no configuration is named.
    """
    from musculus.evaluate.study.table import study_table
    from musculus.features import features

    if not configuration:
        known = ", ".join(events.context) or "none"
        raise UsageError(f"which columns tell the configuration? --configuration dpi; these recordings have {known}")
    strokes = 20 if per == "window" else None
    table = features(events, per, only=only, strokes=strokes, progress=progress)
    names = [n for i, n in enumerate(table.names) if _kept(n) and np.isfinite(table.values[:, i]).any()]
    names = [n for n in names if n not in configuration]
    frame = _with_estimates(table.select(names), events, configuration)
    for name in configuration:
        if name not in frame.columns:
            raise UnknownName("column", name, [n for n in frame.columns if n not in names])
    return study_table(
        frame, person, configuration, task, label, measured=names, about=table.about,
        source=events if per == "recording" else None, what=what,
    )  # fmt: skip


def _kept(name: str) -> bool:
    if name in (*PLACE, *COUNTS):
        return False
    return "__" not in name or name.endswith(SUMMARY)


def _with_estimates(table: FeatureTable, events: Events, configuration: Sequence[str]) -> pl.DataFrame:
    """The table's frame with the estimated configuration of each row's recording.

    An estimate that is the configuration itself comes in levels: 124.6 and 125.3 Hz are one mouse.
    """
    import polars as pl

    estimated = configurations(events)
    at = {r: i for i, r in enumerate(events.recordings)}
    rows = np.array([at[r] for r in table.ids["recording"]], dtype=np.int64)
    frame = table.to_polars()
    new: dict[str, Any] = {}
    for name in estimated.columns:
        if name not in frame.columns and (name.startswith("estimated_") or name in configuration):
            values = estimated[name][rows.tolist()].to_list()
            new[name] = [level(v) for v in values] if name in configuration else values
    return frame.with_columns(pl.Series(n, v, strict=False) for n, v in new.items())

"""The verification task for models of sequences: a row is the velocity of one stroke, not a sum over actions."""

from __future__ import annotations

import numpy as np

from musculus.events import Events
from musculus.tasks.cadence import thinned
from musculus.tasks.sequences import velocity_rows
from musculus.tasks.verify import THINNED, Trials, intervals, parts, people_of


def sequence_trials(events: Events, *, person: str = "person", thin: bool = True) -> Trials:
    """The same people, enrolment and claims as `trials`, with a row for each stroke that moves.

    `thin` measures on moves thinned to one cadence, as the headline of `trials` does. `after` counts strokes, `elapsed`
    runs to a stroke's beginning. DataError as in `trials`.
    """
    people, codes = np.unique(people_of(events, person, "verification"), return_inverse=True)
    training, claim, session, genuine, protocol = parts(events, codes)
    table = velocity_rows(thinned(events) if thin else events)
    at = {name: i for i, name in enumerate(events.recordings)}
    owner = np.array([at[r] for r in table.ids["recording"]], np.int64)
    new = np.diff(owner, prepend=-1) != 0
    first = np.maximum.accumulate(np.where(new, np.arange(len(owner)), 0))
    some = np.isin(session, owner)
    start = table.ids["start"]
    return Trials(
        table, codes[owner], training[owner], owner, np.arange(len(owner)) - first + 1, start - start[first],
        intervals(events), tuple(people.tolist()), events.recordings, claim[some], session[some], genuine[some],
        f"{protocol}; rows of one stroke{THINNED if thin else ''}",
    )  # fmt: skip

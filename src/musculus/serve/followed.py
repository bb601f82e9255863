"""Long recordings that go on: what was settled is kept, so that a verdict every two seconds costs little."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Final

import numpy as np

from musculus.events import Events
from musculus.score import Scorer
from musculus.score.dynamics.live import RECORDINGS, Follower
from musculus.score.rules import CERTAIN, Finding, findings

LONG: Final = 20_000  # events from which a recording is followed and not judged anew each time
GROWN: Final = 1.05  # times the events at which all rules are asked again
TAIL: Final = 4_000  # events at the end in which impossible ones are looked for every time
BEFORE: Final = 500  # events of the tail that only say what came before the others
_FOLLOWERS: Final[dict[str, Follower]] = {}
_BROKEN: Final[OrderedDict[str, tuple[int, list[Finding]]]] = OrderedDict()


def follower(detector: Scorer) -> Follower:
    """The one that follows recordings for this detector."""
    return _FOLLOWERS.setdefault(detector.sha256, Follower(detector))


def broken_rules(events: Events) -> list[Finding]:
    """The rules that a recording breaks, the weightiest first.

    Of a long one all rules are asked again when it has grown by a twentieth; in between, what was found stands and its
    end is searched for impossible events.
    """
    n, name = events.n_events, events.recordings[0]
    if n < LONG:
        return findings(events)
    asked, found = _BROKEN.pop(name, (0, []))
    if not asked <= n < GROWN * asked:
        asked, found = n, findings(events)
    _BROKEN[name] = asked, found
    if len(_BROKEN) > RECORDINGS:
        _BROKEN.popitem(last=False)
    known = {f.name for f in found}
    new = [f for f in _at_the_end(events) if f.name not in known] if asked < n else []
    return sorted([*found, *new], key=lambda finding: -finding.weight)


def _at_the_end(events: Events) -> list[Finding]:
    """Impossible events among the last ones."""
    first = events.n_events - TAIL
    columns = {name: column[first:] for name, column in events.columns.items()}
    tail = replace(events, columns=columns, offsets=np.array([0, TAIL], np.int64))
    late = [f for f in findings(tail) if f.weight >= CERTAIN and f.first >= BEFORE]
    return [replace(f, first=f.first + first, last=f.last + first) for f in late]

"""Key timing by slot, over all keys and per class."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from twins.contract import KEY_CLASSES
from twins.events_view import Cut, Row
from twins.performance import paired, per_second
from twins.summaries import summarise

Of = tuple[str | None, float]  # class and ms


def keyboard(cut: Cut) -> dict[str, float]:
    """Every keyboard column."""
    presses = [row for row in cut.rows if row.kind == "key_down" and not row.repeat]
    series = {"key_hold": holds(cut), "key_flight": flights(cut, presses), "key_interval": gaps(presses)}
    columns = {}
    for word in (None, *KEY_CLASSES):
        suffix = f"_{word}" if word else ""
        mine: Callable[[str | None], bool] = lambda c, w=word: w is None or c == w  # noqa: E731
        count = sum(mine(row.key_class) for row in presses)
        columns[f"key_count{suffix}"] = float(count)
        columns[f"key_rate{suffix}"] = per_second(count, cut)
        for name, values in series.items():
            columns.update(summarise(name + suffix, [v for c, v in values if mine(c)]))
    return columns


def key_pairs(cut: Cut) -> list[tuple[Row, Row]]:
    keys = [row for row in cut.rows if row.kind in ("key_down", "key_up") and not row.repeat]
    return paired([row for row in keys if row.slot is not None], by="slot")[0]


def holds(cut: Cut) -> list[Of]:
    return [(down.key_class, up.t - down.t) for down, up in key_pairs(cut)]


def flights(cut: Cut, presses: list[Row]) -> list[Of]:
    """Release of each press to the next press, of that next press's class; negative where the two overlap."""
    released = {id(down): up for down, up in key_pairs(cut)}
    pairs = itertools.pairwise(presses)
    return [(b.key_class, b.t - released[id(a)].t) for a, b in pairs if id(a) in released]


def gaps(presses: list[Row]) -> list[Of]:
    return [(b.key_class, b.t - a.t) for a, b in itertools.pairwise(presses)]

"""How the configurations followed each other: practice and tiredness look like the mouse that came late."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

import numpy as np

from musculus.evaluate.study.table import StudyTable

NUMBERED: Final = re.compile(r"\D*(\d+(?:\.\d+)?)")  # 3, s03, session 3


def order(table: StudyTable) -> dict[str, Any]:
    """How often which order was, and the mean place of each configuration in it, JSON-ready; {} where nothing tells it.

    By the rows' starting times, else by the numbers of people's sessions.
    """
    orders = _by_time(table) if table.when is not None else _by_session(table)
    if not orders:
        return {}
    common, times = Counter(orders).most_common(1)[0]
    places = {
        c: float(np.mean([place for o in orders for place, which in enumerate(o, start=1) if which == c]))
        for c in table.configurations
        if any(c in o for o in orders)
    }
    return {
        "different": len(set(orders)), "people": len(orders), "commonest": list(common), "share": times / len(orders),
        "mean_place": places, "by": "sessions' numbers" if table.when is None else "starting times",
    }  # fmt: skip


def _by_time(table: StudyTable) -> list[tuple[str, ...]]:
    """Each person's configurations by the middle of their times."""
    assert table.when is not None
    out = []
    for person in table.people:
        mine = table.person == person
        own = {c: float(np.median(table.when[mine & (table.configuration == c)]))
               for c in set(table.configuration[mine].tolist())}  # fmt: skip
        if len(own) == 1 or len(set(own.values())) == len(own):
            out.append(tuple(sorted(own, key=lambda c: own[c])))
    return out


def _by_session(table: StudyTable) -> list[tuple[str, ...]]:
    """Each person's configurations by session; none where names tell no order, or a session has several mice."""
    if table.roles is None or not table.roles.session:
        return []
    sessions: dict[str, dict[str, set[str]]] = {}
    rows = zip(table.person.tolist(), table.session.tolist(), table.configuration.tolist(), strict=True)
    for person, session, configuration in rows:
        sessions.setdefault(person, {}).setdefault(session, set()).add(configuration)
    every = [c for own in sessions.values() for c in own.values()]
    numbered = {s: NUMBERED.fullmatch(s) for s in set(table.session.tolist())}
    if not all(numbered.values()) or any(len(c) > 1 for c in every):
        return []
    at = {s: float(m[1]) for s, m in numbered.items() if m}
    return [tuple(next(iter(own[s])) for s in sorted(own, key=lambda s: at[s])) for own in sessions.values()]

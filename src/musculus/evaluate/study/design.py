"""The audit of a study's design: what its comparisons can mean, whatever their numbers say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np

from musculus.evaluate.study.columns import KNOWN_PERSON
from musculus.evaluate.study.order import order
from musculus.evaluate.study.table import StudyTable, ordered

MODEL: Final = "mouse_model"
FEW: Final = 6  # people, below which tests over people can hardly find anything


class Concern(NamedTuple):
    """Something a reader must know before the results: its kind, what was seen, what to do about it."""

    kind: str
    seen: str
    step: str


def design(table: StudyTable) -> dict[str, Any]:
    """Crossing, balance, order, missing cells and confounds of a table of a study, as JSON can hold it.

    `concerns` are sentences (kind, seen, step); `cells` the rows of each configuration; `crossed` whether everybody had
    every configuration; `missing` the empty cells, as person and configuration; `factors` for each column of the
    configuration its levels and within which levels of the others it varies alone; `order` how the configurations
    followed each other; `tasks` whether tasks met all configurations.
    """
    people, configurations = table.people, table.configurations
    filled = Counter(zip(table.person.tolist(), table.configuration.tolist(), strict=True))
    missing = [[p, c] for p in people for c in configurations if not filled[p, c]]
    cells = [
        {
            "configuration": c,
            "rows": int((table.configuration == c).sum()),
            "people": sum(1 for p in people if filled[p, c]),
        }
        for c in configurations
    ]
    factors, followed, tasks = _factors(table), order(table), _tasks(table)
    concerns = [*_few(people), *_missing(missing, len(people), len(filled)), *_balance(table)]
    concerns += [*_confounds(table, factors), *_order_concerns(followed), *_task_concerns(tasks)]
    return {
        "people": len(people), "rows": len(table), "cells": cells, "crossed": not missing, "missing": missing,
        "rows_per_cell": [min(filled.values()), max(filled.values())], "factors": factors, "order": followed,
        "tasks": tasks, "concerns": [c._asdict() for c in concerns],
    }  # fmt: skip


def _factors(table: StudyTable) -> list[dict[str, Any]]:
    """For each column of the configuration: its levels, and where it varies while the others stand still."""
    words = {n: np.array([f"{v:g}" if isinstance(v, float) else str(v) for v in c.tolist()])
             for n, c in table.factors.items()}  # fmt: skip
    out = []
    for name, column in words.items():
        others = [words[n] for n in words if n != name]
        clean = []
        for rest in sorted(set(zip(*(o.tolist() for o in others), strict=True)) or {()}):
            inside = np.logical_and.reduce([o == r for o, r in zip(others, rest, strict=True)], initial=True)
            levels = ordered(column[np.broadcast_to(inside, len(table))])
            if len(levels) > 1:
                fixed = ", ".join(f"{n} {r}" for n, r in zip([n for n in words if n != name], rest, strict=True))
                clean.append({"at": fixed, "levels": list(levels)})
        out.append({"name": name, "levels": list(ordered(column)), "alone": clean})
    return out


def _tasks(table: StudyTable) -> dict[str, Any]:
    """Whether people did the same tasks with each configuration; {} without tasks."""
    if len(set(table.task.tolist())) < 2:
        return {}
    met: dict[tuple[str, str], set[str]] = {}
    for p, t, c in zip(table.person.tolist(), table.task.tolist(), table.configuration.tolist(), strict=True):
        met.setdefault((p, t), set()).add(c)
    every: dict[str, set[str]] = {}
    for (p, _), c in met.items():
        every.setdefault(p, set()).update(c)
    whole = sum(c == every[p] for (p, _), c in met.items())
    seen = Counter(zip(table.task.tolist(), table.configuration.tolist(), strict=True))
    spread = [[seen[t, c] for c in table.configurations] for t in ordered(table.task)]
    return {
        "tasks": list(ordered(table.task)), "person_tasks": len(met), "in_all_configurations": whole,
        "incomplete": sorted([p, t, sorted(every[p] - c)] for (p, t), c in met.items() if every[p] - c)[:20]
        if whole else [], "rows": spread,
    }  # fmt: skip


def _few(people: tuple[str, ...]) -> list[Concern]:
    if len(people) >= FEW:
        return []
    return [Concern("few people", f"{len(people)} people", f"tests over people need {FEW} or more to find anything")]


def _missing(missing: list[list[str]], people: int, filled: int) -> list[Concern]:
    if not missing:
        return []
    if filled == people:
        step = "nothing here can tell a person from a mouse: let the same people use several"
        return [Concern("not crossed", "everybody had one configuration only", step)]
    who = len({p for p, _ in missing})
    cells = "1 cell is" if len(missing) == 1 else f"{len(missing)} cells are"
    seen = f"{cells} empty, of {who} of {people} people"
    return [Concern("missing cells", seen, "aligned ranks take the place of Friedman's test, and nobody is left out")]


def _balance(table: StudyTable) -> list[Concern]:
    rows = [int((table.configuration == c).sum()) for c in table.configurations]
    if max(rows) <= 1.5 * min(rows):
        return []
    low, high = (table.configurations[rows.index(f(rows))] for f in (min, max))
    seen = f"{min(rows)} rows with {low}, {max(rows)} with {high}"
    return [Concern("unbalanced", seen, "models see more of one configuration: compare them at equal data")]


def _confounds(table: StudyTable, factors: list[dict[str, Any]]) -> list[Concern]:
    out = list(_model(table))
    words = {n: [str(v) for v in c.tolist()] for n, c in {**table.factors, **table.declared}.items()}
    changing = {n: w for n, w in words.items() if len(set(w)) > 1}
    for name in table.factors:
        for other, column in changing.items():
            if other != name and name in changing and _determines(changing[name], column):
                seen = f"{name} decides {other}: each {name} came with one {other} only"
                step = f"what changes with {name} may be {other}: cross them, or speak of the two as one"
                out.append(Concern("confounded", seen, step))
    for f in factors if len(factors) > 1 else []:
        where = "; ".join(f"{', '.join(c['levels'])} at {c['at']}" for c in f["alone"])
        if not where:
            step = "cross it with the others, or don't speak of its effect"
            out.append(Concern("confounded", f"{f['name']} never changes while the others stand still", step))
        elif len(f["alone"]) < np.prod([len(o["levels"]) for o in factors if o is not f]):
            step = "speak of its effect there only"
            out.append(Concern("partly crossed", f"{f['name']} varies alone only so: {where}", step))
    return out


def _model(table: StudyTable) -> Iterator[Concern]:
    """DPI and the model of the mouse: known of the published study, unknown where no column tells the model."""
    simulated = table.source is not None and "simulated" in table.source.context
    if simulated or "dpi" not in table.factors or MODEL in table.factors or MODEL in table.declared:
        return
    step = "an effect of dpi may be the mouse's (weight, sensor, shape): only settings of one mouse compare cleanly"
    if table.roles is not None and table.roles.person == KNOWN_PERSON:
        yield Concern("confounded", "each dpi was a mouse of its own (three devices; Kuric et al. 2024)", step)
    else:
        yield Concern("not told", f"no column {MODEL} says whether each dpi was a mouse of its own", step)


def _determines(first: list[str], second: list[str]) -> bool:
    pairs = set(zip(first, second, strict=True))
    return len(pairs) == len({a for a, _ in pairs})


def _order_concerns(followed: dict[str, Any]) -> list[Concern]:
    if not followed or followed["people"] < 2:
        return []
    places, by = followed["mean_place"], f"by their {followed['by']}"
    first, last = (f(places, key=places.get) for f in (min, max))
    if _uneven(list(places.values()), followed["people"]):
        seen = f"{by} {first} came early (mean place {places[first]:.1f}), {last} late ({places[last]:.1f})"
        return [Concern("order", seen, "practice and tiredness can't be told from the mouse: deal the order by lot")]
    if followed["different"] > 2 or followed["different"] == len(places):
        return []
    seen = f"{by} there were {followed['different']} orders, all with much the same mean places"
    return [Concern("order", seen, "a steady trend of practice cancels out; one that is not steady would not")]


def _uneven(places: list[float], people: int) -> bool:
    """Whether mean places differ by more than half of what they can, or by more than orders dealt by lot would."""
    from scipy.stats import chi2

    k = len(places)
    statistic = 12 * people / (k * (k + 1)) * sum((p - (k + 1) / 2) ** 2 for p in places)  # Friedman's, of places
    return max(places) - min(places) > (k - 1) / 2 or bool(chi2.sf(statistic, k - 1) < 0.01)


def _task_concerns(tasks: dict[str, Any]) -> list[Concern]:
    if not tasks:
        return []
    if not tasks["in_all_configurations"]:
        seen = "each person did each task with one configuration only"
        step = "a difference may be the task's: it is averaged out over people only if tasks were dealt evenly"
        return [Concern("task", seen, step)]
    if not tasks["incomplete"]:
        return []
    left = tasks["person_tasks"] - tasks["in_all_configurations"]
    seen = f"{left} of {tasks['person_tasks']} tasks of a person weren't done with each configuration"
    step = "their rows are left out of the tests, so that like is compared with like"
    return [Concern("incomplete tasks", seen, step)]

"""The bot arena: any scorer against any generators, people apart, generators apart, with controls that catch leaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from musculus.evaluate.arena.band import control_rows
from musculus.evaluate.arena.controls import controls
from musculus.evaluate.arena.corpus import corpora
from musculus.evaluate.arena.entrants import as_strokes
from musculus.evaluate.arena.figures import accused, against
from musculus.evaluate.arena.hardest import hardest
from musculus.evaluate.arena.rendering import rendered_apart
from musculus.evaluate.arena.rounds import Round, rounds
from musculus.evaluate.arena.scorers import ArenaScorer, entrants
from musculus.evaluate.arena.strokes import Floats, Names, Strokes, overlapping, rows_of, strokes_of, together
from musculus.events import Events
from musculus.tasks.bot import labels

Report = dict[str, Any]
KS: Final = (1, 2, 4, 8)
BY: Final = ("family", "generator")  # what may be left out at a time
RECORDED: Final = "recorded"  # the family of replays: controls are people whose replays may be in it
HELD: Final = 6  # people taken out of the arena for its controls where no others are given


def arena(
    events: Events,
    scorers: Sequence[ArenaScorer] = (),
    *,
    unseen: Events | None = None,
    ks: Sequence[int] = KS,
    left_out: Sequence[str] = ("family", "generator"),
    folds: int = 4,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Report:
    """The report of the command's contract: `rows`, `controls`, `people`, and `passed`.

    `events` are strokes of people and bots, each a recording, rendered alike; or whole recordings, which are cut, and
    shown to the people's page where they come faster than its frames (`as_strokes`). `unseen` are people who are not
    among them, for the controls: strokes too, or whole recordings; without any, six of the arena's people (a quarter
    where there are fewer) are taken out for that. A control outside its band makes `passed` false: what tells people
    of this set from people of this set tells no bots. DataError where there are too few of anybody.
    """
    ready = as_strokes(events, seed)
    kept, source = (ready, unseen) if unseen is not None else held_out(ready, seed)
    people = _only(kept, ~labels(kept))
    strokes = together([strokes_of(kept), *controls(source, people, seed)])
    entries = [
        _entry(s, strokes, ks, left_out, folds, seed, progress and partial(progress, s.name))
        for s in scorers or entrants()
    ]
    checks = [c for e in entries for c in e["controls"]]
    told, leaks = corpora(strokes, seed)
    leaks += rendered_apart(people, _only(kept, labels(kept)))
    return {
        "protocol": f"{folds} folds of people; left out at a time: {' and '.join(left_out)}; scores averaged over k",
        "n": {"people": len(np.unique(strokes.owner[strokes.human])), "strokes": int(strokes.human.sum())},
        "rows": [r for e in entries for r in e["rows"]],
        "controls": checks,
        "people": [p for e in entries for p in e["people"]],
        "scorers": [e["scorer"] for e in entries],
        "corpus_auc": told,
        "leaks": [leak._asdict() for leak in leaks],
        "passed": not leaks and all(c["inside"] for c in checks if c["decides"]),
    }


def held_out(events: Events, seed: int = 0) -> tuple[Events, Events]:
    """The arena without a few of its people, and those people."""
    bot = labels(events)
    person = np.asarray(events.context.get("person", np.array(events.recordings, object))).astype(str)
    names = np.unique(person[~bot])
    few = np.random.default_rng(seed).permutation(names)[: min(HELD, max(len(names) // 4, 1))]
    gone = ~bot & np.isin(person, few)
    return _only(events, ~gone), _only(events, gone)


def _only(events: Events, which: Any) -> Events:
    rows = np.flatnonzero(which)
    return Events.concat([events[int(i)] for i in rows])


def _entry(
    scorer: ArenaScorer,
    strokes: Strokes,
    ks: Sequence[int],
    left_out: Sequence[str],
    folds: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> Report:
    """Everything about one scorer."""
    begun = time.perf_counter()
    mine = rows_of(strokes, scorer.strokes)
    values = scorer.rows(mine.events)
    learn = _learn(scorer, strokes, mine, values)
    rows: list[Report] = []
    checks: list[Report] = []
    summary: list[Report] = []
    for by in left_out if not scorer.one_class else left_out[:1]:
        played = rounds(scorer, mine, values, learn, by, folds, seed, progress)
        words = "all" if scorer.one_class else by  # what is left out: a one-class scorer saw no bot at all
        some = [r for r in ks if r % scorer.strokes == 0]
        tables = {k: _table(mine, played, k // scorer.strokes) for k in some}
        about = {"scorer": scorer.name, "one_class": scorer.one_class, "left_out": words}
        rows += [{**about, "k": k, **row} for k, table in tables.items() for row in table]
        summary += [{**about, "k": k, **_summary(table)} for k, table in tables.items()]
        if not checks:
            fair = next((r for r in played if r.left_out in (RECORDED, "replay_rotated")), played[0])
            checks = [
                {"scorer": scorer.name, "k": k, **c, "decides": k == some[0]}
                for k in some
                for c in control_rows(mine, fair, k // scorer.strokes, scorer.strokes)
            ]
            people, spread = accused(mine, fair)
            worst = hardest(mine, played)
    seconds = round(time.perf_counter() - begun, 1)
    about = {"scorer": scorer.name, "one_class": scorer.one_class, "features": values.shape[1], "seconds": seconds}
    return {
        "rows": rows,
        "controls": checks,
        "people": [{"scorer": scorer.name, "k": scorer.strokes, **p} for p in people],
        "scorer": {**about, "summary": summary, "dispersion": spread, "hardest": worst},
    }


def _learn(scorer: ArenaScorer, strokes: Strokes, mine: Strokes, values: Floats) -> tuple[Floats, Names]:
    """What people are learnt from: their rows, or, of several strokes each, rows that overlap."""
    if scorer.strokes == 1:
        return values[mine.human], mine.owner[mine.human]
    more = overlapping(strokes.only(strokes.human), scorer.strokes)
    return scorer.rows(more.events), more.owner


def _table(strokes: Strokes, played: Sequence[Round], k: int) -> list[Report]:
    """A row for each generator, from the round that left it out."""
    bots = ~strokes.human & ~strokes.control
    found = []
    for name in np.unique(strokes.owner[bots]).tolist():
        kind = str(strokes.family[bots & (strokes.owner == name)][0])
        one = next(r for r in played if r.left_out in ("", name.partition("@")[0], kind))
        found.append({"generator": name, "family": kind, **against(strokes, one, k, name)})
    return found


def _summary(table: Sequence[Report]) -> Report:
    """Means over generators, and the worst of them."""
    known = [row for row in table if row["auc"] is not None]
    if not known:
        return {"generators": 0, "auc": None, "tpr_at_fpr_0.01": None, "worst": None}
    worst = min(known, key=lambda row: (row["tpr_at_fpr_0.01"], row["auc"]))
    means = {name: float(np.mean([row[name] for row in known])) for name in ("auc", "tpr_at_fpr_0.01")}
    return {"generators": len(known), **means, "worst": worst["generator"], "worst_tpr": worst["tpr_at_fpr_0.01"]}

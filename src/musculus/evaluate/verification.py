"""Verification measured: every model learns the enrolled people, and all claims are pooled."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.drawn import calibrated_across, drawn
from musculus.evaluate.figures import figures, number
from musculus.evaluate.leaning import leaning, selected
from musculus.evaluate.metrics import eer, roc_auc
from musculus.evaluate.usable import usable
from musculus.evaluate.verif_open import FEWEST, open_set
from musculus.evaluate.verif_scores import EDGE, SEED, row_scores_of
from musculus.models.table import SEQUENCES, entry_of
from musculus.tasks.cadence import HEADLINE
from musculus.tasks.verify import ACTIONS, Trials, against_others, by_session, fuse, trials
from musculus.tasks.verify_sequences import sequence_trials

if TYPE_CHECKING:
    from musculus.evaluate.report import Findings
    from musculus.events import Events

__all__ = ["EDGE", "measured", "row_scores_of", "verify"]

Floats = npt.NDArray[np.float64]
LOOKED, LOOKED_ROWS = 60, 5_000  # columns and rows the audit looks at where there are very many: memory stays small
BESIDE: Final = {  # rows that stand beside the headline, and the groups they leave out
    (*HEADLINE, "sampled"): "without measures of neighbouring samples, too",
    (): "with size, cadence and position",
}
USUAL: Final = "logistic_regression"  # the headline's model
ALONE: Final = 16  # actions to a row of a one-class family: with nobody to compare, more at a time says more
PERIODS: Final = (8, 16, 32, 64, 128, 256)  # actions after which the time-to-verdict curve looks
ALIKE: Final = 1.5  # cadences within this ratio don't give a claim away


def verify(
    table: Trials, model: str = USUAL, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """One entry of the contract's `models` list: pooled figures of all claims, with intervals over sessions.

    One model of all enrolled people (a one-class family: one for each person, of their rows alone) scores every row of
    a session, and a session's score for a person is the mean (of log probabilities) over its rows. A claim then counts
    by how far the claimed person is ahead of the likeliest other one. So does a one-class claim, though no model of it
    learned from anybody else; what it is worth without that comparison is told as `alone`.
    """
    begin = time.perf_counter()
    columns, scores, fitted = row_scores_of(table, model, progress)
    names_used = [table.table.names[j] for j in columns]

    def claims(upto: int | None = None) -> Floats:
        return against_others(by_session(table, scores, upto))[table.session, table.claim]

    found, names = claims(), np.array(table.recordings)[table.session]
    alone = {"alone": _pair(table.genuine, fuse(table, scores))} if entry_of(model).one_class else {}
    return {
        "name": model,
        "features": len(columns),
        **figures(table.genuine, found, names),
        **alone,
        "seconds": round(time.perf_counter() - begin, 2),
        "curve": drawn(table.genuine, found),
        "calibration": calibrated_across(table.genuine, found, names),
        "groups": _groups(table, found),
        "selected": [] if model in SEQUENCES else selected(leaning(fitted, names_used), names_used),
        "time_to_verdict": [_after(table, claims(n), n) for n in _periods(table)],
    }


def _groups(table: Trials, found: Floats) -> list[dict[str, Any]]:
    """AUC and EER where the session's cadence agrees with the claimed person's enrolment, and where it doesn't."""
    enrolled = np.array([_typical(table, p) for p in range(len(table.people))])[table.claim]
    ratio = np.log(table.interval[table.session] / enrolled)
    alike = np.abs(ratio) <= np.log(ALIKE)
    words = ((alike, "recorded at the claimed person's cadence"), (~alike, "recorded at another cadence"))
    return [
        {
            "group": name,
            "n": int(which.sum()),
            "positive": int(table.genuine[which].sum()),
            **_pair(table.genuine[which], found[which]),
        }
        for which, name in words
    ]


def _typical(table: Trials, person: int) -> float:
    own = np.unique(table.recording[table.enrol & (table.person == person)])
    return float(np.median(table.interval[own])) if len(own) else float("nan")


def _pair(genuine: npt.NDArray[np.bool_], found: Floats) -> dict[str, float | None]:
    if genuine.all() or not genuine.any():
        return {"auc": None, "eer": None}
    return {"auc": number(roc_auc(genuine, found)), "eer": number(eer(genuine, found))}


def _periods(table: Trials) -> list[int]:
    """After how many actions there is something to see: not before the first row of most sessions ends."""
    claimed = np.isin(table.recording, table.session)
    first = np.full(len(table.recordings), np.iinfo(np.int64).max)
    np.minimum.at(first, table.recording[claimed], table.after[claimed])
    least = np.median(first[np.unique(table.recording[claimed])])
    return [n for n in PERIODS if least <= n and (table.after >= n).any()]


def _after(table: Trials, found: Floats, actions: int) -> dict[str, Any]:
    within = table.after <= actions
    seconds = np.median(table.elapsed[within & (table.after > actions // 2)]) / 1000 if within.any() else np.nan
    return {"actions": actions, "seconds": number(seconds), **_pair(table.genuine, found)}


def measured(
    events: Events,
    models: Sequence[str],
    *,
    progress: Callable[[int, int, str], None] | None = None,
    person: str = "person",
    keep: Sequence[str] = (),
    beside: bool = True,
    **_: Any,
) -> Findings:
    """The verification protocol: the headline without what says where somebody was recorded; those rows beside it.

    `keep` takes groups of LEFT_OUT into the headline. `beside` measures one model again with fewer and with more
    features, and against imposters nobody enrolled: the usual one where it is asked for, else the first of several
    people, else the first.
    """
    from musculus.evaluate.report import Findings

    out = tuple(g for g in HEADLINE if g not in keep)
    tables = _Tables(events, person, out)
    table = tables.of(ACTIONS)
    found = Findings(f"{table.protocol}; left out: {', '.join(out) or 'nothing'}")
    _audit(found, table)
    found.about = {n: table.table.about[n] for n in table.table.names}
    for i, name in enumerate(models):
        found.models.append({**verify(tables.for_model(name), name), "left_out": list(out)})
        if progress:
            progress(i + 1, len(models), name)
    of_several = [m for m in models if m not in SEQUENCES and not entry_of(m).one_class]
    first = USUAL if USUAL in models else next(iter(of_several), models[0])
    if beside and len(table.people) >= FEWEST:
        found.models.append({**open_set(tables.for_model(first), first), "left_out": list(out)})
    del table
    tables.made.clear()  # of ten people's month that is gigabytes, and what follows makes its own
    for less, words in BESIDE.items() if beside and out == HEADLINE and first not in SEQUENCES else ():
        entry = verify(_Tables(events, person, less).for_model(first), first)
        found.models.append({**entry, "name": f"{first}, {words}", "left_out": list(less)})
    return found


class _Tables:
    """The trials in the forms that models read, each made when it is first asked for."""

    def __init__(self, events: Events, person: str, leave_out: Sequence[str]) -> None:
        self.events, self.person, self.leave_out = events, person, leave_out
        self.made: dict[int, Trials] = {}

    def of(self, actions: int) -> Trials:
        """Rows of so many actions; 0 for rows of velocities."""
        if actions not in self.made:
            thin = "cadence" in self.leave_out
            self.made[actions] = (
                trials(self.events, person=self.person, leave_out=self.leave_out, actions=actions)
                if actions
                else sequence_trials(self.events, person=self.person, thin=thin)
            )
        return self.made[actions]

    def for_model(self, name: str) -> Trials:
        """The form that a model reads."""
        if name in SEQUENCES:
            return self.of(0)
        return self.of(ALONE if entry_of(name).one_class else ACTIONS)


def _audit(found: Findings, table: Trials) -> None:
    """Audit the split twice: every row by some of its columns, and all columns on some of the rows."""
    from musculus.evaluate.leaks import audit
    from musculus.evaluate.splits import Split

    columns = usable(table.table.values[table.enrol])
    claimed = np.isin(table.recording, table.session)
    dealt = np.random.default_rng(SEED).permutation(np.flatnonzero(table.enrol | claimed))
    for rows, some in ((dealt, columns[:: max(1, len(columns) // LOOKED)]), (dealt[:LOOKED_ROWS], columns)):
        sides = np.flatnonzero(table.enrol[rows]), np.flatnonzero(~table.enrol[rows])
        session = {"session": np.array(table.recordings)[table.recording[rows]]}
        names = [table.table.names[j] for j in some]
        values = table.table.values[np.ix_(rows, some)]
        found.add_audit(audit(values, Split.of(*sides, session), columns=names, groups=session))

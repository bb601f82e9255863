"""Figures of a round: each bot against the people, and whom the scorer accuses wrongly."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.arena.rounds import Round
from musculus.evaluate.arena.strokes import Strokes, groups
from musculus.evaluate.intervals import bootstrap
from musculus.evaluate.metrics import tpr_at_fpr

Floats = npt.NDArray[np.float64]
Report = dict[str, Any]
TIMES: Final = 200
MANY: Final = 10_000  # human rows from which 0.1 % of false positives can be told
LINE: Final = 0.01
SHUFFLES: Final = 2000


def fused(strokes: Strokes, one: Round, k: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Scores of k rows of one sitting made one (their mean, if the scorer says nothing), and each group's first row."""
    score = np.full(len(strokes), np.nan)
    score[one.rows] = one.score
    of = groups(strokes, k)
    of = of[~np.isnan(score[of]).any(axis=1)]
    return (score[of][:, 0] if k == 1 else one.fuse(score[of])), of[:, 0]


def against(strokes: Strokes, one: Round, k: int, name: str) -> Report:
    """How well rows of this owner are told from people, `k` rows fused: `n`, `auc`, `tpr_at_fpr_0.01`, intervals.

    Intervals are 95 %: people are drawn anew, and so are the bot's sittings.
    """
    score, first = fused(strokes, one, k)
    human, mine = strokes.human[first], strokes.owner[first] == name
    kept = human | mine
    bot, suspect = mine[kept], -score[kept]
    who = np.where(human, strokes.owner[first], strokes.sitting[first])[kept]
    if not bot.any():
        return {"n": 0, "people": int(human.sum()), "auc": None, "tpr_at_fpr_0.01": None}
    auc = bootstrap("auc", bot, suspect, who, strata=bot, times=TIMES)
    tpr = bootstrap("tpr_at_fpr_0.01", bot, suspect, who, strata=bot, times=TIMES)
    found = {"n": int(bot.sum()), "people": int(human.sum()), "auc": auc.value, "auc_interval": [auc.low, auc.high]}
    found |= {"tpr_at_fpr_0.01": tpr.value, "tpr_interval": [tpr.low, tpr.high]}
    if human.sum() >= MANY:
        found["tpr_at_fpr_0.001"] = tpr_at_fpr(bot, suspect, LINE / 10)
    return found


def accused(strokes: Strokes, one: Round) -> tuple[list[Report], Report]:
    """People's false positives at a line that accuses 1 % of all people's rows, and whether they fall on a few.

    `p` is the share of 2,000 deals of the same number of accusations, to rows at random, whose chi-squared over people
    is as large; `ratio` is chi-squared over its degrees of freedom, 1 where chance deals them.
    """
    score, first = fused(strokes, one, 1)
    human = strokes.human[first]
    s, owner = score[human], strokes.owner[first][human]
    wrong = s < np.quantile(s, LINE, method="higher")
    people, code = np.unique(owner, return_inverse=True)
    n = np.bincount(code)
    counts = np.bincount(code, weights=wrong)
    rows = [
        {"person": p, "n": int(m), "false_positives": int(c), "rate": float(c / m)}
        for p, m, c in zip(people.tolist(), n, counts, strict=True)
    ]
    rows.sort(key=lambda row: -row["rate"])
    return rows, dispersion(counts, n)


def dispersion(counts: npt.ArrayLike, n: npt.ArrayLike, seed: int = 0) -> Report:
    """Do some people bear more than their share?  Chi-squared over people against deals at random.

    >>> dispersion([10, 0, 0, 0], [100] * 4)["p"] < 0.01
    True
    """
    c, rows = np.asarray(counts, np.float64), np.asarray(n, np.int64)
    total, share = int(c.sum()), c.sum() / rows.sum()
    if total == 0 or total == rows.sum() or len(rows) < 2:
        return {"accused": total, "ratio": None, "p": None}
    expected = rows * share

    def chi(x: Floats) -> Floats:
        return np.asarray(((x - expected) ** 2 / (expected * (1 - share))).sum(axis=-1))

    dealt = np.random.default_rng(seed).multivariate_hypergeometric(rows, total, size=SHUFFLES)
    seen = float(chi(c))
    p = (1 + int((chi(dealt.astype(np.float64)) >= seen - 1e-9).sum())) / (1 + SHUFFLES)
    return {"accused": total, "ratio": seen / (len(rows) - 1), "p": p}

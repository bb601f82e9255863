"""The intruder alarm: is this still the person who enrolled, somebody else, or the same one with another mouse?

Who moves is asked in terms that a mouse doesn't change (`alarm_rows`), by a ridge discriminant between the person's
rows and those of other people of the same site. How high a person's own scores are is learned from recordings that the
discriminant hasn't seen: each enrolled one is left out once. Where the mouse differs from all that were enrolled, the
same recordings played again through other mice say it instead, and an alarm needs more.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.tasks.alarm_mouse import differences
from musculus.tasks.alarm_rows import FEWEST, Part

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
SAME, OTHER, MOUSE, UNSURE = "same person", "someone else", "the mouse changed", "unsure"
COMPARED: Final = 3  # other people from which on a person is compared with them
RIDGE: Final = 1.0  # times the mean variance of a row
CLIP: Final = 3.0  # spreads: one wild measure shall not decide
LEFT_OUT: Final = 6  # other people that are left out, once each, to see how strangers score
LOW: Final = -2.0  # of the person's own spreads: below is somebody else, where strangers score like that
LOW_NEW_MOUSE: Final = -3.0
USUAL: Final = -1.5  # above is the person
NARROW: Final = 1.5  # times the spread, where fewer than three recordings enrolled: sessions differ more than that
EACH: Final = 32  # rows of each enrolled recording, and of each other person, that are compared with
RECORDINGS: Final = 8  # newest ones that count
LEAST: Final = 0.02  # a spread, in units of the discriminant
PARTS: Final = 3  # parts that enrolled rows are dealt into, at least, to be left out in turn


@dataclass(frozen=True)
class Alarm:
    """The answer. `score` is in spreads of the person's own scores (0 is their middle, below is less like them);
    `probability` that it is them, if a stranger were as likely; None without others to compare with.
    """

    outcome: str
    score: float | None
    probability: float | None
    reasons: list[str]


@dataclass(frozen=True)
class Own:
    """How the person's own recordings score where they were left out: middle and spread; strangers' middle."""

    middle: float
    spread: float
    recordings: int
    strangers: float | None = None
    apart: float = 1.0  # spread of both


def alarm(own: Sequence[Part], others: Mapping[str, Sequence[Part]], now: Part) -> Alarm:
    """Compare a recording with a person's enrolled ones; `others` are those of other people of the same site."""
    rows = now.table()
    if not len(rows):
        return Alarm(UNSURE, None, None, [f"{now.actions} movements are too few; {FEWEST} are needed"])
    if not sum(len(p.table()) for p in own):
        return Alarm(UNSURE, None, None, ["nothing of this person is enrolled"])
    mouse = differences([p.device for p in own], now.device)
    pool = Pool.of(own, others, rows)
    known = pool.calibrated(len(rows), new_mouse=bool(mouse))
    found = float(pool.scores().mean())
    score = (found - known.middle) / known.spread
    probability = _probability(found, known)
    outcome, why = _outcome(score, probability, mouse, known, len(others))
    said = None if probability is None else round(probability, 3)
    return Alarm(outcome, round(score, 2), said, [why, *mouse])


def _outcome(score: float, probability: float | None, mouse: list[str], known: Own, n: int) -> tuple[str, str]:
    near = f"{abs(score):.1f} spreads {'below' if score < 0 else 'above'} the middle of this person's own visits"
    low = LOW_NEW_MOUSE if mouse else LOW
    more = ""
    if probability is None:
        low, more = 2 * low, f"; only {n} other people are enrolled: without {COMPARED} to compare with little is told"
    likely = 0.5 if probability is None else probability
    if known.strangers is not None and known.strangers >= known.middle:
        return UNSURE, "this person's enrolled visits are no more like each other than like other people's"
    if score <= low and (likely < 0.5 or probability is None):
        if known.recordings < PARTS:
            few = f"{known.recordings} enrolled visits don't say how much this person's visits differ; enrol {PARTS}"
            return UNSURE, f"moves unlike this person, {near}; but {few}"
        return OTHER, f"moves unlike this person, {near}{more or ', and as strangers do'}"
    if (score >= USUAL or (mouse and score > low)) and likely >= 0.5:
        return (MOUSE if mouse else SAME), f"moves as this person does, {near}{more}"
    return UNSURE, f"between this person and others: {near}{more}"


def _probability(found: float, known: Own) -> float | None:
    if known.strangers is None:
        return None
    between = (known.middle + known.strangers) / 2
    logit = (found - between) * (known.middle - known.strangers) / known.apart**2
    return float(1 / (1 + np.exp(-np.clip(logit, -4.6, 4.6))))  # never surer than 99 in 100


@dataclass(frozen=True, eq=False)
class Pool:
    """All rows on one scale and their inner products, of which every discriminant is made.

    `person` is 0 for the one who is claimed, 1.. for others, -1 for the claimed one's rows by other mice and -2 for the
    rows that are asked about; `part` counts what is left out together.
    """

    rows: Floats
    inner: Floats
    person: Ints
    part: Ints
    recordings: int

    @classmethod
    def of(cls, own: Sequence[Part], others: Mapping[str, Sequence[Part]], now: Floats) -> Pool:
        """The rows, standardised by the median and quartiles of all that are enrolled."""
        own = own[-RECORDINGS:]
        tables = [_evenly(p.table(), EACH) for p in own]
        again = [_evenly(p.by_other_mice(), EACH) for p in own]
        fewer = others if len(others) >= COMPARED else {}
        more = [_evenly(np.concatenate([p.table() for p in parts]), EACH) for parts in fewer.values()]
        enrolled = np.concatenate([*tables, *more])
        z = _standard(enrolled, np.concatenate([enrolled, *again, now]))
        sizes = [sum(map(len, tables)), *map(len, more), sum(map(len, again)), len(now)]
        person = np.repeat([*range(1 + len(more)), -1, -2], sizes)
        pieces = max(1, -(-PARTS // len(own)))
        part = np.full(len(z), -1)
        part[person == 0] = _dealt([len(t) for t in tables], pieces)
        part[person == -1] = _dealt([len(t) for t in again], pieces)
        return cls(z, z @ z.T, person, part, len(own))

    def scores(self) -> Floats:
        """The score of each row that is asked about, by everything enrolled."""
        return self._scored(self.person >= 0, self.person == -2)

    def calibrated(self, n: int, *, new_mouse: bool) -> Own:
        """How the person's own visits of `n` rows score, left out in turn; with a new mouse, by other mice; and how
        people score who were left out.
        """
        found: list[float] = []
        for k in np.unique(self.part[self.person == 0]):
            held = (self.person == (-1 if new_mouse else 0)) & (self.part == k)
            rest = (self.person > 0) | ((self.person == 0) & (self.part != k))
            if held.any() and (rest & (self.person == 0)).any():
                found += _visits(self._scored(rest, held), n)
        if not found:
            return Own(0.0, 1.0, self.recordings)
        narrow = NARROW if self.recordings < PARTS else 1.0
        middle, spread = float(np.mean(found)), max(float(np.std(found)), LEAST) * narrow
        strange: list[float] = []
        for q in range(1, min(int(self.person.max()), LEFT_OUT) + 1):
            strange += _visits(self._scored((self.person >= 0) & (self.person != q), self.person == q), n)
        if not strange:
            return Own(middle, spread, self.recordings)
        apart = float(np.sqrt((spread**2 + np.var(strange)) / 2))
        return Own(middle, spread, self.recordings, float(np.mean(strange)), apart)

    def _scored(self, fit: Bools, asked: Bools) -> Floats:
        """Scores of the rows asked about: of a ridge discriminant between the person's rows and the others' among
        those to fit, everybody else weighing the same; without others, how near rows are to the person's.
        """
        at, rows = np.flatnonzero(fit), np.flatnonzero(asked)
        whose = self.person[at]
        if not whose.any():
            return _nearness(self.rows[at], self.rows[rows])
        share = np.where(np.arange(whose.max() + 1) == 0, 0.5, 0.5 / (len(np.unique(whose)) - 1))
        weight = share[whose] / np.bincount(whose)[whose]
        said, root = np.where(whose == 0, 1.0, -1.0), np.sqrt(weight)
        gram, cross = self.inner[np.ix_(at, at)], self.inner[np.ix_(rows, at)]
        mean, centre = gram @ weight, float(weight @ said)
        middle = float(weight @ mean)
        centred = (gram - mean[:, None] - mean + middle) * root[:, None] * root
        centred[np.diag_indices_from(centred)] += RIDGE * np.trace(centred) / len(centred)
        slope = root * np.linalg.solve(centred, root * (said - centre))
        return np.asarray((cross - (cross @ weight)[:, None] - mean + middle) @ slope + centre)


def _nearness(mine: Floats, rows: Floats) -> Floats:
    low, middle, high = np.quantile(mine, [0.25, 0.5, 0.75], axis=0)
    away = np.abs((rows - middle) / np.maximum((high - low) / 1.35, 0.25))
    return np.asarray(-away.clip(0, CLIP).mean(axis=1))


def _standard(enrolled: Floats, rows: Floats) -> Floats:
    """Rows on the scale of the enrolled ones: 0 where a value or its column is undefined."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # columns that are undefined everywhere stay undefined
        low, middle, high = np.nanquantile(enrolled, [0.25, 0.5, 0.75], axis=0)
    width = (high - low) / 1.35
    usable = np.isfinite(width) & (width > 1e-9)
    z = (rows - middle) / np.where(usable, width, 1.0)
    return np.asarray(np.clip(np.where(np.isfinite(z) & usable, z, 0.0), -CLIP, CLIP))


def _evenly(rows: Floats, most: int) -> Floats:
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(int)] if len(rows) > most else rows


def _visits(scores: Floats, n: int) -> list[float]:
    """Means over successive runs of `n` scores, or over all where there are fewer."""
    n = max(1, min(n, len(scores)))
    return [float(scores[k : k + n].mean()) for k in range(0, len(scores) - n + 1, n)]


def _dealt(sizes: Sequence[int], pieces: int) -> Ints:
    """Which part each row belongs to: its recording, or a stretch of it where recordings are few."""
    found = [i * pieces + np.arange(n) * pieces // max(n, 1) for i, n in enumerate(sizes)]
    return np.concatenate(found).astype(np.int64)

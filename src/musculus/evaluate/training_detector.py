"""The shipped kind of detector: trees over single strokes, calibrated on people and families of bots not met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from musculus.cut import cut
from musculus.errors import BundleError, DataError, UsageError
from musculus.evaluate.arena.controls import frame_intervals
from musculus.evaluate.arena.families import family
from musculus.evaluate.stroke_trees import Bots, Versions, fit, log_odds
from musculus.evaluate.training import _without
from musculus.evaluate.training_negatives import by_mice, composed, distorted, on_page, own_bots
from musculus.evaluate.training_recorders import by_recorders
from musculus.events import Events
from musculus.features import ENGINE
from musculus.score import Scorer
from musculus.score.dynamics.columns import COLUMNS
from musculus.score.dynamics.evidence import ROWS
from musculus.score.dynamics.strokes import alone, rows
from musculus.score.fusion import Fusion, alike
from musculus.tasks.bot import labels

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Names = npt.NDArray[np.str_]
FOLDS: Final = 5
EACH: Final = 160  # strokes of each of our own generators
HUMAN: Final = float(np.log(9.0))  # fused log odds from which a visit is called a person's: 90 %
VISITS: Final = (1, 2, 4, 8, 16)  # strokes of a visit by which the line is set
MOST: Final = 5.0  # log odds that one stroke counts for at most
HIGHEST: Final = 0.1 - MOST  # of lines: a stroke alone accuses only where it says the most it can


@dataclass(frozen=True, eq=False)
class Material:
    """Rows to learn from.

    Attributes
    ----------
    people : rows of people's strokes in their versions; `person` and `visit` of each
    bots : (n, n_columns) as recorded; `generator` and `family` of each
    bots_again : the same by other recorders
    """

    people: Versions
    person: Names
    visit: Names
    bots: Floats
    bots_again: tuple[Floats, Floats]
    generator: Names
    family: Names

    def some_bots(self, which: Any = slice(None)) -> Bots:
        """Bots to learn from."""
        return Bots(self.bots, self.bots_again)[which]


@dataclass(frozen=True, eq=False)
class Unseen:
    """Scores by models that had met neither the person nor the bot's family.

    Of people's strokes, of bots' strokes, and of people's strokes in other pieces.
    """

    people: Floats
    bots: Floats
    pieces: Floats

    def scaled(self, slope: float, offset: float) -> Unseen:
        """The same as slope x score + offset."""
        return Unseen(*(slope * part + offset for part in (self.people, self.bots, self.pieces)))


def train_detector(
    events: Events,
    path: str | Path,
    *,
    bots: Events | None = None,
    without: Sequence[str] = (),
    allowed: float = 0.01,
    source: dict[str, Any] | None = None,
    licence: str = "",
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Scorer:
    """Fit the detector of single strokes and write its file: the same data and options give the same bytes.

    Learns from the people among `events` (but those named in `without`), from their strokes distorted, from rows of
    nobody, from our own generators, and from the bots among `events` and `bots`. The line below which a visit is called
    a bot leaves `allowed` of unseen people's visits on the wrong side, whatever the number of strokes. DataError where
    there are too few people.
    """
    from musculus.evaluate.detector_card import card, measured
    from musculus.evaluate.detector_curves import curves
    from musculus.evaluate.held_out import KEY
    from musculus.models.bundle import pack_model
    from musculus.models.exports.boosted import boosted
    from musculus.score.bundle import loads

    kept = _without(events, without) if without else events
    data = material(kept, bots, seed)
    unseen = unseen_scores(data, seed, progress)
    slope, offset = calibrated(data, unseen)
    scores = unseen.scaled(slope, offset)
    fusion = Fusion(MOST, alike(scores.people, np.unique(data.person, return_inverse=True)[1]))
    line = min(bot_line(s, data.visit, fusion, allowed) for s in (scores.people, scores.pieces))
    figures = measured(data, scores, fusion, line)
    model = fit(data.people, data.some_bots(), seed)
    manifest = _manifest(data, fusion, line, {"allowed": allowed, "without": list(without), **(source or {})}, licence)
    manifest["more"][KEY] = curves(data, scores, calibrated_apart(data, unseen, seed), fusion, line)
    manifest = {**manifest, "metrics": figures["metrics"], "card": card(data, figures, fusion, line, allowed, without)}
    written = pack_model([boosted(model, slope, offset)], _struct(manifest))
    scorer = loads(written, str(path), engine=ENGINE)
    _check(scorer, data.people.recorded, slope * log_odds(model, data.people.recorded) + offset)
    try:
        Path(path).write_bytes(written)
    except OSError as error:
        raise UsageError(f"{path}: can't be written ({error.strerror or error}); choose another place") from None
    return scorer


def material(events: Events, bots: Events | None = None, seed: int = 0, each: int = EACH) -> Material:
    """Rows of everybody. DataError for fewer than five people with strokes that are long enough."""
    bot = labels(events)
    people = _some(events, ~bot)
    strokes, cuts = alone(people, cut(people, "stroke"))
    who = np.asarray(people.context.get("person", np.array(people.recordings, object))).astype(str)[cuts.recording]
    if len(np.unique(who)) < FOLDS:
        raise DataError(
            f"a detector learns from {FOLDS} people at least, with strokes of 200 px; here are {len(np.unique(who))}"
        )
    together = "session" if "stroke" in people.context and "session" in people.context else ""
    of = people.context[together] if together else np.array(people.recordings, object)  # strokes cut apart share one
    visit = np.char.add(np.char.add(who, "/"), np.asarray(of).astype(str)[cuts.recording])
    intervals = frame_intervals(people)
    versions = versions_of(strokes, visit, intervals, seed)
    given = [part for part in (_some(events, bot), _bots(bots)) if len(part)]
    parts = [_rows_of(b, seed) for b in [*given, own_bots(strokes, intervals, each, seed)]]
    tables, names = [part[0] for part in parts], [part[1] for part in parts]
    recorded, first, second = (np.vstack([table[i] for table in tables]) for i in range(3))
    generator = np.concatenate(names)
    kinds = np.array([family(g.removeprefix("our ")) for g in generator.tolist()])
    return Material(versions, who, visit, recorded, (first, second), generator, kinds)


def versions_of(strokes: Events, visit: Names, intervals: Floats, seed: int = 0) -> Versions:
    """The rows of people's strokes in all versions; `visit` says which strokes are of one recording."""
    rng = np.random.default_rng(seed)
    pieces = [composed(strokes, visit, rng) for _ in range(2)]
    turned = [distorted(strokes, rng) for _ in range(2)]

    def by_page(events: Events, s: int) -> Floats:
        return rows(on_page(events, intervals, s))

    def by_mouse(events: Events, s: int) -> Floats:
        return rows(by_mice(events, s))

    return Versions(
        rows(strokes), by_page(strokes, seed), by_mouse(strokes, seed),
        (by_page(pieces[0], seed + 1), by_mouse(pieces[1], seed + 1)),
        (by_page(turned[0], seed + 2), by_mouse(turned[1], seed + 2)),
        _again(strokes, seed),
    )  # fmt: skip


def _again(strokes: Events, seed: int) -> tuple[Floats, Floats]:
    """The rows of strokes as recorders of all kinds give them, twice: for one seed the same recorders for everybody."""
    return rows(by_recorders(strokes, seed + 3)), rows(by_recorders(strokes, seed + 4))


def _rows_of(bots: Events, seed: int) -> tuple[tuple[Floats, Floats, Floats], Names]:
    strokes, cuts = alone(bots, cut(bots, "stroke"))
    names = bots.context.get("generator", np.full(len(bots), "bot", object))
    own = np.array(["our " if r.startswith(f"{n}-") else "" for r, n in zip(bots.recordings, names, strict=True)])
    found = rows(strokes), *_again(strokes, seed)
    return found, np.char.add(own, np.asarray(names).astype(str))[cuts.recording]


def _bots(events: Events | None) -> Events:
    return Events.of([], [], [])[:0] if events is None else _some(events, labels(events))


def _some(events: Events, which: npt.NDArray[np.bool_]) -> Events:
    at = np.flatnonzero(which)
    return Events.concat([events[int(i)] for i in at]) if len(at) else events[:0]


def unseen_scores(data: Material, seed: int = 0, progress: Callable[[int, int], None] | None = None) -> Unseen:
    """Each stroke's score by a model that had met neither its person nor its bot's family: people and families are
    dealt into folds together.
    """
    mine, theirs = _dealt(data.person, seed), _dealt(data.family, seed)
    found = Unseen(*(np.full(len(fold), np.nan) for fold in (mine, theirs, mine)))
    for f in range(FOLDS):
        model = fit(data.people[mine != f], data.some_bots(theirs != f), seed)
        found.people[mine == f] = log_odds(model, data.people.recorded[mine == f])
        found.pieces[mine == f] = log_odds(model, data.people.composed[0][mine == f])
        found.bots[theirs == f] = log_odds(model, data.bots[theirs == f])
        if progress:
            progress(f + 1, FOLDS + 1)
    return found


def _dealt(names: Names, seed: int) -> Ints:
    """A fold for each row: rows of one name share it, names with many rows are dealt first."""
    each, code, count = np.unique(names, return_inverse=True, return_counts=True)
    order = np.lexsort((np.random.default_rng(seed).random(len(each)), -count))
    place, load = np.zeros(len(each), np.int64), np.zeros(FOLDS)
    for j in order.tolist():
        place[j] = int(load.argmin())
        load[place[j]] += count[j]
    return np.asarray(place[code])


def calibrated(data: Material, unseen: Unseen) -> tuple[float, float]:
    """Slope and offset that make scores log odds, people and bots at evens, each family of bots alike (Platt)."""
    return _platt(unseen, data.family)


def calibrated_apart(data: Material, unseen: Unseen, seed: int = 0) -> Unseen:
    """Log odds again, each fold's slope and offset found on the other folds: to ask whether probabilities come true."""
    mine, theirs = _dealt(data.person, seed), _dealt(data.family, seed)
    found = Unseen(*(np.full(len(fold), np.nan) for fold in (mine, theirs, mine)))
    for f in range(FOLDS):
        some, others = mine != f, theirs != f
        rest = Unseen(unseen.people[some], unseen.bots[others], unseen.pieces[some])
        scaled = unseen.scaled(*_platt(rest, data.family[others]))
        found.people[~some], found.pieces[~some] = scaled.people[~some], scaled.pieces[~some]
        found.bots[~others] = scaled.bots[~others]
    return found


def _platt(unseen: Unseen, families: Names) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    _, code, count = np.unique(families, return_inverse=True, return_counts=True)
    weight = np.r_[np.full(len(unseen.people), 1 / len(unseen.people)), 1 / count[code] / len(count)]
    score = np.r_[unseen.people, unseen.bots]
    is_person = np.r_[np.ones(len(unseen.people)), np.zeros(len(unseen.bots))]
    fitted: Any = LogisticRegression(C=1e6, max_iter=1000).fit(score[:, None], is_person, sample_weight=1e4 * weight)
    return round(float(fitted.coef_[0, 0]), 9), round(float(fitted.intercept_[0]), 9)  # the last bits are the threads'


def visits(names: Names, n: int) -> list[Ints]:
    """Rows of n strokes in a row of one visit, without overlap."""
    bounds = np.append(np.flatnonzero(np.append(True, names[1:] != names[:-1])), len(names))
    return [np.arange(i, i + n) for a, b in pairwise(bounds.tolist()) for i in range(a, b - n + 1, n)]


def bot_line(people: Floats, visit: Names, fusion: Fusion, allowed: float) -> float:
    """The score of visits below which `allowed` of unseen people's lie, or fewer, however many strokes they have.

    Lengths of which there are fewer visits than 1 / allowed don't lower it. It is never higher than `HIGHEST`: people
    of another page and task than those learned from do odd things now and then, seldom twice.
    """
    lines = []
    for n in VISITS:
        totals = np.array([fusion.total(people[of]) for of in visits(visit, n)])
        if len(totals) * allowed >= 1:
            lines.append(float(np.quantile(totals, allowed, method="lower")))
    if not lines:
        raise DataError(f"{len(people)} strokes of people are too few for a line at {allowed:.2%} of them")
    return min(*lines, HIGHEST)


def _manifest(data: Material, fusion: Fusion, line: float, said: dict[str, Any], licence: str) -> dict[str, Any]:
    from musculus.score.arrays import to_npy
    from musculus.score.container import sha256

    people = data.people.recorded
    digest = sha256(to_npy(np.vstack([people, data.bots])))
    counts = {"people": len(np.unique(data.person)), "strokes": len(people), "strokes_of_bots": len(data.bots)}
    counts["generators"] = len(np.unique(data.generator))
    more = {"decides": True, "rows": {"kind": ROWS}, "fusion": msgspec.to_builtins(fusion)}
    return {
        "thresholds": (line, max(HUMAN, line)), "data": {**counts, "rows_sha256": digest, **said}, "more": more,
        "quantiles": people, "licence": licence or "Apache-2.0",
    }  # fmt: skip


def _struct(said: dict[str, Any]) -> Any:
    from musculus import __version__
    from musculus.score.dynamics.columns import unit
    from musculus.score.manifest import QUANTILES, Calibration, Feature, Manifest

    features = []
    for name, column in zip(COLUMNS, said.pop("quantiles").T, strict=True):
        defined = column[np.isfinite(column)]
        found = np.maximum.accumulate(np.quantile(defined, QUANTILES)).tolist() if len(defined) else []
        features.append(Feature(name, unit(name), found, float(1 - len(defined) / len(column))))
    meaning = "probability of a person, where people and bots come equally often"
    return Manifest(
        musculus=__version__, family="strokes", task="bot", engine=ENGINE, features=features, steps=[],
        score_kind="log odds", classes=["0", "1"], target=1, calibration=Calibration("logistic", meaning=meaning),
        **said,
    )  # fmt: skip


def _check(scorer: Scorer, values: Floats, wanted: Floats) -> None:
    """The file gives the model's own scores back. BundleError where it doesn't."""
    away = float(np.abs(scorer.score(values) - wanted).max())
    if not away <= 1e-9:
        raise BundleError(f"not saved: the file scores differently by {away:.2g}; train it again")

"""People and bots nobody trained on, through other mice, touchpads, pages and clocks; and desktops of another study."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.bots import generate
from musculus.cut import cut
from musculus.devices import Mouse, Page, record
from musculus.evaluate.stroke_trees import fit, log_odds
from musculus.evaluate.training_detector import (
    FOLDS,
    HUMAN,
    Unseen,
    _dealt,
    calibrated,
    material,
    visits,
)
from musculus.events import Events
from musculus.features import ENGINE
from musculus.read import read
from musculus.score import Scorer
from musculus.score.dynamics.evidence import fusion_of
from musculus.score.dynamics.strokes import alone, rows, strokes_of
from musculus.score.rules import findings, overrule
from musculus.score.shipped import WITHOUT, shipped
from musculus.tasks.bot import judge, labels
from proofs import Finding

DATA = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
EIGHT: Final = 8
EACH: Final = 80  # strokes of each generator
UNEVEN: Final = np.clip(np.random.default_rng(5).normal(16.0, 5.0, 4000), 4.0, 40.0)  # ms between frames of a busy page
Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.str_]
Recorder = tuple[Mouse, Page | None]
RECORDERS: Final[Mapping[str, Recorder | None]] = MappingProxyType({
    "as recorded": None,
    "1000 Hz mouse, every report": (Mouse(), None),
    "500 Hz": (Mouse(polling_hz=500), None),
    "250 Hz": (Mouse(polling_hz=250), None),
    "125 Hz": (Mouse(polling_hz=125), None),
    "desktop logger, 125 Hz on a clock of 15.6 ms": (Mouse(polling_hz=125, jitter=0.5), Page(None, clock=15.625)),
    "desktop logger, uneven 62 Hz on a clock of 15.6 ms": (Mouse(polling_hz=500), Page(64, UNEVEN, clock=15.625)),
    "page of 20 Hz (remote desktop)": (Mouse(), Page(20)),
    "page of 30 Hz": (Mouse(), Page(30)),
    "page of 75 Hz": (Mouse(), Page(75)),
    "page of 90 Hz": (Mouse(), Page(90)),
    "page of 120 Hz": (Mouse(), Page(120)),
    "page of 144 Hz": (Mouse(), Page(144)),
    "page with uneven frames": (Mouse(), Page(60, UNEVEN)),
    "400 DPI, 2 px a count": (Mouse(400, 2, 125), Page()),
    "400 DPI, 4 px a count": (Mouse(400, 4, 125), Page()),
    "3200 DPI, Windows' acceleration": (Mouse(3200, 0.3, acceleration="windows_like"), Page()),
    "libinput's acceleration": (Mouse(polling_hz=125, acceleration="libinput_adaptive"), Page()),
    "half pixels": (Mouse(), Page(quantum=0.5)),
    "touchpad, glides 30 ms": (Mouse(inertia=30), Page()),
    "touchpad, glides 60 ms": (Mouse(inertia=60), Page()),
})  # fmt: skip
DESKTOPS: Final = ("user7", "user9", "user20")  # accounts that come in frames; the others, at 9 Hz, aren't judged


def prove(small: bool) -> list[Finding]:
    """Verdicts by recorder; the small size is on made-up movements and judges nothing but that all were asked."""
    people, bots = DATA / "pointclick" / "events.parquet", DATA / "arena" / "strokes60hz.parquet"
    if small or not (people.is_file() and bots.is_file()):
        made = generate("sigma_lognormal", 24, 0, sessions=2)
        some = {name: RECORDERS[name] for name in ("as recorded", "page of 90 Hz")}
        return [_sessions(made, shipped(ENGINE), name, how, judged=False) for name, how in some.items()]
    everybody = read(people)
    six = np.isin(np.asarray(everybody.context["person"]).astype(str), WITHOUT)
    own, theirs = (Events.concat([everybody[int(i)] for i in np.flatnonzero(which)]) for which in (~six, six))
    found = [_sessions(theirs, shipped(ENGINE), name, how) for name, how in RECORDERS.items()]
    found += list(_unmet(own, read(bots)))
    return found + list(_desktops(DATA / "balabit"))


def through(events: Events, how: Recorder | None) -> Events:
    """The events as this recorder gives them."""
    return events if how is None else record(events, *how, seed=1)


def _sessions(people: Events, model: Scorer, name: str, how: Recorder | None, judged: bool = True) -> Finding:
    """Verdicts, rules included, on whole sessions of people whom the shipped model never met."""
    seen = through(people, how)
    pairs = zip(seen, judge(seen, model), strict=True)
    words = [overrule(said.verdict, findings(one)) for one, said in pairs]
    counts = {word: words.count(word) for word in ("human", "unsure", "bot")}
    said = ", ".join(f"{n} {word}" for word, n in counts.items())
    of = f"sessions of six unseen people: {name}"
    return Finding(of, said, "no bot" if judged else "", counts["bot"] == 0 if judged else None)


def unmet(models: list[Any], table: Floats, fold: npt.NDArray[np.int64]) -> Floats:
    """The score of each row by the model of its fold, which met neither its person nor its family of bots."""
    found = np.full(len(table), np.nan)
    for f, model in enumerate(models):
        found[fold == f] = log_odds(model, table[fold == f])
    return found


def _unmet(people: Events, bots: Events) -> Iterator[Finding]:
    """By recorder, of people and families of bots that the scoring model hadn't met: strokes, and visits of eight."""
    data = material(people, bots)
    mine, theirs = _dealt(data.person, 0), _dealt(data.family, 0)
    models = [fit(data.people[mine != f], data.some_bots(theirs != f)) for f in range(FOLDS)]
    known = unmet(models, data.people.recorded, mine)
    slope, offset = calibrated(data, Unseen(known, unmet(models, data.bots, theirs), known))
    few, of = _few(bots)
    fold = dict(zip(data.generator.tolist(), theirs.tolist(), strict=True))
    fold_of = np.array([fold[g] for g in of.tolist()])
    hands, _ = alone(people, cut(people, "stroke"))
    for name, how in RECORDERS.items():
        person = slope * unmet(models, rows(through(hands, how)), mine) + offset
        bot = slope * unmet(models, rows(through(few, how)), fold_of) + offset
        yield Finding(f"strokes and visits of eight: {name}", _figures(person, data.visit, bot, of))


def _few(bots: Events) -> tuple[Events, Names]:
    """The first strokes of each generator that is no replay, and the generator of each."""
    which = np.flatnonzero(labels(bots))
    names = np.asarray(bots.context["generator"]).astype(str)[which]
    which = np.concatenate([which[names == g][:EACH] for g in np.unique(names) if not g.startswith("replay")])
    kept = Events.concat([bots[int(i)] for i in which])
    strokes, cuts = alone(kept, cut(kept, "stroke"))
    return strokes, np.asarray(kept.context["generator"]).astype(str)[cuts.recording]


def _figures(people: Floats, visit: Names, bots: Floats, generator: Names) -> str:
    model = shipped(ENGINE)
    fusion, line = fusion_of(model), (model.manifest.thresholds or (0.0, 0.0))[0]
    hands = np.array([fusion.total(people[of]) for of in visits(visit, EIGHT)])
    caught = np.mean([(bots[generator == g] < 0).mean() for g in np.unique(generator)])
    visited = np.mean([fusion.total(bots[of]) < line for of in visits(generator, EIGHT)])
    return (
        f"people {np.mean(people < 0):.1%} of strokes lean to a bot, visits {np.mean(hands < line):.1%} bot, "
        f"{np.mean(hands >= HUMAN):.1%} human; bots {caught:.1%} of strokes, {visited:.1%} of visits"
    )


def _desktops(folder: Path) -> Iterator[Finding]:
    """Accounts of a study of desktops, of which nothing was learned."""
    model = shipped(ENGINE)
    for account in DESKTOPS:
        for split in ("training_files", "test_files"):
            words, leaning = [], []
            for file in sorted((folder / split / account).glob("session_*")):
                one = read(file)
                said = judge(one, model)[0]
                words.append(said.verdict if said.rows else "not judged")
                if said.rows:
                    leaning.append(model.score(strokes_of(one, model.features).values) < 0)
            counts = ", ".join(f"{words.count(word)} {word}" for word in ("human", "unsure", "bot", "not judged"))
            strokes = np.concatenate(leaning) if leaning else np.zeros(0)
            lean = f"{strokes.mean():.0%} of {len(strokes)} strokes lean to a bot" if len(strokes) else "no strokes"
            yield Finding(f"Balabit {account}, {split}", f"{counts}; {lean}")

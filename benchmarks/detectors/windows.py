"""The windows that all detectors are given: strokes of one person or generator, each ended by a press, rendered alike.

People are the arena's 32 and, for detectors that learnt from those, the six of point-and-click who aren't among them;
bots are the arena's generators. In the arena's sittings people's strokes go out and back again, while bots' come in any
order; whoever sees that needs no movement. So the strokes of each are shuffled, and every one begins where the one
before ended. Rests, presses and their lengths are drawn for people and bots alike, as `musculus.bots.generate` draws
them, since the arena's strokes have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.bots.session import DWELL, HELD, PAUSE
from musculus.evaluate.arena.controls import controls
from musculus.events import Events
from musculus.read import read

Floats = npt.NDArray[np.float64]
DONORS: Final = ("p05", "p07", "p14", "p16", "p19", "p36")
PEOPLE, UNSEEN = "people", "unseen people"
REPLAYS: Final = ("replay_rotated", "replay_rot_noise1px")


@dataclass(frozen=True, eq=False)
class Maker:
    """A person or a generator: the group they are of, their name, and the samples of each stroke (ms, px, px)."""

    who: str
    person: str
    strokes: list[tuple[Floats, Floats, Floats]]


@dataclass(frozen=True, eq=False)
class Windows:
    """Recordings of k strokes, `who` made them (`people`, `unseen people` or a generator), and whose they are."""

    k: int
    makers: tuple[Maker, ...]
    events: Events
    who: npt.NDArray[np.str_]
    person: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.who)

    @property
    def bot(self) -> npt.NDArray[np.bool_]:
        """Which of them bots made."""
        return ~np.isin(self.who, (PEOPLE, UNSEEN))


def arena(folder: Path) -> tuple[Maker, ...]:
    """All strokes of the arena, and of the people it lacks, by who made them."""
    strokes = read(folder / "arena" / "strokes60hz.parquet")
    generator = np.asarray(strokes.context["generator"]).astype(str)
    people = Events.concat([strokes[int(i)] for i in np.flatnonzero(generator == "human")])
    clicks = read(folder / "pointclick" / "events.parquet")
    donors = Events.concat([r for r in clicks if str(r.context["person"][0]) in DONORS])
    unseen = controls(donors, people)[0]
    found: dict[tuple[str, str], Maker] = {}
    people_of = strokes.context["person"]
    for one, who, person in zip(strokes, generator.tolist(), people_of, strict=True):
        _into(found, PEOPLE if who == "human" else who, str(person), one)
    for one, sitting in zip(unseen.events, unseen.sitting.tolist(), strict=True):
        _into(found, UNSEEN, sitting.split("/")[1][:3], one)
    return tuple(found.values())


def _into(found: dict[tuple[str, str], Maker], who: str, person: str, stroke: Events) -> None:
    maker = found.setdefault((who, person), Maker(who, person, []))
    maker.strokes.append((stroke.t - stroke.t[0], stroke.x, stroke.y))


def windows(
    makers: tuple[Maker, ...], k: int, each: int | None = None, *, step: int | None = None, seed: int = 0
) -> Windows:
    """Windows of k strokes, leftovers left out; of a generator `each` at most.

    With a `step` they overlap, and are of the arena's people only: what a detector learns from.
    """
    rng = np.random.default_rng(seed)
    parts, who, person = [], [], []
    for maker in makers:
        strokes = [maker.strokes[i] for i in rng.permutation(len(maker.strokes))]
        most = each if maker.who not in (PEOPLE, UNSEEN) else None
        if step is not None and maker.who != PEOPLE:
            continue
        for i in range(0, len(strokes) - k + 1, step or k)[:most]:
            parts.append(_joined(f"{len(parts)}", strokes[i : i + k], rng))
            who.append(maker.who)
            person.append(maker.person)
    return Windows(k, makers, Events.concat(parts), np.array(who), np.array(person))


def _joined(name: str, strokes: list[tuple[Floats, Floats, Floats]], rng: np.random.Generator) -> Events:
    rows: list[tuple[Any, ...]] = []
    now, x, y = 0.0, float(strokes[0][1][0]), float(strokes[0][2][0])
    for times, xs, ys in strokes:
        begin = now + _drawn(rng, PAUSE)
        right, down = x - xs[0], y - ys[0]
        rows += [(begin + t, a + right, b + down, "move") for t, a, b in zip(times, xs, ys, strict=True)]
        press = rows[-1][0] + _drawn(rng, DWELL)
        now, x, y = press + _drawn(rng, HELD), rows[-1][1], rows[-1][2]
        rows += [(press, x, y, "down"), (now, x, y, "up"), (now, x, y, "click")]
    t, px, py, kind = zip(*rows, strict=True)
    button = [-1 if k == "move" else 0 for k in kind]
    return Events.of(np.rint(t), px, py, list(kind), button=button, recording=name)


def _drawn(rng: np.random.Generator, about: tuple[float, float]) -> float:
    return float(about[0] * np.exp(rng.normal(0.0, about[1])))


def plain(given: Windows) -> Iterator[dict[str, Any]]:
    """Each window as numbers that any language reads: moves (ms, x, y), presses (ms, x, y, ms held)."""
    for events in given.events:
        kinds = np.array(events.kind_names())
        table = np.c_[events.t, events.x, events.y]
        down, up = table[kinds == "down"], table[kinds == "up"]
        yield {
            "moves": table[kinds == "move"].tolist(),
            "presses": np.c_[down, up[:, 0] - down[:, 0]].tolist(),
        }

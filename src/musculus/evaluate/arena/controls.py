"""Controls: people nobody trained on, put in the bots' place. Who finds them has learnt the corpus, not the bots."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.arena.strokes import REPLAYED, UNSEEN, Strokes, strokes_of
from musculus.events import KIND, Events

Floats = npt.NDArray[np.float64]
FRAME: Final = 1000.0 / 60.0  # ms
FAR: Final = 254.0  # px between the ends of a stroke: what the arena's strokes go at least
FEWEST: Final = 15  # samples a rendered stroke of a person has at least
SITTING: Final = 8  # strokes
LONGEST: Final = 2600.0  # ms
KEPT: Final = ("generator", "family", "bot")  # context of a recording that its strokes keep
TAKES: Final = 4  # renderings of the replayed, each with other frames: one draw of them decides nothing


def controls(source: Events, people: Events, seed: int = 0) -> list[Strokes]:
    """Unseen people as bots, and those people replayed exactly; both through the page that recorded the people.

    `source` holds people who are not among `people`: strokes recorded like theirs (context `stroke`), or whole
    recordings, which are cut where a click ends a stroke and put through the renderer first. DataError where somebody
    is in both, or no stroke is left.
    """
    both = set(_people(source)) & set(_people(people))
    if both:
        raise DataError(f"{sorted(both)[0]} is among the people and among the controls; controls are unseen people")
    frames = frame_intervals(people)
    cut_apart = source if "stroke" in source.context else rendered(pieces(source, seed), frames, seed)
    unseen = _long(cut_apart)
    if not len(unseen):
        raise DataError("no stroke of the controls is as long as the arena's strokes (254 px, 15 samples)")
    played = [_take(rendered(unseen, frames, seed + 1 + i), i) for i in range(TAKES)]
    return [strokes_of(unseen, UNSEEN), strokes_of(Events.concat(played), REPLAYED)]


def _take(strokes: Events, number: int) -> Events:
    """The same strokes under names of their own, so that those of one rendering make a sitting."""
    sitting = [f"{s}#{number}" for s in strokes.context.get("session", np.full(len(strokes), ""))]
    names = tuple(f"{name}#{number}" for name in strokes.recordings)
    return replace(strokes, recordings=names).with_context(session=np.array(sitting, object))


def _people(events: Events) -> list[str]:
    return [str(p) for p in events.context.get("person", np.array(events.recordings, object))]


def frame_intervals(events: Events) -> Floats:
    """Intervals between people's samples that are one frame long, ms: what frames of the page are drawn from."""
    ms = np.diff(events.t)
    inside = np.ones(len(ms), bool)
    inside[events.offsets[1:-1] - 1] = False
    frames = ms[inside & (ms > 0.7 * FRAME) & (ms < 1.3 * FRAME)]
    return frames if len(frames) else np.array([FRAME])


def rendered(strokes: Events, intervals: Floats, seed: int = 0) -> Events:
    """Strokes as a page of these frames records a mouse that makes them: whole px, unmoved frames dropped."""
    from musculus.devices.mouse import Mouse, Page
    from musculus.devices.record import record

    return record(strokes, Mouse(), Page(intervals=intervals), seed)


def pieces(recordings: Events, seed: int = 0) -> Events:
    """Strokes of whole recordings: from one click to the next, from a frame before the first move.

    Where in that frame is drawn. A stroke is a recording again, with person, `session` (eight in a row) and `stroke`.
    """
    rng = np.random.default_rng(seed)
    found = [piece for one in recordings for piece in _of_one(one, rng)]
    if not found:
        raise DataError("the controls hold no two clicks with a movement between them")
    return Events.concat(found)


def _of_one(one: Events, rng: np.random.Generator) -> list[Events]:
    about = {name: one.context[name][0] for name in KEPT if name in one.context} | {"person": _people(one)[0]}
    clicks = np.flatnonzero(one.kind == KIND["click"])
    found: list[Events] = []
    for a, b in pairwise(clicks.tolist()):
        moves = a + 1 + np.flatnonzero(one.kind[a + 1 : b] == KIND["move"])
        if len(moves) < 2 or one.t[b] - one.t[moves[0]] > LONGEST:
            continue
        t = np.r_[one.t[moves[0]] - FRAME * rng.random(), one.t[moves]]
        context: dict[str, Any] = {**about, "session": f"{one.recordings[0]}/{len(found) // SITTING}"}
        context |= {"stroke": len(found) % SITTING, "recording": f"{one.recordings[0]}/{len(found)}"}
        found.append(
            Events.of(t - t[0], np.r_[one.x[a], one.x[moves]], np.r_[one.y[a], one.y[moves]], "move", **context)
        )
    return found


def _long(strokes: Events) -> Events:
    first, last = strokes.offsets[:-1], strokes.offsets[1:] - 1
    way = np.hypot(strokes.x[last] - strokes.x[first], strokes.y[last] - strokes.y[first])
    kept = np.flatnonzero((way >= FAR) & (last - first + 1 >= FEWEST))
    return Events.concat([strokes[int(i)] for i in kept]) if len(kept) else Events.of([], [], [])[:0]

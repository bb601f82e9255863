"""The strokes of an arena: who made each, in which sitting, and groups of several of one sitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.arena.families import family
from musculus.events import Events
from musculus.tasks.bot import join_strokes, labels

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Names = npt.NDArray[np.str_]
UNSEEN: Final = "control: unseen people"
REPLAYED: Final = "control: people replayed"
CONTROLS: Final = (UNSEEN, REPLAYED)


@dataclass(frozen=True, eq=False)
class Strokes:
    """Recordings of so many strokes each, and what is known of them, one value a recording.

    Attributes
    ----------
    events : the strokes
    owner : person, generator or control
    family : of the generator; a control's own name; "people" for people
    sitting : strokes of one sitting may be judged together: `owner/session`, a control's `control/person/session`
    human : whether it counts as a person; controls count as bots
    """

    events: Events
    owner: Names
    family: Names
    sitting: Names
    human: Bools

    def __len__(self) -> int:
        return len(self.events)

    @property
    def control(self) -> Bools:
        """Which recordings are controls."""
        return np.isin(self.owner, CONTROLS)


def strokes_of(events: Events, control: str = "") -> Strokes:
    """Strokes from recordings of one stroke each: `generator`, `person`, `session` as context.

    With `control`, all of them are a control, whatever they are called. DataError for recordings without a move.
    """
    short = np.flatnonzero(np.diff(events.offsets) < 2)
    if len(short):
        raise DataError(f"{events.recordings[int(short[0])]} has fewer than two events; a stroke needs two")
    bot = labels(events)
    person = _column(events, "person", events.recordings)
    who = np.where(bot, _column(events, "generator", ["bot"] * len(events)), person)
    sitting = np.char.add(np.char.add(who, "/"), _column(events, "session", [""] * len(events)))
    if control:
        who, sitting = np.full(len(events), control), np.char.add(f"{control}/", sitting)
    kind = np.array([family(w) if b else "people" for w, b in zip(who.tolist(), bot.tolist(), strict=True)])
    kinds = np.full(len(events), control) if control else kind.astype(str)
    return Strokes(events, who.astype(str), kinds, sitting.astype(str), ~bot & (not control))


def _column(events: Events, name: str, otherwise: Sequence[str]) -> Names:
    return np.asarray(events.context.get(name, np.array(otherwise, object))).astype(str)


def together(parts: Sequence[Strokes]) -> Strokes:
    """Strokes of several sources as one."""
    bare = [_bare(p.events, i) for i, p in enumerate(parts)]
    return Strokes(
        Events.concat(bare),
        *(np.concatenate([getattr(p, name) for p in parts]) for name in ("owner", "family", "sitting", "human")),
    )


def _bare(events: Events, part: int) -> Events:
    """Times from each recording's first row, positions, and a name that no other part has."""
    columns = {name: events.columns[name] for name in ("x", "y", "kind", "button", "page")}
    columns["t"] = events.t - np.repeat(events.t[events.offsets[:-1]], np.diff(events.offsets))
    recordings = tuple(f"{part}:{name}" for name in events.recordings)
    return replace(events, columns=columns, recordings=recordings, context={}, pages={})


def joined(strokes: Strokes, k: int, step: int | None = None) -> Strokes:
    """Recordings of k strokes of one sitting each; leftovers are left out, and with a `step` below k they overlap."""
    if k == 1:
        return strokes
    row = np.arange(len(strokes))
    context = {"sitting": strokes.sitting.astype(object)}
    several = join_strokes(replace(strokes.events, context=context), k, step)
    first = {name: int(i) for name, i in zip(strokes.events.recordings, row, strict=True)}
    at = np.array([first[name.rpartition("+")[0]] for name in several.recordings], np.int64)
    return Strokes(several, strokes.owner[at], strokes.family[at], strokes.sitting[at], strokes.human[at])


def overlapping(strokes: Strokes, k: int) -> Strokes:
    """What people's recordings of k strokes give to learn from: one begins with each stroke, whatever the sitting."""
    mine = np.flatnonzero(strokes.human)
    events = Events.concat([strokes.events[int(i)] for i in mine])
    owner = strokes.owner[mine]
    return joined(Strokes(events, owner, strokes.family[mine], owner, strokes.human[mine]), k, 1)


def groups(strokes: Strokes, k: int) -> Ints:
    """Row numbers of k recordings of one sitting, shape (n_groups, k); leftovers are left out."""
    _, codes = np.unique(strokes.sitting, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max(initial=-1) + 2))
    bounds = zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    found = [order[i : i + k] for a, b in bounds for i in range(a, b - k + 1, k)]
    return np.array(found, np.int64).reshape(-1, k)

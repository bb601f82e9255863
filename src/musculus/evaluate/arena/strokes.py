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
    family : of the generator (its context `family`, else the table's); a control's own name; "people" for people
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

    def only(self, which: Bools) -> Strokes:
        """Those recordings."""
        rows = np.flatnonzero(which)
        events = Events.concat([self.events[int(i)] for i in rows]) if len(rows) else self.events[:0]
        return Strokes(events, self.owner[rows], self.family[rows], self.sitting[rows], self.human[rows])

    @property
    def generator(self) -> Names:
        """The owner without a version: `pyclick@0.0.2` is left out with `pyclick`."""
        return np.array([name.partition("@")[0] for name in self.owner.tolist()], str)

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
    told = _column(events, "family", [""] * len(events)).tolist()
    said = [("" if f in ("None", "nan") else f) or family(w) for f, w in zip(told, who.tolist(), strict=True)]
    kinds = np.full(len(events), control) if control else np.where(bot, np.array(said, str), "people")
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


def rows_of(strokes: Strokes, k: int) -> Strokes:
    """What a scorer of k strokes judges: sittings cut into k strokes; of the controls, k strokes begin with each.

    The controls are few people. A row of eight strokes for each eight leaves 25 rows, whose AUC chance moves by 0.06;
    one that begins with each stroke uses every stroke in every place, and leaves as many rows as there are strokes.
    """
    if k == 1:
        return strokes
    apart = [joined(strokes.only(~strokes.control), k)]
    apart += [overlapping(strokes.only(strokes.owner == name), k) for name in CONTROLS if (strokes.owner == name).any()]
    return together([part for part in apart if len(part)])


def overlapping(strokes: Strokes, k: int) -> Strokes:
    """Recordings of k strokes of one person (of a control: of the person behind), one beginning with each stroke.

    They go from sitting to sitting. With each, `sitting` is `control/person/` or the person.
    """
    behind = np.array([_behind(o, s) for o, s in zip(strokes.owner.tolist(), strokes.sitting.tolist(), strict=True)])
    return joined(replace(strokes, sitting=behind), k, 1)


def _behind(owner: str, sitting: str) -> str:
    """Whose strokes may be joined, whatever the sitting."""
    return f"{owner}/{sitting.split('/')[1]}/" if owner in CONTROLS else owner


def groups(strokes: Strokes, k: int) -> Ints:
    """Row numbers of k recordings of one sitting, shape (n_groups, k); leftovers are left out."""
    _, codes = np.unique(strokes.sitting, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max(initial=-1) + 2))
    bounds = zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    found = [order[i : i + k] for a, b in bounds for i in range(a, b - k + 1, k)]
    return np.array(found, np.int64).reshape(-1, k)

"""Our own generators as bots of the arena: every one of `musculus.bots`, between people's ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from musculus.bots import BOTS, generate
from musculus.errors import DataError, UnknownName
from musculus.evaluate.arena.controls import SITTING
from musculus.evaluate.arena.entrants import ends_of
from musculus.evaluate.arena.families import family
from musculus.events import Events

FROM_PEOPLE = ("replay_exact", "replay_rotated", "replay_noisy", "learned")  # they want a corpus


def own(
    people: Events,
    names: Sequence[str] = (),
    n: int = 200,
    seed: int = 0,
    corpus: Events | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Events:
    """Sessions of eight strokes by our generators (all of them, if none are named), n strokes each, `ours_NAME`.

    Ends are drawn from people's strokes; `as_strokes` cuts the sessions and shows them to the people's page. Replays
    and `learned` repeat `corpus`, which must be of people who are not in the arena; without one they are left out, or
    refused where they were named. UnknownName for a name that `BOTS` hasn't.
    """
    for name in names:
        if name not in BOTS:
            raise UnknownName("bot", name, BOTS)
        if corpus is None and name in FROM_PEOPLE:
            raise DataError(f"{name} repeats people; name recordings of some who are not in the arena (--controls)")
    chosen = list(names) or [name for name in BOTS if corpus is not None or name not in FROM_PEOPLE]
    ends = ends_of(people, n, seed)
    found = []
    for i, name in enumerate(chosen):
        rng = np.random.default_rng([seed, i])
        given = None if name == "replay_exact" else ends
        made = generate(name, SITTING + 1, rng, sessions=-(-n // SITTING), ends=given, corpus=corpus)  # cut at clicks
        about = {"generator": f"ours_{name}", "person": f"ours_{name}", "family": family(name)}
        renamed = replace(made, recordings=tuple(f"ours_{r}" for r in made.recordings))
        found.append(renamed.with_context(**about))
        if progress:
            progress(i + 1, len(chosen))
    return Events.concat(found)


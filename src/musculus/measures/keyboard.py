"""Keys: how long they are held and how they follow each other, over all and by class of key; never which key.

A press is a `key_down` row that is no auto-repeat. Presses pair with releases by their slot, so that rollover (the
next key down before the last one is up) pairs rightly. A key class is one of `letter digit space enter backspace
delete tab arrow modifier function other`; what lies between two presses belongs to the class of the second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.events import KEY_CLASSES, KIND, Events
from musculus.measures.engine.landmarks import landmarks, pair
from musculus.measures.engine.once import once, once_per_events
from musculus.measures.engine.rows import group, inside, seconds
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Series = tuple[Floats, Ints]
Keys = tuple[Floats, npt.NDArray[np.int8], Ints]  # values, the class each belongs to, offsets
ALL: Final = len(KEY_CLASSES)  # stands for all keys; a class is its place in KEY_CLASSES


@dataclass(frozen=True, eq=False)
class KeyRows:
    """Rows of keys over all recordings, each pair or triple ordered by its last press.

    Attributes
    ----------
    presses : every press
    first, second : presses that follow each other
    held, released : presses and their releases
    gone, following : releases whose press has a press after it, and that one
    press_gone : the press of each of `gone`
    """

    presses: Ints
    first: Ints
    second: Ints
    held: Ints
    released: Ints
    gone: Ints
    following: Ints
    press_gone: Ints


@once_per_events
def key_rows(events: Events) -> KeyRows:
    """The key rows of all recordings; auto-repeats left out."""
    marks = landmarks(events)
    rows = marks.of("key_down", "key_up")
    if not len(rows):
        return KeyRows(rows, rows, rows, rows, rows, rows, rows, rows)
    rows = rows[marks.column("repeat", rows) <= 0]
    pressed = marks.column("kind", rows) == KIND["key_down"]
    slot = marks.column("slot", rows)
    known = slot >= 0
    pairs = pair(marks.recording(rows[known]), slot[known], rows[known], pressed[known])
    presses = rows[pressed]
    after = np.searchsorted(presses, pairs.press, side="right")
    some = after < len(presses)
    return KeyRows(
        presses, presses[:-1], presses[1:], pairs.press, pairs.release,
        pairs.release[some], presses[after[some]], pairs.press[some],
    )  # fmt: skip


def _classes(path: Paths, rows: Ints) -> npt.NDArray[np.int8]:
    return landmarks(path.events).column("key_class", rows)


@once
def _counts(path: Paths) -> Floats:
    """Presses of each class and, last, of all, shape (n_cuts, n_classes + 1)."""
    presses, n = key_rows(path.events).presses, len(KEY_CLASSES)
    take, offsets = inside(path, presses)
    counts = np.zeros((len(path), n + 1))
    if len(take):
        classes = _classes(path, presses[take])
        np.add.at(counts, (group(path, offsets)[classes >= 0], classes[classes >= 0]), 1)
        counts[:, ALL] = np.diff(offsets)
    return counts


@once
def _rates(path: Paths) -> Floats:
    return _counts(path) / seconds(path)[:, None]


@once
def _holds(path: Paths) -> Keys:
    k, t = key_rows(path.events), path.events.t
    take, offsets = inside(path, k.held, k.released)
    return t[k.released[take]] - t[k.held[take]], _classes(path, k.held[take]), offsets


@once
def _intervals(path: Paths) -> Keys:
    k, t = key_rows(path.events), path.events.t
    take, offsets = inside(path, k.second, k.first)
    return t[k.second[take]] - t[k.first[take]], _classes(path, k.second[take]), offsets


@once
def _flights(path: Paths) -> Keys:
    k, t = key_rows(path.events), path.events.t
    take, offsets = inside(path, k.following, k.press_gone)
    if not len(take):
        return np.zeros(0), np.zeros(0, np.int8), offsets
    released = k.gone[take] < np.repeat(path.cuts.end, np.diff(offsets))  # in rollover that may come later
    take, offsets = take[released], np.append(0, np.cumsum(released))[offsets]
    return t[k.following[take]] - t[k.gone[take]], _classes(path, k.following[take]), offsets


def _of_class(keys: Keys, code: int) -> Series:
    values, classes, offsets = keys
    if code == ALL or not len(values):
        return values, offsets
    mine = classes == code
    return values[mine], np.append(0, np.cumsum(mine))[offsets]


def _enter(name: str, unit: str, sentence: str, function: Callable[[Paths, int], Floats | Series]) -> None:
    """Enter a measure of keys into the table, over all keys and once for each class."""
    for word, code in (("", ALL), *((w, c) for c, w in enumerate(KEY_CLASSES))):

        def of_class(path: Paths, code: int = code) -> Floats | Series:
            return function(path, code)

        of_class.__doc__ = sentence.format(keys=f"keys of the class `{word}`" if word else "all keys")
        own = f"{name}_{word}" if word else name
        of_class.__name__ = of_class.__qualname__ = own
        series = unit == "ms"
        more: dict[str, Any] = {"summarise": True, "view": "own", "kinds": ("key_down",)} if series else {}
        measure("keyboard", unit=unit, name=own, **more)(of_class)


def key_count(path: Paths, code: int = ALL) -> Floats:
    """Presses of the keys of one class, or of all, shape (n_cuts,)."""
    return _counts(path)[:, code]


def key_rate(path: Paths, code: int = ALL) -> Floats:
    """Presses a second, shape (n_cuts,)."""
    return _rates(path)[:, code]


def key_hold(path: Paths, code: int = ALL) -> Series:
    """From press to release, ms, series by cut."""
    return _of_class(_holds(path), code)


def key_flight(path: Paths, code: int = ALL) -> Series:
    """From the release of a press to the next press, ms, series by cut."""
    return _of_class(_flights(path), code)


def key_interval(path: Paths, code: int = ALL) -> Series:
    """From press to press, ms, series by cut."""
    return _of_class(_intervals(path), code)


_enter("key_count", "1", "Presses of {keys}; auto-repeats are none.", key_count)
_enter(
    "key_rate",
    "1/s",
    "Presses a second of {keys}, from the first event of the cut to the last; NaN where no time passed.",
    key_rate,
)
_enter(
    "key_hold",
    "ms",
    "How long {keys} were held: from press to release, paired by slot, both in the cut.\n\n"
    "A press without a slot pairs with nothing; an auto-repeat starts no hold.",
    key_hold,
)
_enter(
    "key_flight",
    "ms",
    "From the release of a key to the press of the next, for the presses of {keys} at the end.\n\n"
    "Negative in rollover, where the next key went down first; none after a key that was not released in the cut.",
    key_flight,
)
_enter("key_interval", "ms", "From the press of a key to the press of the next, for {keys} at the end.", key_interval)

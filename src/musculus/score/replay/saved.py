"""An index as a file and back: plain arrays in the container of model files, checked before anything is believed."""

from __future__ import annotations

import os
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from musculus.errors import BundleError
from musculus.score.arrays import from_npy, to_npy
from musculus.score.container import MANIFEST, MAX_BYTES, check_form, content, pack, sha256, unpack
from musculus.score.replay.shelf import LONGEST, MOST, Shelf
from musculus.score.replay.traces import WIDTH

FORMAT: Final = 1
AGAIN: Final = "fill an index again from the recordings in the store"
MEMBERS: Final = {"owner.npy", "run.npy", "values.npy"}


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an index file says of itself; `likeness` is the digest of the numbers its strokes were scaled by."""

    replay_index: int
    capacity: int
    per_recording: int
    likeness: str
    recordings: list[str]
    members: dict[str, str]


def write(path: str | Path, shelf: Shelf, per_recording: int, likeness: str) -> None:
    """Write the strokes, the oldest first; the file appears whole or not at all."""
    order, names = shelf.order(), list(shelf.recordings)
    place = {shelf.number(name): i for i, name in enumerate(names)}
    owner = np.array([place[n] for n in shelf.owner[order].tolist()], np.int32)
    pairs = np.ascontiguousarray(shelf.values[order]).view(np.int32)  # two small floats in each
    members = {"owner.npy": to_npy(owner), "run.npy": to_npy(shelf.run[order]), "values.npy": to_npy(pairs)}
    digests = {name: sha256(data) for name, data in members.items()}
    head = Head(FORMAT, shelf.capacity, per_recording, likeness, names, digests)
    data, path = pack({MANIFEST: msgspec.json.encode(head), **members}), Path(path)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)


def read(path: str | Path, likeness: str, capacity: int | None = None) -> tuple[Shelf, int]:
    """The strokes in a file that `write` wrote, and how many a recording may have.

    Raises BundleError: what was seen in the file, and the next step.
    """
    data = content(path, MAX_BYTES, "an index file", AGAIN)
    members = unpack(data, str(path))
    head = _head(members[MANIFEST], str(path))
    check_form(data, members, str(path))
    if head.likeness != likeness:
        raise BundleError(f"{path}: its strokes were scaled by other numbers than this version's; {AGAIN}")
    owner, run, values = _arrays(head, members, str(path))
    shelf = Shelf(head.capacity if capacity is None else capacity)
    bounds = np.flatnonzero(np.diff(owner, prepend=-1)).tolist()
    for a, b in pairwise([*bounds, len(owner)]):
        shelf.put(values[a:b].astype(np.float32), run[a:b].astype(np.float64), head.recordings[int(owner[a])])
    return shelf, head.per_recording


def _head(data: bytes, where: str) -> Head:
    try:
        head = msgspec.json.decode(data, type=Head)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BundleError(f"{where}: not a replay index ({error}); {AGAIN}") from None
    names = head.recordings
    wrong = {
        f"format {head.replay_index}, this version reads {FORMAT}": head.replay_index != FORMAT,
        f"a capacity of {head.capacity:,}": not 1 <= head.capacity <= MOST,
        f"{head.per_recording:,} strokes a recording": head.per_recording < 1,
        "a recording twice": len(set(names)) != len(names),
        f"a recording's name of more than {LONGEST} characters": any(len(n) > LONGEST for n in names),
        "other members than an index has": set(head.members) != MEMBERS,
    }
    for what, is_so in wrong.items():
        if is_so:
            raise BundleError(f"{where}: the index has {what}; {AGAIN}")
    return head


def _arrays(
    head: Head, members: dict[str, bytes], where: str
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32], npt.NDArray[np.float16]]:
    if set(members) != MEMBERS | {MANIFEST} or any(sha256(members[n]) != d for n, d in head.members.items()):
        raise BundleError(f"{where}: its members aren't those it was written with; {AGAIN}")
    owner, run, pairs = (from_npy(members[f"{n}.npy"], f"{where}, {n}") for n in ("owner", "run", "values"))
    n = len(owner) if owner.ndim == 1 else -1
    kinds = [a.dtype.str for a in (owner, run, pairs)]
    if kinds != ["<i4", "<f4", "<i4"] or run.shape != (n,) or pairs.shape != (n, WIDTH // 2) or n > head.capacity:
        raise BundleError(f"{where}: arrays of shapes {owner.shape}, {run.shape}, {pairs.shape} are no index; {AGAIN}")
    values = pairs.view(np.float16).reshape(n, WIDTH)
    held = np.unique(owner).tolist()
    if not (np.isfinite(values).all() and np.isfinite(run).all() and (run > 0).all()):
        raise BundleError(f"{where}: a stroke in it has numbers that no stroke has; {AGAIN}")
    if held != list(range(len(head.recordings))):
        raise BundleError(f"{where}: its strokes don't belong to the {len(head.recordings)} recordings named; {AGAIN}")
    return owner, run, values

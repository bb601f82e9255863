"""Files that would eat the machine or run in circles: refused on opening, or kept small."""

from __future__ import annotations

import tracemalloc

import numpy as np
import onnx
import pytest

from musculus.errors import BundleError
from musculus.score.arrays import to_npy
from musculus.score.bundle import loads
from musculus.score.container import MANIFEST, pack, sha256, unpack
from musculus.score.manifest import Step, decode, encode

TREES = "01_trees_model.onnx"


def signed(members, **changed):
    """The members packed as their author would, with fresh digests."""
    manifest = decode(members[MANIFEST], "an example")
    fields = {name: getattr(manifest, name) for name in manifest.__struct_fields__}
    fields["members"] = {name: sha256(content) for name, content in members.items() if name != MANIFEST}
    return pack({**members, MANIFEST: encode(type(manifest)(**{**fields, **changed}))})


def inner(lists):
    return [k for k, mode in enumerate(lists["nodes_modes"].strings) if mode != b"LEAF"]


WRONG = {
    "a node that is its own child": lambda lists: lists["nodes_truenodeids"].ints.__setitem__(0, 0),
    "a node that leads back": lambda lists: lists["nodes_falsenodeids"].ints.__setitem__(inner(lists)[-1], 0),
    "a child that is not there": lambda lists: lists["nodes_truenodeids"].ints.__setitem__(0, 2**40),
    "two nodes of one number": lambda lists: lists["nodes_nodeids"].ints.__setitem__(1, 0),
    "a column that is not there": lambda lists: lists["nodes_featureids"].ints.__setitem__(inner(lists)[-1], 10**6),
    "a column before the first": lambda lists: lists["nodes_featureids"].ints.__setitem__(0, -5),
    "a class that is not there": lambda lists: lists["class_ids"].ints.__setitem__(0, 10**7),
    "a leaf that is not there": lambda lists: lists["class_nodeids"].ints.__setitem__(0, 10**9),
}


@pytest.mark.parametrize("what", WRONG)
def test_trees_that_run_in_circles_or_reach_elsewhere_are_refused(files, what):
    members = unpack(files["trees"], "an example")
    model = onnx.load_from_string(members[TREES])
    WRONG[what]({one.name: one for one in model.graph.node[0].attribute})
    with pytest.raises(BundleError):
        loads(signed({**members, TREES: model.SerializeToString(deterministic=True)}))


@pytest.mark.parametrize("shape", [(2**31, 4), (10**12, 10**12), (0, 4), (1, 4, 1)])
def test_arrays_of_any_other_size_than_they_have_are_refused(files, shape):
    members = unpack(files["linear"], "an example")
    words = str(shape).encode()
    name = next(n for n in members if n.endswith("linear_weights.npy"))
    there = to_npy(np.zeros((1, 8)))
    header = there[10:].partition(b"\n")[0].replace(b"(1, 8)", words).rstrip() + b"\n"
    lying = there[:8] + len(header).to_bytes(2, "little") + header + bytes(64)
    with pytest.raises(BundleError):
        loads(signed({**members, name: lying}))


def test_a_file_that_swells_while_it_scores_is_taken_a_few_rows_at_a_time(files):
    members = {MANIFEST: unpack(files["linear"], "an example")[MANIFEST]}
    wide = {"weights": np.ones((100_000, 4)), "intercept": np.zeros(100_000)}
    down = {"weights": np.ones((1, 100_000)), "intercept": np.zeros(1)}
    steps = []
    for i, arrays in enumerate((wide, down)):
        members |= {f"{i:02}_linear_{n}.npy": to_npy(a) for n, a in arrays.items()}
        steps.append(Step("linear", {n: f"{i:02}_linear_{n}.npy" for n in arrays}))
    scorer = loads(signed(members, steps=steps))
    tracemalloc.start()
    found = scorer.score(np.ones((120, 4)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found == 400_000).all()
    assert peak < 90e6  # 120 rows at once would be 192 MB


def test_a_model_that_starts_from_a_bomb_is_refused(files):
    members = unpack(files["warm"], "an example")
    name = next(n for n in members if n.endswith(".musculus"))
    for content, why in ((b"\x80\x04pickle", "Python pickle"), (files["warm"][:-9], "changed after"), (b"", "empty")):
        with pytest.raises(BundleError, match=why):
            loads(signed({**members, name: content}))
    flat = {n: to_npy(np.ones(3)) for n in members if n.endswith(("fill.npy", "centre.npy", "scale.npy"))}
    three = decode(members[MANIFEST], "an example").features[:3]
    with pytest.raises(BundleError, match="starts from a model of 4 columns, here are 3"):
        loads(signed({**members, **flat}, features=three))

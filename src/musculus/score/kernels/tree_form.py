"""Is this ONNX file one ensemble of trees and nothing else?  Read from its bytes, before ONNX Runtime sees it.

An ONNX file may name other files, hold graphs inside graphs, or ask for more memory than there is. A model file of
musculus needs a single tree node over one input, so that is all that passes: every field is one of a short list, every
list of the node has the length it must have. The format is Protocol Buffers: (number, type) tags, each before its
value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from musculus.errors import BundleError

MAX_OUTPUTS = 1000
_LENGTH = 2  # the wire type of texts, bytes and messages

_MODEL = {1: 0, 2: _LENGTH, 3: _LENGTH, 7: _LENGTH, 8: _LENGTH}  # ir_version, producer and its version, graph, opsets
_GRAPH = {
    1: _LENGTH,
    2: _LENGTH,
    11: _LENGTH,
    12: _LENGTH,
}  # node, name, input, output: no initializers, no sparse ones
_NODE = {
    1: _LENGTH,
    2: _LENGTH,
    3: _LENGTH,
    4: _LENGTH,
    5: _LENGTH,
    7: _LENGTH,
}  # input, output, name, op, attribute, domain
_FLOATS = re.compile(rb"(?:\x3d[\x00-\xff]{4})++")  # field 7, four bytes each
_INTS = re.compile(rb"(?:\x40[\x80-\xff]{0,9}[\x00-\x7f])++")  # field 8, a whole number in 7-bit groups
_MODES = re.compile(rb"(?:\x4a(?:\x0aBRANCH_LEQ|\x09BRANCH_LT|\x0aBRANCH_GTE|\x09BRANCH_GT|\x04LEAF))++")  # field 9
_SHORT = re.compile(
    rb"(?:\x15[\x00-\xff]{4}|\x18[\x80-\xff]{0,9}[\x00-\x7f]|\x22[\x00-\x20][A-Z_]{0,32})?+"
)  # one f, i or s
_HEAD = re.compile(rb"\x0a([\x01-\x40])")
_TYPE = re.compile(rb"\xa0\x01[\x00-\x08]")

_IDS = ("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_truenodeids", "nodes_falsenodeids")
_PER_NODE = (*_IDS, "nodes_modes", "nodes_values")
_PER_LEAF = {"class": ("class_ids", "class_nodeids", "class_treeids", "class_weights")}
_PER_LEAF["target"] = ("target_ids", "target_nodeids", "target_treeids", "target_weights")
_OTHER = {"nodes_missing_value_tracks_true", "nodes_hitrates", "classlabels_int64s", "base_values"}
_SINGLE = {"post_transform", "aggregate_function", "n_targets"}


def check_trees(data: bytes, where: str) -> None:
    """Refuse ONNX bytes that are anything but one tree ensemble.

    Raises BundleError.
    """
    try:
        model = _fields(data, _MODEL)
        graphs = [value for number, value in model if number == 7]
        nodes = [value for graph in graphs for number, value in _fields(graph, _GRAPH) if number == 1]
        if len(graphs) != 1 or len(nodes) != 1:
            raise ValueError(f"{len(nodes)} computations, expected one")
        _check_node(nodes[0])
    except (ValueError, IndexError) as error:
        raise BundleError(f"{where}: not the plain tree ensemble musculus writes ({error})") from None


def _check_node(node: bytes) -> None:
    fields = list(_fields(node, _NODE))
    operation = b"".join(value for number, value in fields if number == 4)
    if operation not in {b"TreeEnsembleClassifier", b"TreeEnsembleRegressor"}:
        raise ValueError(f"the operation {operation[:40]!r}")
    if b"".join(value for number, value in fields if number == 7) != b"ai.onnx.ml":
        raise ValueError("an operation from an unknown domain")
    attributes = [_attribute(value) for number, value in fields if number == 5]
    lengths = dict(attributes)
    if len(lengths) != len(attributes):
        raise ValueError("an attribute stands twice")
    leaves = _PER_LEAF["class" if operation == b"TreeEnsembleClassifier" else "target"]
    odd = set(lengths) - set(_PER_NODE) - set(leaves) - _OTHER - _SINGLE
    if odd:
        raise ValueError(f"the attribute {min(odd)!r}")
    _check_lengths(lengths, leaves)


def _check_lengths(lengths: dict[str, int], leaves: tuple[str, ...]) -> None:
    for group in (_PER_NODE, leaves):
        if len({lengths.get(name, 0) for name in group}) != 1 or not lengths.get(group[0]):
            raise ValueError(f"lists of different lengths: {', '.join(group[:3])} ...")
    for name in ("nodes_missing_value_tracks_true", "nodes_hitrates"):
        if lengths.get(name, 0) not in {0, lengths[_PER_NODE[0]]}:
            raise ValueError(f"a list of the wrong length: {name}")
    outputs = max(lengths.get("n_targets", 0), lengths.get("classlabels_int64s", 0), lengths.get("base_values", 0))
    if outputs > MAX_OUTPUTS:
        raise ValueError(f"{outputs:,} outputs")


def _attribute(data: bytes) -> tuple[str, int]:
    """An attribute's name and the length of its list; of `n_targets` its value."""
    head = _HEAD.match(data)
    at = 2 + (head[1][0] if head else 0)
    name = data[2:at].decode("ascii", "replace")
    count = value = 0
    for pattern in (_FLOATS, _INTS, _MODES):
        run = pattern.match(data, at)
        if run:
            count, at = _count(run[0]), run.end()
            break
    else:
        short = _SHORT.match(data, at)
        if short and short[0][:1] == b"\x18":
            value = _varint(short[0], 1)[0]
        at = short.end() if short else at
    if not head or not _TYPE.fullmatch(data, at):
        raise ValueError(f"a form of the attribute {name[:40]!r} that isn't known")
    return name, value if name == "n_targets" else count


def _count(run: bytes) -> int:
    if run[:1] == b"\x3d":
        return len(run) // 5
    if run[:1] == b"\x4a":
        return run.count(b"LEAF") + run.count(b"BRANCH_")
    return int((np.frombuffer(run, np.uint8) < 0x80).sum()) // 2  # the tag and the last group of the number


def _fields(data: bytes, known: dict[int, int]) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if known.get(number) != wire:
            raise ValueError(f"an unknown field {number}")
        value, at = _varint(data, at)
        if wire == _LENGTH:
            if at + value > len(data):
                raise ValueError("cut off")
            yield number, data[at : at + value]
            at += value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    raise ValueError("a number without end")

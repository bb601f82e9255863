"""Ensembles of trees as one ONNX node each, whatever their library's converter wraps around it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from musculus.errors import BundleError
from musculus.models.exports.part import Part

OPSETS = {"": 17, "ai.onnx.ml": 3}  # old enough for every ONNX Runtime that can be installed beside this package


def random_forest(model: Any) -> list[Part]:
    """By skl2onnx. Converted forests are wrong on NaN: `ImputeScale` goes before them, or the replay refuses the
    file.
    """
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    inputs = [("x", FloatTensorType([None, model.n_features_in_]))]
    options = {id(model): {"zipmap": False}} if hasattr(model, "classes_") else None
    return [_part(convert_sklearn(model, initial_types=inputs, options=options, target_opset=OPSETS), model)]


def xgboost(model: Any) -> list[Part]:
    """By onnxmltools."""
    from onnxmltools import convert_xgboost

    return [_part(convert_xgboost(model, initial_types=_input(model)), model)]


def lightgbm(model: Any) -> list[Part]:
    """By onnxmltools."""
    from onnxmltools import convert_lightgbm

    return [_part(convert_lightgbm(model, initial_types=_input(model), zipmap=False), model)]


def catboost(model: Any) -> list[Part]:
    """By the library itself."""
    import onnx

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        model.save_model(str(path), format="onnx")
        converted = onnx.load_from_string(path.read_bytes())
    return [_part(converted, model)]


def isolation_forest(model: Any) -> list[Part]:
    """Written here: each leaf holds its depth, with what an unfinished tree would have added, over that of an average
    row.
    """
    from onnx import helper

    lists: dict[str, Any] = {name: [] for name in _NODE_LISTS + _TARGET_LISTS}
    usual = len(model.estimators_) * float(_average_path(np.array([model.max_samples_]))[0])
    for number, (tree, columns) in enumerate(zip(model.estimators_, model.estimators_features_, strict=True)):
        _add_tree(lists, number, tree.tree_, columns, usual)
    node = helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, **lists)
    return [_one_node(node, model.n_features_in_, ["y"], 1), Part("isolation", {})]


_PER_NODE = ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids")
_NODE_LISTS = tuple(f"nodes_{name}" for name in _PER_NODE)
_TARGET_LISTS = ("target_ids", "target_nodeids", "target_treeids", "target_weights")


def _add_tree(lists: dict[str, Any], number: int, tree: Any, columns: Any, usual: float) -> None:
    leaf = tree.children_left < 0
    depth = np.zeros(tree.node_count)
    for node in np.flatnonzero(~leaf):  # parents come before their children
        depth[[tree.children_left[node], tree.children_right[node]]] = depth[node] + 1
    where = np.arange(tree.node_count)
    nodes = {
        "nodes_treeids": np.full(tree.node_count, number),
        "nodes_nodeids": where,
        "nodes_featureids": np.where(leaf, 0, columns[np.maximum(tree.feature, 0)]),
        "nodes_modes": np.where(leaf, "LEAF", "BRANCH_LEQ"),
        "nodes_values": np.where(leaf, 0.0, _not_above(tree.threshold)),
        "nodes_truenodeids": np.where(leaf, 0, tree.children_left),
        "nodes_falsenodeids": np.where(leaf, 0, tree.children_right),
        "target_ids": np.zeros(leaf.sum(), dtype=int),
        "target_nodeids": where[leaf],
        "target_treeids": np.full(leaf.sum(), number),
        "target_weights": (depth + _average_path(tree.n_node_samples))[leaf] / usual,
    }
    for name, values in nodes.items():
        lists[name] += values.tolist()


def _not_above(threshold: Any) -> Any:
    """The largest float32 not above each threshold: the same side for every float32 value."""
    small = threshold.astype(np.float32)
    return np.where(small > threshold, np.nextafter(small, np.float32(-np.inf)), small).astype(np.float64)


def _average_path(rows: Any) -> Any:
    """Mean depth of a random tree over so many rows (Liu, Ting & Zhou 2008)."""
    rows = np.asarray(rows, dtype=np.float64)
    many = np.maximum(rows, 2.0)
    found = 2.0 * (np.log(many - 1.0) + np.euler_gamma) - 2.0 * (many - 1.0) / many
    return np.where(rows > 2, found, np.where(rows == 2, 1.0, 0.0))


def _input(model: Any) -> list[Any]:
    from onnxmltools.convert.common.data_types import FloatTensorType

    return [("x", FloatTensorType([None, int(model.n_features_in_)]))]


def _part(converted: Any, model: Any) -> Part:
    """The tree node out of a converter's graph, alone in a new one: a table of probabilities comes out, or a number.

    Raises BundleError where the node isn't alone responsible for them.
    """
    classes = len(getattr(model, "classes_", ()))
    operation = "TreeEnsembleClassifier" if classes else "TreeEnsembleRegressor"
    trees = [node for node in converted.graph.node if node.op_type == operation]
    if len(trees) != 1 or list(trees[0].input) != [converted.graph.input[0].name]:
        operations = ", ".join(sorted({node.op_type for node in converted.graph.node}))
        raise BundleError(f"the converter made {operations}; only a single ensemble of trees can be served")
    node, outputs = trees[0], ["label", "y"] if classes else ["y"]
    node.input[0], node.name = "x", ""
    for i, name in enumerate(outputs):
        node.output[i] = name
    return _one_node(node, int(model.n_features_in_), outputs, classes or 1)


def _one_node(node: Any, width: int, outputs: list[str], n_out: int) -> Part:
    from onnx import TensorProto, helper

    kinds: dict[str, Any] = {"label": (TensorProto.INT64, [None]), "y": (TensorProto.FLOAT, [None, n_out])}
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, width])]
    graph = helper.make_graph(
        [node], "trees", inputs, [helper.make_tensor_value_info(name, *kinds[name]) for name in outputs]
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="musculus")
    return Part("trees", {"model": model.SerializeToString(deterministic=True)})

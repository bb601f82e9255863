"""LightGBM's trees as the plain arrays of the kernel `boosted`."""

from __future__ import annotations

from typing import Any

import numpy as np

from musculus.errors import BundleError
from musculus.models.exports.part import Part


def boosted(model: Any, scale: float = 1.0, offset: float = 0.0) -> Part:
    """A fitted LGBMClassifier of two classes: its log odds times `scale` plus `offset`.

    BundleError for splits by category or for zeros taken as undefined, which the kernel has no word for.
    """
    lists: dict[str, list[float]] = {n: [] for n in ("feature", "threshold", "left", "right", "missing")}
    leaf: list[float] = []
    cover: list[float] = []
    trees = model.booster_.dump_model()["tree_info"]
    roots = [_add(tree["tree_structure"], lists, leaf, cover) for tree in trees]
    whole = {n: np.array(v, np.int32) for n, v in lists.items() if n != "threshold"}
    values = {**whole, "threshold": np.array(lists["threshold"], np.float64), "roots": np.array(roots, np.int32)}
    values |= {"leaf": np.array(leaf) * scale, "cover": np.array(cover), "offset": np.array([offset])}
    return Part("boosted", values)


def _add(node: dict[str, Any], lists: dict[str, list[float]], leaf: list[float], cover: list[float]) -> int:
    """Add a node and what follows it; its number, or -1 - leaf."""
    if "leaf_value" in node:
        leaf.append(node["leaf_value"])
        cover.append(max(float(node.get("leaf_count", 1)), 1.0))
        return -len(leaf)
    if node["decision_type"] != "<=" or node["missing_type"] == "Zero":
        raise BundleError(f"a split by {node['decision_type']!r}, undefined as {node['missing_type']}; numbers only")
    here = len(lists["feature"])
    passes = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0.0  # else NaN counts as 0
    row = {"feature": node["split_feature"], "threshold": node["threshold"], "left": 0, "right": 0, "missing": passes}
    for name, value in row.items():
        lists[name].append(value)
    for side in ("left", "right"):
        lists[side][here] = _add(node[f"{side}_child"], lists, leaf, cover)
    return here

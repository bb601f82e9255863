"""A warm start: the columns beside the old model's evidence, then the new model's own steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from musculus.errors import BundleError
from musculus.models.exports import parts_of
from musculus.models.exports.native import impute_scale
from musculus.models.exports.part import Part
from musculus.score import Scorer


def warm_start(model: Any) -> list[Part]:
    """The old model goes into the file whole, so that the new one needs nothing else."""
    (columns,) = impute_scale(model.scale_)
    inner = parts_of(model.inner_)
    if inner[-1].kind == "linear":
        inner.append(Part("sigmoid", {}))  # a warm start says probabilities, whatever its inner model's file says
    if model.source is None:
        return [columns, *inner]
    if not isinstance(model.source, Scorer):
        raise BundleError("a warm start is served with a model file: save the source, and start from what `load` gives")
    values = {**columns.values, "trust": np.array([model.trust]), "source": model.source.file}
    return [Part("warm", values), *inner]

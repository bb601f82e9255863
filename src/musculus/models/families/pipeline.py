"""One shape for all families that can't read NaN: `ImputeScale`, then the model."""

from __future__ import annotations

from typing import Any

from sklearn.pipeline import Pipeline

from musculus.models.impute_scale import ImputeScale

SEED = 0  # every family is seeded, so that a table of models can be made twice


def after_scaling(model: Any, defaults: dict[str, Any], params: dict[str, Any]) -> Pipeline:
    """`model(**defaults, **params)` behind filling, flags and robust scaling."""
    return _pipeline(ImputeScale(), model, defaults, params)


def after_filling(model: Any, defaults: dict[str, Any], params: dict[str, Any]) -> Pipeline:
    """The same for trees: filled, flagged and rounded to float32, but not scaled (they don't mind, and readers
    understand cuts in px).
    """
    return _pipeline(ImputeScale(scale=False, single=True), model, defaults, params)


def _pipeline(first: ImputeScale, model: Any, defaults: dict[str, Any], params: dict[str, Any]) -> Pipeline:
    before = {name: value for name, value in params.items() if "__" in name}
    own = {name: value for name, value in params.items() if "__" not in name}
    return Pipeline([("impute_scale", first), ("model", model(**{**defaults, **own}))]).set_params(**before)

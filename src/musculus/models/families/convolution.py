"""A model of sequences: random convolutions, and a linear model on the shares they give."""

from __future__ import annotations

from typing import Any

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from musculus.models.convolutions import RandomConvolutions
from musculus.models.families.pipeline import SEED
from musculus.models.impute_scale import ImputeScale

CHANNELS = 2  # across and down


def convolutions(**params: Any) -> Pipeline:
    """420 kernels over two channels. Velocities are neither centred nor scaled, so that rest stays 0; shares are."""
    before = {name: value for name, value in params.items() if "__" in name}
    own = {name: value for name, value in params.items() if "__" not in name}
    steps = [
        ("impute_scale", ImputeScale(flag=False, scale=False)),
        ("convolutions", RandomConvolutions(420, n_channels=CHANNELS, random_state=SEED)),
        ("shares", ImputeScale(flag=False, clip=5.0)),
        ("model", LogisticRegression(**{"max_iter": 500, **own})),
    ]
    return Pipeline(steps).set_params(**before)

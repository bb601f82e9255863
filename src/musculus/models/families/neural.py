"""Neural networks on features."""

from __future__ import annotations

from typing import Any

from sklearn.neural_network import MLPClassifier

from musculus.models.families.pipeline import SEED, after_scaling


def mlp(**params: Any) -> Any:
    """Two hidden layers; training stops when a tenth of the rows, held back, gets no better."""
    defaults = {
        "hidden_layer_sizes": (64, 32),
        "alpha": 1e-3,
        "early_stopping": True,
        "max_iter": 300,
        "random_state": SEED,
    }
    return after_scaling(MLPClassifier, defaults, params)

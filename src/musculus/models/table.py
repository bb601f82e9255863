"""The table of models: a name, where its maker lives (imported when asked for), what it learns from and how it is
served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from musculus.errors import MissingExtra, UnknownName

WINSLOW_SEVEN = (
    "winslow_segments",
    "winslow_motions",
    "winslow_motion_length",
    "winslow_motion_time",
    "winslow_speed",
    "winslow_speed_variance",
    "winslow_acceleration_variance",
)


@dataclass(frozen=True)
class Entry:
    """One row of the table.

    `one_class`: learns from the target's rows alone. `served`: what a model file holds, npz or onnx. `columns`: the
    only features it is meant for, none for any.
    """

    name: str
    maker: str  # module:function, relative to musculus.models
    about: str
    one_class: bool = False
    served: str = "npz"
    columns: tuple[str, ...] = ()


class _Named(dict[str, Entry]):
    """Entries by name; asked for one that isn't there (a model of sequences where features are wanted), it says what
    there is.
    """

    def __missing__(self, name: str) -> Entry:
        raise UnknownName("model for this task", name, self)


def _table(*entries: Entry) -> Mapping[str, Entry]:
    return MappingProxyType(_Named({entry.name: entry for entry in entries}))


MODELS: Mapping[str, Entry] = _table(
    Entry("histogram_nb", "families.naive_bayes:histogram_nb", "Histogram Naive Bayes on people only", one_class=True),
    Entry("histogram_nb_log", "families.naive_bayes:histogram_nb_log", "The same, logarithmic buckets", one_class=True),
    Entry(
        "histogram_nb_mass", "families.naive_bayes:histogram_nb_mass", "The same, equal-mass buckets", one_class=True
    ),
    Entry(
        "winslow",
        "families.naive_bayes:winslow",
        "Winslow's: seven features, 100 buckets",
        one_class=True,
        columns=WINSLOW_SEVEN,
    ),
    Entry("gaussian_nb", "families.naive_bayes:gaussian_nb", "Gaussian Naive Bayes on principal components"),
    Entry(
        "logistic_regression", "families.linear:logistic_regression", "Logistic regression on robustly scaled features"
    ),
    Entry("svm_linear", "families.svm:svm_linear", "Linear support vector machine"),
    Entry("svm", "families.svm:svm", "RBF support vector machine; random Fourier features above 10,000 rows"),
    Entry("one_class_svm", "families.svm:one_class_svm", "RBF one-class support vector machine", one_class=True),
    Entry("random_forest", "families.forest:random_forest", "Random forest", served="onnx"),
    Entry("isolation_forest", "families.forest:isolation_forest", "Isolation forest", one_class=True, served="onnx"),
    Entry("xgboost", "families.boosting:xgboost", "XGBoost", served="onnx"),
    Entry("lightgbm", "families.boosting:lightgbm", "LightGBM", served="onnx"),
    Entry("catboost", "families.boosting:catboost", "CatBoost", served="onnx"),
    Entry("mlp", "families.neural:mlp", "Multilayer perceptron on robustly scaled features"),
)


# Models that read movement itself, a row of velocities on the 10 ms grid (`tasks.sequences`), not a row of features: a
# table of their own, so that nobody who loops over models feeds them features.
SEQUENCES: Mapping[str, Entry] = _table(
    Entry(
        "convolutions",
        "families.convolution:convolutions",
        "Random convolution kernels over velocity on the 10 ms grid, then logistic regression",
    ),
)


def entry_of(name: str) -> Entry:
    """The row of either table. UnknownName for a name in neither."""
    found = MODELS.get(name) or SEQUENCES.get(name)
    if found is None:
        raise UnknownName("model", name, [*MODELS, *SEQUENCES])
    return found


def make_model(name: str, **params: Any) -> Any:
    """A fresh scikit-learn estimator; `params` are its last step's, or `impute_scale__clip` and the like for the step
    before.

    Raises UnknownName, and MissingExtra where the model's library isn't installed.

    >>> make_model("logistic_regression", C=0.1)[-1]
    LogisticRegression(C=0.1, max_iter=1000)
    """
    module, _, function = entry_of(name).maker.partition(":")
    try:
        return getattr(import_module(f"musculus.models.{module}"), function)(**params)
    except ModuleNotFoundError as error:
        raise MissingExtra(f"{name} needs {error.name}; install it with: pip install 'musculus[learn]'") from error

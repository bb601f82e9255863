"""Families whose arithmetic is short enough for numpy: their arrays, and the kernels that use them."""

from __future__ import annotations

from typing import Any

import numpy as np

from musculus.errors import BundleError
from musculus.models.exports.part import Part


def impute_scale(model: Any) -> list[Part]:
    """Filling, flags, centre, scale, clip."""
    kernel = model.kernel()
    values = {"fill": kernel.fill, "centre": kernel.centre, "scale": kernel.scale, "clip": np.array([kernel.clip])}
    return [Part("impute_scale", {**values, "flagged": kernel.flagged.astype(np.int64)})]


def histogram_nb(model: Any) -> list[Part]:
    """Edges and log shares."""
    values = {
        "edges": model.edges_,
        "log_share": model.log_share_,
        "undefined": model.log_undefined_,
        "typical": model.typical_,
    }
    return [Part("histogram", values)]


def random_convolutions(model: Any) -> list[Part]:
    """Convolution weights, biases and dilations."""
    values = {"weights": model.weights_, "bias": model.bias_, "dilation": model.dilation_.astype(np.float64)}
    return [Part("convolution", values)]


def logistic_regression(model: Any) -> list[Part]:
    """Log odds for two classes, probabilities for more."""
    sums = _linear(model.coef_, model.intercept_)
    return [sums] if len(model.classes_) == 2 else [sums, Part("softmax", {})]


def ridge(model: Any) -> list[Part]:
    """The number itself."""
    return [_linear(np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_))]


def linear_svc(model: Any) -> list[Part]:
    """Margins."""
    return [_linear(model.coef_, np.atleast_1d(model.intercept_))]


def svc(model: Any) -> list[Part]:
    """Support vectors of two classes."""
    if model.kernel != "rbf" or len(model.classes_) != 2:
        raise BundleError(
            "an SVC is served with the rbf kernel and two classes only; take svm_linear or logistic_regression"
        )
    return [_rbf(model, float(model.intercept_[0]))]


def rbf_svc(model: Any) -> list[Part]:
    """Whichever of the two ways was fitted."""
    inner = model.inner_
    if not hasattr(inner, "steps"):
        return svc(inner)
    return [*rbf_sampler(inner[0]), *linear_svc(inner[1])]


def rbf_sampler(model: Any) -> list[Part]:
    """Random Fourier features: angles, then cosines."""
    return [_linear(model.random_weights_.T, model.random_offset_), Part("cosine", {})]


def rbf_one_class_svm(model: Any) -> list[Part]:
    """Closeness to the support vectors, without the offset."""
    return [_rbf(model.inner_, 0.0)]


def gaussian_nb(model: Any) -> list[Part]:
    """Log likelihoods, then probabilities."""
    values = {"mean": model.theta_, "variance": model.var_, "log_prior": np.log(model.class_prior_)}
    return [Part("gaussian", values), Part("softmax", {})]


def principal(model: Any) -> list[Part]:
    """Principal components, not whitened: sums of centred columns."""
    if model.whiten:
        raise BundleError("whitened principal components are not served; take PCA(whiten=False)")
    return [_linear(model.components_, -model.components_ @ model.mean_)]


def mlp_classifier(model: Any) -> list[Part]:
    """Layer, activation, layer ... link."""
    between = {"relu": ["relu"], "tanh": ["tanh"], "logistic": ["sigmoid"], "identity": []}[model.activation]
    found: list[Part] = []
    for weights, bias in zip(model.coefs_, model.intercepts_, strict=True):
        found += [_linear(weights.T, bias), *(Part(kind, {}) for kind in between)]
    found = found[: len(found) - len(between)]
    return [*found, Part("sigmoid" if model.out_activation_ == "logistic" else "softmax", {})]


def _linear(weights: Any, intercept: Any) -> Part:
    return Part("linear", {"weights": np.ascontiguousarray(weights), "intercept": np.asarray(intercept)})


def _rbf(model: Any, intercept: float) -> Part:
    vectors, weights = model.support_vectors_, model.dual_coef_[0]
    values = {
        "vectors": vectors,
        "weights": weights,
        "gamma": np.array([model._gamma]),
        "intercept": np.array([intercept]),
    }
    return Part("rbf", values)

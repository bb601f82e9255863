"""Models over feature tables: scikit-learn estimators, the table of their names, and the file they are kept in.

>>> from musculus.models import make_model
>>> make_model("histogram_nb", n_buckets=50)
HistogramNB(n_buckets=50)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musculus.models.bundle import save as save
    from musculus.models.histogram_nb import HistogramNB as HistogramNB
    from musculus.models.impute_scale import ImputeScale as ImputeScale
    from musculus.models.outputs import fit_model as fit_model
    from musculus.models.outputs import row_scores as row_scores
    from musculus.models.table import MODELS as MODELS
    from musculus.models.table import Entry as Entry
    from musculus.models.table import make_model as make_model

_HOMES = {
    "MODELS": "table",
    "Entry": "table",
    "HistogramNB": "histogram_nb",
    "ImputeScale": "impute_scale",
    "fit_model": "outputs",
    "make_model": "table",
    "row_scores": "outputs",
    "save": "bundle",
}

__all__ = ["MODELS", "Entry", "HistogramNB", "ImputeScale", "fit_model", "make_model", "row_scores", "save"]


def __getattr__(name: str) -> Any:  # scikit-learn is imported when a model is, not before
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"musculus.models.{_HOMES[name]}"), name)

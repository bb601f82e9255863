"""Choosing features, always inside the fold: scikit-learn transformers that go into a pipeline before the model.

>>> from musculus.models.selection import make_selector
>>> make_selector("holm")
SignificantFeatures(correction='holm')
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from musculus.errors import UnknownName

SELECTORS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = MappingProxyType({
    "mann_whitney": ("significant", "SignificantFeatures", {"test": "mann_whitney"}),
    "anova": ("significant", "SignificantFeatures", {"test": "anova"}),
    "kruskal": ("significant", "SignificantFeatures", {}),
    "mutual_information": ("significant", "SignificantFeatures", {"test": "mutual_information"}),
    "holm": ("significant", "SignificantFeatures", {"correction": "holm"}),
    "lasso": ("important", "ImportantFeatures", {"by": "lasso"}),
    "trees": ("important", "ImportantFeatures", {"by": "trees"}),
    "permutation": ("important", "ImportantFeatures", {"by": "permutation"}),
    "shadow": ("shadow", "ShadowFeatures", {}),
    "stable": ("stable", "StableFeatures", {}),
})  # fmt: skip


def make_selector(name: str, **params: Any) -> Any:
    """A fresh selector by its name in `SELECTORS`. UnknownName for one that isn't there."""
    if name not in SELECTORS:
        raise UnknownName("way to select features", name, SELECTORS)
    module, kind, defaults = SELECTORS[name]
    return getattr(import_module(f"{__name__}.{module}"), kind)(**{**defaults, **params})

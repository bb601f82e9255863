"""Models compared by a task's protocol: splits that can't leak, metrics with intervals, nulls, a report.

>>> from musculus.evaluate import roc_auc
>>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
0.75
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musculus.evaluate.comparison import compare as compare
    from musculus.evaluate.comparison import evaluate as evaluate
    from musculus.evaluate.groups import by_group as by_group
    from musculus.evaluate.intervals import Estimate as Estimate
    from musculus.evaluate.intervals import bootstrap as bootstrap
    from musculus.evaluate.intervals import paired_difference as paired_difference
    from musculus.evaluate.leaks import Leak as Leak
    from musculus.evaluate.leaks import Sides as Sides
    from musculus.evaluate.leaks import audit as audit
    from musculus.evaluate.leaks import refuse as refuse
    from musculus.evaluate.learning import train as train
    from musculus.evaluate.metrics import eer as eer
    from musculus.evaluate.metrics import f1 as f1
    from musculus.evaluate.metrics import far_frr as far_frr
    from musculus.evaluate.metrics import roc_auc as roc_auc
    from musculus.evaluate.metrics import tpr_at_fpr as tpr_at_fpr
    from musculus.evaluate.nulls import Null as Null
    from musculus.evaluate.nulls import permutation_null as permutation_null
    from musculus.evaluate.report import Report as Report
    from musculus.evaluate.splits import Split as Split

_HOMES = {
    "Estimate": "intervals",
    "Leak": "leaks",
    "Null": "nulls",
    "Report": "report",
    "Sides": "leaks",
    "Split": "splits",
    "audit": "leaks",
    "bootstrap": "intervals",
    "by_group": "groups",
    "compare": "comparison",
    "eer": "metrics",
    "evaluate": "comparison",
    "f1": "metrics",
    "far_frr": "metrics",
    "paired_difference": "intervals",
    "permutation_null": "nulls",
    "refuse": "leaks",
    "roc_auc": "metrics",
    "tpr_at_fpr": "metrics",
    "train": "learning",
}

__all__ = [
    "Estimate",
    "Leak",
    "Null",
    "Report",
    "Sides",
    "Split",
    "audit",
    "bootstrap",
    "by_group",
    "compare",
    "eer",
    "evaluate",
    "f1",
    "far_frr",
    "paired_difference",
    "permutation_null",
    "refuse",
    "roc_auc",
    "tpr_at_fpr",
    "train",
]


def __getattr__(name: str) -> Any:  # nothing is imported until a name is used
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"musculus.evaluate.{_HOMES[name]}"), name)


class _Room(ModuleType):
    """The room is called as the function it is named after: `musculus.evaluate("verify", "balabit/")`."""

    def __call__(self, task: str, data: Any, **options: Any) -> Report:
        """See `musculus.evaluate.evaluate`."""
        found: Report = __getattr__("evaluate")(task, data, **options)
        return found


sys.modules[__name__].__class__ = _Room

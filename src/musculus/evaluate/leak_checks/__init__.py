"""The checks an audit runs, by name. Each gives what it found, or None where it lacks the knowledge to look."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from musculus.evaluate.leak_checks import features, groups, labels, prepared, rows
from musculus.evaluate.leaks import Leak, Sides

Check = Callable[[Sides], list[Leak] | None]

CHECKS: MappingProxyType[str, Check] = MappingProxyType(
    {
        "on_both_sides": groups.on_both_sides,
        "spelled_twice": groups.spelled_twice,
        "future_in_training": groups.future_in_training,
        "same_row": rows.same_row,
        "near_row": rows.near_row,
        "same_window": rows.same_window,
        "overlapping_window": rows.overlapping_window,
        "label_in_feature": features.label_in_feature,
        "too_good_feature": features.too_good_feature,
        "missing_tells_label": features.missing_tells_label,
        "identity_in_feature": features.identity_in_feature,
        "order_in_feature": features.order_in_feature,
        "order_predicts_label": labels.order_predicts_label,
        "name_predicts_label": labels.name_predicts_label,
        "scaled_before_split": prepared.scaled_before_split,
        "filled_before_split": prepared.filled_before_split,
    }
)

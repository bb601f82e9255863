"""The configuration laboratory: which measures does the mouse change, how much does a prediction suffer, what helps.

>>> import polars as pl
>>> from musculus.evaluate.study import study_table
>>> rows = pl.DataFrame({"person": ["a", "a", "b", "b"], "dpi": [800, 1600] * 2, "speed": [1.0, 2.0, 1.5, 2.5]})
>>> study_table(rows, configuration=["dpi"]).configurations
('800', '1600')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musculus.evaluate.study.laboratory import Study as Study
    from musculus.evaluate.study.laboratory import study as study
    from musculus.evaluate.study.table import StudyTable as StudyTable
    from musculus.evaluate.study.table import study_table as study_table

_HOMES = {"Study": "laboratory", "StudyTable": "table", "study": "laboratory", "study_table": "table"}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:  # nothing is imported until a name is used
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

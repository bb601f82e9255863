"""musculus: what the way a pointer moves says about who, or what, moves it.

>>> import musculus as m
>>> events = m.read_events("recordings/")  # doctest: +SKIP
>>> strokes = m.measure(events, "stroke").to_polars()  # doctest: +SKIP
>>> table = m.feature_table(events, per="recording")  # doctest: +SKIP
>>> m.compare("verify", events, models=["lightgbm", "svm"]).save("report.html")  # doctest: +SKIP
>>> m.train("verify", events, "people.musculus")  # doctest: +SKIP

The names here are verbs with what they work on; the rooms of the house (`musculus.read`, `musculus.measures` ...) are
modules, and hold the rest. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from musculus.cut import cut as cut_events
    from musculus.evaluate.comparison import compare, evaluate
    from musculus.evaluate.learning import train
    from musculus.events import Events
    from musculus.features import features as feature_table
    from musculus.measures import MEASURES, measure
    from musculus.read import read as read_events
    from musculus.read import read_features
    from musculus.read import scan as scan_events
    from musculus.read import write as write_events
    from musculus.score import load as load_model
    from musculus.tasks.prediction import predict

__version__ = "0.1.0"
__all__ = [
    "MEASURES",
    "Events",
    "compare",
    "cut_events",
    "evaluate",
    "feature_table",
    "load_model",
    "measure",
    "predict",
    "read_events",
    "read_features",
    "scan_events",
    "train",
    "write_events",
]
_HOMES: Final = {
    "MEASURES": ("musculus.measures", "MEASURES"),
    "Events": ("musculus.events", "Events"),
    "compare": ("musculus.evaluate.comparison", "compare"),
    "cut_events": ("musculus.cut", "cut"),
    "feature_table": ("musculus.features", "features"),
    "load_model": ("musculus.score", "load"),
    "measure": ("musculus.measures", "measure"),
    "predict": ("musculus.tasks.prediction", "predict"),
    "read_events": ("musculus.read", "read"),
    "read_features": ("musculus.read", "read_features"),
    "scan_events": ("musculus.read", "scan"),
    "train": ("musculus.evaluate.learning", "train"),
    "write_events": ("musculus.read", "write"),
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        module, attribute = _HOMES[name]
        return getattr(import_module(module), attribute)
    if not name.startswith("_"):
        try:
            return import_module(f"{__name__}.{name}")  # a room; that of `evaluate` can be called, too
        except ModuleNotFoundError as e:
            if e.name != f"{__name__}.{name}":
                raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted({*__all__, "__version__"})

"""One step on its way into a model file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Part(NamedTuple):
    """A kernel's kind and what it reads: arrays, or bytes of ONNX."""

    kind: str
    values: Mapping[str, Any]

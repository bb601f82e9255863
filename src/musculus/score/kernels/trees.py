"""An ensemble of trees in ONNX, run by ONNX Runtime on one thread."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from musculus.errors import BundleError, MissingExtra
from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Parts
from musculus.score.kernels.tree_form import MAX_OUTPUTS, check_trees

_LARGEST = float(np.finfo(np.float32).max)


class TreesKernel:
    """Probabilities of the classes, or the sums at the leaves: the last output of the ONNX model."""

    def __init__(self, session: Any, n_out: int) -> None:
        self._session = session
        self.n_out = n_out
        self._input = session.get_inputs()[0].name
        self._output = session.get_outputs()[-1].name

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """`model`: ONNX bytes with one float32 input of shape (n, width)."""
        data = parts.raw("model")
        check_trees(data, parts.where)
        session = _session(data, parts.where)
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if len(inputs) != 1 or inputs[0].type != "tensor(float)" or list(inputs[0].shape[1:]) != [width]:
            raise BundleError(
                f"{parts.where}: the ONNX model reads {inputs[0].type} {inputs[0].shape}, expected {width} columns"
            )
        sides = outputs[-1].shape
        if len(sides) != 2 or not isinstance(sides[1], int) or not 0 < sides[1] <= MAX_OUTPUTS:
            raise BundleError(f"{parts.where}: the ONNX model gives {sides}, expected a table of known width")
        kernel = cls(session, sides[1])
        kernel._try(width, parts.where)
        return kernel

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, n_out); the columns are rounded to float32 first."""
        small = np.clip(rows, -_LARGEST, _LARGEST).astype(np.float32)
        found: Floats = self._session.run([self._output], {self._input: small})[0]
        return found.astype(np.float64)

    def _try(self, width: int, where: str) -> None:
        """One row of zeros, so that a model that can't run is refused on opening."""
        try:
            found = self(np.zeros((1, width)))
        except _runtime_errors() as error:
            raise BundleError(f"{where}: ONNX Runtime can't run it ({str(error)[:200]})") from None
        if found.shape != (1, self.n_out):
            raise BundleError(f"{where}: the ONNX model gives shape {found.shape}, it says (1, {self.n_out})")


def _session(data: bytes, where: str) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise MissingExtra("this model needs ONNX Runtime; install it with: pip install 'musculus[serve]'") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = (
        1  # a verdict is one row; threads would only wait for each other
    )
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except _runtime_errors() as error:
        raise BundleError(f"{where}: ONNX Runtime refuses it ({str(error)[:200]})") from None


def _runtime_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*own, RuntimeError, ValueError)

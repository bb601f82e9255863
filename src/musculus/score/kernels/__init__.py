"""The table of kernels: the few computations a model file may ask for, by name; each is imported when a file asks for
it.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Any

from musculus.errors import UnknownName
from musculus.score.kernels.parts import Kernel, Parts

KERNELS = MappingProxyType(
    {
        "impute_scale": "musculus.score.kernels.impute_scale:ImputeScaleKernel",
        "select": "musculus.score.kernels.select:SelectKernel",
        "histogram": "musculus.score.kernels.histogram:HistogramKernel",
        "warm": "musculus.score.kernels.warm:WarmKernel",
        "convolution": "musculus.score.kernels.convolution:ConvolutionKernel",
        "linear": "musculus.score.kernels.linear:LinearKernel",
        "gaussian": "musculus.score.kernels.gaussian:GaussianKernel",
        "rbf": "musculus.score.kernels.rbf:RbfKernel",
        "boosted": "musculus.score.kernels.boosted:BoostedKernel",
        "trees": "musculus.score.kernels.trees:TreesKernel",
        "isolation": "musculus.score.kernels.elementwise:Isolation",
        "cosine": "musculus.score.kernels.elementwise:Cosine",
        "relu": "musculus.score.kernels.elementwise:Relu",
        "sigmoid": "musculus.score.kernels.elementwise:Sigmoid",
        "softmax": "musculus.score.kernels.elementwise:Softmax",
        "tanh": "musculus.score.kernels.elementwise:Tanh",
    }
)

__all__ = ["KERNELS", "Kernel", "Parts", "read_kernel"]


def read_kernel(kind: str, parts: Parts, width: int) -> Kernel:
    """The kernel of a kind, for tables of `width` columns.

    Raises UnknownName for a kind that isn't in the table, BundleError for parts that don't fit.
    """
    if kind not in KERNELS:
        raise UnknownName("kernel", kind[:80], KERNELS)
    module, _, name = KERNELS[kind].partition(":")
    maker: Any = getattr(import_module(module), name)
    kernel: Kernel = maker.read(parts, width)
    parts.all_used()
    return kernel

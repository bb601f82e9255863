"""Arrays as `.npy` bytes and back, with checks of our own: four number types, no objects, no lying header."""

from __future__ import annotations

import io
import math
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import BundleError

Floats = npt.NDArray[np.float64]

_SHAPE = rb"\((?:(\d{1,12}),|((?:\d{1,12}, )+\d{1,12}))?\)"
_HEADER = re.compile(rb"\{'descr': '(<f8|<f4|<i8|<i4)', 'fortran_order': False, 'shape': " + _SHAPE + rb", \} *\n")
_MAGIC = b"\x93NUMPY\x01\x00"


def to_npy(array: npt.NDArray[Any]) -> bytes:
    """An array as the bytes of an .npy file, little endian and row by row.

    >>> from_npy(to_npy(np.array([[1.0, 2.0]])), "an example")
    array([[1., 2.]])
    """
    out = io.BytesIO()
    array = np.ascontiguousarray(array)
    np.lib.format.write_array(out, array.astype(array.dtype.newbyteorder("<")), version=(1, 0), allow_pickle=False)
    return out.getvalue()


def from_npy(data: bytes, where: str) -> npt.NDArray[Any]:
    """The array of an .npy file's bytes, read only.

    Raises BundleError for a header numpy wouldn't write, a type that isn't float or int, or a length that doesn't fit.
    """
    length = int.from_bytes(data[8:10], "little")
    header = _HEADER.fullmatch(data[10 : 10 + length])
    if not data.startswith(_MAGIC) or header is None:
        raise BundleError(f"{where}: not an array of float64, float32, int64 or int32 as numpy writes it")
    one, many = header[2], header[3]
    shape = tuple(int(side) for side in (many.split(b", ") if many else [one] if one else []))
    dtype = np.dtype(header[1].decode("ascii"))
    if math.prod(shape) * dtype.itemsize != len(data) - 10 - length:
        raise BundleError(
            f"{where}: the header says shape {shape}, which doesn't fit {len(data) - 10 - length:,} bytes"
        )
    return np.frombuffer(data, dtype, offset=10 + length).reshape(shape)

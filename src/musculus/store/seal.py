"""A row's checksum: what was written is what is read, or it is an error."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from zlib import crc32

Field = str | bytes | int | float | None


def seal(*fields: Field) -> int:
    """CRC-32 over all fields of a row, each with its kind and length, so that none can slide into the next.

    >>> seal("ab", "c") == seal("a", "bc")
    False
    """
    crc = 0
    for field in fields:
        crc = crc32(_bytes(field), crc)
    return crc


def is_sealed(row: Sequence[Field]) -> bool:
    """True where the checksum at the end of a row, as it was read, agrees with the fields before it."""
    return seal(*row[:-1]) == row[-1]


def _bytes(field: Field) -> bytes:
    if isinstance(field, bytes):
        return b"b%d:" % len(field) + field
    if isinstance(field, str):
        text = field.encode("utf-8", "surrogatepass")
        return b"s%d:" % len(text) + text
    if isinstance(field, int):
        return b"i%d;" % field
    if isinstance(field, float):
        return b"f" + struct.pack("<d", field)
    return b"-"

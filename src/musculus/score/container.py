"""The file around a model: a plain zip in one exact form, so that any other form is noticed.

Members lie uncompressed (nothing can swell on opening), the manifest first and the others by name, without dates,
owners or extra fields. So the same model gives the same bytes everywhere, and `unpack` can compare what it read, packed
again, with what it was given: no byte of the file is free to differ. The zip's comment holds the manifest's digest.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from musculus.errors import BundleError

MANIFEST = "manifest.json"
MAX_BYTES = 512 * 1024 * 1024
MAX_MEMBERS = 200

_NAME = re.compile(r"[a-z0-9_]{1,80}\.(?:npy|onnx|json|md|musculus)")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION, _EPOCH = 20, 0x21  # zip 2.0; 1980-01-01, the first day a zip can name

NEXT = "get the file again from where it was made, or train it again with `musculus train`"


def pack(members: Mapping[str, bytes]) -> bytes:
    """One file of many, always the same bytes for the same members.

    >>> pack({"manifest.json": b"{}"}) == pack({"manifest.json": b"{}"})
    True
    """
    body, directory = bytearray(), bytearray()
    for name in _in_order(members):
        data, encoded = members[name], name.encode("ascii")
        sizes = (zlib.crc32(data), len(data), len(data), len(encoded), 0)
        directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, 0, 0, 0, _EPOCH, *sizes, 0, 0, 0, 0, len(body))
        directory += encoded
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, 0, 0, 0, _EPOCH, *sizes) + encoded + data
    comment = f"sha256 of the manifest: {sha256(members[MANIFEST])}".encode("ascii")
    end = _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), len(body), len(comment))
    return bytes(body + directory + end + comment)


def content(path: str | Path, most: int, what: str, step: str) -> bytes:
    """The bytes of a file that isn't larger than `most`, or BundleError: what `what` may be, and the next step."""
    try:
        size = Path(path).stat().st_size
        data = Path(path).read_bytes() if size <= most else b""
    except OSError as error:
        raise BundleError(f"{path}: can't be read ({error.strerror or error}); check the name") from None
    if size > most:
        raise BundleError(f"{path}: {size:,} bytes, {what} has at most {most:,}; {step}")
    return data


def unpack(data: bytes, where: str) -> dict[str, bytes]:
    """The members of a file that `pack` wrote; anything else is refused with the reason.

    Raises BundleError, naming `where` the bytes came from.
    """
    if len(data) > MAX_BYTES:
        raise BundleError(f"{where}: {len(data):,} bytes, a model file has at most {MAX_BYTES:,}; {NEXT}")
    if not data.startswith(b"PK\x03\x04"):
        raise BundleError(f"{where}: {_what_it_is(data)}, not a musculus model file; {NEXT}")
    members: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == b"PK\x03\x04":
        name, content, at = _member(data, at, where)
        if name in members:
            raise BundleError(f"{where}: holds {name!r} twice; {NEXT}")
        members[name] = content
        if len(members) > MAX_MEMBERS:
            raise BundleError(f"{where}: more than {MAX_MEMBERS} members; {NEXT}")
    if MANIFEST not in members:
        raise BundleError(f"{where}: a zip without {MANIFEST}, so not a musculus model file; {NEXT}")
    return members


def check_form(data: bytes, members: Mapping[str, bytes], where: str) -> None:
    """Refuse a file that isn't, byte for byte, what `pack` makes of its members.

    Raises BundleError.
    """
    if pack(members) != data:
        raise BundleError(
            f"{where}: changed after musculus wrote it (cut off, edited or packed by another program); {NEXT}"
        )


def sha256(data: bytes) -> str:
    """The digest that the manifest keeps of each member, as hexadecimal text."""
    return hashlib.sha256(data).hexdigest()


def _in_order(members: Mapping[str, bytes]) -> list[str]:
    for name in members:
        if not _NAME.fullmatch(name):
            raise BundleError(
                f"a member can't be called {name!r}; small letters, digits and _ before .npy, .onnx, .musculus ..."
            )
    if MANIFEST not in members:
        raise BundleError(f"a model file needs its {MANIFEST}")
    return [MANIFEST, *sorted(set(members) - {MANIFEST})]


def _member(data: bytes, at: int, where: str) -> tuple[str, bytes, int]:
    if len(data) < at + _LOCAL.size:
        raise BundleError(f"{where}: cut off inside a member's header at byte {at}; {NEXT}")
    _, _, flags, method, _, _, crc, packed, size, name_length, extra = _LOCAL.unpack_from(data, at)
    start = at + _LOCAL.size + name_length + extra
    name = data[at + _LOCAL.size : at + _LOCAL.size + name_length].decode("ascii", "replace")
    if not _NAME.fullmatch(name):
        raise BundleError(f"{where}: a member is called {name[:80]!r}, which no model file holds; {NEXT}")
    if method or flags or packed != size:
        raise BundleError(f"{where}: {name!r} is compressed or encrypted, members of a model file lie open; {NEXT}")
    content = data[start : start + size]
    if len(content) != size:
        raise BundleError(f"{where}: {name!r} should have {size:,} bytes, {len(content):,} are there; {NEXT}")
    if zlib.crc32(content) != crc:
        raise BundleError(f"{where}: the checksum of {name!r} doesn't fit, the file is damaged; {NEXT}")
    return name, content, start + size


def _what_it_is(data: bytes) -> str:
    if not data:
        return "an empty file"
    known = {b"\x80": "a Python pickle (which is never opened)", b"\x93NUMPY": "a bare .npy array", b"{": "a JSON text"}
    known |= {
        b"\x1f\x8b": "a gzip file",
        b"PK": "an empty or damaged zip",
        b"PAR1": "a Parquet table",
        b"tree": "a LightGBM text",
    }
    return next((name for start, name in known.items() if data.startswith(start)), f"starts with {data[:8]!r}")

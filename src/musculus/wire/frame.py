"""The binary frame: one batch of events in about seven bytes an event, readable on its own.

Layout (version 1; whole numbers only, little endian, two's complement; docs/wire.md says the same at length):

=======  =====  ==========================================================================
offset   bytes  what
=======  =====  ==========================================================================
0        4      ``musc``
4        1      version, 1
5        1      0
6        2      n, number of events, unsigned
8        4      length of the whole frame in bytes, unsigned
12       4      sequence, unsigned
16       16     recording id
32       8      page-view id
40       8      time origin of the document, 0.1 ms since 1970
48       4      mask: bit i is set when column i of `musculus.wire.fields.FIELDS` follows
52       2      bytes of context, unsigned
54       2      0
56       ...    context: a JSON array, the fields of `musculus.wire.batch.Context` in order
...      ...    three delta columns: t in 0.1 ms since the time origin, x and y in 1/8 px
...      ...    the run columns of the mask, lowest bit first
-4       4      CRC-32 (IEEE) of everything before it
=======  =====  ==========================================================================

*Delta column*: n int16, each the step from the event before, the first from 0. -32768 is an escape: the step is the
next of the int64s that follow the column, one for each escape. -32767 says that there is no position; the next step
counts from the last one there was.

*Run column*: one byte width w (1, 2 or 4), uint16 number of runs r; if r < n, the r uint16 indices at which the runs
begin (the first is 0, they rise); then r signed integers of w bytes, each holding until the next run begins. The
smallest integer of the width (-128, -32768, -2^31) is null. If r = n there is one value an event and no indices.

Values: lengths in 1/8 px, pressure in 2^-28; `movement_x` and `movement_y` less the step of x and y (which counts as 0
where it starts from 0 or there is no position); `screen_x` and `screen_y` less x and y (0 without position); words by
their index in `musculus.events`; `flags` and `nulls` as in `musculus.wire.fields`.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final

import msgspec

from musculus.errors import FrameError
from musculus.wire.batch import Batch, Context, Head
from musculus.wire.body import Body
from musculus.wire.fields import MAX_BYTES, MAX_ORIGIN, TICKS_PER_MS
from musculus.wire.unpack import read_columns

MAGIC: Final = b"musc"
VERSION: Final = 1
HEADER: Final = struct.Struct("<4sBBHII16s8sqIHH")
CRC: Final = struct.Struct("<I")
NAMED: Final = re.compile(rb'"recording"\s*:\s*"([0-9a-f]{32})"')

_context = msgspec.json.Decoder(Context)


def decode(data: bytes) -> Batch:
    """The batch in a binary frame; FrameError says why there is none.

    >>> from musculus.wire import encode
    >>> batch = Batch.of(t=[0, 8.5], x=[10, 12], y=[7, 7], sequence=3, time_origin=1.7e12)
    >>> again = decode(encode(batch))
    >>> again.columns["x"], again == batch
    (array([10., 12.]), True)
    """
    header = _header(data)
    context = _read_context(data, header[10])
    body = Body(data, HEADER.size + header[10], len(data) - CRC.size, header[3])
    columns = read_columns(body, header[9], len(context.targets))
    return Batch(header[6].hex(), header[7].hex(), header[5], header[8] / TICKS_PER_MS, context, columns)


def peek(data: bytes) -> Head:
    """The header alone, with its checksum tested: for routing, and for naming a frame that is otherwise broken."""
    header = _header(data)
    site = _read_context(data, header[10]).site
    return Head(header[6].hex(), header[7].hex(), header[5], header[8] / TICKS_PER_MS, header[3], header[4], site)


def whose(data: bytes) -> str | None:
    """The recording that a broken frame or document says it is of, untested; None where it says none.

    >>> whose(b'{"recording": "00000000000000000000000000000abc", "view": '), whose(b"rubbish")
    ('00000000000000000000000000000abc', None)
    """
    if data.startswith(MAGIC):
        return HEADER.unpack_from(data)[6].hex() if len(data) >= HEADER.size else None
    found = NAMED.search(data)
    return found[1].decode() if found else None


def _header(data: bytes) -> tuple:  # type: ignore[type-arg]  # the fields of HEADER, in its order
    size = len(data)
    if size > MAX_BYTES:
        raise FrameError(f"frame has {size} bytes, more than the {MAX_BYTES} allowed; send smaller batches")
    if size < HEADER.size + CRC.size:
        raise FrameError(f"frame is cut short: {size} bytes, a header alone has {HEADER.size + CRC.size}")
    header = HEADER.unpack_from(data)
    if header[0] != MAGIC:
        raise FrameError(f"not a frame: it begins with {header[0]!r}, expected {MAGIC!r}")
    if header[1] != VERSION:
        raise FrameError(f"frame of version {header[1]}, this server reads version {VERSION}; reload the collector")
    if header[4] != size:
        raise FrameError(f"frame says it has {header[4]} bytes and has {size}")
    found, said = zlib.crc32(memoryview(data)[: -CRC.size]), CRC.unpack_from(data, size - CRC.size)[0]
    if found != said:
        raise FrameError(f"frame's checksum is {said:08x}, its bytes give {found:08x}: damaged on the way")
    if header[2] or header[11]:
        raise FrameError(f"frame's reserved bytes are {header[2]} and {header[11]}, expected 0")
    if not 0 <= header[8] <= MAX_ORIGIN:
        raise FrameError(f"frame's time origin is {header[8]}, expected 0.1 ms since 1970")
    return header


def _read_context(data: bytes, size: int) -> Context:
    end = HEADER.size + size
    if end > len(data) - CRC.size:
        raise FrameError(f"frame says its context has {size} bytes, only {len(data) - CRC.size - HEADER.size} are left")
    return read_context(data[HEADER.size : end])


def read_context(data: bytes) -> Context:
    """The context from its JSON; FrameError names what is wrong."""
    try:
        return _context.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError(f"the batch's context can't be read: {error}") from None

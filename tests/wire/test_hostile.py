"""Bytes from strangers: a reason in words, or a batch that holds what it promises."""

from __future__ import annotations

import importlib.util
import sys
import zlib
from pathlib import Path
from types import ModuleType

import pytest

from musculus.errors import FrameError
from musculus.wire import Batch, decode, decode_json, encode, encode_json, peek

HERE = Path(__file__).parent
BATCH = Batch.of(t=[0, 8, 16], x=[1, 2, 3], y=[4, 5, 6], kind=["move", "down", "up"], button=[-1, 0, 0])
FRAME = encode(BATCH)
CONTEXT = len(b'["demo","/",[1280,720],[1280,720],[1280,720],1,[0,0],0,[]]')


def mended(frame: bytes) -> bytes:
    """The frame with the checksum its bytes have now."""
    return frame[:-4] + zlib.crc32(frame[:-4]).to_bytes(4, "little")


def lie(offset: int, *values: int) -> bytes:
    """The frame with other bytes at an offset, and the checksum mended."""
    return mended(FRAME[:offset] + bytes(values) + FRAME[offset + len(values) :])


COLUMNS = 56 + CONTEXT + 3 * 2 * 3  # where the run columns begin; kind first: width, runs, values

LIES = {
    "nothing": (b"", "frame is cut short: 0 bytes"),
    "half a header": (FRAME[:40], "frame is cut short: 40 bytes, a header alone has 60"),
    "something else": (b"GET / HTTP/1.1\r\n" * 5, "not a frame: it begins with b'GET '"),
    "a later version": (lie(4, 2), "frame of version 2, this server reads version 1; reload the collector"),
    "cut short": (FRAME[:-1], f"frame says it has {len(FRAME)} bytes and has {len(FRAME) - 1}"),
    "a lying length": (lie(8, 255, 255, 255, 255), "frame says it has 4294967295 bytes"),
    "a wrong checksum": (FRAME[:-1] + b"\x00", "frame's checksum is"),
    "reserved bytes": (lie(5, 1), "frame's reserved bytes are 1 and 0"),
    "a time before 1970": (lie(47, 255), "frame's time origin is -"),
    "more events than bytes": (lie(6, 255, 255), "frame ends inside column 't': it needs 131070 bytes"),
    "a context without end": (lie(52, 255, 255), "frame says its context has 65535 bytes"),
    "a context of one byte": (lie(52, 1), "the batch's context can't be read"),
    "an unknown column": (lie(51, 128), "frame has a column 31, this server knows 0 to 24"),
    "a column that is not there": (lie(48, 255, 255, 255, 1), "frame ends before column"),
    "columns nobody announced": (lie(48, 1), "bytes after its last column"),
    "no kind": (lie(48, 0), "bytes after its last column"),
    "an unknown kind": (lie(COLUMNS + 4, 20), "column 'kind' holds 20, expected 0 to 19"),
    "a kind below zero": (lie(COLUMNS + 4, 0xFE), "column 'kind' holds -2"),
    "a null kind": (lie(COLUMNS + 4, 0x80), "frame holds an event without a kind"),
    "three-byte integers": (lie(COLUMNS, 3), "column 'kind' has integers of 3 bytes"),
    "no runs": (lie(COLUMNS + 1, 0), "column 'kind' has 0 runs for 3 events"),
    "more runs than events": (lie(COLUMNS + 1, 4), "column 'kind' has 4 runs for 3 events"),
    "an event without time": (lie(56 + CONTEXT + 2, 1, 0x80), "event 1 has no time"),
    "an escape without its number": (lie(56 + CONTEXT + 2, 0, 0x80), "column 't'"),
}


@pytest.mark.parametrize("what", LIES)
def test_a_lie_is_called_one(what: str) -> None:
    frame, reason = LIES[what]
    with pytest.raises(FrameError) as refused:
        decode(frame)
    assert reason in str(refused.value)


def test_a_column_whose_every_number_is_below_its_edge_has_no_value_and_is_left_out() -> None:
    batch = Batch.of(t=[0, 8], x=[1, 2], y=[4, 5], detail=[1, 1])
    frame = encode(batch)
    assert frame[-9:-4] == b"\x01\x02\x00\x01\x01"  # the last column: one byte, two values
    low = (-(2**31) + 1).to_bytes(4, "little", signed=True)
    body = frame[12:-9] + b"\x04\x02\x00" + 2 * low
    low_frame = frame[:8] + (len(frame) + 6).to_bytes(4, "little") + body + bytes(4)
    assert "detail" not in decode(mended(low_frame)).columns


@pytest.mark.parametrize(("column", "said", "kept"), [("detail", 40_000, 32_767), ("button", 3_000, 127)])
def test_numbers_that_a_script_made_up_are_clipped_in_both_forms(column: str, said: int, kept: int) -> None:
    document = encode_json(Batch.of(t=[0, 8], x=[1, 2], y=[4, 5], **{column: [kept, 0]}))
    told = document.replace(f"[{kept},0]".encode(), f"[{said},0]".encode())
    assert told != document
    assert decode_json(told).columns[column].tolist() == [kept, 0]
    below = document.replace(f"[{kept},0]".encode(), f"[{-said},0]".encode())
    assert decode_json(below).columns[column].tolist() == [-1, 0]


def test_runs_must_rise_from_zero() -> None:
    n = 40
    frame = encode(Batch.of(t=range(n), x=[0] * n, y=[0] * n, kind=["move"] * 20 + ["show"] * 20))
    at = 56 + CONTEXT + 3 * 2 * n + 3
    assert frame[at : at + 4] == b"\x00\x00\x14\x00"
    for starts in (
        b"\x01\x00\x14\x00",
        b"\x00\x00\x00\x00",
        b"\x14\x00\x00\x00",
        b"\x00\x00\x28\x00",
        b"\x00\x00\xff\xff",
    ):
        with pytest.raises(FrameError, match="its runs don't begin at 0 and rise within 40 events"):
            decode(mended(frame[:at] + starts + frame[at + 4 :]))


@pytest.mark.parametrize("step", [2**63 - 1, -(2**63), 2**44 + 1, 2**43, -(2**30)])
def test_positions_beyond_any_page_are_refused(step: int) -> None:
    frame = encode(Batch.of(t=[0, 1], x=[0, 2**24], y=[0, 0]))
    told = (2**27).to_bytes(8, "little")
    assert frame.count(told) == 1
    with pytest.raises(FrameError, match="column 'x'"):
        decode(mended(frame.replace(told, step.to_bytes(8, "little", signed=True))))


def test_a_body_of_a_hundred_megabytes_is_refused_unread() -> None:
    for decoder in (decode, decode_json, peek):
        with pytest.raises(FrameError, match="send smaller batches"):
            decoder(bytes(100_000_000))


DOCUMENT = encode_json(BATCH)
TALES = {
    "text where numbers belong": (b'"t":[0.0', b'"t":["n/a"', "Expected `float`, got `str` - at `$.columns.t[0]`"),
    "not a number": (b'"t":[0.0', b'"t":[NaN', "malformed"),
    "an unknown kind": (b'"down"', b'"drag"', "Invalid enum value 'drag' - at `$.columns.kind[1]`"),
    "1e9 px": (b'"x":[1.0', b'"x":[1e9', "Expected `float` <= 33554432.0 - at `$.columns.x[0]`"),
    "infinity": (b'"x":[1.0', b'"x":[1e999', "at `$.columns.x[0]`"),
    "a value too much": (b'"x":[1.0', b'"x":[1.0,1.0', "3 times and 4 values in column 'x'"),
    "an unknown column": (b'"x":[', b'"z":[', "unknown field `z`"),
    "another version": (b'"version":1', b'"version":2', "Invalid enum value 2 - at `$.version`"),
    "an id too short": (b'"' + b"0" * 32, b'"' + b"0" * 31, "at `$.recording`"),
    "a nested bomb": (b'"t":[0.0', b'"t":' + b"[" * 100_000, "can't be read"),
    "broken text": (b'"demo"', b'"\xff\xfe"', "can't be read"),
    "a query": (b'"address":"/"', b'"address":"/?secret"', "at `$.context.address`"),
    "a target nobody listed": (b'"button"', b'"target":[0,null,null],"button"', "target 0, its context lists 0"),
}


@pytest.mark.parametrize("what", TALES)
def test_a_wrong_document_is_refused_with_its_place(what: str) -> None:
    said, instead, reason = TALES[what]
    assert said in DOCUMENT
    with pytest.raises(FrameError) as refused:
        decode_json(DOCUMENT.replace(said, instead, 1))
    assert reason in str(refused.value)


def fuzzer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wire_fuzz", HERE / "fuzz.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_twenty_thousand_damaged_frames_give_a_batch_or_a_reason() -> None:
    report = fuzzer().fuzz(20_000)  # raises whatever comes out that is no FrameError
    assert report.read > 2_000
    assert report.refused.total() > 10_000
    assert len(report.refused) > 30  # the lies reach every check

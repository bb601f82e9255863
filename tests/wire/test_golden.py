"""The golden frames: what is written here is what collectors in the field send."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from musculus.events import KEY_CLASSES, KINDS, POINTERS, SCHEMA, SOURCES
from musculus.wire import decode, decode_json, encode, encode_json

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.bin"))


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_say_the_same_and_both_can_be_written(name: str) -> None:
    frame, document = (GOLDEN / f"{name}.bin").read_bytes(), (GOLDEN / f"{name}.json").read_bytes()
    batch = decode(frame)
    assert decode_json(document) == batch
    assert encode(batch) == frame
    assert encode_json(batch) == document.replace(b"\n", b"")


def test_together_they_hold_every_column_and_every_word() -> None:
    batches = [decode((GOLDEN / f"{name}.bin").read_bytes()) for name in NAMES]
    assert {name for b in batches for name in b.columns} == set(SCHEMA) - {"page"}
    for name, words in (("kind", KINDS), ("source", SOURCES), ("key_class", KEY_CLASSES), ("pointer", POINTERS)):
        codes = {int(code) for b in batches if name in b.columns for code in b.columns[name]}
        assert codes >= set(range(len(words))), name


def test_values_of_a_frame_written_down_by_hand() -> None:
    """Two moves and a hide, byte by byte as docs/wire.md explains them."""
    context = b'["s","/",[3,2],[3,2],[3,2],1,[0,0],0,[]]'
    body = b"".join(
        bytes.fromhex(text)
        for text in (
            "0000 5500 0080", "40420f0000000000",  # t: 0, 8.5 ms later, then an escape of 100 s
            "2000 0200 0180",  # x: 4 px, 0.25 px further, none
            "f8ff 0000 0180",  # y: -1 px, the same, none
            "01 0200 0000 0200 00 10",  # kind: runs of move from 0 and hide from 2
            "01 0300 0b 0a 60",  # flags: fractional (told where x, y do not show it), trusted, primary; family page
            "01 0300 14 14 1d",  # nulls: coalesced and fixed; of the hide all but trusted and source
        )
    )  # fmt: skip
    header = struct.pack("<4sBBHIIQQQqIHH", b"musc", 1, 0, 3, 56 + len(context) + len(body) + 4, 9,
                         1, 2, 3, 17_000_000_000_005, 0b111, len(context), 0)  # fmt: skip
    frame = header + context + body
    batch = decode(frame + zlib.crc32(frame).to_bytes(4, "little"))
    assert batch.recording == "0100000000000000" + "0200000000000000"
    assert batch.view == "0300000000000000"
    assert (batch.sequence, batch.time_origin, batch.site) == (9, 1_700_000_000_000.5, "s")
    columns = {name: values.tolist() for name, values in batch.columns.items()}
    assert columns["t"] == [0, 8.5, 100_008.5]
    assert [KINDS[code] for code in columns["kind"]] == ["move", "move", "hide"]
    assert columns["x"][:2] == [4, 4.25]
    assert columns["y"][:2] == [-1, -1]
    assert columns["x"][2] != columns["x"][2]
    assert columns["fractional"] == [1, 1, -1]
    assert columns["trusted"] == [1, 1, 0]
    assert columns["primary"] == [1, 1, -1]
    assert [SOURCES[code] for code in columns["source"]] == ["pointer", "pointer", "page"]
    assert "coalesced" not in columns

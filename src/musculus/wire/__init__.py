"""A batch as bytes and back: the binary frame the collector sends, and columnar JSON for whoever writes it by hand."""

from musculus.wire.batch import Batch, Context, Head
from musculus.wire.columnar import decode_json, encode_json
from musculus.wire.fields import MAX_BYTES, MAX_EVENTS, MAX_JSON_BYTES
from musculus.wire.frame import decode, peek, whose
from musculus.wire.pack import encode

__all__ = [
    "MAX_BYTES", "MAX_EVENTS", "MAX_JSON_BYTES", "Batch", "Context", "Head", "decode", "decode_json", "encode",
    "encode_json", "peek", "whose",
]  # fmt: skip

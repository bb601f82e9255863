"""Pointer, key and page events: the one data type, its schema, checks and joins."""

from musculus.events.recordings import Events, encode, encode_text
from musculus.events.schema import (
    ALWAYS,
    KEY_CLASSES,
    KIND,
    KINDS,
    NO_ID,
    PAGE_CONTEXT,
    POINTERS,
    REQUIRED,
    SCHEMA,
    SOURCES,
    Column,
)

__all__ = [
    "ALWAYS", "KEY_CLASSES", "KIND", "KINDS", "NO_ID", "PAGE_CONTEXT", "POINTERS", "REQUIRED", "SCHEMA", "SOURCES",
    "Column", "Events", "encode", "encode_text",
]  # fmt: skip
